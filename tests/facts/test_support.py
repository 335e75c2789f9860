from datetime import date

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st

from secscan.facts.support import State, assess

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("product", "version", "state"),
    [
        ("nginx", "1.30.4", State.CURRENT),
        ("nginx", "1.30.1", State.OUTDATED),
        ("nginx", "1.30.9", State.NEWER),
        ("nginx", "1.3.0", State.END_OF_LIFE),
        ("nginx", "2.0.0", State.NEWER),
        ("nginx", "1", State.UNKNOWN),
        ("nginx", "3.0.0", State.UNKNOWN),
        ("apache", "2.4", State.CURRENT),
        ("php", "8.4", State.CURRENT),
        ("wordpress", "6.9", State.OUTDATED),
        ("wordpress", "6.9.7", State.CURRENT),
        ("wordpress", "4.6.30", State.END_OF_LIFE),
        ("nginx", "", State.HIDDEN),
        ("iis", "10.0", State.UNKNOWN),
        ("iis", "7.5", State.END_OF_LIFE),
        ("jquery", "1.12.4", State.END_OF_LIFE),
        ("jquery", "10.0.0", State.UNKNOWN),
        ("drupal", "10", State.UNKNOWN),
        ("jquery", "5.0.0", State.NEWER),
        ("drupal", "8", State.END_OF_LIFE),
        ("nukeviet", "4.5", State.UNKNOWN),
        ("exchange", "4.0", State.END_OF_LIFE),
    ],
)
def test_states(product: str, version: str, state: State) -> None:
    assert assess(facts(), product, version, DAY).state is state


def test_support_ends_after_its_last_day() -> None:
    end = date(2026, 12, 31)
    assert assess(facts(), "php", "8.2.33", end).state is State.CURRENT
    over = assess(facts(), "php", "8.2.33", date(2027, 1, 1))
    assert (over.state, over.end) == (State.END_OF_LIFE, end)


def test_an_end_without_a_date_is_an_end() -> None:
    assert assess(facts(), "jquery", "2.2.4", DAY).end is None


@given(st.sampled_from(sorted(facts().products)), st.text())
def test_any_version_has_a_state(product: str, version: str) -> None:
    assess(facts(), product, version, DAY)
