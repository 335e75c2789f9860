from dataclasses import replace

import pytest
from builders import (
    GOOD_HEADERS,
    Cases,
    body,
    changed,
    cut_off,
    flat,
    hop,
    outcome_of,
    site,
    without_https,
)
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import Missing, MissingKind, SiteEvidence

TYPE = "Content-Type"
META = '<meta charset="utf-8">'
FORM = '<form><input type=hidden name="csrf_token" value=x></form>'
GZIP = ("Content-Encoding", "gzip")
LOST = Missing(MissingKind.TIMEOUT)


def typed(*values: str, content: bytes = b"<!doctype html><p>") -> SiteEvidence:
    """Return a site with these lines of Content-Type; none takes the header away."""
    lines: list[tuple[str, str | None]] = [(TYPE, value) for value in values] or [(TYPE, None)]
    return site(hops=(hop(headers=changed(*lines), content=content),))


def untyped(content: bytes | Missing) -> SiteEvidence:
    answer = hop(headers=changed((TYPE, None)))
    kept = content if isinstance(content, Missing) else body(content)
    return site(hops=(replace(answer, body=kept),))


def page(html: str, *headers: tuple[str, str]) -> SiteEvidence:
    return site(html=f"<!doctype html><html><body>{html}", headers=changed(*headers))


CASES: Cases = {
    "documents.charset": [
        ("in the header", site(), "pass"),
        ("another one", typed("text/html; charset=windows-1258"), "pass"),
        ("in a meta element", typed("text/html", content=META.encode()), "pass"),
        (
            "in an old meta element",
            typed("text/html", content=b'<meta http-equiv=Content-Type content="a/b;charset=gbk">'),
            "pass",
        ),
        ("by its mark", typed("text/html", content=b"\xef\xbb\xbf<p>"), "pass"),
        ("UTF-16 by its mark", typed("text/html", content="\ufeff<p>".encode("utf-16-le")), "pass"),
        ("XHTML", typed("application/xhtml+xml"), "pass"),
        ("twice the same", typed("text/html;charset=UTF8", content=META.encode()), "pass"),
        ("a contradiction", typed("text/html;charset=gbk", content=META.encode()), "partial 1/2"),
        (
            "too late",
            typed("text/html", content=f"<!--{' ' * 1024}-->{META}".encode()),
            "partial 1/2",
        ),
        (
            "in the body, and late",
            typed("text/html", content=f"<p>{' ' * 1024}{META}".encode()),
            "fail",
        ),
        ("no encoding", typed("text/html; charset=utf-7"), "fail"),
        ("absent", typed("text/html"), "fail"),
        ("JSON", typed("application/json"), "not-applicable"),
    ],
    "documents.content_type": [
        ("HTML", site(), "pass"),
        ("JSON", typed("application/json"), "pass"),
        ("sent twice", typed("text/html", "text/html"), "pass"),
        ("none", typed(), "fail"),
        ("no type", typed("html"), "fail"),
        ("any type", typed("*/*"), "fail"),
        ("nothing to type", untyped(b""), "not-applicable"),
        ("content that was not kept", untyped(LOST), "not-tested"),
    ],
    "documents.compression": [
        ("not compressed", site(), "pass"),
        ("not compressed, with a token", page(FORM), "pass"),
        ("compressed, without a token", page("<p>", GZIP), "pass"),
        ("identity", page(FORM, ("Content-Encoding", "identity")), "pass"),
        ("both", page(FORM, GZIP), "fail"),
        ("in a meta element", page('<meta name="csrf-token" content=x>', GZIP), "fail"),
        ("Joomla's", page(f'<input type=hidden name="{"0a" * 16}">', GZIP), "fail"),
        ("a field that shows", page('<input name="token">', GZIP), "pass"),
        ("plain HTTP", without_https(headers=(*GOOD_HEADERS, GZIP)), "not-applicable"),
        ("nothing, but cut off", cut_off("<html>", GZIP), "not-tested"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@given(st.text(st.characters(max_codepoint=255)), st.binary())
def test_no_answer_makes_a_check_fall_over(value: str, content: bytes) -> None:
    evidence = typed(value, "text/html", content=content)
    for check_id in CASES:
        assert outcome_of(check_id, evidence) != "error"
