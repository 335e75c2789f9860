"""Who is preloaded, and by which name: a name that nobody knows of is not known to be preloaded."""

import pytest
from builders import facts


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("app", "app"),
        ("portal.app", "app"),
        ("a.b.DEV", "dev"),
        ("acb.com.vn", "acb.com.vn"),
        ("www.ACB.com.vn", "acb.com.vn"),
        ("gov.uk", "gov.uk"),
        ("example.gov.uk", ""),  # preloaded by itself, without the names below it
        ("a.service.gov.uk", "service.gov.uk"),
        ("com.vn", ""),
        ("gov.vn", ""),
        ("notapp", ""),
        ("app.portal.example", ""),
        ("", ""),
    ],
)
def test_the_name_by_which_a_host_is_preloaded(host: str, name: str) -> None:
    assert facts().preloaded.covers(host) == name


def test_the_table_has_each_name_once_and_none_below_another() -> None:
    preloaded = facts().preloaded
    assert preloaded.as_of.year == 2025
    for host in preloaded.hosts:
        assert host == host.lower()
        parent = host.partition(".")[2]
        assert not parent or not preloaded.covers(parent) or not preloaded.hosts[parent]
