"""Fuzz the parsers of header fields: any text is a value or a named fault, and means one thing."""

import sys
from enum import StrEnum

import harness

with harness.instrumented():
    from secscan.parsing import (
        cookies,
        headers,
        hsts,
        locations,
        media,
        permissions,
        securitytxt,
        structured,
    )

SEEDS = (
    b"max-age=31536000; includeSubDomains; preload",
    b"sid=1; Path=/; Domain=.a.example; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure",
    b'camera=(), geolocation=(self "https://a.example"), *=*;a=?0, b=:YQ==:, c=%"%c3%a9", d=-1.5',
    b'text/html; charset="utf-8"',
    b"deny, sameorigin",
    b"strict-origin, no-referrer",
    b"0; url=https://a.example/",
    b"Contact: mailto:a@a.example\nExpires: 2027-01-01T00:00:00Z",
)


def _hsts(text: str) -> None:
    found = hsts.read_hsts(text)
    if not isinstance(found, hsts.Hsts | StrEnum):
        raise AssertionError("neither a policy nor a fault")
    if isinstance(found, hsts.Hsts):
        again = f"max-age={found.max_age}{'; includesubdomains' * found.include_subdomains}"
        same = hsts.read_hsts(again)
        if not isinstance(same, hsts.Hsts) or same.max_age != found.max_age:
            raise AssertionError("the policy reads otherwise when it is written again")


def _cookie(text: str) -> None:
    found = cookies.read_cookie(text)
    if isinstance(found, cookies.Cookie):
        found.refusal("https://a.example/b")
        found.identity("https://a.example/b")
    elif not isinstance(found, StrEnum):
        raise AssertionError("neither a cookie nor a fault")


def _structured(text: str) -> None:
    if isinstance(structured.read_item([text]), structured.Item) != isinstance(
        structured.read_item([f" {text} "]), structured.Item
    ):
        raise AssertionError("blanks around an item matter")
    structured.read_list([text])
    structured.read_dictionary([text])
    permissions.restricted_features([text])


def _small(text: str) -> None:
    lines = text.split("\n")
    headers.blocks_framing(lines)
    headers.is_nosniff(lines)
    headers.referrer_policy(lines)
    headers.token_item(lines)
    headers.resource_policy(lines)
    headers.shared_with(lines, lines)
    media.declared_type(lines)
    media.meta_charset(text)
    locations.location_of("https://a.example/b", lines)
    locations.refresh_of("https://a.example/b", text)


READERS = (_hsts, _cookie, _structured, _small)


def once(data: bytes) -> None:
    """Read text by each reader, as the bytes of header lines are decoded."""
    text = data.decode("latin-1")
    for read in READERS:
        read(text)
    securitytxt.read_security_txt(data)
    media.is_html(text, data)


if __name__ == "__main__":
    sys.set_int_max_str_digits(4300)
    harness.fuzz(once, SEEDS)
