"""What is a page is decided as browsers decide it: by all lines of Content-Type together."""

from collections.abc import Mapping

import pytest
from builders import GOOD_HTML, changed, hop, outcome_of, site
from certificate_builders import HOST

from secscan.evidence import Missing, MissingKind, Page, views
from secscan.evidence.readings import Response

URL = f"https://{HOST}/"
CSP = "headers.content_security_policy"
WALL = b"<html><title>Request Rejected</title>Your support ID is: 17"


def answered(
    *types: str, content: bytes = GOOD_HTML.encode(), status: int = 200
) -> Mapping[type, object]:
    """Return the page that is read of an answer with these lines of Content-Type."""
    lines: list[tuple[str, str | None]] = [("Content-Type", one) for one in types]
    headers = changed(*(lines or [("Content-Type", None)]))
    return views(site(hops=(hop(URL, status, headers, content),)))[0].readings


@pytest.mark.parametrize(
    "types",
    [
        ("text/html",),
        ("application/json", "text/html"),
        ("text/plain, text/html",),
        ("text/html", "*/*"),
        ("*/*",),
        ("json",),
        (),
    ],
)
def test_what_browsers_show_as_a_page_is_one(types: tuple[str, ...]) -> None:
    assert isinstance(answered(*types)[Page], Page)


@pytest.mark.parametrize(
    ("types", "told"),
    [
        (("application/json",), "application/json"),
        (("text/html", "application/json"), "text/html, application/json"),
    ],
)
def test_what_they_show_as_data_is_none(types: tuple[str, ...], told: str) -> None:
    assert answered(*types)[Page] == Missing(MissingKind.NOT_HTML, told)


def test_a_type_that_says_nothing_leaves_an_empty_answer_unknown() -> None:
    missing = answered("*/*", content=b"")[Page]
    assert isinstance(missing, Missing)
    assert missing.kind is MissingKind.NO_CONTENT


def test_a_second_line_hides_no_block_page() -> None:
    blocked = answered("application/json", "text/html", content=WALL)[Page]
    assert isinstance(blocked, Missing)
    assert blocked.kind is MissingKind.BLOCKED


def test_an_api_is_known_by_the_type_that_counts() -> None:
    nothing = answered("text/plain", "application/problem+json", content=b"{}", status=404)
    assert isinstance(nothing[Response], Response)


def test_a_second_line_switches_no_check_off() -> None:
    lines = [("Content-Type", "application/json"), ("Content-Type", "text/html")]
    headers = changed(("Content-Security-Policy", None), *lines)
    assert outcome_of(CSP, site(headers=headers)) == "fail"
