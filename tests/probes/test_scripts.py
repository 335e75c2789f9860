"""The page's own scripts as a server sends them: what is fetched, and what is kept of it."""

import gzip

from asked_site import Site, answers, missing, page, scanned
from servers import endpoint, response

from secscan.evidence import Body, Hop, Missing, MissingKind, SiteEvidence, dump
from secscan.evidence.resources import documents_reading, scripts_reading

JQUERY = b"/*! jQuery v3.7.1 | (c) OpenJS Foundation and other contributors */"
JAVASCRIPT = "Content-Type: text/javascript"


def script(evidence: SiteEvidence) -> Hop:
    (answer,) = answers(evidence, "script")
    assert isinstance(answer, Hop), answer
    return answer


def content(hop: Hop) -> bytes:
    assert isinstance(hop.body, Body), hop.body
    return hop.body.content or b""


def test_a_script_is_kept_as_it_was_sent() -> None:
    markup = "<script src='js/jquery.min.js?ver=3.7.1'></script>"
    site = Site({"/": page(markup), "/js/jquery.min.js": response(JQUERY, JAVASCRIPT)})
    kept = script(scanned(site))
    assert kept.url == "http://site.example/js/jquery.min.js?ver=3.7.1"
    assert content(kept) == JQUERY
    assert "GET /js/jquery.min.js?ver=3.7.1" in site.asked


def test_checks_get_the_scripts_and_documents() -> None:
    markup = "<script src=/a.js></script><link href=/wp-content/a.css rel=stylesheet>"
    feed = response(b"<rss/>", "Content-Type: application/rss+xml")
    site = Site({"/": page(markup), "/a.js": response(JQUERY), "/feed/": feed})
    seen = endpoint(scanned(site), "http")
    assert [one.status for one in scripts_reading(seen).answers if isinstance(one, Hop)] == [200]
    assert list(documents_reading(seen, Missing(MissingKind.NOT_HTML)).answers) == ["feed"]


def test_libraries_come_first_and_one_of_each_before_a_second() -> None:
    names = ["menu", "jquery.easing", "a", "b", "c", "d", "jquery.form", "bootstrap.min", "vendor"]
    markup = "".join(f"<script src=/js/{name}.js></script>" for name in names)
    site = Site({"/": page(markup)})
    scanned(site)
    asked = [line.partition("/js/")[2] for line in site.asked if "/js/" in line]
    assert asked == [
        "jquery.easing.js",
        "bootstrap.min.js",
        "vendor.js",
        "jquery.form.js",
        "menu.js",
        "a.js",
    ]


def test_the_same_script_is_asked_for_once() -> None:
    markup = "<script src=/a.js></script><script src=/a.js#x></script><script src=./a.js></script>"
    site = Site({"/": page(markup)})
    scanned(site)
    assert site.asked.count("GET /a.js") == 1


def test_a_script_may_move_once_on_its_own_site() -> None:
    moved = response(b"", "Location: /js/b.js", status="302 Found")
    away = response(b"", "Location: https://cdn.example/c.js", status="302 Found")
    markup = "<script src=/a.js></script><script src=/c.js></script>"
    site = Site({"/": page(markup), "/a.js": moved, "/js/b.js": response(JQUERY), "/c.js": away})
    found = [one for one in answers(scanned(site), "script") if isinstance(one, Hop)]
    assert [one.status for one in found] == [200, 302]
    named = [f"http://site.example/{name}.js" for name in "ac"]
    assert [one.url for one in found] == named
    assert content(found[0]) == JQUERY


def test_a_script_is_cut_at_a_megabyte_after_it_is_inflated() -> None:
    bomb = response(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip")
    body = script(scanned(Site({"/": page("<script src=/a.js></script>"), "/a.js": bomb}))).body
    assert isinstance(body, Body)
    assert (body.size, body.truncated) == (1_048_576, True)


def test_secrets_are_taken_out_of_scripts() -> None:
    code = response(b"fetch('https://me:geheim@site.example/');sid='abcdef0123456789'")
    cookie = "Set-Cookie: sid=abcdef0123456789"
    first = response(b"<!doctype html><script src=/a.js></script>", cookie)
    document, bodies = dump(scanned(Site({"/": first, "/a.js": code})))
    stored = document.encode() + b"".join(bodies.values())
    assert b"geheim" not in stored
    assert b"abcdef0123456789" not in stored
    assert b"fetch(" in stored


def test_no_cookie_goes_along() -> None:
    first = response(b"<!doctype html><script src=/a.js></script>", "Set-Cookie: a=1")
    site = Site({"/": first})
    scanned(site)
    assert not any(b"\r\ncookie:" in head.lower() for head in site.heads)


def test_an_address_that_is_none_is_no_fault_of_ours() -> None:
    markup = "<script src='/a.js'></script><script src='http://site.example/\x01b.js'></script>"
    found = answers(scanned(Site({"/": page(markup)})), "script")
    assert len(found) == 2


def test_a_page_in_utf_16_is_read() -> None:
    text = "<!doctype html><script src=/a.js></script>".encode("utf-16")
    site = Site({"/": response(text, "Content-Type: text/html")})
    scanned(site)
    assert "GET /a.js" in site.asked


def test_scripts_that_were_not_asked_for_are_over_budget() -> None:
    markup = "".join(f"<script src=/{number}.js></script>" for number in range(30))
    (left,) = missing(scanned(Site({"/": page(markup)})), "script")
    assert left.kind is MissingKind.OVER_BUDGET
    assert left.detail == "24 further scripts: 6.js, 7.js, 8.js, 9.js, 10.js, …"
