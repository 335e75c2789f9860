"""Fuzz the parsers of records and hellos: any bytes are a value or malformed.

``python fuzz/hellos.py -max_total_time=90``; needs the extra ``fuzz``.
"""

from contextlib import suppress

import harness

with harness.instrumented():
    from secscan.parsing import hellos
    from secscan.parsing.records import MalformedError, Messages, Records

SUITES = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
    "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
)

READERS = (
    lambda data: list(Records().feed(data)),
    lambda data: list(Messages().feed(data)),
    hellos.server_hello,
    hellos.extensions,
    hellos.certificates,
    hellos.certificate_entries,
    hellos.ocsp_response,
    hellos.protocol,
    hellos.old_server_hello,
    *(lambda data, suite=suite: hellos.key_exchange(data, suite, 0x0303) for suite in SUITES),
)


def once(data: bytes) -> None:
    """Read what follows the first byte, which chooses the reader."""
    if data:
        with suppress(MalformedError):
            READERS[data[0] % len(READERS)](data[1:])


if __name__ == "__main__":
    seeds = [bytes([at]) + seed for at in range(len(READERS)) for seed in harness.bodies()]
    harness.fuzz(once, seeds)
