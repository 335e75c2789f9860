"""The demo city as a whole: its register, its start, and its end."""

import os
import select
import socket
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secscan.demo import City
from secscan.demo.agencies import AGENCIES
from secscan.demo.city import SITES
from secscan.errors import SecscanError
from secscan.register.read import read_register

TIMEOUT = 5.0


def test_the_register_is_valid_and_has_24_agencies_in_two_groups(city: City) -> None:
    register = read_register(city.register_path)
    assert len(register.agencies) >= 24
    assert {agency.group for agency in register.agencies} == {"so-ban-nganh", "phuong-xa"}
    assert {site.id for site in register.scanned()} == {s.id for s in SITES if s.platform is None}
    now = datetime.now(UTC)
    sites = [register.of_agency(agency.id, now) for agency in register.agencies]
    assert {len(owned) for owned in sites} <= {1, 2, 3}
    assert sum(len(owned) for owned in sites) == len(SITES)


def test_ids_and_hosts_are_unique_and_no_host_can_be_real() -> None:
    assert len({site.id for site in SITES}) == len(SITES)
    assert len({site.host for site in SITES}) == len(SITES)
    assert all(site.host.endswith(".thanhphomau.example") for site in SITES)
    assert all(agency.name.endswith("(mẫu)") for agency in AGENCIES)


def test_the_authorisation_of_one_site_has_ended(city: City) -> None:
    register = read_register(city.register_path)
    today = datetime.now(UTC).date()
    ended = [
        site.id
        for site in register.sites
        if (allowed := register.authorisation_of(site)) is None
        or not (allowed.valid_from or today) <= today <= (allowed.valid_to or today)
    ]
    assert ended == ["khieu-nai"]


def test_three_wards_are_tenants_of_one_platform(city: City) -> None:
    tenants = [
        row
        for row in tomllib.loads(city.register_path.read_text("utf-8"))["site"]
        if "platform" in row
    ]
    assert len(tenants) == 3
    assert {row["platform"] for row in tenants} == {"nen-tang-phuong-xa"}
    assert len({row["owner"] for row in tenants}) == 3


def test_two_cities_stand_at_once_and_leave_no_process(tmp_path: Path) -> None:
    with City(tmp_path / "one") as one, City(tmp_path / "two") as two:
        first = tomllib.loads(one.register_path.read_text("utf-8"))
        second = tomllib.loads(two.register_path.read_text("utf-8"))
        assert first["site"][0]["connect"] != second["site"][0]["connect"]
    for document in (first, second):
        host, _, port = document["site"][0]["connect"]["443"].rpartition(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), TIMEOUT)


def test_the_city_ends_with_whoever_started_it(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\n"
        "from secscan.demo import City\n"
        "with City(pathlib.Path(sys.argv[1])) as city:\n"
        "    print(city._process.pid, flush=True)\n"
        "    os._exit(1)\n"  # no clean end: only the pipe tells the city
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, check=False
    )
    pid = int(done.stdout)
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ready, _, _ = select.select([descriptor], [], [], TIMEOUT)
    os.close(descriptor)
    assert ready, "the city outlived its parent"


def test_a_city_that_cannot_start_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SecscanError, match="the demo city cannot start"):
        City(tmp_path).__enter__()


def test_keys_are_for_their_owner_alone(city: City) -> None:
    folder = city.ca_path.parent
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*-*.pem"))
