"""Heads out of the ordinary: folded lines, lines of 16 kB, and more than anybody reads."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from web_looks import findings, index, missing, of_answers, outcomes, page, scan
from web_senders import SENDERS, nginx_lines
from web_servers import Host, Pins, nginx
from web_servers_code import Answers, node, python, wire

from secscan.evidence import MissingKind

Serve = Callable[[Answers], AbstractContextManager[Pins]]

FOLDED = wire(
    "Content-Type: text/html",
    "Strict-Transport-Security: max-age=31536000;\r\n includeSubDomains",
    "Content-Security-Policy: default-src 'none';\r\n\tbase-uri 'none';\r\n  form-action 'none'",
    "X-Content-Type-Options:\r\n nosniff",
    "X-Frame-Options: DENY",
)


@pytest.mark.parametrize("serve", [python, node])
def test_folded_lines_are_one_line(serve: Serve) -> None:
    """RFC 9112 5.2: a client reads each fold as spaces."""
    with serve({"/": FOLDED}) as pins:
        evidence = scan(pins)
    hop = page(evidence)
    assert hop.first("strict-transport-security") == "max-age=31536000; includeSubDomains"
    assert (hop.first("content-security-policy") or "").split() == [
        *("default-src", "'none';", "base-uri", "'none';", "form-action", "'none'")
    ]
    assert (hop.first("x-content-type-options"), hop.first("x-frame-options")) == (
        "nosniff",
        "DENY",
    )
    checks = ("hsts", "content_security_policy", "content_type_options", "framing")
    assert outcomes(evidence, *(f"headers.{name}" for name in checks)) == ["pass"] * 4


def _policy(size: int) -> str:
    """Return a policy of this size that allows many hosts their pictures, and no script."""
    start, end = "default-src 'none'; img-src", "; base-uri 'none'; form-action 'none'"
    hosts = [f" https://{number:08}.images.example" for number in range(size // 31 + 1)]
    return (start + "".join(hosts))[: size - len(end)].ljust(size - len(end), "e") + end


def _nginx_long(value: str) -> str:
    """Return nginx's lines for a value that is longer than what it takes as one word."""
    parts = [value[at : at + 3000] for at in range(0, len(value), 3000)]
    sets = "".join(f'set $p{number} "{part}";\n' for number, part in enumerate(parts))
    joined = "".join(f"$p{number}" for number in range(len(parts)))
    return f'{sets}add_header Content-Security-Policy "{joined}" always;\n'


AFTER = ("X-Frame-Options", "DENY")


def sending(server: str, policy: str) -> AbstractContextManager[Pins]:
    """Send a long policy, and a line behind it."""
    if server.startswith("nginx"):
        lines = _nginx_long(policy) + nginx_lines(AFTER)
        return nginx(Host(lines), http2=server.endswith("h2"))
    return SENDERS[server](("Content-Security-Policy", policy), AFTER)


@pytest.mark.parametrize("size", [16_000, 80_000])
@pytest.mark.parametrize("server", SENDERS)
def test_a_long_policy_is_read_whole(server: str, size: int) -> None:
    """Some clients give up at 16 kB, and libraries of HTTP/2 at 64 kB; browsers do not."""
    policy = _policy(size)
    with sending(server, policy) as pins:
        evidence = scan(pins)
    assert page(evidence).all("content-security-policy") == (policy,)
    assert page(evidence).all("x-frame-options") == ("DENY",)
    checks = ("headers.content_security_policy", "headers.framing")
    assert outcomes(evidence, *checks) == ["pass", "pass"]


@pytest.mark.parametrize("size", [120_000, 300_000])
@pytest.mark.parametrize("server", ["nginx", "nginx-h2", "apache", "node", "node-h2", "python"])
def test_a_head_that_is_too_large_is_a_named_state(server: str, size: int) -> None:
    """It is never a head without the line that was too large: that would be a wrong verdict."""
    with sending(server, _policy(size)) as pins:
        evidence = scan(pins)
    why = missing(evidence)
    assert why.kind is MissingKind.MALFORMED
    assert why.detail
    assert {str(one.outcome) for one in of_answers(evidence).values()} == {"not-tested"}
    assert findings(evidence)["headers.content_security_policy"].cause is MissingKind.MALFORMED
    assert outcomes(evidence, "transport.https") == ["pass"]
    assert index(evidence).value is None
