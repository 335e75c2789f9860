"""The MDN HTTP Observatory's tests of single header fields, of HSTS and of redirects.

They are MDN's own rules, faults included: what browsers do is for our other checks to say. There
is no check in this module.
"""

import re

from secscan.evidence import Hop
from secscan.facts import Facts

from .observatory_requests import BLANKS, Received, header, host_of, scheme_of

_NUMBER = re.compile(rf"[{re.escape(BLANKS)}]*([+-]?[0-9]+)")
_PRIVATE = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")
_UNSAFE = ("origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade")

LONG_HSTS = "hsts-implemented-max-age-at-least-six-months"
PRELOADED = "hsts-preloaded"


def hsts(received: Received, facts: Facts) -> str:
    """Return the outcome for Strict-Transport-Security, which is read of the last answer."""
    if received.https is None:
        return "hsts-not-implemented-no-https"
    if facts.preloaded.covers(received.host):
        return PRELOADED
    if not received.https.verified:
        return "hsts-invalid-cert"
    value = header(received.https.last, "strict-transport-security")
    return "hsts-not-implemented" if value is None else _of_max_age(value[:1024], facts)


def _of_max_age(value: str, facts: Facts) -> str:
    """Judge a max-age; one that is no number passes, and a repeated line has a comma."""
    fields = [field.strip(BLANKS).lower() for field in value.split(";")]
    ages = [field[8:128] for field in fields if field.startswith("max-age=")]
    if "," in value or not ages:
        return "hsts-header-invalid"
    number = _NUMBER.match(ages[-1])
    if number is not None and int(number[1]) < facts.observatory.hsts_long_enough:
        return "hsts-implemented-max-age-less-than-six-months"
    return LONG_HSTS


def redirection(received: Received, facts: Facts) -> str:
    """Return the outcome for the redirect from http://."""
    session = received.http
    if session is None:
        return "redirection-not-needed-no-http"
    if not session.verified:
        return "redirection-invalid-cert"
    hops = session.hops
    if all(facts.preloaded.covers(host_of(hop)) for hop in hops):
        return "redirection-all-redirects-preloaded"
    if len(hops) == 1:
        return "redirection-missing"
    return _of_route(hops)


def _of_route(hops: tuple[Hop, ...]) -> str:
    if scheme_of(hops[-1]) != "https":
        return "redirection-not-to-https"
    if scheme_of(hops[1]) == "http":
        return "redirection-not-to-https-on-initial-redirection"
    if host_of(hops[0]) != host_of(hops[1]):
        return "redirection-off-host-from-http"
    return "redirection-to-https"


def referrer_policy(received: Received, keyword: str | None) -> str:
    """Return the outcome for Referrer-Policy; the meta element's keyword comes after the header."""
    sent = [header(received.judged.last, "referrer-policy"), keyword]
    values = [value for value in sent if value is not None]
    if not values:
        return "referrer-policy-not-implemented"
    tokens = [token.strip(BLANKS).lower() for token in ", ".join(values).split(",")]
    known = [token for token in tokens if token in (*_PRIVATE, *_UNSAFE)]
    if not known:
        return "referrer-policy-header-invalid"
    return "referrer-policy-private" if known[-1] in _PRIVATE else "referrer-policy-unsafe"


def content_type_options(received: Received) -> str:
    """Return the outcome for X-Content-Type-Options."""
    value = header(received.judged.last, "x-content-type-options")
    if not value:
        return "x-content-type-options-not-implemented"
    if value[:256].strip(BLANKS).lower() == "nosniff":
        return "x-content-type-options-nosniff"
    return "x-content-type-options-header-invalid"


def frame_options(received: Received, has_frame_ancestors: bool) -> str:
    """Return the outcome for X-Frame-Options; any frame-ancestors stands for it."""
    if has_frame_ancestors:
        return "x-frame-options-implemented-via-csp"
    value = header(received.judged.last, "x-frame-options")
    if not value:
        return "x-frame-options-not-implemented"
    option = value[:1024].strip(BLANKS).lower()
    if option in ("deny", "sameorigin"):
        return "x-frame-options-sameorigin-or-deny"
    if option.startswith("allow-from"):
        return "x-frame-options-allow-from-origin"
    return "x-frame-options-header-invalid"


def resource_policy(received: Received) -> str:
    """Return the outcome for Cross-Origin-Resource-Policy."""
    value = (header(received.judged.last, "cross-origin-resource-policy") or "")[:256]
    policy = value.strip(BLANKS).lower()
    if not policy:
        return "corp-not-implemented"
    known = policy in ("same-origin", "same-site", "cross-origin")
    return f"corp-implemented-with-{policy}" if known else "corp-header-invalid"


def sharing(shared: Hop | None) -> str:
    """Return the outcome for the answer to the preflight.

    Never that for every origin with credentials: MDN reads the origin that it sent where node
    keeps none, and so takes every origin that comes back for one that was named.
    """
    value = header(shared, "access-control-allow-origin") if shared is not None else None
    if not value:
        return "cross-origin-resource-sharing-not-implemented"
    if value[:256].strip(BLANKS) == "*":
        return "cross-origin-resource-sharing-implemented-with-public-access"
    return "cross-origin-resource-sharing-implemented-with-restricted-access"
