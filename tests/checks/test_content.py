import pytest
from builders import Cases, changed, cut_off, flat, found, outcome_of, site, without_https
from certificate_builders import HOST
from hypothesis import given
from hypothesis import strategies as st

from secscan.evidence import SiteEvidence

CDN = "https://cdn.example/a.js"
PINNED = f'integrity="sha384-{"A" * 64}" crossorigin'


def page(html: str, *headers: tuple[str, str]) -> SiteEvidence:
    return site(html=f"<!doctype html><html><body>{html}", headers=changed(*headers))


def in_head(html: str, body: str) -> SiteEvidence:
    return site(html=f"<!doctype html><html><head>{html}</head><body>{body}")


UPGRADE = '<meta http-equiv="Content-Security-Policy" content="upgrade-insecure-requests">'
PLAIN_SCRIPT = '<script src="http://a.example/a.js"></script>'
PLAIN_FORM = '<form action="http://a.example/">'

CASES: Cases = {
    "content.mixed_content": [
        ("none", site(), "pass"),
        ("a link is no content", page('<a href="http://a.example/">'), "pass"),
        ("in a comment", page('<!-- <script src="http://a.example/a.js"></script> -->'), "pass"),
        ("in a script's text", page("""<script>'<img src="http://a.example">'</script>"""), "pass"),
        (
            "upgraded by the policy",
            page(
                '<script src="http://a.example/a.js">',
                ("Content-Security-Policy", "upgrade-insecure-requests"),
            ),
            "pass",
        ),
        ("upgraded by a meta element", in_head(UPGRADE, PLAIN_SCRIPT), "pass"),
        ("a meta element of the body", page(UPGRADE + PLAIN_SCRIPT), "fail"),
        ("a comment that a bang ends", page(f"<!-- --!>{PLAIN_SCRIPT}"), "fail"),
        ("nothing, but cut off", cut_off("<html>"), "not-tested"),
        ("found before it was cut off", cut_off(f"<html>{PLAIN_SCRIPT}"), "fail"),
        ("a picture", page('<img src="http://a.example/a.png">'), "partial 1/2"),
        ("a set of pictures", page('<img srcset="http://a.example/a.png 2x">'), "fail"),
        (
            "a picture's fall-back",
            page('<picture><source srcset=a><img src="http://a.example/a.png"></picture>'),
            "fail",
        ),
        ("what waits for a script", page('<img data-src="http://a.example/a.png">'), "pass"),
        ("a style sheet's own", page("<style>p { background: url(http://a.example/) }"), "pass"),
        ("the visitor's own computer", page("<script src=http://127.0.0.1:8080/a.js>"), "pass"),
        ("a name that only begins so", page("<script src=http://127.example/a.js>"), "fail"),
        ("a script", page("<script src=http://a.example/a.js></script>"), "fail"),
        ("a style", page("<LINK REL=stylesheet HREF='HTTP://a.example/a.css'>"), "fail"),
        ("a frame", page('<iframe src="http://a.example/"></iframe>'), "fail"),
        ("by its base", page('<base href="http://a.example/"><script src="a.js">'), "fail"),
        ("no HTTPS", without_https(), "fail"),
    ],
    "content.subresource_integrity": [
        ("pinned", page(f'<script src="{CDN}" {PINNED}></script>'), "pass"),
        ("its own", site(), "not-applicable"),
        ("of the same site", page(f'<script src="https://static.{HOST}/a.js">'), "not-applicable"),
        (
            "of the same organisation",
            page('<script src="https://static.portal.example/a.js">'),
            "not-applicable",
        ),
        ("a base of another site", page('<base href="https://cdn.example/">'), "not-applicable"),
        ("by a base of another", page(f'<base href="{CDN}"><script src=b.js>'), "partial 1/4"),
        ("no scheme", page('<script src="//cdn.example/a.js"></script>'), "partial 1/4"),
        ("no hash", page(f'<script src="{CDN}" integrity="yes" crossorigin>'), "partial 1/4"),
        ("a hash too short", page(f'<script src="{CDN}" integrity="sha384-abc">'), "partial 1/4"),
        (
            "without CORS",
            page(f'<script src="{CDN}" {PINNED.replace("crossorigin", "")}></script>'),
            "partial 1/4",
        ),
        ("a module to come", page(f'<link rel=modulepreload href="{CDN}">'), "partial 1/4"),
        ("a style", page(f'<link rel=stylesheet href="{CDN}">'), "not-applicable"),
        ("over plain HTTP", page(PLAIN_SCRIPT), "fail"),
        ("over plain HTTP, but upgraded", in_head(UPGRADE, PLAIN_SCRIPT), "partial 1/4"),
        (
            "one of two over plain HTTP",
            page(f'<script src="{CDN}"></script>{PLAIN_SCRIPT}'),
            "fail",
        ),
        ("over plain HTTP, pinned", page(f"<script src=http://a.example/a {PINNED}>"), "pass"),
        (
            "a module",
            page(f'<script type=module src="{CDN}" {PINNED.replace("crossorigin", "")}></script>'),
            "pass",
        ),
        (
            "no script at all",
            page(f'<script type="text/x-template" src="{CDN}">'),
            "not-applicable",
        ),
        ("pinned, but cut off", cut_off(f'<script src="{CDN}" {PINNED}>'), "not-tested"),
        ("none, but cut off", cut_off("<html>"), "not-tested"),
        ("bare, and cut off", cut_off(f'<script src="{CDN}">'), "partial 1/4"),
        ("not pinned", page(f'<script src="{CDN}"></script>'), "partial 1/4"),
        (
            "pinned once of twice",
            page(f'<script src="{CDN}"></script><script src="{CDN}" {PINNED}></script>'),
            "partial 1/4",
        ),
        (
            "one of two",
            page(
                f'<script src="{CDN}" {PINNED}></script>'
                '<script src="https://maps.example/api.js"></script>'
            ),
            "partial 1/4",
        ),
    ],
    "content.insecure_forms": [
        ("relative", site(), "pass"),
        ("no action", page("<form>"), "pass"),
        ("to https", page('<form action="https://a.example/">'), "pass"),
        ("no form", page("<p>"), "not-applicable"),
        ("upgraded", in_head(UPGRADE, PLAIN_FORM), "pass"),
        ("no form, but cut off", cut_off("<html>"), "not-tested"),
        ("a good one, but cut off", cut_off("<html><form>"), "not-tested"),
        ("found before it was cut off", cut_off(f"<html>{PLAIN_FORM}"), "fail"),
        ("to http", page('<form action=" http://a.example/ ">'), "fail"),
        ("a button's", page('<form><button formaction="http://a.example/">'), "fail"),
        ("no HTTPS", without_https(), "fail"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_a_page_of_thousands_of_faults_has_few_items() -> None:
    html = "".join(f'<script src="http://a.example/{number}.js"></script>' for number in range(999))
    finding = found("content.mixed_content", page(html))
    assert len(finding.items) == 20
    assert dict(finding.reason.data) == {"count": 999}


def test_each_file_is_told_with_its_own_fault() -> None:
    kinds = {"a": "", "b": "integrity=x", "c": PINNED.replace("crossorigin", ""), "d": PINNED}
    html = "".join(
        f'<script src="https://cdn.example/{name}" {kind}></script>' for name, kind in kinds.items()
    )
    items = found("content.subresource_integrity", page(html)).items
    told = [(item.subject.rpartition("/")[2], item.reason.template.split()[-1]) for item in items]
    assert told == [("a", "attribute"), ("b", "know"), ("c", "attribute")]


@given(
    st.text() | st.lists(st.sampled_from(["<script src='", "https://", "a.", "'>"])).map("".join)
)
def test_no_page_makes_a_check_fall_over(html: str) -> None:
    for check_id in CASES:
        assert outcome_of(check_id, page(html)) != "error"
