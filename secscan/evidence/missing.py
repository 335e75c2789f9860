"""What a probe could not see is a value: the kind of absence, with a detail."""

from dataclasses import dataclass
from enum import StrEnum


class MissingKind(StrEnum):
    """Why something could not be looked at, or was proven not to be there."""

    ABSENT = "absent"  # proven: another port of the address answers, this one refuses every time
    ADDRESS_REFUSED = "address-refused"  # we refuse: not a public address
    BLOCKED = "blocked"
    CLIENT_CERTIFICATE = "client-certificate"  # pages are for those who have one
    CLOSED = "closed"  # on purpose: plain HTTP is refused where HTTPS answers
    DNS_FAILURE = "dns-failure"
    HTTP_ERROR = "http-error"
    LOGIN_REQUIRED = "login-required"
    MALFORMED = "malformed"
    NO_ADDRESS_FAMILY = "no-address-family"  # the scanner itself lacks it
    NO_CONTENT = "no-content"  # the body was not kept, or was pruned
    NOT_ASKED = "not-asked"  # nothing to ask: an https URL on a port of its own has no plain twin
    NOT_AUTHORISED = "not-authorised"
    NOT_GRANTED = "not-granted"
    NOT_HTML = "not-html"
    NOT_TLS = "not-tls"  # the port answers, but not in TLS
    OUTSIDE_WINDOW = "outside-window"
    OVER_BUDGET = "over-budget"
    REDIRECTED_AWAY = "redirected-away"
    REDIRECT_LOOP = "redirect-loop"
    REFUSED = "refused"
    RESET = "reset"
    SCANNER_FAULT = "scanner-fault"  # our fault
    TIMEOUT = "timeout"
    TLS_FAILURE = "tls-failure"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was not seen: the kind, a technical detail, and how often it was tried."""

    kind: MissingKind
    detail: str = ""
    tries: int = 1
