"""The child of a ``Witness``: jobs come in as JSON lines, what sslyze says goes out as such.

This is the only module that imports sslyze; nobody imports this one.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from sslyze.plugins.scan_commands import ScanCommand
from sslyze.plugins.session_resumption.implementation import SessionResumptionSupportExtraArgument
from sslyze.scanner.models import (
    AllScanCommandsAttempts,
    ScanCommandsExtraArguments,
    ServerScanRequest,
)
from sslyze.scanner.scan_command_attempt import ScanCommandAttemptStatusEnum
from sslyze.scanner.scanner import Scanner
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation

MEMORY = 2_147_483_648
"""Bytes of address space; threads reserve much more of it than they use."""

RESUMPTIONS = 2
"""Attempts of each kind: half of them in vain would be told as partial."""

VERSIONS = {
    "SSLv2": ScanCommand.SSL_2_0_CIPHER_SUITES,
    "SSLv3": ScanCommand.SSL_3_0_CIPHER_SUITES,
    "TLS 1.0": ScanCommand.TLS_1_0_CIPHER_SUITES,
    "TLS 1.1": ScanCommand.TLS_1_1_CIPHER_SUITES,
    "TLS 1.2": ScanCommand.TLS_1_2_CIPHER_SUITES,
    "TLS 1.3": ScanCommand.TLS_1_3_CIPHER_SUITES,
}

IANA = {
    "X25519": "x25519",
    "X448": "x448",
    "prime192v1": "secp192r1",
    "prime256v1": "secp256r1",
}
"""Curves that IANA names otherwise than sslyze does."""

Job = Mapping[str, Any]


class UnsaidError(Exception):
    """sslyze came to no result; the text says why."""


def main() -> None:
    """Answer each job until there is nobody left to ask."""
    with suppress(ValueError, OSError):  # a lower limit is in force, or the system knows none
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        job = json.loads(line)
        signal.alarm(job["seconds"])
        answers.write(f"{json.dumps(_answer(job))}\n")
        answers.flush()
        signal.alarm(0)


def _answer(job: Job) -> dict[str, Any]:
    try:
        return {"said": ITEMS[job["item"]](job)}
    except UnsaidError as unsaid:
        return {"unsaid": str(unsaid)}
    except Exception as fault:  # a hostile server's answers may provoke anything in there
        return {"unsaid": type(fault).__name__}


def _heartbleed(job: Job) -> bool:
    attempts = _scan(job, {ScanCommand.HEARTBLEED})
    return bool(_result(attempts.heartbleed).is_vulnerable_to_heartbleed)


def _ccs_injection(job: Job) -> bool:
    attempts = _scan(job, {ScanCommand.OPENSSL_CCS_INJECTION})
    return bool(_result(attempts.openssl_ccs_injection).is_vulnerable_to_ccs_injection)


def _robot(job: Job) -> str:
    return str(_result(_scan(job, {ScanCommand.ROBOT}).robot).robot_result.value)


def _renegotiation(job: Job) -> dict[str, bool]:
    attempts = _scan(job, {ScanCommand.SESSION_RENEGOTIATION})
    result = _result(attempts.session_renegotiation)
    return {
        "secure": result.supports_secure_renegotiation,
        "client": result.is_vulnerable_to_client_renegotiation_dos,
    }


def _resumption(job: Job) -> dict[str, str]:
    extra = ScanCommandsExtraArguments(
        session_resumption=SessionResumptionSupportExtraArgument(RESUMPTIONS)
    )
    result = _result(_scan(job, {ScanCommand.SESSION_RESUMPTION}, extra).session_resumption)
    return {
        "identifiers": result.session_id_resumption_result.value,
        "tickets": result.tls_ticket_resumption_result.value,
    }


def _early_data(job: Job) -> bool:
    attempts = _scan(job, {ScanCommand.TLS_1_3_EARLY_DATA})
    return bool(_result(attempts.tls_1_3_early_data).supports_early_data)


def _opinion(job: Job) -> dict[str, Any]:
    attempts = _scan(job, {*VERSIONS.values(), ScanCommand.ELLIPTIC_CURVES})
    said = {name: _suites(getattr(attempts, command)) for name, command in VERSIONS.items()}
    return {**said, "curves": _curves(attempts.elliptic_curves)}


def _suites(attempt: Any) -> dict[str, list[str]] | str:
    try:
        result = _result(attempt)
    except UnsaidError as unsaid:
        return str(unsaid)
    return {
        "accepted": [one.cipher_suite.name for one in result.accepted_cipher_suites],
        "rejected": [one.cipher_suite.name for one in result.rejected_cipher_suites],
    }


def _curves(attempt: Any) -> dict[str, list[str]] | str:
    try:
        result = _result(attempt)
    except UnsaidError as unsaid:
        return str(unsaid)
    both = {"accepted": result.supported_curves, "rejected": result.rejected_curves}
    return {
        name: [IANA.get(curve.name, curve.name) for curve in curves or ()]
        for name, curves in both.items()
    }


ITEMS: Mapping[str, Callable[[Job], Any]] = {
    "heartbleed": _heartbleed,
    "ccs_injection": _ccs_injection,
    "robot": _robot,
    "renegotiation": _renegotiation,
    "resumption": _resumption,
    "early_data": _early_data,
    "opinion": _opinion,
}


def _scan(
    job: Job,
    commands: set[ScanCommand],
    extra: ScanCommandsExtraArguments | None = None,
) -> AllScanCommandsAttempts:
    """Run commands against the relay; it leads to the host, whose name goes into the hello."""
    request = ServerScanRequest(
        ServerNetworkLocation(job["host"], job["port"], "127.0.0.1"),
        ServerNetworkConfiguration(
            tls_server_name_indication=job["host"],
            http_user_agent=job["user_agent"],
            network_timeout=job["patience"],
            network_max_retries=1,
        ),
        commands,
        extra or ScanCommandsExtraArguments(),
    )
    scanner = Scanner(job["at_once"], concurrent_server_scans_limit=1)
    scanner.queue_scans([request])
    (result,) = scanner.get_results()
    if result.scan_result is None:
        raise UnsaidError("no handshake could be completed")
    return result.scan_result


def _result(attempt: Any) -> Any:
    if attempt.status is not ScanCommandAttemptStatusEnum.COMPLETED:
        # Not the trace's text: what a server sent is in it.
        fault = attempt.error_trace.exc_type if attempt.error_trace else None
        raise UnsaidError(f"{attempt.error_reason.value} {getattr(fault, '__name__', '')}".strip())
    return attempt.result


if __name__ == "__main__":
    main()
