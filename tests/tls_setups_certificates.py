"""Set-ups with faults in the chain, of mail servers, and of a port without TLS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import programs
import tls_certificates as certificates
import tls_servers as servers
from tls_certificates import HOST, Chain, Made, intermediate, issue, key_of, leaf, root
from tls_setup import (
    CLIENT,
    DEFAULT_GROUPS,
    OF_RSA,
    SERVER,
    SetUp,
    and_1_3,
    fixed,
    groups,
    nothing,
    run,
    sending,
    sending_weakly,
)


def certificate_setups() -> Iterator[SetUp]:
    """Give one for each thing that can be wrong with a chain, or that is only unusual."""
    today, day = certificates.TODAY, timedelta(days=1)
    sent: dict[str, tuple[Callable[[], Made], ...]] = {
        "expired": (lambda: leaf(until=today - day), intermediate),
        "not-yet-valid": (
            lambda: leaf(until=today + certificates.LIFETIME + day),
            intermediate,
        ),
        "self-signed": (lambda: issue(HOST, key_of("rsa2048"), hosts=(HOST,)),),
        "wrong-host": (lambda: leaf("rsa2048", "elsewhere.example"), intermediate),
        "wrong-order": (leaf, root, intermediate),
        "no-intermediate": (leaf,),
        "superfluous": (leaf, intermediate, root, lambda: leaf("p256", "other.example")),
        "wildcard": (lambda: leaf("rsa2048", "*.example"), intermediate),
        "address": (lambda: leaf("rsa2048", "127.0.0.1", HOST), intermediate),
        "rsa-4096": (lambda: leaf("rsa4096"), intermediate),
    }
    for name, chain in sent.items():
        yield SetUp(
            f"chain-{name}", sending(*chain), and_1_3(fixed(tls_1_2=OF_RSA)), DEFAULT_GROUPS
        )
    for name, first in (("sha-1", certificates.sha1_leaf), ("rsa-1024", lambda: leaf("rsa1024"))):
        yield SetUp(
            f"chain-{name}",
            sending_weakly(first, intermediate),
            and_1_3(fixed(tls_1_2=OF_RSA)),
            DEFAULT_GROUPS,
        )


def other_protocols() -> Iterator[SetUp]:
    """Give STARTTLS of Postfix and Dovecot, and SSH."""
    yield SetUp(
        "postfix",
        run(
            servers.postfix,
            "smtpd_tls_mandatory_protocols = >=TLSv1.2\nsmtpd_tls_protocols = >=TLSv1.2\n"
            f"tls_medium_cipherlist = {OF_RSA}\nsmtpd_tls_ciphers = medium\n"
            "tls_eecdh_auto_curves = X25519 prime256v1\n",
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        groups("x25519 secp256r1"),
        server_order=CLIENT,
        starttls="smtp",
    )
    yield SetUp(
        "dovecot",
        run(
            servers.dovecot,
            f"ssl_min_protocol = TLSv1.2\nssl_cipher_list = {OF_RSA}\n"
            "ssl_curve_list = X25519:P-256\nssl_prefer_server_ciphers = yes",
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        groups("x25519 secp256r1"),
        server_order=SERVER,
        starttls="imap",
    )
    yield SetUp(
        "sshd", _sshd, nothing, groups(""), silent={"sslyze": "it refuses to scan what is not TLS"}
    )


@contextmanager
def _sshd(directory: Path, port: int) -> Iterator[tuple[Chain, ...]]:
    with programs.sshd(port):
        yield ()
