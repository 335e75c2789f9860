"""The names of what is stored as a key: outcomes, severities, families, states, kinds of site."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for this
    """Mark a message for extraction where it is only data; it is translated where it is shown."""
    return message


NAMES: dict[str, str] = {
    # outcomes
    "pass": N_("Pass"),
    "partial": N_("Partial"),
    "fail": N_("Fail"),
    "not-applicable": N_("Not applicable"),
    "not-tested": N_("Not tested"),
    "error": N_("Scanner error"),
    # severities
    "critical": N_("Critical"),
    "high": N_("High"),
    "medium": N_("Medium"),
    "low": N_("Low"),
    "info": N_("Information"),
    # families
    "transport": N_("Transport encryption"),
    "headers": N_("HTTP headers"),
    "patch": N_("Patch status"),
    "hygiene": N_("Configuration hygiene"),
    "exposure": N_("Exposed files"),
    # states of a site without an index
    "absent": N_("No HTTPS"),
    "closed": N_("Closed"),
    "address-refused": N_("Address not allowed"),
    "blocked": N_("Scanner blocked"),
    "client-certificate": N_("Client certificate required"),
    "dns-failure": N_("Name does not resolve"),
    "http-error": N_("HTTP error"),
    "login-required": N_("Login required"),
    "malformed": N_("Invalid answer"),
    "no-address-family": N_("Scanner lacks this address family"),
    "no-content": N_("Content not kept"),
    "not-asked": N_("Not asked"),
    "not-authorised": N_("Not authorised"),
    "not-granted": N_("Not granted"),
    "not-html": N_("Not a web page"),
    "not-scanned": N_("Not scanned"),
    "not-tls": N_("No TLS"),
    "nothing-to-judge": N_("Nothing to judge"),
    "partly-seen": N_("Seen only in part"),
    "outside-window": N_("Outside the scan window"),
    "over-budget": N_("Over budget"),
    "redirected-away": N_("Redirects to another site"),
    "redirect-loop": N_("Redirect loop"),
    "refused": N_("Connection refused"),
    "reset": N_("Connection reset"),
    "timeout": N_("No answer in time"),
    "scanner-fault": N_("Fault of the scanner"),
    "tls-failure": N_("TLS failure"),
    "unreachable": N_("Unreachable"),
    # why an agency has no rank
    "no-sites": N_("The register names no site of this agency."),
    "no-index": N_("None of its sites has an index."),
    "low-coverage": N_("Coverage is below the floor of {floor}%."),
    "extract": N_("An extract of a register: the index is the auditor's, the rank is not."),
    "local-checks": N_("Local checks took part, and such a number is never ranked."),
    # states of a version
    "current": N_("Supported"),
    "outdated": N_("Outdated"),
    "eol": N_("End of life"),
    "unknown-backport": N_("A distribution's package: its patches do not show"),
    "hidden": N_("Version hidden"),
    "newer-than-data": N_("Newer than the facts"),
    "unknown": N_("Not known"),
    # origins of a check
    "built-in": N_("built-in"),
    # what a TLS hello was sent to learn
    "ordinary": N_("Does it answer as a browser is answered?"),
    "suites": N_("Which versions and cipher suites does it accept?"),
    "groups": N_("Which groups does it accept for the key exchange?"),
    "order": N_("Who decides on the order, and is compression on?"),
    "chacha20 first": N_("Does it let phones have ChaCha20?"),
    "weak signatures": N_("Does it sign with SHA-1 or MD5?"),
    "fallback signal": N_("Does it notice a forced downgrade?"),
    "without server name": N_("What does a client get that names no server?"),
    "certificates": N_("Which other certificates does it have?"),
    # kinds of site
    "portal": N_("Portal"),
    "tthc": N_("Administrative procedures"),
    "service": N_("Online service"),
    "api": N_("API"),
    "mail": N_("Mail"),
    "internal": N_("Internal system"),
    "other": N_("Other"),
}
"""Keys never change; these words may. ``Words.name`` shows them."""

SOURCES: dict[str, str] = {
    "generator": N_("the generator tag"),
    "markup": N_("the markup of the page"),
    "script": N_("a script in the page"),
    "cookie": N_("the name of a cookie"),
    "feed": N_("the feed"),
    "error-page": N_("an error page"),
    "joomla-manifest": N_("Joomla's manifest"),
    "server-status": N_("the server-status page"),
    "phpinfo": N_("the phpinfo page"),
}
"""Where software was read, in words; a header or a URL is not here, and told as it is."""
