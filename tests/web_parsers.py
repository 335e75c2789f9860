"""The parsers of what a web site sends, each with pieces of text that it knows something of."""

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import Any

from secscan.facts.libraries import read_libraries
from secscan.facts.signals import read_signals
from secscan.parsing import (
    blocking,
    cookies,
    csp,
    csp_faults,
    csp_matching,
    environment,
    exposed,
    headers,
    hsts,
    html,
    libraries,
    loads,
    locations,
    media,
    opaque,
    permissions,
    redaction,
    securitytxt,
    software,
    structured,
    suggestions,
    traces,
)

Parser = Callable[[Any], object]
AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://a.example/b/c"
SIGNALS = read_signals(
    tomllib.loads((files("secscan.facts") / "signals.toml").read_text(encoding="utf-8"))
)
SCRIPT_SIGNS = [
    library.signs
    for library in read_libraries(
        tomllib.loads((files("secscan.facts") / "libraries.toml").read_text(encoding="utf-8"))[
            "library"
        ]
    ).values()
]
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
    return addresses, html.metas(html.head(found), "name", "referrer")


def suggested(text: str) -> object:
    found = html.elements(text)
    made = suggestions.is_joomla(URL, found), suggestions.is_wordpress(URL, found)
    feed, folder = suggestions.own_feed(URL, found), suggestions.own_folder(URL, found)
    return made, feed, folder, suggestions.own_scripts(URL, found)


def unveiled(content: bytes) -> object:
    page = exposed.server_status(content), exposed.phpinfo(content), exposed.listing(content)
    built = [exposed.built_on(part) for part in (*page, content)]
    named = exposed.server_of(content), exposed.php_of(content)
    return page, built, named, exposed.git_head(content)


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
    names = ("Server", "X-Powered-By", "X-Generator", "Liferay-Portal", "Set-Cookie", "Via")
    builds = ("MicrosoftSharePointTeamServices", "X-OWA-Version")
    seen = software.from_headers(SIGNALS, [(name, value) for name in (*names, *builds)])
    return seen, software.combined(seen), [software.system_of(one) for one in seen]


def named_in_page(text: str) -> object:
    script = f"<script>siteClientTag:'0$$16.0.10417.20114'{text}</script>"
    return software.from_page(SIGNALS, text), software.from_page(SIGNALS, script)


def named_in_document(text: str) -> object:
    places = ("feed", "joomla-manifest")
    return (
        [software.from_document(SIGNALS, place, text) for place in places],
        software.from_error_page(SIGNALS, [("Server", text)], text),
        [software.from_banner(SIGNALS, scheme, text) for scheme in ("ssh", "smtp", "ftp", "imaps")],
    )


def block_page(text: str) -> object:
    return blocking.block_kind(503, [("Server", "x")], text.encode())


PARSERS: dict[str, tuple[Parser, str]] = {
    "html": (page, "<a b='c'|<a b=|<!--|-->|<|</|<script>|<!--<script>|</script>|<svg>|</svg>|&#1"),
    "title": (html.title, "<title>|<title>&amp; |<title"),
    "suggestions": (
        suggested,
        "<script src=a.js>|</script>|<script src=//a.example/jquery.js>|<base href=//b/|/a/a.js|?|"
        "<link rel=alternate type=application/rss+xml href=|><img src=/media/jui/a.png>|#|'|>",
    ),
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
    "banners": (
        banners,
        "a/1|1.|apache/|(debian|-deb1u|/|php/7.4.3-|1+deb11u|+ubuntu18.04|red hat |0 |=;",
    ),
    "software of a page": (
        named_in_page,
        "<meta name=generator content=koha>|<link href=/wp-content/|<script>rcmail.set_env({"
        "|</script>|wp-content/|<!--|/o/x?b=|<link href='/owa/auth/15.1.'>",
    ),
    "software of a document": (
        named_in_document,
        "<generator>|<generator |<item>|<entry|<name>files_joomla</name>|<version>"
        "|<address>Apache/2.4.6 (|Powered by Jetty:// <a |<center>nginx/"
        "|SSH-2.0-OpenSSH_9.2p1 |220 a |\n",
    ),
    "script address": (
        lambda url: libraries.identify(SCRIPT_SIGNS, url, None),
        "jquery-|3.4.1|.min|.js|/|/jquery/|@|jquery@3.4.1,|?v=|1.|&|#|\\",
    ),
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
    "exposed": (
        unveiled,
        [
            b"<title>Index of /",
            b"<title>PHP 8.2 - phpinfo()</title>",
            b'<h1 class="p">PHP Version 8.2',
            b"<title>Apache Status</title>",
            b"<dt>Server Version: a",
            b"Server Built: 2026-01-31",
            b"Server-Status (a",
            b"ref: refs/a",
            b"<",
            b"a",
            b"1",
            b" ",
        ],
    ),
    "environment": (
        environment.variable_names,
        [b"KEY_A=a\n", b"AB_", b"A1", b"=", b'="', b"'", b"\\", b'"""', b"\n", b" ", b"#", b"\0"],
    ),
    "script": (
        partial(libraries.identify, SCRIPT_SIGNS, ""),
        [
            b"/*! jQuery v1.1 ",
            b'="1.1",',
            b'.version="1.1",a.fn=b,a.min=',
            b"@license\nLodash <http",
            b"VERSION = '1.1';",
            b"dojo.version={major:1,minor:2,patch:3",
            b"\r\n",
            b"1",
            b'"',
        ],
    ),
    "first bytes": (partial(media.is_html, None), [b" ", b"<!", b"<html", b"\0"]),
}
