"""What sites may send, for the comparison with MDN: field by field, each quirk at least once."""

from collections.abc import Callable, Mapping, Sequence
from random import Random

Field = tuple[str, str]
Variants = Sequence[tuple[Field, ...]]

STRICT = "default-src 'none'; form-action 'self'"
LOOSE = "default-src * 'unsafe-inline' data:"


def _lines(name: str, *values: str | tuple[str, ...] | None) -> Variants:
    """Return one variant a value: no line, one line, or several."""
    found = (() if v is None else (v,) if isinstance(v, str) else v for v in values)
    return [tuple((name, line) for line in lines) for lines in found]


HSTS: Variants = _lines(
    "Strict-Transport-Security",
    *(None, None, "max-age=31536000", "max-age=63072000; includeSubDomains; preload"),
    *("max-age=15552000", "max-age=15551999", "max-age=300; includeSubDomains", "MAX-AGE=31536000"),
    *("max-age=0", "includeSubDomains", "", "max-age", "max-age = 31536000", "max-age= 31536000"),
    *('max-age="300"', "max-age=abc", "max-age=-1", "max-age=31536000, includeSubDomains"),
    ("max-age=31536000", "max-age=31536000"),
    ("max-age=31536000", "max-age=0"),
    "max-age=300; max-age=31536000",
    "includeSubDomains; max-age=+31536000x",
)

FRAMING: Variants = _lines(
    "X-Frame-Options",
    *(None, None, "DENY", "sameorigin", " SameOrigin ", "ALLOW-FROM https://a.example/"),
    *("allow-from", "ALLOWALL", "SAMEORIGIN; DENY", "", "SAMEORIGIN, SAMEORIGIN"),
    ("SAMEORIGIN", "SAMEORIGIN"),
    ("DENY", "SAMEORIGIN"),
)

SNIFFING: Variants = _lines(
    "X-Content-Type-Options",
    *(None, None, "nosniff", "NoSniff", "nosniff;", "sniff", "", "nosniff, nosniff"),
    ("nosniff", "nosniff"),
    ("nosniff", "none"),
)

REFERRER: Variants = _lines(
    "Referrer-Policy",
    *(None, None, "no-referrer", "same-origin", "strict-origin", "Strict-Origin-When-Cross-Origin"),
    *("origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"),
    *("", "never", "no-referrer, unsafe-url", "unsafe-url, strict-origin", "strict-origin, new"),
    ("unsafe-url", "no-referrer"),
)

RESOURCE: Variants = _lines(
    "Cross-Origin-Resource-Policy",
    *(None, None, "same-origin", "same-site", "cross-origin", "Same-Origin", "same", ""),
    *(" same-site ", "same-origin; report-to=a"),
    ("same-origin", "same-origin"),
)

SHARING: Sequence[tuple[int, tuple[Field, ...]]] = [
    (204, ()),
    (405, (("Access-Control-Allow-Origin", "*"),)),
    (404, ()),
    *((status, (("Access-Control-Allow-Origin", "*"),)) for status in (200, 204)),
    (200, (("Access-Control-Allow-Origin", "https://a.example"),)),
    (200, (("Access-Control-Allow-Origin", "null"),)),
    (200, (("Access-Control-Allow-Origin", ""),)),
    (200, (("Access-Control-Allow-Origin", " * "), ("Access-Control-Allow-Credentials", "true"))),
    (200, (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Origin", "*"))),
    (200, (("Access-Control-Allow-Origin", "ASKER"),)),
    (
        204,
        (("Access-Control-Allow-Origin", "ASKER"), ("Access-Control-Allow-Credentials", "true")),
    ),
]
"""Status and lines; ASKER stands for the origin that asked."""

COOKIES: Variants = _lines(
    "Set-Cookie",
    None,
    None,
    *("PHPSESSID=abc; Secure; HttpOnly; SameSite=Lax", "PHPSESSID=abc; Secure; HttpOnly"),
    *("PHPSESSID=abc; HttpOnly; Path=/", "PHPSESSID=abc; Secure", "a=b", "a=b; Secure"),
    *("a=b; Secure; SameSite=Strict", "a=b; SameSite=None", "a=b; Secure; SameSite=None"),
    *("a=b; Secure; SameSite", "a=b; Secure; SameSite=Wrong", "obsession=1; Path=/"),
    *("obsession=1; Secure", "XSRF-TOKEN=a; Secure", "csrftoken=a; Secure", "csrf=a; SameSite=Lax"),
    *("csrftoken=a; Secure; SameSite=Lax", "LoginName=a; Secure; HttpOnly; SameSite=Lax"),
    *("session", "=session; Secure", "; Secure", "sessid=; Max-Age=0", "a=b; Max-Age=-5; Secure"),
    *(
        "sess=a; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=b; Expires=Fri, 01 Jan 2038 00:00:00 GMT",
    ),
    *("a=b; Domain=elsewhere.example", "a=b; Domain=HOST", "a=b; Domain=.HOST; Secure"),
    *("a=b; Domain=example", "a=b; Domain=grade.example; Secure", "a=b; Domain=com.vn"),
    *("a=b; Domain=; Secure", "sess=b; Domain=github.io; Secure; HttpOnly"),
    *("__Host-a=1; Secure; Path=/", "__Host-a=1; Secure; Path=/b", "__Host-a=1; Path=/"),
    *("__Host-a=1; Secure; Domain=HOST; Path=/", "__Secure-a=1", "__Secure-a=1; Secure"),
    *("heroku-session-affinity=a", "a=b; SECURE; httponly; samesite=LAX", "a=b;Secure;HttpOnly"),
    ("a=b; Secure; SameSite=Lax", "sess=c; Secure; HttpOnly; SameSite=Lax"),
    ("a=b; Secure; SameSite=Lax", "c=d; Secure"),
    ("a=b; Path=/", "a=c; Path=/; Secure; SameSite=Lax"),
    ("a=b; Secure", "sessionid=c; Secure"),
    ("a=b; Secure; SameSite=Bad", "c=d; Domain=elsewhere.example"),
)

POLICIES: Variants = [
    *_lines(
        "Content-Security-Policy",
        *(None, None, STRICT, "default-src 'self'", "default-src 'none'", "default-src", LOOSE),
        *("default-src 'self'; style-src 'unsafe-inline'", "default-src 'self'; style-src https:"),
        *("default-src 'self'; img-src http:", "default-src 'self'; media-src http://a.example"),
        *(
            "default-src 'self'; img-src 'self' ftp:",
            "default-src 'self'; img-src http://a.example",
        ),
        *(
            "default-src 'self'; script-src 'unsafe-eval' 'self'",
            "default-src 'self' 'unsafe-eval'",
        ),
        *("default-src 'none'; style-src 'unsafe-eval'", "script-src 'self'", "object-src 'none'"),
        *(
            "default-src 'self'; connect-src http://a.example",
            "default-src 'self' http://a.example",
        ),
        *(
            "default-src 'self'; report-uri http://a.example/r",
            "default-src 'self' ftp://a.example",
        ),
        *(
            "default-src 'self'; script-src 'unsafe-inline'",
            "default-src https:",
            "default-src data:",
        ),
        *("default-src 'self'; script-src 'nonce-a' 'unsafe-inline'", "upgrade-insecure-requests"),
        *("default-src 'nonce-a' 'unsafe-inline' 'self'", "default-src 'self'; object-src *"),
        "default-src 'none'; script-src 'strict-dynamic' 'nonce-a' https: 'unsafe-inline'",
        *("default-src 'self'; script-src 'strict-dynamic'", "frame-ancestors 'none'", ";;;;;;;"),
        *("default-src 'self'; frame-ancestors *", "default-src 'self'; frame-ancestors 'self'"),
        *("default-src 'self'; frame-ancestors https://a.example", "frame-ancestors *", "abc", ""),
        *(
            "default-src 'self'; default-src 'none'",
            "img-sr",
            "default-src 'SELF'; SCRIPT-SRC 'self'",
        ),
        *(
            "default-src 'self'; report-uri /a; report-uri /b",
            "default-src 'self'; report-to a; report-to b",
        ),
        *("default-src 'self'; report-to a; report-to b; script-src *", "unknown-directive a b c"),
        *("default-src 'self' https://a.example https://a.example/b", "default-src http: https:"),
        ("default-src 'self'", "default-src 'self'; report-to a; report-to b"),
        (STRICT, LOOSE),
        ("default-src 'self'", "default-src 'self'"),
        ("default-src 'self'; script-src 'self'", "img-src 'self'"),
    ),
    *_lines("Content-Security-Policy-Report-Only", "default-src 'self'", "", "a"),
    (
        ("Content-Security-Policy", "default-src 'self'"),
        ("Content-Security-Policy-Report-Only", "default-src 'none'"),
    ),
]

_NONE = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"

METAS: Sequence[str] = [
    *("", "", "", "", "", "", "", ""),
    f'<meta http-equiv="Content-Security-Policy" content="{LOOSE}">',
    f'<meta http-equiv="Content-Security-Policy" content="{STRICT}">',
    '<meta http-equiv=" content-security-policy " content="default-src &#39;self&#39;">',
    '<meta http-equiv="Content-Security-Policy" content="frame-ancestors \'none\'">',
    "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'; frame-ancestors 'none'"
    '">',
    '<meta http-equiv="Content-Security-Policy" content="abc">',
    '<meta http-equiv="Content-Security-Policy" content="">',
    '<meta http-equiv="Content-Security-Policy" name="referrer" content="no-referrer">',
    '<meta http-equiv="Content-Security-Policy-Report-Only" content="default-src \'self\'">',
    f"<template>{_NONE}</template>",
    f"<noscript>{_NONE}</noscript>",
    f"<!-- {_NONE} -->",
    '<meta name="referrer" content="no-referrer">',
    '<meta name="Referrer" content="unsafe-url"><meta name="referrer" content="strict-origin">',
    '<meta name="referrer" content="wrong">',
    '<meta name="referrer" content="">',
]

SCRIPTS: Sequence[str] = [
    *(
        "",
        "",
        "<script>1</script>",
        '<script src="/a.js"></script>',
        '<script src="a.js"></script>',
    ),
    '<script src="/a.js" integrity="sha384-a"></script>',
    '<script src="/a.js" integrity="sha384-a"></script><script src="https://a.example/b.js"></script>',
    '<script src="https://a.example/b.js" integrity="sha384-a" crossorigin></script>',
    '<script src="https://a.example/b.js"></script>',
    '<script src="http://a.example/b.js"></script>',
    '<script src="http://a.example/b.js" integrity="sha384-a"></script>',
    '<script src="//a.example/b.js"></script>',
    '<script src="//a.example/b.js" integrity="sha384-a"></script>',
    '<script src="https://static.grade.example/b.js"></script>',
    '<script src="http://static.grade.example/b.js" integrity="sha384-a"></script>',
    '<script src="https://HOST/b.js" integrity="sha384-a"></script>',
    '<script src="HTTPS://A.EXAMPLE/b.js"></script>',
    '<script src=" https:\\\\a.example\\b.js "></script>',
    '<script src="https:a.example/b.js"></script>',
    '<script src="https://other.github.io/b.js"></script>',
    '<script src="https://user@a.example:444/b.js"></script>',
    '<script src="https://45.33.0.1/b.js"></script>',
    '<script src="data:text/javascript,1"></script>',
    '<script src=""></script>',
    '<script src="  "></script>',
    '<script src=" //a.example/b.js"></script>',
    '<script src="///a.example/b.js"></script>',
    '<script src="https://"></script>',
    '<script src="http://a b/"></script>',
    '<base href="https://a.example/"><script src="b.js"></script>',
    '<base href="https://a.example/"><script src="//b.example/b.js" integrity="a"></script>',
    '<base href="/sub/"><script src="b.js"></script>',
    '<template><script src="https://a.example/b.js"></script></template>',
    '<noscript><script src="https://a.example/b.js"></script></noscript>',
    '<svg><script href="https://a.example/b.js"/></svg>',
    '<textarea><script src="https://a.example/b.js"></script></textarea>',
    '<!-- <script src="https://a.example/b.js"></script> -->',
    '<script><!-- <script src="https://a.example/b.js"></script> --></script>',
    "<SCRIPT SRC=https://a.example/b.js INTEGRITY=sha384-a></SCRIPT>",
    '<script src="https://a.example/b.js" integrity=""></script>',
    '<body><p><script src="http://a.example/b.js"></script>',
]

TYPES: Variants = _lines(
    "Content-Type",
    *["text/html; charset=utf-8"] * 10,
    *("text/html", "application/xhtml+xml", "text/html ; charset=utf-8", "Text/HTML"),
    *("application/json", "text/plain", None),
    ("text/html", "text/plain"),
)

OFTEN: Variants = [
    *[()] * 8,
    *_lines(
        "Content-Security-Policy",
        *["default-src 'self'; style-src 'self' 'unsafe-inline'"] * 4,
        *["default-src 'self'; img-src http:"] * 4,
        *["default-src 'self'; script-src 'self' 'unsafe-eval'"] * 4,
        *["default-src 'self'; report-uri /a; report-uri /b"] * 5,
        *["default-src 'self'; frame-ancestors *"] * 4,
        *[(STRICT, LOOSE)] * 5,
    ),
    *_lines("Content-Security-Policy-Report-Only", *["default-src 'self'"] * 6),
]
"""What MDN has a word for and chance seldom brings."""

OFTEN_SET: Variants = _lines(
    "Set-Cookie", *["PHPSESSID=abc; HttpOnly; Path=/"] * 4, *["obsession=1; HttpOnly"] * 3
)

_NAMES = (
    "default-src",
    "script-src",
    "style-src",
    "img-src",
    "object-src",
    "report-uri",
    "Base-URI",
)
_SOURCES = (
    *("'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:"),
    *("'nonce-a1'", "'sha256-b+/='", "'strict-dynamic'", "https://a.example", "a.example", "/"),
    *("https://a.example/", "https://a.example/b", "https://a.example/b/", "a.example/%62", "a-b"),
    *("https://A.example/%zz", "http://a.example", "*.a.example", "a.example:443", "a_b", "ftp:"),
    *(
        "https://*",
        "http://*.*",
        "/%",
        "https://a.example/%E2%82%AC",
        "https://a.example/\xe9",
        "_",
    ),
)


def random_policy(random: Random) -> str:
    """Return a policy of directives and sources in any order and number."""
    parts = []
    for name in random.sample(_NAMES, random.randint(1, 4)):
        sources = random.choices(_SOURCES, k=random.randint(0, 5))
        parts.append(random.choice([" ", "  "]).join([name, *sources]))
    return random.choice(["; ", ";", " ;;"]).join(parts)


def random_cookie(random: Random) -> str:
    """Return a Set-Cookie line."""
    name = random.choice(["sess", "login", "csrf", "a", "b", "__Host-s", "__Secure-t"])
    attributes = ("Secure", "HttpOnly", "SameSite=Lax", "SameSite=None", "Path=/", "Path=/b")
    more = ("Domain=HOST", "Max-Age=60", "Max-Age=0", "Expires=Mon, 02-Feb-2037 10:11:12 GMT")
    return "; ".join([f"{name}=1", *random.sample((*attributes, *more), random.randint(0, 5))])


RANDOM: Mapping[str, Callable[[Random], str]] = {
    "Content-Security-Policy": random_policy,
    "Set-Cookie": random_cookie,
}
