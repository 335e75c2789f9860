"""How the page is told to be read: its type, its encoding, and how it is compressed."""

import re
from collections.abc import Iterable
from fractions import Fraction

from secscan.check import (
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    partial,
    passed,
)
from secscan.evidence import Body, Markup, Missing, Page, Response
from secscan.parsing.headers import tokens
from secscan.parsing.html import Element, elements, head
from secscan.parsing.media import declared_type, encoding, marked_encoding, meta_charset
from secscan.parsing.text import listed, quoted

FAMILY = "headers"

_XML = "application/xhtml+xml"
_PRESCANNED = 1024
"""Bytes in which every browser finds a meta element's encoding (HTML 13.2.3.2)."""

_NOT_COMPRESSED = frozenset({"", "identity"})

_TOKEN = re.compile(
    r"csrf|xsrf|authenticity_token|requestverificationtoken|^_?token$|^form_token$|^[0-9a-f]{32}$",
    re.IGNORECASE,
)
"""Names under which known software puts a secret into pages; the last is Joomla's."""


@check("The page declares its character encoding", Severity.LOW)
def charset(page: Page) -> Verdict:
    """Judge byte order mark, Content-Type and meta element, in the order in which browsers do.

    Why: A browser that guesses the encoding shows broken letters, and can take harmless text for
    script.
    Fix: Send charset=utf-8 in Content-Type, and save all pages as UTF-8.
    nginx: charset utf-8;
    Apache: AddDefaultCharset utf-8
    IIS: <globalization responseEncoding="utf-8" /> in web.config
    See: WHATWG HTML section 13.2.3 (determining the character encoding)
    """
    body = page.hop.body
    content = body.content if isinstance(body, Body) else None
    sent = declared_type(page.hop.all("content-type"))
    declared = (
        marked_encoding(content or b""),
        encoding(sent.charset if sent else ""),
        _in_meta(elements((content or b"")[:_PRESCANNED].decode("latin-1"))),
    )
    named = list(dict.fromkeys(name for name in declared if name))
    if len(named) > 1:
        return partial(
            Fraction(1, 2), "the page declares several encodings: {names}", names=listed(named)
        )
    if named:
        return passed("the page declares its encoding: {name}", name=quoted(named[0]))
    if sent is not None and sent.essence == _XML:
        return passed("the page declares its encoding: {name}", name="utf-8")  # XML's own default
    if content is None:
        return not_tested("the page's content was not kept")
    late = _in_meta(head(elements(content.decode("latin-1"))))
    if late:
        return partial(
            Fraction(1, 2), "the page declares its encoding too late: {name}", name=quoted(late)
        )
    return failed("the page does not declare its encoding")


@check("The answer declares its type", Severity.LOW)
def content_type(response: Response) -> Verdict:
    """Judge whether Content-Type holds a type at all; browsers guess where it does not.

    Why: A browser that guesses can take an uploaded picture or text for a page and run its scripts.
    Fix: Have the server send a type with every answer.
    nginx: include mime.types; default_type application/octet-stream;
    Apache: TypesConfig conf/mime.types
    IIS: <mimeMap fileExtension=".json" mimeType="application/json" /> in <staticContent>
    See: RFC 9110 section 8.3
    WHATWG MIME Sniffing
    """
    values = response.hop.all("content-type")
    declared = declared_type(values)
    if declared is not None:
        return passed("the type is {type}", type=quoted(declared.essence))
    body = response.hop.body
    if isinstance(body, Missing):
        return not_tested("the page's content was not kept")
    if body is None or body.size == 0:
        return not_applicable("the answer has no content")
    if values:
        return failed(
            "browsers guess the type, for it is not valid: {value}", value=listed([*values])
        )
    return failed("browsers guess the type, for there is no Content-Type header")


@check("Pages with secret tokens are not compressed", Severity.INFO)
def compression(page: Page, markup: Markup) -> Verdict:
    """Tell whether a page over HTTPS is compressed and holds a token; information only.

    Why: Where such a page also repeats what a visitor sends, its compressed length tells the token
    letter by letter (BREACH). Tokens that change with every answer, and SameSite cookies, stop it.
    Fix: Change the token's form with every answer, set SameSite on cookies, or do not compress
    pages with forms.
    nginx: gzip off; in the location block of pages with forms
    Apache: SetEnv no-gzip 1 for pages with forms
    IIS: <urlCompression doDynamicCompression="false" /> for pages with forms
    See: CVE-2013-3587
    """
    if not markup.url.startswith("https:"):
        return not_applicable("the page is not loaded over HTTPS")
    codings = [
        one for one in tokens(page.hop.all("content-encoding")) if one not in _NOT_COMPRESSED
    ]
    if not codings:
        return passed("the page is not compressed")
    secrets = [name for element in elements(markup.html) if (name := _token(element))]
    if secrets:
        return failed(
            "the page is compressed and holds {names}", names=listed(list(dict.fromkeys(secrets)))
        )
    if markup.truncated:
        return not_tested("the page is longer than what was kept")
    return passed("the page is compressed and holds no token that is known")


def _in_meta(found: Iterable[Element]) -> str:
    """Return the encoding that a meta element declares, "" where none does.

    One that says UTF-16 is read as UTF-8, for it could not be read otherwise (HTML 13.2.3.2).
    """
    declared = (encoding(_declared(element)) for element in found if element.name == "meta")
    name = next((name for name in declared if name), "")
    return "utf-8" if name == "utf-16" else name


def _declared(element: Element) -> str:
    if element.get("http-equiv").lower() == "content-type":
        return meta_charset(element.get("content"))
    return element.get("charset")


def _token(element: Element) -> str:
    """Return the name under which an element holds a secret token, "" where it holds none."""
    name = element.get("name")
    hidden = element.name == "input" and element.get("type").lower() == "hidden"
    return name if (hidden or element.name == "meta") and _TOKEN.search(name) else ""
