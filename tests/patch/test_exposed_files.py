"""What should not be public, on real servers: found where it is, and not where all is a page."""

from functools import partial

import patch_servers as servers
import pytest
from builders import catalog
from patch_looks import look
from programs import free_port

CHECKS = ("directory_listing", "env_file", "git_head", "phpinfo", "server_status")


def outcomes(start: servers.Start, grants: list[str]) -> dict[str, str]:
    port = free_port()
    with start(port):
        judged = look({80: port}, grants=grants)
    assert judged.faults() == []
    kept = [one.answer for end in judged.evidence.endpoints for one in end.resources]
    assert "hunter2" not in repr([answer.body for answer in kept if hasattr(answer, "body")])
    return {name: judged.outcome(f"exposure.{name}") for name in CHECKS}


def test_all_of_it_is_found() -> None:
    assert set(outcomes(servers.telling_too_much, ["exposure"]).values()) == {"fail"}


@pytest.mark.parametrize("start", [servers.nginx, servers.nginx_with_php, servers.apache])
def test_nothing_is_found_where_nothing_is(start: servers.Start) -> None:
    """Whatever is asked for, nginx answers here with its page, and with it PHP."""
    found = outcomes(start, ["exposure"])
    assert found.pop("directory_listing") == "not-applicable"
    assert set(found.values()) == {"pass"}


def advised(program: str, *checks: str) -> str:
    """Return the lines of configuration that these checks advise."""
    return "\n".join(catalog().get(f"exposure.{name}").page[program] for name in checks)


def test_what_the_checks_advise_for_apache_closes_what_is_open() -> None:
    closed = ("env_file", "git_head", "phpinfo")
    start = partial(servers.telling_too_much, lines=advised("Apache", *closed))
    found = outcomes(start, ["exposure"])
    assert {name for name, outcome in found.items() if outcome == "pass"} == set(closed)
    assert found["server_status"] == found["directory_listing"] == "fail"


def test_what_the_checks_advise_for_nginx_is_its_configuration() -> None:
    found = outcomes(partial(servers.nginx, lines=advised("nginx", *CHECKS)), ["exposure"])
    assert "fail" not in found.values()


def test_nothing_is_asked_without_the_grant() -> None:
    assert set(outcomes(servers.telling_too_much, []).values()) == {"not-applicable"}
