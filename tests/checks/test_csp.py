"""Content-Security-Policy, and who may frame a page."""

from fractions import Fraction

import pytest
from builders import GOOD_HEADERS, Cases, changed, facts, flat, found, outcome_of, site
from certificate_builders import HOST
from hypothesis import given, settings
from hypothesis import strategies as st
from secscan.checks.weaknesses import weaknesses, worth

from secscan.evidence import Missing, MissingKind, SiteEvidence
from secscan.parsing.csp import read_policies

CHECK = "headers.content_security_policy"
CSP = "Content-Security-Policy"
XFO = "X-Frame-Options"
STRICT = "default-src 'self'; object-src 'none'; base-uri 'self'"
NONCE = "'nonce-4AEemGb0xJptoIGFP3Nd'"
CLOSED = "object-src 'none'; base-uri 'none'"
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def sent(*values: str, html: str = "<html><head></head></html>") -> SiteEvidence:
    """Return the good site with just these policies; none takes the header away."""
    lines: list[tuple[str, str | None]] = [(CSP, value) for value in values] or [(CSP, None)]
    return site(headers=changed(*lines), html=html)


def scripts(sources: str) -> SiteEvidence:
    return sent(f"script-src {sources}; {CLOSED}")


def meta(value: str, equivalent: str = CSP) -> str:
    return f'<html><head><meta http-equiv="{equivalent}" content="{value}"></head></html>'


def framed(*csp: str, xfo: tuple[str, ...] = (), html: str = "<html>") -> SiteEvidence:
    policies: list[tuple[str, str | None]] = [(CSP, value) for value in csp] or [(CSP, None)]
    return site(headers=changed(*policies, *((XFO, value) for value in xfo)), html=html)


CASES: Cases = {
    CHECK: [
        ("strict", site(), "pass"),
        ("a nonce, and what older browsers read", scripts(f"{NONCE} 'unsafe-inline'"), "pass"),
        (
            "strict-dynamic makes fall-backs harmless",
            scripts(f"{NONCE} 'strict-dynamic' https: http: 'unsafe-inline'"),
            "pass",
        ),
        ("a hash", scripts(f"{HASH} 'unsafe-inline'"), "pass"),
        ("nothing at all", sent("default-src 'none'"), "pass"),
        ("one's own files", sent("default-src 'self'"), "pass"),
        ("WebAssembly", scripts("'self' 'wasm-unsafe-eval'"), "pass"),
        ("handlers by their hash", scripts(f"'self' 'unsafe-hashes' {HASH}"), "pass"),
        ("a sandbox without scripts", sent("sandbox"), "pass"),
        ("in a meta element", sent(html=meta(STRICT)), "pass"),
        ("strict beside loose: both are enforced", sent(STRICT, "script-src *"), "pass"),
        ("two in one line", sent(f"script-src * 'unsafe-inline', {STRICT}"), "pass"),
        ("unsafe-inline for styles only", sent(f"{STRICT}; style-src 'unsafe-inline'"), "pass"),
        ("the first of a name counts", sent(f"{STRICT}; default-src *"), "pass"),
        ("mistakes that open nothing", sent(f"{STRICT}; scipt-src self"), "pass"),
        ("a host over plain HTTP", scripts("http://cdn.portal.example"), "pass"),
        ("a wildcard below a ministry", scripts("https://*.gov.vn"), "pass"),
        ("what one leaves open another closes", sent("frame-ancestors 'self'", STRICT), "pass"),
        (
            "each closes what the other leaves open",
            sent(f"script-src 'unsafe-inline'; {CLOSED}", "default-src 'self' 'unsafe-eval'"),
            "pass",
        ),
        (
            "different schemes have nothing in common",
            sent(f"script-src data:; {CLOSED}", f"script-src https:; {CLOSED}"),
            "pass",
        ),
        (
            "inline for elements in one, for handlers in the other",
            sent(
                f"script-src-elem 'unsafe-inline'; script-src-attr 'none'; {CLOSED}",
                f"script-src 'self'; script-src-attr 'unsafe-inline'; {CLOSED}",
            ),
            "pass",
        ),
        ("no object-src", sent("script-src 'self'; base-uri 'self'"), "partial 7/8"),
        ("unsafe-eval", sent(f"{STRICT}; script-src 'unsafe-eval'"), "partial 7/8"),
        ("blob:", scripts("'self' blob:"), "partial 7/8"),
        ("nonce, no base-uri", sent(f"script-src {NONCE}; object-src 'none'"), "partial 3/4"),
        (
            "hash and strict-dynamic, no base-uri",
            sent(f"script-src {HASH} 'strict-dynamic'; object-src 'none'"),
            "partial 3/4",
        ),
        ("hash, no base-uri", sent(f"script-src {HASH}; object-src 'none'"), "pass"),
        ("a nonce of three letters", scripts("'nonce-abc'"), "partial 3/4"),
        ("a host with any package", scripts("'self' https://cdn.jsdelivr.net"), "partial 3/4"),
        ("one package of it", scripts("'self' cdn.jsdelivr.net/npm/vue@3/"), "pass"),
        ("a tag manager", scripts("'self' www.googletagmanager.com"), "pass"),
        (
            "a tag manager and eval",
            scripts("'self' 'unsafe-eval' www.googletagmanager.com"),
            "partial 5/8",
        ),
        (
            "a host with any package is in both",
            sent(f"script-src https:; {CLOSED}", f"script-src 'self' unpkg.com; {CLOSED}"),
            "partial 3/4",
        ),
        ("unsafe-inline", sent(f"{STRICT}; script-src 'unsafe-inline'"), "partial 1/2"),
        ("any https source", sent(f"{STRICT}; script-src https:"), "partial 1/2"),
        ("data:", scripts("'self' data:"), "partial 1/2"),
        ("any name of a registry", scripts("'self' *.com.vn"), "partial 1/2"),
        ("any host at a port", sent(f"{STRICT}; script-src https://*:443"), "partial 1/2"),
        ("handlers", sent(f"{STRICT}; script-src-attr 'unsafe-inline'"), "partial 1/2"),
        (
            "no fall-back where a nonce is malformed",
            scripts("'nonce-' 'unsafe-inline'"),
            "partial 1/2",
        ),
        ("both", sent("script-src * 'unsafe-inline'"), "partial 1/8"),
        ("handlers alone", sent("script-src-attr 'none'"), "partial 1/8"),
        ("nothing about scripts", sent("upgrade-insecure-requests"), "partial 1/8"),
        (
            "nothing about scripts beside a loose one",
            sent("upgrade-insecure-requests", "script-src * 'unsafe-inline'"),
            "partial 1/8",
        ),
        ("its directive is not ASCII", sent("default-src\xa0'self'; img-src *"), "partial 1/8"),
        (
            "report-only",
            site(headers=(*GOOD_HEADERS, (f"{CSP}-Report-Only", "default-src *"))),
            "pass",
        ),
        (
            "report-only alone",
            site(headers=changed((CSP, None), (f"{CSP}-Report-Only", STRICT)), html="<html>"),
            "fail",
        ),
        ("report-only in a meta element", sent(html=meta(STRICT, f"{CSP}-Report-Only")), "fail"),
        ("in a meta element of the body", sent(html=f"<p>{meta(STRICT)}"), "fail"),
        ("a sandbox in a meta element", sent(html=meta("sandbox")), "fail"),
        ("empty", sent(""), "fail"),
        ("no directive that exists", sent("allow 'self'"), "fail"),
        ("a deprecated directive alone", sent("block-all-mixed-content"), "fail"),
        ("absent", sent(), "fail"),
        ("JSON", site(headers=changed(("Content-Type", "application/json"))), "not-applicable"),
    ],
    "headers.framing": [
        ("frame-ancestors", site(), "pass"),
        ("DENY", framed(xfo=("DENY",)), "pass"),
        ("SAMEORIGIN, in any case", framed(xfo=("sameorigin",)), "pass"),
        ("SAMEORIGIN twice", framed(xfo=("SAMEORIGIN, SAMEORIGIN",)), "pass"),
        ("SAMEORIGIN in two lines", framed(xfo=("SAMEORIGIN", "SAMEORIGIN")), "pass"),
        ("contradiction blocks every frame", framed(xfo=("DENY", "SAMEORIGIN")), "pass"),
        ("a policy without frame-ancestors", framed("default-src 'self'", xfo=("DENY",)), "pass"),
        ("one of two policies", framed("frame-ancestors *", "frame-ancestors 'self'"), "pass"),
        (
            "a port that both leave open",
            framed("frame-ancestors *:8443, frame-ancestors *"),
            "fail",
        ),
        ("an empty list", framed("frame-ancestors"), "pass"),
        ("a portal", framed("frame-ancestors https://a.portal.example:*"), "pass"),
        ("every office", framed("frame-ancestors 'self' https://*.gov.vn"), "pass"),
        ("a path fits no origin", framed("frame-ancestors */a"), "pass"),
        ("any name of a registry", framed("frame-ancestors https://*.com"), "fail"),
        ("a scheme", framed("frame-ancestors 'self' https:"), "fail"),
        ("ALLOW-FROM", framed(xfo=("ALLOW-FROM https://a.example",)), "fail"),
        ("ALLOWALL", framed(xfo=("ALLOWALL",)), "fail"),
        ("frame-ancestors *", framed("frame-ancestors *"), "fail"),
        ("frame-ancestors with any port", framed("frame-ancestors *:443"), "fail"),
        ("frame-ancestors * outranks DENY", framed("frame-ancestors *", xfo=("DENY",)), "fail"),
        (
            "report-only outranks nothing",
            site(
                headers=changed(
                    (CSP, None), (f"{CSP}-Report-Only", "frame-ancestors *"), (XFO, "DENY")
                )
            ),
            "pass",
        ),
        ("frame-ancestors in meta", framed(html=meta("frame-ancestors 'none'")), "fail"),
        ("X-Frame-Options in meta", framed(html=meta("DENY", XFO)), "fail"),
        ("absent", framed(), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_a_page_that_was_not_kept_is_unknown() -> None:
    evidence = site(https=Missing(MissingKind.TIMEOUT))
    assert outcome_of("headers.framing", evidence) == "not-tested"


def test_weaknesses_and_mistakes_are_items_under_their_directive() -> None:
    policy = "script-src * 'unsafe-inline' self; scipt-src 'none'; frame-ancestors self"
    items = found(CHECK, sent(policy)).items
    assert [(item.subject.removeprefix(f"{HOST} "), str(item.outcome)) for item in items] == [
        ("script-src 'unsafe-inline'", "fail"),
        ("script-src *", "fail"),
        ("object-src", "fail"),
        ("script-src self", "partial"),
        ("scipt-src", "partial"),
        ("form-action", "pass"),
    ]
    framing = found("headers.framing", sent(policy)).items
    assert [item.subject for item in framing] == [f"{HOST} frame-ancestors self"]


def test_an_item_keeps_its_id_when_the_nonce_is_a_new_one() -> None:
    one, other = (found(CHECK, scripts(f"'nonce-{nonce}' x")).items for nonce in ("a$1", "b$2"))
    assert one == other
    assert any("nonce-…" in item.subject for item in one)


def test_more_sources_than_are_read_leave_it_unknown() -> None:
    many = " ".join(f"*.com:{port}" for port in range(2_001))
    several = meta(f"script-src {many}; base-uri {many}")
    assert outcome_of(CHECK, sent(html=several)) == "not-tested"
    assert outcome_of("headers.framing", framed(f"frame-ancestors {many} {many}")) == "not-tested"


def test_what_is_shown_is_bounded() -> None:
    policy = ";".join(f"{at}{'x' * 500} 'self'" for at in range(100))
    items = found(CHECK, sent(f"img-src *; {policy}")).items
    assert len(items) == 20
    assert all(len(item.subject) < 300 for item in items)


LOOSE = (
    *("'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "http://a.example", "unpkg.com"),
    *("*", "*.com", "*:8443", "https:", "http:", "ws:", "data:", "blob:"),
    "www.googletagmanager.com",
)
GOOD = ("'self'", NONCE, "'nonce-abc'", HASH, "'strict-dynamic'", "a.example")
NAMES = (
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "object-src",
    "base-uri",
)

Lists = dict[str, tuple[list[str], list[str]]]
LISTS = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(
        st.lists(st.sampled_from(GOOD), max_size=2, unique=True),
        st.lists(st.sampled_from(LOOSE), max_size=3, unique=True),
    ),
    min_size=1,
)

ANCESTORS = st.lists(
    st.sampled_from(["*", "https:", "'self'", "'none'", "*.com", "a.example", "*:8443"]), max_size=3
).map(lambda sources: f"frame-ancestors {' '.join(sources)}")


def text(lists: Lists) -> str:
    return "; ".join(f"{name} {' '.join([*good, *bad])}" for name, (good, bad) in lists.items())


def credit(*policies: Lists) -> Fraction:
    return Fraction(worth(weaknesses(read_policies(map(text, policies)), facts())))


@given(LISTS, LISTS)
def test_another_policy_never_lowers_the_credit(one: Lists, other: Lists) -> None:
    assert credit(one) <= credit(one, other)
    assert credit(one, other) == credit(other, one) == credit(other, one, one)


@given(LISTS, LISTS, st.data())
def test_what_weakens_never_raises_the_credit(
    lists: Lists, other: Lists, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(lists)))
    good, bad = lists[name]
    less = lists | {
        name: (good, data.draw(st.lists(st.sampled_from(bad), unique=True)) if bad else [])
    }
    assert credit(lists) <= credit(less)
    assert credit(lists, other) <= credit(less, other)


@settings(max_examples=30, deadline=None)
@given(LISTS)
def test_any_policy_is_worth_more_than_none(lists: Lists) -> None:
    assert 0 == found(CHECK, sent()).credit < credit(lists) <= 1
    assert found(CHECK, sent(text(lists))).credit == credit(lists)


@settings(max_examples=30, deadline=None)
@given(ANCESTORS, ANCESTORS)
def test_another_policy_never_opens_a_frame(one: str, other: str) -> None:
    alone, both = (
        found("headers.framing", framed(*sent)).credit for sent in ((one,), (one, other))
    )
    assert alone <= both


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(st.characters(max_codepoint=255)), min_size=1, max_size=3))
def test_no_header_makes_a_check_fall_over(values: list[str]) -> None:
    for check_id in CASES:
        assert outcome_of(check_id, sent(*values)) != "error"
