"""The hellos of one look, sent and recorded: what was asked, what came back, at what cost."""

from dataclasses import replace

from secscan.evidence import (
    Answer,
    Closed,
    Hello,
    Missing,
    MissingKind,
    Presented,
    Purpose,
    Refused,
    Tls,
)
from secscan.evidence.tls import Reply
from secscan.probes.connect import Connections, Route
from secscan.probes.dns import literal
from secscan.probes.faults import missing_of
from secscan.probes.limits import Limits
from secscan.probes.starttls import start_tls
from secscan.probes.tls.conversation import Conversation, OldConversation
from secscan.probes.tls.exchange import exchange
from secscan.probes.tls.offer import Offer

_MOST_CHAINS = 8
"""Chains that are kept: a server has one or two, and a hostile one a fresh one for each hello."""


class Log:
    """Sends hellos to one endpoint and keeps what each of them brought."""

    def __init__(
        self, route: Route, connections: Connections, limits: Limits, starttls: str
    ) -> None:
        self._route = route
        self._connections = connections
        self._limits = limits
        self._starttls = starttls
        # RFC 6066, section 3: no addresses in server_name
        self._name = route.host if literal(route.host) is None else ""
        self._hellos: list[Hello] = []
        self._presented: list[Presented] = []

    @property
    def used(self) -> int:
        """Return how many connections have been asked for."""
        return len(self._hellos)

    def tls(self) -> Tls:
        """Return what was learnt so far."""
        return Tls(tuple(self._hellos), tuple(self._presented))

    async def send(self, purpose: Purpose, offer: Offer, most: int) -> Reply:
        """Send one hello, while the endpoint has had fewer than ``most``, and record it."""
        try:
            async with self._connections.tls(self._route, most) as opened:
                if self._starttls:
                    await start_tls(opened, self._starttls, self._limits.read_timeout)
                kind = OldConversation if offer.version == "SSLv2" else Conversation
                talk = kind(offer, self._name)
                reply = await exchange(opened, talk, self._limits.read_timeout)
                reply = self._with_certificates(reply, talk.presented)
        except Exception as fault:  # whatever a hostile answer provokes is the answer's fault
            reply = missing_of(fault)
        self._hellos.append(offer.hello(purpose, reply))
        return reply

    def _with_certificates(self, reply: Reply, shown: Presented | None) -> Reply:
        """Keep each chain once; a staple that only a later handshake brought is added to it."""
        if shown is None or not isinstance(reply, Answer) or not shown.certificates:
            return reply
        for at, known in enumerate(self._presented):
            if known.certificates == shown.certificates:
                self._presented[at] = Presented(
                    known.certificates,
                    known.ocsp or shown.ocsp,
                    known.timestamps or shown.timestamps,
                )
                return replace(reply, presented=at)
        if len(self._presented) == _MOST_CHAINS:
            return reply
        self._presented.append(shown)
        return replace(reply, presented=len(self._presented) - 1)


def unspoken(reply: Reply) -> Missing | None:
    """Return why a greeting brought no TLS, or None where it did."""
    if isinstance(reply, Refused):
        return Missing(MissingKind.TLS_FAILURE, reply.alert)
    if isinstance(reply, Closed):
        return Missing(MissingKind.RESET, reply.detail)
    return reply if isinstance(reply, Missing) else None
