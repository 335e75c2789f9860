"""Where to go from a version: a release that is supported."""

from datetime import date

import pytest
from builders import facts

from secscan.facts.holes import Hole, badness
from secscan.facts.support import assess, assess_system
from secscan.facts.systems import release_name

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("product", "version", "supported"),
    [
        ("jquery", "1.12.4", "4.0.0"),
        ("php", "5.6.40", "8.5.9"),
        ("angularjs", "1.8.3", ""),
        ("no-such-product", "1.0", ""),
    ],
)
def test_the_newest_branch_that_is_supported(product: str, version: str, supported: str) -> None:
    assert assess(facts(), product, version, DAY, update_days=30).supported == supported


def test_a_branch_that_is_over_is_no_place_to_go() -> None:
    later = date(2099, 1, 1)
    assert assess(facts(), "php", "5.6.40", later, update_days=30).supported == ""


@pytest.mark.parametrize(
    ("system", "supported"),
    [
        (("debian", "8"), "13"),
        (("ubuntu", "23.10"), "26.04"),  # 26.10 is for nine months
        (("windows-server", "2008-r2"), "2025"),
        (("centos", "7"), ""),
    ],
)
def test_the_release_of_a_system_that_gets_fixes_longest(
    system: tuple[str, str], supported: str
) -> None:
    assert assess_system(facts(), [system], DAY).supported == supported


@pytest.mark.parametrize(
    ("cycle", "name"), [("2012-r2", "2012 R2"), ("20.04", "20.04"), ("12", "12")]
)
def test_a_release_is_called_as_people_call_it(cycle: str, name: str) -> None:
    assert release_name(cycle) == name


def test_what_is_exploited_is_worst_and_then_what_is_severe() -> None:
    low = Hole("CVE-2020-0001", "low", date(2020, 1, 1))
    critical, high = Hole("CVE-2020-0003", "critical"), Hole("CVE-2020-0002", "high")
    assert sorted([high, critical, low], key=badness) == [low, critical, high]
