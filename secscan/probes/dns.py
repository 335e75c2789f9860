"""What the resolver says of a name; each question is asked once in a run."""

import asyncio
from dataclasses import dataclass
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.flags
import dns.resolver

from secscan.evidence import Dns, Missing, MissingKind, Record
from secscan.probes.limits import Limits

NO_NAME = "NXDOMAIN"
"""How the detail of a fault ends where the answer is that there is no such name."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a name, and what kept us from seeing all of them."""

    ipv4: tuple[str, ...]
    ipv6: tuple[str, ...]
    fault: Missing | None = None


@dataclass(frozen=True, slots=True)
class _Records:
    texts: tuple[str, ...]
    authenticated: bool


class Names:
    """Asks one resolver and remembers its answers for the whole run.

    ``server`` is "address:port", or None for the system's resolver.
    """

    def __init__(self, server: tuple[str, int] | None, limits: Limits) -> None:
        self._server = server
        self._lifetime = limits.connect_timeout
        self._asked: dict[tuple[str, str], asyncio.Task[_Records | Missing]] = {}

    async def addresses(self, name: str) -> Addresses:
        """Return the addresses of a name; one that is an address itself is its own answer."""
        itself = literal(name)
        if itself is not None:
            return itself
        found4, found6 = await self._both(name)
        faults = [found for found in (found4, found6) if isinstance(found, Missing)]
        return Addresses(
            () if isinstance(found4, Missing) else found4.texts,
            () if isinstance(found6, Missing) else found6.texts,
            faults[0] if faults else None,
        )

    async def evidence(self, name: str) -> Dns | Missing:
        """Return what there is to keep of a name; Missing where a fault leaves no address known."""
        itself = literal(name)
        if itself is not None:
            nothing_asked = Missing(MissingKind.NOT_ASKED, "the host is an address")
            return Dns(name, "", itself.ipv4, itself.ipv6, nothing_asked, False, False)
        known = await self.addresses(name)
        if known.fault is not None and not (known.ipv4 or known.ipv6):
            return known.fault
        found4, found6 = await self._both(name)
        return Dns(
            name=name,
            resolver=self._server_text(),
            ipv4=found4 if isinstance(found4, Missing) else found4.texts,
            ipv6=found6 if isinstance(found6, Missing) else found6.texts,
            caa=await self._caa(name),
            authenticated=all(
                isinstance(found, Missing) or found.authenticated for found in (found4, found6)
            ),
            validates=await self._validates(),
        )

    async def _both(self, name: str) -> tuple[_Records | Missing, _Records | Missing]:
        found4, found6 = await asyncio.gather(self._ask(name, "A"), self._ask(name, "AAAA"))
        return found4, found6

    async def _validates(self) -> bool:
        """Say whether the resolver validates at all: the root has been signed since 2010."""
        root = await self._ask(".", "SOA")
        return not isinstance(root, Missing) and root.authenticated

    async def _caa(self, name: str) -> tuple[Record, ...] | Missing:
        """Climb from the name towards the root, to the first CAA records (RFC 8659, section 3)."""
        labels = name.rstrip(".").split(".")
        for start in range(len(labels)):
            found = await self._ask(".".join(labels[start:]), "CAA")
            if isinstance(found, Missing):
                if not found.detail.endswith(NO_NAME):
                    return found
            elif found.texts:
                return tuple(Record("CAA", text) for text in found.texts)
        return ()

    async def _ask(self, name: str, kind: str) -> _Records | Missing:
        question = (name.lower().rstrip("."), kind)
        if question not in self._asked:
            self._asked[question] = asyncio.create_task(self._resolve(*question))
        # Shielded: others may wait for the same answer when the asker's time is used up.
        return await asyncio.shield(self._asked[question])

    async def _resolve(self, name: str, kind: str) -> _Records | Missing:
        try:
            answer = await self._resolver().resolve(
                f"{name}.", kind, raise_on_no_answer=False, lifetime=self._lifetime
            )
        except dns.resolver.NXDOMAIN:
            return Missing(MissingKind.DNS_FAILURE, f"{kind}: {NO_NAME}")
        except (dns.exception.DNSException, OSError, ValueError) as fault:
            return Missing(MissingKind.DNS_FAILURE, f"{kind}: {_why(fault)}")
        texts = sorted(record.to_text() for record in answer.rrset or ())
        return _Records(tuple(texts), bool(answer.response.flags & dns.flags.AD))

    def _resolver(self) -> dns.asyncresolver.Resolver:
        resolver = dns.asyncresolver.Resolver(configure=self._server is None)
        if self._server is not None:
            address, resolver.port = self._server
            resolver.nameservers = [address]
        # AD in a question asks for AD in the answer, without the signatures (RFC 6840, 5.7).
        resolver.flags = dns.flags.RD | dns.flags.AD
        return resolver

    def _server_text(self) -> str:
        resolver = self._resolver()
        return f"{resolver.nameservers[0]}:{resolver.port}"


def literal(name: str) -> Addresses | None:
    """Return the address that a host is, where it is one and not a name."""
    try:
        address = ip_address(name)
    except ValueError:
        return None
    text = str(address)
    return Addresses((text,), ()) if address.version == 4 else Addresses((), (text,))


def _why(fault: Exception) -> str:
    if isinstance(fault, dns.resolver.NoNameservers):
        return "SERVFAIL or refused"
    if isinstance(fault, dns.exception.Timeout):
        return "timeout"
    return type(fault).__name__
