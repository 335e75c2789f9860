import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.html import elements
from secscan.parsing.software import (
    Component,
    from_headers,
    from_page,
    from_url,
    is_packaged,
    is_windows,
)

HEADERS = st.sampled_from(
    [
        "Server",
        "X-Powered-By",
        "X-Generator",
        "MicrosoftSharePointTeamServices",
        "Liferay-Portal",
        "X-OWA-Version",
        "X-AspNet-Version",
        "Date",
    ]
)


@pytest.mark.parametrize(
    ("url", "product", "version", "sure"),
    [
        ("/jquery-1.12.4.min.js?v=3", "jquery", "1.12.4", True),
        ("https://cdn.example/npm/jquery@3.4.1/dist/jquery.min.js", "jquery", "3.4.1", True),
        ("https://cdn.example/npm/bootstrap@5/dist/css/bootstrap.min.css", "bootstrap", "", False),
        ("https://cdn.example/ajax/libs/jquery/3.7.1/jquery.slim.js", "jquery", "3.7.1", True),
        ("https://cdn.example/ui/1.12.1/jquery-ui.js", "jquery-ui", "1.12.1", True),
        ("/jquery.ui.core.js", "jquery-ui", "", False),
        ("/bootstrap.bundle.min.js", "bootstrap", "", False),
        ("/jquery-3.min.js", "jquery", "", False),
        ("https://a.example/jquery/20240101.123/jquery.js", "jquery", "", False),
        ("https://a.example/47a9c871/jquery.js", "jquery", "", False),
        ("/jquery.min.js?ver=3.6.1", "jquery", "3.6.1", False),
        ("/jquery.min.js?ver=20261123", "jquery", "", False),
    ],
)
def test_libraries(url: str, product: str, version: str, sure: bool) -> None:
    (component,) = from_url(url)
    assert (component.product, component.version) == (product, version)
    assert (component.confidence >= 70) is sure


@pytest.mark.parametrize(
    ("value", "packaged"),
    [
        ("Apache/2.4.71 (Debian) OpenSSL/3.0.19", True),
        ("Apache/2.4.6 (CentOS)", True),
        ("Apache/2.4.37 (Red Hat Enterprise Linux)", True),
        ("PHP/7.4.33-1+deb11u12", True),
        ("PHP/7.2.24-0ubuntu0.18.04.17", True),
        ("Apache/2.4.71 (Win64)", False),
        ("Apache/2.4.71 (Unix)", False),
        ("nginx/1.22.1", False),
    ],
)
def test_packages(value: str, packaged: bool) -> None:
    assert is_packaged([("Server", value)]) is packaged


@pytest.mark.parametrize(
    ("value", "windows"),
    [
        ("Microsoft-IIS/10.0", True),
        ("Apache/2.4.58 (Win64) PHP/8.2.12", True),
        ("Apache/2.4.9 (Win32)", True),
        ("Apache/2.4.58 (Ubuntu)", False),
    ],
)
def test_windows(value: str, windows: bool) -> None:
    assert is_windows([("Server", value)]) is windows


def test_several_banners_in_a_line() -> None:
    found = from_headers([("Server", "Apache/2.4.71 (Win64) OpenSSL/3.1.3 PHP/8.2.12")])
    assert [(one.product, one.version) for one in found] == [
        ("apache", "2.4.71"),
        ("php", "8.2.12"),
    ]


def test_a_product_without_a_version_is_seen() -> None:
    assert from_headers([("Server", "nginx")]) == (Component("nginx", "", "Server", 80),)


@given(st.lists(st.tuples(HEADERS, st.text() | st.from_regex(r"\A[A-Za-z]+/[\d.]+\Z"))))
def test_any_header_is_read(lines: list[tuple[str, str]]) -> None:
    from_headers(lines)
    is_packaged(lines)


@given(st.text())
def test_any_page_is_read(text: str) -> None:
    from_url(text)
    from_page(elements(f'<meta name=generator content="{text}"><script src="{text}">'))
