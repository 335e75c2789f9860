"""Fuzz what takes secrets out of answers: none stays, and to redact again changes nothing."""

import harness

with harness.instrumented():
    from secscan.parsing.cookies import Cookie, read_cookie
    from secscan.parsing.redaction import redact_body, redact_headers, redact_url

NAMES = (
    "Set-Cookie",
    "Location",
    "Link",
    "WWW-Authenticate",
    "Authorization",
    "X-Api-Key",
    "Refresh",
)
HIDDEN = "SECRETS7"
SEEDS = (
    b"a=b; Path=/; HttpOnly; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    b"https://user:word@a.example/?token=x&sid=y#z",
    b"<https://user:word@a.example/>; rel=preload, <//b>",
    b"Negotiate abc==",
    b"0;url=http:\\\\user:word@a.example/",
    b"<redacted length=8 sha256=0123456789abcdef>",
)


def once(data: bytes) -> None:
    """Redact a line of the name that the first byte chooses."""
    if not data:
        return
    name, text = NAMES[data[0] % len(NAMES)], data[1:].decode("latin-1")
    lines = redact_headers([(name, text)])
    if redact_headers(lines) != lines:
        raise AssertionError("to redact again changes a line")
    if redact_url(redact_url(text)) != redact_url(text):
        raise AssertionError("to redact again changes an address")
    if redact_body(redact_body(data)) != redact_body(data):
        raise AssertionError("to redact again changes a body")
    _stays_out(text)
    _reads_the_same(text)


def _stays_out(text: str) -> None:
    """Put a secret where it must not be told from."""
    attributes = text.replace("=", "").replace(",", "")
    for name, line in (
        ("Set-Cookie", f"a={HIDDEN}; {attributes}"),
        ("Set-Cookie", f"{HIDDEN}; {attributes}"),
        ("Authorization", text + HIDDEN),
        ("Location", f"https://a:{HIDDEN}@b.example/{text}"),
        ("Location", f"https://b.example/?access_token={HIDDEN}&{text}"),
    ):
        if HIDDEN in redact_headers([(name, line)])[0][1]:
            raise AssertionError("a secret stays")


def _reads_the_same(text: str) -> None:
    """Judge a cookie by what is kept of it: its own reader must not see a difference."""
    pair, semicolon, attributes = text.partition(";")
    if ";" in attributes or "," in attributes or "<redacted" in text:
        return
    before = read_cookie(f"{pair}{semicolon}{attributes}")
    after = read_cookie(redact_headers([("Set-Cookie", text)])[0][1])
    if isinstance(before, Cookie) != isinstance(after, Cookie):
        raise AssertionError("a cookie is none any more, or has become one")


if __name__ == "__main__":
    harness.fuzz(once, [bytes([at]) + seed for at in range(len(NAMES)) for seed in SEEDS])
