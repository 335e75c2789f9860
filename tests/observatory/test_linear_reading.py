"""What MDN's rules read of a page takes steps in proportion, and has bounds where it cannot."""

from collections.abc import Callable

import pytest
from builders import changed, facts, found, hop, site
from certificate_builders import HOST
from secscan.checks.observatory_policy import PolicyFault, judge_policies, read_directives
from secscan.checks.observatory_requests import Session
from secscan.checks.observatory_scripts import Document, judge_scripts
from steps import assert_linear

FACTS = facts()
PAGE = Session((hop(f"https://{HOST}/", 200, changed(), b"<p>"),), verified=True)
MANY = " ".join(map(str, range(4_000)))
META = '<meta http-equiv=content-security-policy content="{}">'


def script(source: str) -> object:
    return judge_scripts(PAGE, Document(1, ((source, False),), "", (), None), HOST, FACTS)


def based(base: str) -> object:
    return judge_scripts(PAGE, Document(1, (("a", False),), base, (), None), HOST, FACTS)


@pytest.mark.parametrize("before", ["https://", "//", ""])
@pytest.mark.parametrize("piece", ["@", "/", "\\", "[", ":", "1", ":1", "a.", "a:", "%41", "#"])
@pytest.mark.parametrize("read", [script, based])
def test_an_address_of_twice_the_length_takes_twice_the_steps(
    read: Callable[[str], object], piece: str, before: str
) -> None:
    assert_linear(read, piece, before, "@a:x")


@pytest.mark.parametrize("piece", ["a ", "%41", "a/", "/", " ", ";", "a;", "%", "'nonce-a' ", "a."])
def test_a_policy_of_twice_the_length_takes_twice_the_steps(piece: str) -> None:
    assert_linear(lambda text: read_directives([text]), piece, "script-src a")


@pytest.mark.parametrize(
    "policies",
    [
        [f"script-src {MANY}"] * 2 + ["script-src q"] * 800,
        [f"report-uri {MANY}", f"report-uri {MANY};" + "report-uri q;" * 800],
        ["script-src a" + "\u0301\u0316" * 100_000],
        [f"script-src {'a' * 100_000}"],
    ],
)
def test_what_would_cost_the_square_is_not_put_together(policies: list[str]) -> None:
    assert read_directives(policies) is PolicyFault.TOO_LONG
    assert judge_policies(None, policies, None, is_secure=True) is None


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<script></script>" * 30_000, "the page has more tags than secscan reads"),
        (
            META.format("script-src a" + "\u0301\u0316" * 1_000),
            "the page has more or longer policies than secscan reads",
        ),
    ],
)
def test_a_page_beyond_the_bounds_has_no_grade(html: str, reason: str) -> None:
    finding = found("observatory.grade", site(html=html))
    assert (str(finding.outcome), finding.reason.template) == ("not-tested", reason)
