"""Set-ups of web servers: nginx, Apache, lighttpd and HAProxy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import tls_certificates as certificates
import tls_servers as servers
from known_suites import openssl_suites
from tls_certificates import intermediate, leaf, write
from tls_setup import (
    CLIENT,
    CURVES,
    DEFAULT_GROUPS,
    EVERYTHING,
    INTERMEDIATE,
    MOZILLA_GROUPS,
    OF_ECDSA,
    OF_RSA,
    OF_RSA_AND_DHE,
    OLD,
    OLD_VERSIONS,
    SERVER,
    SetUp,
    and_1_3,
    apache,
    fixed,
    groups,
    nginx,
    only_1_3,
    prepared,
    run,
    with_dh,
)


def _other_host(answer: str) -> Callable[[Path, int], str]:
    """Return a block for every other name, and for none; nginx takes the versions from it."""

    def block(directory: Path, port: int) -> str:
        other = write(directory, leaf("p256", "other.example"), intermediate(), name="other")
        return (
            f"server {{ listen 127.0.0.1:{port} ssl default_server; server_name _; "
            "ssl_protocols TLSv1.2 TLSv1.3; "
            f"ssl_certificate {other.chain}; ssl_certificate_key {other.key}; {answer} }}"
        )

    return block


def _stapling(directory: Path) -> None:
    certificates.staple(directory / "staple.der", leaf(), intermediate())


def nginx_setups() -> Iterator[SetUp]:
    """Give nginx's."""
    mozilla = (
        f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {INTERMEDIATE}; "
        "ssl_prefer_server_ciphers off; ssl_ecdh_curve X25519:prime256v1:secp384r1; "
        "ssl_dhparam DIRECTORY/dh.pem;"
    )
    intermediate_suites = and_1_3(fixed(tls_1_2=INTERMEDIATE))
    yield SetUp(
        "nginx-intermediate",
        with_dh(nginx(mozilla, "rsa2048", "p256")),
        intermediate_suites,
        MOZILLA_GROUPS,
        dh_bits=2048,
        server_order=CLIENT,
    )
    yield SetUp(
        "nginx-modern",
        nginx("ssl_protocols TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1;", "p256"),
        only_1_3,
        MOZILLA_GROUPS,
    )
    yield SetUp(
        "nginx-1.2-only",
        nginx(f"ssl_protocols TLSv1.2; ssl_ciphers {OF_RSA};"),
        fixed(tls_1_2=OF_RSA),
        CURVES,
    )
    yield SetUp(
        "nginx-legacy",
        with_dh(
            nginx(
                f"ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers {EVERYTHING}; "
                "ssl_prefer_server_ciphers on; ssl_dhparam DIRECTORY/dh.pem;"
            )
        ),
        lambda: openssl_suites(
            EVERYTHING,
            *OLD_VERSIONS,
            auth=("RSA", "None"),
            exchange=("ECDH", "DH", "RSA"),
        ),
        CURVES,
        dh_bits=2048,
        server_order=SERVER,
    )
    yield SetUp(
        "nginx-old-tls-only",
        nginx("ssl_protocols TLSv1 TLSv1.1; ssl_ciphers AES128-SHA:AES256-SHA:@SECLEVEL=0;"),
        fixed(tls_1_0="AES128-SHA:AES256-SHA", tls_1_1="AES128-SHA:AES256-SHA"),
        groups(""),
    )
    yield SetUp(
        "nginx-server-order",
        nginx(
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA}; ssl_prefer_server_ciphers on;"
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
        server_order=SERVER,
    )
    yield SetUp(
        "nginx-chacha-first-where-the-client-wants-it",
        nginx(
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA}; ssl_prefer_server_ciphers on; "
            "ssl_conf_command Options PrioritizeChaCha,ServerPreference;"
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
        server_order=SERVER,
    )
    yield SetUp(
        "nginx-early-data",
        nginx(f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA}; ssl_early_data on;"),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "nginx-p384-only",
        nginx(f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA}; ssl_ecdh_curve secp384r1;"),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        groups("secp384r1"),
    )
    yield SetUp(
        "nginx-stapling",
        prepared(
            _stapling,
            nginx(
                f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA}; ssl_stapling on; "
                "ssl_stapling_file DIRECTORY/staple.der;"
            ),
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "nginx-other-certificate-without-sni",
        nginx(
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA};",
            beside=_other_host(f"ssl_ciphers {OF_ECDSA}:{OF_RSA}; return 404;"),
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "nginx-nothing-without-sni",
        nginx(
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA};",
            beside=_other_host("ssl_reject_handshake on;"),
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "nginx-client-certificate",
        nginx(
            f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {OF_RSA}; ssl_verify_client on; "
            "ssl_client_certificate DIRECTORY/rsa2048.pem;"
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "nginx-ecdsa-p384-key",
        nginx(f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {INTERMEDIATE};", "p384"),
        and_1_3(fixed(tls_1_2=OF_ECDSA)),
        DEFAULT_GROUPS,
        silent={"nmap": "its hello of TLS 1.3 offers no signature of P-384"},
    )
    yield SetUp(
        "nginx-ed25519-key",
        nginx(f"ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {INTERMEDIATE};", "ed25519"),
        and_1_3(fixed(tls_1_2=OF_ECDSA)),
        DEFAULT_GROUPS,
        silent={
            "sslyze": "its OpenSSL 1.0.2, which it uses for AES-GCM, knows no Ed25519",
            "nmap": "its hello of TLS 1.2 offers no Ed25519",
        },
    )


def other_web_servers() -> Iterator[SetUp]:
    """Give those of Apache, lighttpd and HAProxy."""
    yield SetUp(
        "apache-intermediate",
        apache(
            f"SSLProtocol -all +TLSv1.2 +TLSv1.3\nSSLCipherSuite {INTERMEDIATE}\n"
            "SSLHonorCipherOrder off\nSSLOpenSSLConfCmd Curves X25519:prime256v1:secp384r1",
            "rsa2048",
            "p256",
        ),
        and_1_3(fixed(tls_1_2=INTERMEDIATE)),
        MOZILLA_GROUPS,
        dh_bits=2048,
        server_order=CLIENT,
    )
    yield SetUp(
        "apache-old",
        apache(
            f"SSLProtocol -all +TLSv1 +TLSv1.1 +TLSv1.2 +TLSv1.3\n"
            f"SSLCipherSuite {OLD}:@SECLEVEL=0\nSSLHonorCipherOrder on"
        ),
        lambda: openssl_suites(
            f"{OLD}:@SECLEVEL=0", *OLD_VERSIONS, "TLS 1.3", exchange=("ECDH", "DH", "RSA")
        ),
        DEFAULT_GROUPS,
        server_order=SERVER,
    )
    yield SetUp(
        "apache-defaults",
        apache("SSLCipherSuite HIGH:!aNULL\nSSLProtocol all -SSLv3 -TLSv1 -TLSv1.1"),
        lambda: openssl_suites("HIGH:!aNULL", "TLS 1.2", "TLS 1.3", exchange=("ECDH", "DH", "RSA")),
        DEFAULT_GROUPS,
        server_order=CLIENT,
    )
    yield SetUp(
        "lighttpd",
        run(servers.lighttpd, f'"MinProtocol" => "TLSv1.2", "CipherString" => "{OF_RSA}"'),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "lighttpd-old",
        run(
            servers.lighttpd,
            '"MinProtocol" => "TLSv1", "MaxProtocol" => "TLSv1.2", '
            '"CipherString" => "AES:!aNULL:@SECLEVEL=0"',
        ),
        lambda: openssl_suites(
            "AES:!aNULL:@SECLEVEL=0", *OLD_VERSIONS, exchange=("ECDH", "DH", "RSA")
        ),
        CURVES,
    )
    yield SetUp(
        "haproxy",
        run(
            servers.haproxy,
            f"ssl-min-ver TLSv1.2 ciphers {INTERMEDIATE} "
            "curves X25519:prime256v1:secp384r1 alpn h2,http/1.1",
        ),
        and_1_3(fixed(tls_1_2=OF_RSA_AND_DHE)),
        MOZILLA_GROUPS,
        dh_bits=2048,
        server_order=SERVER,
    )
    yield SetUp(
        "haproxy-1.3-suites",
        run(
            servers.haproxy,
            "ssl-min-ver TLSv1.3 ciphersuites TLS_AES_256_GCM_SHA384:TLS_AES_128_CCM_SHA256",
        ),
        lambda: {"TLS 1.3": groups("TLS_AES_256_GCM_SHA384 TLS_AES_128_CCM_SHA256")},
        DEFAULT_GROUPS,
    )
