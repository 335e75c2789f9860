"""How MDN's words stand to secscan's own verdicts."""

from collections.abc import Mapping

PASS, PARTIAL, FAIL, NONE = "pass", "partial", "fail", "not-applicable"

_CSP = "headers.content_security_policy"
_HSTS = "headers.hsts"
_FRAMING = "headers.framing"
_SNIFFING = "headers.content_type_options"
_REFERRER = "headers.referrer_policy"
_RESOURCE = "isolation.resource_policy"
_SHARING = "headers.cross_origin_sharing"
_REDIRECT = "transport.https_enforced"
_SCRIPTS = "content.subresource_integrity"
_SECURE, _HTTP_ONLY, _SAME_SITE = "cookies.secure", "cookies.http_only", "cookies.same_site"

_ROWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    _CSP: {
        "csp-implemented-with-no-unsafe-default-src-none": (PASS, PARTIAL),
        "csp-implemented-with-no-unsafe": (PASS, PARTIAL),
        "csp-implemented-with-unsafe-inline-in-style-src-only": (PASS,),
        "csp-implemented-with-insecure-scheme-in-passive-content-only": (PASS,),
        "csp-implemented-with-unsafe-eval": (PARTIAL, PASS),
        "csp-implemented-with-unsafe-inline": (PARTIAL, FAIL),
        "csp-implemented-with-insecure-scheme": (PARTIAL, PASS),
        "csp-implemented-but-duplicate-directives": (PASS,),
        "csp-header-invalid": (FAIL,),
        "csp-not-implemented": (FAIL,),
        "csp-not-implemented-but-reporting-enabled": (FAIL,),
    },
    _SECURE: {
        "cookies-not-found": (NONE,),
        "cookies-secure-with-httponly-sessions": (PASS,),
        "cookies-without-secure-flag-but-protected-by-hsts": (FAIL, PARTIAL),
        "cookies-session-without-secure-flag-but-protected-by-hsts": (FAIL, PARTIAL),
        "cookies-without-secure-flag": (FAIL, PARTIAL),
        "cookies-session-without-secure-flag": (FAIL, PARTIAL),
    },
    _HTTP_ONLY: {"cookies-session-without-httponly-flag": (FAIL,)},
    _SAME_SITE: {
        "cookies-secure-with-httponly-sessions-and-samesite": (PASS,),
        "cookies-samesite-flag-invalid": (FAIL, PARTIAL),
        "cookies-anticsrf-without-samesite-flag": (FAIL, PARTIAL),
    },
    _SHARING: {
        "cross-origin-resource-sharing-not-implemented": (PASS,),
        "cross-origin-resource-sharing-implemented-with-public-access": (PASS,),
        "cross-origin-resource-sharing-implemented-with-restricted-access": (PASS,),
    },
    _REDIRECT: {
        "redirection-all-redirects-preloaded": (PASS,),
        "redirection-to-https": (PASS,),
        "redirection-not-needed-no-http": (NONE,),
        "redirection-off-host-from-http": (PARTIAL,),
        "redirection-not-to-https-on-initial-redirection": (PARTIAL,),
        "redirection-not-to-https": (FAIL,),
        "redirection-missing": (FAIL,),
        "redirection-invalid-cert": (FAIL,),
    },
    _REFERRER: {
        "referrer-policy-private": (PASS,),
        "referrer-policy-not-implemented": (FAIL,),
        "referrer-policy-unsafe": (FAIL, PARTIAL),
        "referrer-policy-header-invalid": (FAIL,),
    },
    _HSTS: {
        "hsts-preloaded": (PASS, PARTIAL),
        "hsts-implemented-max-age-at-least-six-months": (PASS, PARTIAL),
        "hsts-implemented-max-age-less-than-six-months": (PARTIAL,),
        "hsts-not-implemented": (FAIL,),
        "hsts-header-invalid": (FAIL,),
        "hsts-not-implemented-no-https": (FAIL,),
        "hsts-invalid-cert": (FAIL,),
    },
    _SCRIPTS: {
        "sri-implemented-and-all-scripts-loaded-securely": (NONE,),
        "sri-implemented-and-external-scripts-loaded-securely": (PASS,),
        "sri-not-implemented-response-not-html": (NONE,),
        "sri-not-implemented-but-no-scripts-loaded": (NONE,),
        "sri-not-implemented-but-all-scripts-loaded-from-secure-origin": (NONE,),
        "sri-not-implemented-but-external-scripts-loaded-securely": (FAIL, PARTIAL),
        "sri-implemented-but-external-scripts-not-loaded-securely": (FAIL, PARTIAL),
        "sri-not-implemented-and-external-scripts-not-loaded-securely": (FAIL, PARTIAL),
    },
    _SNIFFING: {
        "x-content-type-options-nosniff": (PASS,),
        "x-content-type-options-header-invalid": (FAIL,),
        "x-content-type-options-not-implemented": (FAIL,),
    },
    _FRAMING: {
        "x-frame-options-implemented-via-csp": (PASS,),
        "x-frame-options-sameorigin-or-deny": (PASS,),
        "x-frame-options-allow-from-origin": (FAIL,),
        "x-frame-options-not-implemented": (FAIL,),
        "x-frame-options-header-invalid": (FAIL,),
    },
    _RESOURCE: {
        "corp-not-implemented": (FAIL,),
        "corp-implemented-with-same-origin": (PASS,),
        "corp-implemented-with-same-site": (PASS,),
        "corp-implemented-with-cross-origin": (PARTIAL,),
        "corp-header-invalid": (FAIL,),
    },
}

TABLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    word: (check_id, ours) for check_id, rows in _ROWS.items() for word, ours in rows.items()
}
"""For each outcome of MDN's secscan's check of the same matter, and what it may say."""
