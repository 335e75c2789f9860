"""What of a site's words becomes a component: bounded, told apart, and combined."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.facts.signals import read_signals
from secscan.parsing.editions import edition_of
from secscan.parsing.packagers import packager_in, packager_of, release_of
from secscan.parsing.software import (
    Component,
    combined,
    from_banner,
    from_document,
    from_error_page,
    from_headers,
    from_page,
    system_of,
)

SIGNALS = read_signals(
    tomllib.loads((files("secscan.facts") / "signals.toml").read_text(encoding="utf-8"))
)
PLACES = [place for place in SIGNALS.places if place.startswith("header:")]
NAMES = st.sampled_from([place.removeprefix("header:") for place in PLACES] + ["set-cookie", "via"])
PRODUCTS = {signal.product for signals in SIGNALS.places.values() for signal in signals}
WORDS = (
    "Apache/2.4.71 (Debian) OpenSSL/3.0.19|PHP/7.4.33-1+deb11u12|WordPress 6.4.2|NukeViet v4.5"
    "|16.0.0.10337|15.1.2507.37|Liferay Portal Community Edition 6.2 CE GA6|Drupal 7 (|/|.|1|-| "
    "|SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n|220 a ESMTP Exim 4.94.2 \r\n|(vsFTPd 3.0.3)"
    '|<meta name="generator" content="|">|<script>|</script>|siteClientTag:"0$$16.0.10417.20114"'
    '|<link href="/wp-content/|?ver=|<generator>|<h3>Apache Tomcat/10.1.60 (Debian)</h3>'
)
SOUP = st.lists(st.sampled_from(WORDS.split("|")) | st.text(max_size=5)).map("".join)


def one(text: str, name: str = "Server") -> Component:
    (component,) = from_headers(SIGNALS, [(name, text)])
    return component


def assert_bounded(found: tuple[Component, ...]) -> None:
    for component in found:
        assert component.product in PRODUCTS
        assert len(component.version) <= 30
        assert len(component.revision) <= 60
        assert (component.version + component.revision).isascii()
        assert (component.version + component.revision).isprintable()
        assert len(component.source) <= 60


def test_a_component_has_where_and_how_it_was_told() -> None:
    assert one("nginx/1.24.0 (Ubuntu)") == Component(
        "nginx", "1.24.0", "Server", 80, packaged_by="ubuntu"
    )
    assert one("PHP/7.4.33-1+deb11u12", "x-powered-by") == Component(
        "php", "7.4.33", "X-Powered-By", 90, packaged_by="debian", revision="1+deb11u12"
    )
    assert one("16.0.0.10337", "microsoftsharepointteamservices") == Component(
        "sharepoint",
        "2019",
        "MicrosoftSharePointTeamServices",
        80,
        exact=False,
        revision="16.0.0.10337",
    )


def test_a_cdn_takes_the_banner_from_the_agency_and_says_so() -> None:
    found = from_headers(SIGNALS, [("Server", "nginx/1.14.2"), ("cf-ray", "1-HAN")])
    assert found == (Component("nginx", "1.14.2", "Server (behind a CDN)", 30),)


@pytest.mark.parametrize(
    ("banner", "packager"),
    [
        ("Apache/2.4.71 (Debian) OpenSSL/3.0.19", "debian"),
        ("Apache/2.4.6 (CentOS)", "centos"),
        ("Apache/2.4.37 (Red Hat Enterprise Linux)", "red-hat"),
        ("Apache/2.2.3 (Red Hat)", "red-hat"),
        ("Apache/2.4.62 (Rocky Linux)", "rocky-linux"),
        ("Apache/2.2.9 (Debian) PHP/5.2.6", "debian"),
        ("Apache/2.4.71 (Win64)", ""),
        ("Apache/2.4.71 (Unix)", ""),
        ("Apache/2.4.71 (Debianese)", ""),
        ("Apache (Debian", ""),
        ("nginx/1.22.1", ""),
    ],
)
def test_a_banner_names_its_packager_in_brackets(banner: str, packager: str) -> None:
    assert packager_in(banner) == packager


@pytest.mark.parametrize(
    ("revision", "packager", "release"),
    [
        ("2+deb12u10", "debian", "12"),
        ("1~deb11u1", "debian", "11"),
        ("0+deb7u14", "debian", "7"),
        ("7+squeeze19", "debian", ""),
        ("1+0~20230101.1+debian12~1.gbp", "debian", "12"),
        ("0ubuntu0.18.04.17", "ubuntu", "18.04"),
        ("1+ubuntu20.04.1+deb.sury.org+1", "ubuntu", "20.04"),
        ("3ubuntu0.10", "ubuntu", ""),
        ("7ubuntu1.10.12", "ubuntu", ""),
        ("5.el7", "red-hat", ""),
        ("1.fc38", "fedora", ""),
        ("1~dotdeb+7.1", "", ""),
        ("", "", ""),
    ],
)
def test_a_revision_names_its_packager_and_at_times_the_release(
    revision: str, packager: str, release: str
) -> None:
    assert (packager_of(revision), release_of(revision)) == (packager, release)


@pytest.mark.parametrize(
    ("product", "build", "edition"),
    [
        ("sharepoint", "16.0.0.4266", "2016"),
        ("sharepoint", "16.0.5565.1001", "2016"),
        ("sharepoint", "16.0.10417.20198", "2019"),
        ("sharepoint", "16.0.0.14326", "subscription"),
        ("sharepoint", "16.0.19725.20522", "subscription"),
        ("sharepoint", "16.0.8502.1217", ""),
        ("sharepoint", "16.0.0", ""),
        ("sharepoint", "17.0.0.1", ""),
        ("sharepoint", "16", ""),
        ("exchange", "15.2.2562.46", "subscription"),
        ("exchange", "15.2.1544", "2019"),
        ("exchange", "15.3.1.1", ""),
        ("exchange", "8.3.517.0", "2007"),
        ("exchange", "6.5.7654.4", "2003"),
        ("exchange", "15", ""),
        ("liferay", "7413", "7.4"),
        ("liferay", "9999", ""),
        ("koha", "22.1105000", "22.11.05"),
        ("koha", "22.11", ""),
        ("roundcube", "10611", "1.6.11"),
        ("roundcube", "1", ""),
        ("nginx", "1", ""),
    ],
)
def test_builds_are_told_apart(product: str, build: str, edition: str) -> None:
    assert edition_of(product, build) == edition


def test_two_places_are_surer_than_each_of_them() -> None:
    meta, feed = (Component("wordpress", "6.4.2", where, 50) for where in ("generator", "feed"))
    assert [found.confidence for found in combined([meta, feed])] == [80]
    assert [found.confidence for found in combined([meta, meta])] == [50]
    other = Component("wordpress", "6.1.9", "feed", 50)
    assert combined([meta, other]) == (meta, other)
    hint = Component("wordpress", "6.4.2", "markup", 30)
    assert combined([meta, hint]) == (meta,)


def test_what_hides_its_version_in_one_place_and_shows_it_in_another_is_one() -> None:
    hidden, shown = Component("nginx", "", "Server", 80), one("nginx/1.24.0")
    assert combined([hidden, shown]) == (shown,)
    assert combined([hidden, hidden]) == (hidden,)


def test_a_package_that_one_place_tells_of_is_kept() -> None:
    bare, packaged = from_headers(
        SIGNALS, [("X-Powered-By", "PHP/5.4.16"), ("Server", "Apache/2.4.6 (CentOS) PHP/5.4.16")]
    )[::2]
    (found,) = combined([bare, packaged])
    assert (found.source, found.packaged_by) == ("X-Powered-By", "centos")


def test_no_system_shows_in_iis_ten_nor_in_a_bare_banner() -> None:
    assert system_of(one("Microsoft-IIS/10.0")) is None
    assert system_of(one("nginx/1.22.1")) is None
    assert system_of(one("Microsoft-IIS/8.5")) == ("windows-server", "2012-r2")
    assert system_of(one("nginx/1.24.0 (Ubuntu)")) == ("ubuntu", "")


def test_only_so_much_is_read() -> None:
    long = "x" * 2_000 + " PHP/7.4.33"
    assert from_headers(SIGNALS, [("Server", long)]) == ()
    assert from_headers(SIGNALS, [("Date", "")] * 2_000 + [("Server", "nginx")]) == ()
    generators = '<meta name="generator" content="x">' * 30
    assert from_page(SIGNALS, generators + '<meta name="generator" content="DSpace 6.3">') == ()


@given(st.lists(st.tuples(NAMES, SOUP | st.text())))
def test_any_header_is_read(lines: list[tuple[str, str]]) -> None:
    found = from_headers(SIGNALS, lines)
    assert_bounded(found)
    for component in combined(found):
        system_of(component)


@given(SOUP | st.text())
def test_any_text_is_read(text: str) -> None:
    assert_bounded(from_page(SIGNALS, text))
    assert_bounded(from_page(SIGNALS, f'<meta name="generator" content="{text}"><script>{text}'))
    assert_bounded(from_error_page(SIGNALS, [("Server", text)], text))
    for purpose in ("feed", "joomla-manifest", "nothing"):
        assert_bounded(from_document(SIGNALS, purpose, text))
    for scheme in ("ssh", "smtp", "smtps", "ftp", "imap", "imaps", "pop3", "nothing", ""):
        assert_bounded(from_banner(SIGNALS, scheme, text))


@given(SOUP | st.text())
def test_what_is_escaped_or_in_a_comment_is_no_sign(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    assert from_page(SIGNALS, f"<title>News</title><p>{escaped}</p>") == ()
    hidden = text.replace("-", "").replace(">", "")
    assert from_page(SIGNALS, f"<!-- {hidden} -->") == ()
