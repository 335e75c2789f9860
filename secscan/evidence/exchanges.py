"""What a scheme's first URL answered: by the site, by a firewall, or for certificates only."""

from urllib.parse import urlsplit

from secscan.evidence.hops import block_in, block_of, is_bare_refusal
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Endpoint, Exchange, Hop
from secscan.evidence.tls import Tls

_WANTS_CERTIFICATE = (400, 403, 495, 496)
"""How servers answer who has none: nginx 400 (495 and 496 inside), IIS and Apache 403."""


def exchange_of(endpoint: Endpoint | None) -> Exchange | Missing:
    """Return what a scheme's first URL answered, where that is not for clients with a certificate.

    Such a server asks for one in its handshake, and then ends it or answers with an error.
    """
    if endpoint is None:
        return Missing(MissingKind.NOT_ASKED)
    found = endpoint.http
    if not _asks_certificate(endpoint):
        return found
    if isinstance(found, Missing):
        refused = found.kind in (MissingKind.TLS_FAILURE, MissingKind.RESET)
    else:
        refused = _refuses_without_certificate(endpoint.host, found.hops[-1])
    return Missing(MissingKind.CLIENT_CERTIFICATE) if refused else found


def _refuses_without_certificate(host: str, hop: Hop) -> bool:
    """Say whether the host that asked for a certificate answers who has none with an error."""
    if hop.status not in _WANTS_CERTIFICATE or urlsplit(hop.url).hostname != host:
        return False
    return block_of(hop) is None or is_bare_refusal(hop)


def _asks_certificate(endpoint: Endpoint) -> bool:
    tls = endpoint.tls
    return isinstance(tls, Tls) and any(answer.asks_certificate for answer in tls.answers())


def unblocked_exchange(endpoint: Endpoint | None) -> Exchange | Missing:
    """Return a chain without a block page in it, or BLOCKED."""
    exchange = exchange_of(endpoint)
    return exchange if isinstance(exchange, Missing) else block_in(exchange.hops) or exchange


def block_of_further(endpoint: Endpoint, answer: Hop) -> Missing | None:
    """Return BLOCKED where the answer to a further question may be a firewall's.

    Where the page itself was answered, a bare 403 is how the site says no to the one question.
    """
    answered = isinstance(unblocked_exchange(endpoint), Exchange)
    return None if answered and is_bare_refusal(answer) else block_of(answer)


def own_exchange(endpoint: Endpoint) -> Exchange | Missing:
    """Return what a name answered, and BLOCKED where a firewall did in its place.

    A redirect to another name is the name's own answer, whoever answers there.
    """
    exchange = exchange_of(endpoint)
    if isinstance(exchange, Missing):
        return exchange
    own = (hop for hop in exchange.hops if urlsplit(hop.url).hostname == endpoint.host)
    return block_in(own) or exchange
