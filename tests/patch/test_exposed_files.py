"""What should not be public, on real servers: found where it is, and not where all is a page."""

import patch_servers as servers
import pytest
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
    assert set(outcomes(start, ["exposure"]).values()) <= {"pass", "not-applicable"}


def test_nothing_is_asked_without_the_grant() -> None:
    assert set(outcomes(servers.telling_too_much, []).values()) == {"not-applicable"}
