"""A name with many addresses: two looked at in full, four in brief, and the worse one is named."""

from collections.abc import Sequence
from pathlib import Path

import programs
import pytest
from builders import found
from namespace import in_namespace

from secscan.evidence import Endpoint, Missing, MissingKind, SiteEvidence, Tls, load

IPV4 = [f"45.33.32.{number}" for number in range(1, 7)]
WORSE = IPV4[2]
SILENT = IPV4[3]

LOOK = """
import asyncio, ssl
from pathlib import Path
import programs
from mail_servers import SMTP, mail, tls_at_once
from servers import QUICK, Zone, resolving
from secscan.evidence import Target, dump
from secscan.probes.prober import Prober

async def main(url, addresses, worse, silent, chain, key):
    made = programs.Certificate(Path(chain), Path(key), b"")
    for address in addresses:
        tls = programs.server_context(made, "ECDHE+AES128:@SECLEVEL=0")
        old = address == worse
        tls.minimum_version = ssl.TLSVersion.TLSv1 if old else ssl.TLSVersion.TLSv1_2
        if address != silent:
            await asyncio.start_server(tls_at_once(tls), address, 443)
            await asyncio.start_server(mail(SMTP, tls), address, 25)
    names = {("site.example", "A"): [*addresses, "10.0.0.1"], ("site.example", "AAAA"): []}
    async with resolving(Zone(names)) as zone:
        print(dump(await Prober(QUICK).collect(Target("site", url, {}, zone.dial)))[0])
"""


def looked_at(url: str, addresses: Sequence[str], directory: Path) -> SiteEvidence:
    """Scan a name with these addresses, of which one has older versions too and one is silent."""
    made = programs.certificate(directory, "site.example")
    given = (url, list(addresses), WORSE, SILENT, str(made.chain), str(made.key))
    own = [f"{address}/32" for address in addresses]
    return load(in_namespace(own, f"{LOOK}\nasyncio.run(main(*{given!r}))"), {})


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> SiteEvidence:
    return looked_at("https://site.example/", IPV4, tmp_path_factory.mktemp("site"))


def brief(evidence: SiteEvidence) -> dict[str, Endpoint]:
    return {end.address: end for end in evidence.endpoints if end.brief}


def test_one_address_is_looked_at_in_full_and_four_in_brief(evidence: SiteEvidence) -> None:
    full = {end.address for end in evidence.endpoints if not end.brief}
    assert full == {IPV4[0]}
    assert list(brief(evidence)) == IPV4[1:5]  # nor is a private address dialled


def test_a_brief_look_is_three_hellos_and_no_request(evidence: SiteEvidence) -> None:
    for address, end in brief(evidence).items():
        assert (end.scheme, end.port) == ("https", 443)
        assert end.http == Missing(MissingKind.NOT_ASKED)
        if address != SILENT:
            assert isinstance(end.tls, Tls)
            assert end.usage.tls_connections == len(end.tls.hellos) == 3
        assert end.usage.requests == 0


def test_an_address_that_refuses_is_known_to(evidence: SiteEvidence) -> None:
    refused = brief(evidence)[SILENT].tls
    assert isinstance(refused, Missing)
    assert refused.kind is MissingKind.REFUSED


def test_the_worse_address_is_named(evidence: SiteEvidence) -> None:
    finding = found("transport.protocols", evidence)
    named = [item.subject for item in finding.items if item.outcome != "pass"]
    assert len(named) == 1
    assert named[0].startswith(f"site.example [{WORSE}] TLS 1.")


def test_a_further_address_of_a_mail_server_is_asked_for_starttls(tmp_path: Path) -> None:
    evidence = looked_at("smtp://site.example", IPV4[:2], tmp_path)
    full, other = evidence.endpoints
    assert (full.brief, other.brief) == (False, True)
    assert isinstance(full.tls, Tls)
    assert isinstance(other.tls, Tls)
    assert (other.scheme, other.port, other.usage.tls_connections) == ("smtp", 25, 3)
