"""The parsers of what a web site sends, each with pieces of text that it knows something of."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from secscan.parsing import (
    blocking,
    cookies,
    csp,
    csp_faults,
    csp_matching,
    headers,
    hsts,
    html,
    loads,
    locations,
    media,
    opaque,
    permissions,
    redaction,
    securitytxt,
    software,
    structured,
    traces,
)

Parser = Callable[[Any], object]
AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://a.example/b/c"
SCRIPT = csp_matching.address("https://b.example/d/e.js")


def cookie(line: str) -> object:
    found = cookies.read_cookie(line)
    if isinstance(found, cookies.Cookie):
        return found.is_session, found.identity(URL), found.is_deleted(AT), found.refusal(URL)
    return found


def page(text: str) -> object:
    found = html.elements(text)
    base = html.base_url(URL, found)
    addresses = [html.resolve(base, element.get("src")) for element in found]
    return addresses, html.metas(html.head(found), "name", "referrer"), software.from_page(found)


def pinned(value: str) -> object:
    code = html.Element("script", {"src": value, "type": value, "integrity": value})
    sets = html.Element("img", {"srcset": value}), html.Element("link", {"rel": value, "href": "x"})
    return loads.code_of(code), loads.pin_of(code), list(loads.loads([code, *sets]))


def policy(text: str) -> object:
    read = csp.read_policy(text)
    allowed = csp_matching.allows_script(read, SCRIPT), csp_matching.allows_framing(read, SCRIPT)
    return (
        csp.read_policies([text]),
        csp.read_meta_policy(text),
        list(csp_faults.faults(read)),
        allowed,
    )


def fields(value: str) -> object:
    lines = value.split("\n")
    return (
        headers.blocks_framing(lines),
        headers.is_nosniff(lines),
        headers.referrer_policy(lines),
        headers.token_item(lines),
        headers.resource_policy(lines),
        headers.shared_with(lines, lines),
    )


def structured_field(value: str) -> object:
    lines = value.split("\n")
    found = structured.read_item(lines), structured.read_list(lines)
    return found, structured.read_dictionary(lines), permissions.restricted_features(lines)


def media_types(value: str) -> object:
    declared = media.declared_type([value]), media.meta_charset(value), media.encoding(value)
    return declared, media.is_html(value, b"")


def addresses(value: str) -> object:
    return locations.location_of(URL, [value]), locations.refresh_of(URL, value)


def redacted(name: str, value: str) -> object:
    return redaction.redact_headers([(name, value)])


def banners(value: str) -> object:
    lines = [("Server", value), ("X-Generator", value), ("Liferay-Portal", value)]
    versions = [("MicrosoftSharePointTeamServices", value), ("X-OWA-Version", value)]
    return software.from_headers(lines + versions), software.from_url(value)


def block_page(text: str) -> object:
    return blocking.block_kind(503, [("Server", "x")], text.encode())


PARSERS: dict[str, tuple[Parser, str]] = {
    "html": (page, "<a b='c'|<a b=|<!--|-->|<|</|<script>|<!--<script>|</script>|<svg>|</svg>|&#1"),
    "title": (html.title, "<title>|<title>&amp; |<title"),
    "csp": (policy, "a;|script-src a;|'nonce-a' |*.|a.|a:|default-src x,|http://|-|'|1|é;|[:"),
    "pins and sets": (pinned, "a |a 1x,|,| |sha256-|sha384-a |a,b|module|text/javascript|?| a"),
    "hsts": (hsts.read_hsts, 'max-age=1;|a="|a;|;| |a=\\"|max-age=9|"\\'),
    "cookie": (cookie, "a=b;|;|a=|=| |expires=1 |expires=Mon, |domain=.;|path=/;|-|sess_|sid."),
    "fields": (fields, "a,|,|deny,| ,|a;b=c,|no-referrer,|;|a\n"),
    "structured": (structured_field, 'a=1,|a=(|a=("b" |a;b;|a="\\"|a=:YQ==:,|a=9,|( |,| |a=*|a\n'),
    "media": (media_types, "text/html;|a/b,|charset=|;| |a=\"|charset =| charset|\\"),
    "addresses": (addresses, "0;url=|/|../|//|;| |:|url='|9|?a|#|\\|@"),
    "redacted address": (redaction.redact_url, "//|/|/a:|/a:b@|@|&key|?sid=1|?saml|:|_|\\a:b|-key"),
    "redacted cookie": (partial(redacted, "Set-Cookie"), "a=b;|;|a=|=|<redacted length=|path=,;|,"),
    "redacted line": (partial(redacted, "Link"), "//|//a@|<|&token=|;key|a-|?|@|,"),
    "redacted challenge": (partial(redacted, "WWW-Authenticate"), "a |=| =|a=b"),
    "redacted name": (lambda name: redacted(name, "x"), "api-|-key|token-|a-|-|api|sess-|-sessid"),
    "secret": (opaque.secret_of, "a1|=|;|sid=|sid|.a|://|%41|%|\"|a.|-"),
    "banners": (banners, "a/1|1.|apache/|(debian|-deb1u|/|jquery-|ui@1.1.1/|jquery.min.|?ver=1.1&"),
    "block page": (block_page, "<title>|just a moment|a|<p>|<script>| |&amp;|&#9|9"),
    "traces": (
        partial(traces.traces, quotes=True),
        "at a|File \"|<b>|#0 /|\n|a.b(|:1| |/|=/|@/|&#9|9",
    ),
}  # fmt: skip

BYTES: dict[str, tuple[Parser, list[bytes]]] = {
    "body": (redaction.redact_body, [b"//", b"//a:b@", b"@", b"/", b"//a", b"//@/a"]),
    "security.txt": (
        securitytxt.read_security_txt,
        [b"Contact: a:b\n", b"Expires: 2", b"\n", b":", b" ", b"\x85", b"\xff", b"Expires:\n"],
    ),
    "first bytes": (partial(media.is_html, None), [b" ", b"<!", b"<html", b"\0"]),
}
