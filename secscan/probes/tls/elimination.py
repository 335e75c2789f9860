"""Elimination: offer all that is left, strike what the server chose, until it refuses.

One connection for each thing learnt, and none saved at the price of a guess.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace

from secscan.evidence import Answer, Missing, MissingKind, Purpose, Refused
from secscan.evidence.proofs import CLEAR, is_alerting
from secscan.evidence.tls import Reply
from secscan.parsing.parameters import CODES, GROUPS, NUMBERS, SIGNATURES, SUITES
from secscan.parsing.suites import groups_of
from secscan.probes.tls.log import Log
from secscan.probes.tls.offer import Offer
from secscan.probes.tls.offers import AT_ONCE, chunks
from secscan.probes.tls.secrets import SHARED

_USUAL = 3
"""Suites that a server of TLS 1.3 has as a rule: so long, a group is struck with each of them."""

_BETWEEN = 3
"""Offers that are asked again between two ordinary greetings."""

_FIELDS = range(0x0100, 0x0105)
"""The groups of RFC 7919."""

_NUMBER_OF_GROUP = {name: code for code, name in GROUPS.items()}


class Elimination:
    """Finds every version, suite and group of one endpoint.

    ``style`` is the greeting that the server answers: with or without extensions and name.
    """

    def __init__(self, log: Log, most: int, style: Offer) -> None:
        self._log = log
        self._most = most
        self._style = style
        self._share = False
        self._unclear: list[tuple[Purpose, Offer]] = []

    async def run(self) -> None:
        """Ask for everything; the parts go side by side, as many at once as the gate allows."""
        await asyncio.gather(
            self._newest(),
            *(self._strike(offer) for offer in chunks("TLS 1.2")),
            self._older(),
            self._strike(*chunks("SSLv2")),
        )

    async def more(self, most: int) -> None:
        """Ask what the answers so far have made worth asking."""
        self._most = most
        await asyncio.gather(self._groups_below(), self._once_more())

    async def _once_more(self) -> None:
        """Ask once more for what was refused: several servers may answer, and not all alike."""
        found = self._found("TLS 1.2")
        most = max(chunks("TLS 1.2"), key=lambda offer: len(found.intersection(offer.suites)))
        await self._strike(most if found else chunks("TLS 1.3")[0])

    async def _newest(self) -> None:
        """Find the suites and groups of TLS 1.3, of which each answer names one."""
        whole = chunks("TLS 1.3")[0]
        if not self._found("TLS 1.3"):
            reply = await self._send(Purpose.SUITES, whole)
            if not isinstance(reply, Answer):
                self.note(Purpose.SUITES, whole, reply)
                return
        await self._strike_pairs(whole)
        if not any(a.retried for a in self._log.tls().answers("TLS 1.3")):
            # Does it want a key share at once, against RFC 8446, 4.2.8, or has it one pair only?
            self._share = not isinstance(await self._send(Purpose.SUITES, whole), Answer)
            await self._strike_pairs(whole)
        await asyncio.gather(
            self._strike(whole), self._strike_groups("TLS 1.3", self._left("TLS 1.3"))
        )

    async def _strike_pairs(self, whole: Offer) -> None:
        """Strike a suite and a group with each hello, until one of the two is refused."""
        while len(self._found("TLS 1.3")) < _USUAL:
            rest = replace(whole.without(self._found("TLS 1.3")), groups=self._left("TLS 1.3"))
            if not isinstance(await self._send(Purpose.SUITES, rest), Answer):
                return  # which of the two it was, the next hellos tell

    async def _older(self) -> None:
        """Find what is older than TLS 1.2, newest first: a refusal rules out all below it.

        Every version is knocked at before the suites of any are asked for: which versions there
        are matters more than which suites, should the budget end before the list does.
        """
        found: list[Offer] = []
        for version in ("TLS 1.1", "TLS 1.0", "SSLv3"):
            first, *others = chunks(version)
            refused_before = self._is_ruled_out(version)
            await self._ask(first)
            if refused_before:  # once more, for servers that choke on a version they do not know
                self._unclear = [one for one in self._unclear if one[1] is not first]
                return
            if not self._found(version) and not self._is_settled(version):
                await asyncio.gather(*(self._strike(offer) for offer in others))
            if self._found(version):
                found += chunks(version)
        await asyncio.gather(*(self._strike(offer) for offer in found))

    def _is_ruled_out(self, version: str) -> bool:
        """Say whether a newer version, below TLS 1.2, was refused and so was all below it."""
        newer = [v for v in ("TLS 1.1", "TLS 1.0") if NUMBERS[v] > NUMBERS[version]]
        accepted = self._log.tls().accepted()
        return bool(newer) and not any(v in accepted for v in (*newer, version, "SSLv3"))

    async def _groups_below(self) -> None:
        """Find the groups below TLS 1.3; beside TLS 1.3 only those that it does not have."""
        accepted = self._log.tls().accepted()
        version = next((v for v in ("TLS 1.2", "TLS 1.1", "TLS 1.0") if v in accepted), None)
        if version is not None:
            shared = _numbers_of(groups_of("TLS 1.3")) if "TLS 1.3" in accepted else []
            left = [code for code in self._left(version) if code not in shared]
            await self._strike_groups(version, left)

    async def _strike(self, offer: Offer) -> None:
        """Find every suite of an offer."""
        while not self._is_settled(offer.version):
            offer = offer.without(self._found(offer.version))
            if not offer.suites:
                return
            if not isinstance(await self._ask(offer), Answer):
                return

    async def _ask(self, offer: Offer) -> Reply:
        reply = await self._send(Purpose.SUITES, replace(offer, last=self._signatures()))
        self.note(Purpose.SUITES, offer, reply)
        return reply

    def _signatures(self) -> tuple[int, ...]:
        """Return the schemes that were seen: behind the others, they let those be seen."""
        seen = {answer.signature for answer in self._log.tls().answers("TLS 1.2")}
        return tuple(code for code, name in SIGNATURES.items() if name in seen)

    async def _strike_groups(self, version: str, groups: Sequence[int]) -> None:
        """Find every one of some groups."""
        suites = tuple(sorted(c for c in self._found(version) if _has_group(c, version)))
        offer = Offer(version, suites[:AT_ONCE], groups=tuple(groups))
        if version == "TLS 1.3" and self._share:  # it can only take what is shared
            for code in (code for code in groups if code in SHARED):
                await self._strike_groups_of(replace(offer, groups=(code,)))
        elif suites:
            await self._strike_groups_of(offer)

    async def _strike_groups_of(self, offer: Offer) -> None:
        """Find every group of an offer; a second one of RFC 7919 is left for the end."""
        while offer.groups:
            reply = await self._send(Purpose.GROUPS, offer)
            if not isinstance(reply, Answer):
                self.note(Purpose.GROUPS, offer, reply)
                return
            chosen = _NUMBER_OF_GROUP.get(reply.group)
            if chosen not in offer.groups:
                return
            late = _FIELDS if chosen in _FIELDS and not set(offer.groups) <= set(_FIELDS) else ()
            left = (code for code in offer.groups if code != chosen and code not in late)
            offer = replace(offer, groups=tuple(left))

    async def fields(self, most: int) -> None:
        """Find the other groups of RFC 7919, all of which are strong enough."""
        known = [code for code in _FIELDS if GROUPS[code] in self._log.tls().groups("TLS 1.3")]
        left = [code for code in self._left("TLS 1.3") if code in _FIELDS]
        if known and self._log.used < most:
            self._most = most
            await self._strike_groups("TLS 1.3", left)

    async def settle(self, pause: float, greet: Callable[[], Awaitable[Reply]]) -> None:
        """Ask again what was met by silence, a close or an odd alert, with greetings between.

        Servers that close instead of alerting (Windows among them) do so again, and go on
        answering greetings; a limiter or a fault of the network does not.
        """
        unclear, self._unclear = self._unclear, []
        if not unclear:
            return
        await asyncio.sleep(pause)
        for at, (purpose, offer) in enumerate(unclear):
            if at % _BETWEEN == 0:
                await greet()
            await self._again(purpose, offer)
        for purpose, offer in self._unclear.copy():
            if is_alerting(self._log.tls().hellos, offer.version):
                await greet()
                await self._again(purpose, offer)

    async def _again(self, purpose: Purpose, offer: Offer) -> None:
        if purpose is Purpose.SUITES:
            await self._strike(offer)
        elif purpose is Purpose.GROUPS:
            await self._strike_groups_of(offer)
        else:
            self.note(purpose, offer, await self._send(purpose, offer))

    def note(self, purpose: Purpose, offer: Offer, reply: Reply) -> None:
        """Keep what has to be asked again: neither an answer nor an alert that refuses it."""
        over = isinstance(reply, Missing) and reply.kind is MissingKind.OVER_BUDGET
        clear = isinstance(reply, Answer) or (isinstance(reply, Refused) and reply.alert in CLEAR)
        if not over and not clear:
            self._unclear.append((purpose, offer))

    def _is_settled(self, version: str) -> bool:
        """Say whether the server has shown that it does not have a version, whatever the suite."""
        if version in ("TLS 1.3", "SSLv2") or version in self._log.tls().accepted():
            return False
        return any(
            (
                isinstance(hello.answer, Answer)
                and NUMBERS[hello.answer.version] < NUMBERS[version] <= NUMBERS[hello.version]
            )
            or (
                isinstance(hello.answer, Refused)
                and hello.answer.alert == "protocol_version"
                and hello.purpose is Purpose.SUITES
                and hello.version == version
            )
            for hello in self._log.tls().hellos
        )

    def _found(self, version: str) -> set[int]:
        return {CODES[suite] for suite in self._log.tls().accepted().get(version, ())}

    def _left(self, version: str) -> tuple[int, ...]:
        known = self._log.tls().groups(version)
        return tuple(code for code in _numbers_of(groups_of(version)) if GROUPS[code] not in known)

    async def _send(self, purpose: Purpose, offer: Offer) -> Reply:
        if offer.version != "TLS 1.3":
            offer = replace(offer, plain=self._style.plain)
        elif self._share:
            offer = replace(offer, share=self._shared(offer.groups or SHARED))
        offer = replace(offer, named=self._style.named)
        return await self._log.send(purpose, offer, self._most)

    def _shared(self, groups: Sequence[int]) -> int:
        """Return a group for a key share, one that the server has where it is among these."""
        known = self._log.tls().groups("TLS 1.3")
        able = [code for code in groups if code in SHARED]
        return min(able, key=lambda code: GROUPS[code] not in known, default=0)


def _has_group(code: int, version: str) -> bool:
    return version == "TLS 1.3" or "ECDH" in SUITES[code].partition("_WITH_")[0]


def _numbers_of(groups: Iterable[str]) -> list[int]:
    return [_NUMBER_OF_GROUP[name] for name in groups]
