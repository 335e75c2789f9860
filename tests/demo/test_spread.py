"""The demo city shows the whole scale: its sites differ in what they earn, and why they do not."""

import asyncio
from collections import Counter
from decimal import Decimal

from secscan.catalog import load_catalog
from secscan.check import Outcome
from secscan.demo import City
from secscan.evidence import SiteEvidence
from secscan.facts import load_facts
from secscan.finding import judge
from secscan.index import published, site_index
from secscan.policy import load_policy
from secscan.probes.limits import Limits
from secscan.probes.prober import Prober
from secscan.register.model import Register
from secscan.register.read import read_register


async def collect(register: Register) -> list[SiteEvidence]:
    prober = Prober(Limits(read_timeout=2.0, try_spacing=0.1))
    targets = [site.target() for site in register.scanned()]
    return await asyncio.gather(*(prober.collect(target) for target in targets))


def test_the_sites_spread_over_the_scale_and_show_the_states(city: City) -> None:
    catalog, policy, facts = load_catalog(), load_policy(), load_facts(city.ca_path)
    indexes: dict[str, Decimal] = {}
    states: dict[str, str | None] = {}
    for evidence in asyncio.run(collect(read_register(city.register_path))):
        findings = judge(catalog, evidence, policy, facts)
        assert [f.check_id for f in findings if f.outcome is Outcome.ERROR] == []
        index = site_index(findings, policy)
        if index.value is None:
            states[evidence.site_id] = index.state
        else:
            indexes[evidence.site_id] = published(index.value)
    assert max(Counter(indexes.values()).values()) <= len(indexes) / 4
    assert indexes["cong-thong-tin"] >= 95
    assert min(indexes.values()) < 20
    assert states == {
        "so-yt": "blocked",
        "quan-trac": "refused",
        "ben-sao": "timeout",
        "suoi-mo-cu": "dns-failure",
    }
