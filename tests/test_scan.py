"""What the pipeline does where it may not look, and where the probes themselves fail."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from servers import QUICK, Listener, answering, listening, response

from secscan.clock import utc_now
from secscan.evidence import MissingKind, SiteEvidence
from secscan.probes.prober import Prober
from secscan.register import (
    VIETNAM,
    Agency,
    Authorisation,
    Group,
    Owner,
    Register,
    Site,
    Window,
)
from secscan.scan import look


def looked(site: Site, authorisation: Authorisation | None) -> tuple[SiteEvidence, int]:
    """Look at a site whose port 80 is pinned to a server; return how often that was dialled."""

    async def scenario() -> tuple[SiteEvidence, int]:
        counted = Listener()
        async with listening(answering(response(b"<html>")), counted=counted) as server:
            pinned = replace(site, connect={80: server.dial, **site.connect})
            agency = Agency("a", "A", "g")
            register = Register("city", (Group("g", "G"),), (agency,), (pinned,), authorisation)
            evidence = await look(register, pinned, Prober(QUICK))
        return evidence, counted.connections

    return asyncio.run(scenario())


SITE = Site("s", "http://s.example/", (Owner("a"),), resolver="127.0.0.1:9")


def test_a_site_outside_its_hours_gets_no_packet_and_says_so() -> None:
    now = utc_now().astimezone(VIETNAM)
    hours = Window((now + timedelta(hours=2)).time(), (now + timedelta(hours=3)).time())
    evidence, dialled = looked(SITE, Authorisation("document", "contact", window=hours))
    assert evidence.state is not None
    assert evidence.state.kind is MissingKind.OUTSIDE_WINDOW
    assert dialled == 0


def test_a_site_without_authorisation_gets_no_packet_and_says_so() -> None:
    evidence, dialled = looked(SITE, None)
    assert evidence.state is not None
    assert evidence.state.kind is MissingKind.NOT_AUTHORISED
    assert dialled == 0


def test_a_fault_of_the_probes_is_a_state_and_no_exception() -> None:
    broken = replace(SITE, connect={443: "not an address"})
    evidence, _ = looked(broken, Authorisation("document", "contact"))
    assert evidence.state is not None
    assert evidence.state.kind is MissingKind.SCANNER_FAULT
