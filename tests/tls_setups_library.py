"""Set-ups of the libraries themselves: OpenSSL old and new, GnuTLS, tlslite-ng, node, stunnel."""

from collections.abc import Iterator

import tls_servers as servers
from known_suites import TLS_1_3, gnutls_suites, names, openssl_suites
from tls_setup import (
    CLIENT,
    CURVES,
    DEFAULT_GROUPS,
    EVERYTHING,
    OF_RSA,
    OLD_VERSIONS,
    SERVER,
    SetUp,
    and_1_3,
    fixed,
    groups,
    only_1_3,
    run,
    with_dh,
)

UNUSUAL = "it knocks, or looks for groups, with ordinary suites only"
NO_ML_KEM = "its OpenSSL knows no ML-KEM"


def openssl_setups() -> Iterator[SetUp]:
    """Give those of `openssl s_server` and stunnel."""
    every = ("ECDH", "DH", "RSA")
    yield SetUp(
        "s_server-defaults",
        run(servers.s_server),
        lambda: openssl_suites("DEFAULT", "TLS 1.2", "TLS 1.3", exchange=every),
        DEFAULT_GROUPS,
        server_order=CLIENT,
    )
    yield SetUp(
        "s_server-everything",
        run(servers.s_server, "-cipher", EVERYTHING, "-serverpref"),
        lambda: openssl_suites(
            EVERYTHING, *OLD_VERSIONS, "TLS 1.3", auth=("RSA", "None"), exchange=every
        ),
        DEFAULT_GROUPS,
        server_order=SERVER,
    )
    yield SetUp(
        "s_server-dh-1024",
        with_dh(
            run(
                servers.s_server,
                *("-dhparam", "DIRECTORY/dh.pem", "-no_tls1_3"),
                *("-cipher", "DHE-RSA-AES128-SHA:DHE-RSA-AES256-SHA:@SECLEVEL=0"),
            ),
            bits=1024,
        ),
        fixed(
            tls_1_0="DHE-RSA-AES128-SHA:DHE-RSA-AES256-SHA",
            tls_1_1="DHE-RSA-AES128-SHA:DHE-RSA-AES256-SHA",
            tls_1_2="DHE-RSA-AES128-SHA:DHE-RSA-AES256-SHA",
        ),
        groups(""),
        dh_bits=1024,
    )
    yield SetUp(
        "s_server-dsa-key",
        run(servers.s_server, "-cipher", "aDSS:@SECLEVEL=0", "-no_tls1_3", kind="dsa2048"),
        lambda: openssl_suites("aDSS:@SECLEVEL=0", *OLD_VERSIONS, auth=("DSS",), exchange=("DH",)),
        groups(""),
    )
    yield SetUp(
        "s_server-no-encryption",
        run(servers.s_server, "-cipher", "eNULL:@SECLEVEL=0", "-no_tls1_3"),
        lambda: openssl_suites("eNULL:@SECLEVEL=0", *OLD_VERSIONS, auth=("RSA", "None")),
        CURVES,
        silent={"sslyze groups": UNUSUAL, "sslscan groups": UNUSUAL},
    )
    yield SetUp(
        "s_server-no-certificate",
        run(servers.s_server, "-cipher", "aNULL:@SECLEVEL=0", "-no_tls1_3", kind=None),
        lambda: openssl_suites(
            "aNULL:@SECLEVEL=0", *OLD_VERSIONS, auth=("None",), exchange=("ECDH", "DH")
        ),
        CURVES,
        silent={"sslyze groups": UNUSUAL, "sslscan groups": UNUSUAL},
    )
    shared = ("PSK", "DHEPSK", "ECDHEPSK", "RSAPSK")
    yield SetUp(
        "s_server-shared-key",
        run(
            servers.s_server,
            *("-psk", "00ff00ff", "-psk_hint", "x", "-cipher", "PSK:@SECLEVEL=0", "-no_tls1_3"),
        ),
        lambda: openssl_suites(
            "PSK:@SECLEVEL=0", *OLD_VERSIONS, auth=("PSK", "RSA"), exchange=shared
        ),
        CURVES,
        silent={
            "sslyze": UNUSUAL,
            "sslscan": "it has no key to share, and tells only what needs none",
            "sslscan groups": UNUSUAL,
        },
    )
    aria = "ARIA:CAMELLIA:AESCCM:!PSK:!aNULL:@SECLEVEL=0"
    yield SetUp(
        "s_server-aria-camellia-ccm",
        run(
            servers.s_server,
            *("-cipher", aria, "-tls1_2"),
        ),
        lambda: openssl_suites(aria, "TLS 1.2", exchange=every),
        CURVES,
        silent={"sslscan groups": UNUSUAL},
    )
    odd = "brainpoolP256r1:brainpoolP384r1:secp256k1:secp224r1:sect283k1"
    yield SetUp(
        "s_server-odd-curves",
        run(
            servers.s_server,
            *("-cipher", f"{OF_RSA}:@SECLEVEL=0", "-tls1_2", "-groups", odd),
        ),
        fixed(tls_1_2=OF_RSA),
        groups(odd.replace(":", " ")),
        silent=dict.fromkeys(("sslyze", "sslscan", "nmap"), "it offers better curves only"),
    )
    yield SetUp(
        "s_server-ccm-and-no-tickets",
        run(
            servers.s_server,
            *("-tls1_3", "-no_ticket", "-groups", "X448:ffdhe3072", "-ciphersuites"),
            "TLS_AES_128_CCM_8_SHA256:TLS_AES_128_CCM_SHA256",
        ),
        lambda: {"TLS 1.3": groups("TLS_AES_128_CCM_8_SHA256 TLS_AES_128_CCM_SHA256")},
        groups("x448 ffdhe3072"),
        silent=dict.fromkeys(("sslyze", "nmap"), "it offers other groups"),
    )
    yield SetUp(
        "s_server-1.1-is-the-newest",
        run(servers.s_server, "-no_tls1_3", "-no_tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"),
        fixed(tls_1_0="AES128-SHA", tls_1_1="AES128-SHA"),
        groups(""),
    )
    yield SetUp(
        "stunnel",
        run(
            servers.stunnel,
            f"sslVersionMin = TLSv1.2\nciphers = {OF_RSA}\ncurves = X25519:P-256",
        ),
        and_1_3(fixed(tls_1_2=OF_RSA)),
        groups("x25519 secp256r1"),
    )


def other_libraries() -> Iterator[SetUp]:
    """Give those of GnuTLS, node and tlslite-ng."""
    normal = ("ECDHE_RSA", "DHE_RSA", "RSA")
    yield SetUp(
        "gnutls-normal",
        run(servers.gnutls, "NORMAL"),
        lambda: gnutls_suites("NORMAL", *OLD_VERSIONS, "TLS 1.3", exchange=normal),
        DEFAULT_GROUPS,
    )
    yield SetUp(
        "gnutls-secure192",
        run(servers.gnutls, "SECURE192:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3"),
        lambda: gnutls_suites(
            "SECURE192:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3", "TLS 1.2", "TLS 1.3", exchange=normal
        ),
        groups("secp384r1 secp521r1 ffdhe8192"),
        silent={"nmap": "it does not see a DHE of 8192 bits"},
    )
    broken = "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+ARCFOUR-128:+3DES-CBC:+MD5"
    yield SetUp(
        "gnutls-rc4-and-3des",
        run(servers.gnutls, broken),
        lambda: gnutls_suites(broken, *OLD_VERSIONS, exchange=normal),
        CURVES,
    )
    plain = (
        "NONE:+VERS-TLS1.2:+NULL:+SHA1:+SHA256:+MD5:+RSA:+ECDHE-RSA:+SIGN-ALL:+COMP-NULL:"
        "+GROUP-SECP256R1"
    )
    yield SetUp(
        "gnutls-no-encryption",
        run(servers.gnutls, plain),
        lambda: gnutls_suites(plain, "TLS 1.2", exchange=normal),
        groups("secp256r1"),
        silent={"sslyze": UNUSUAL, "sslscan groups": UNUSUAL},
    )
    anonymous = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH:+ANON-DH"
    yield SetUp(
        "gnutls-no-certificate",
        run(servers.gnutls, anonymous, kind=None),
        lambda: gnutls_suites(anonymous, "TLS 1.2", exchange=("DH_anon", "ECDH_anon")),
        CURVES,
        silent={"sslyze": UNUSUAL, "sslscan groups": UNUSUAL},
    )
    camellia = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CAMELLIA-128-GCM:+CAMELLIA-256-GCM"
    yield SetUp(
        "gnutls-camellia-gcm",
        run(servers.gnutls, camellia),
        lambda: gnutls_suites(camellia, "TLS 1.2", exchange=normal),
        CURVES,
        silent={"sslyze": UNUSUAL, "sslscan groups": UNUSUAL},
    )
    yield SetUp(
        "node-post-quantum-only",
        run(servers.node, minVersion="TLSv1.3", ecdhCurve="X25519MLKEM768"),
        only_1_3,
        groups("X25519MLKEM768"),
        silent=dict.fromkeys(("sslyze", "sslscan", "nmap", "openssl", "chains"), NO_ML_KEM),
    )
    yield SetUp(
        "node-post-quantum-first",
        run(
            servers.node,
            minVersion="TLSv1.2",
            ciphers=f"{OF_RSA}:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384",
            ecdhCurve="X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024:X25519:P-256",
        ),
        lambda: {
            "TLS 1.2": names(OF_RSA),
            "TLS 1.3": TLS_1_3 - {"TLS_CHACHA20_POLY1305_SHA256"},
        },
        groups("X25519MLKEM768 SecP256r1MLKEM768 SecP384r1MLKEM1024 x25519 secp256r1"),
        server_order=SERVER,
    )
    yield SetUp(
        "tlslite-ssl-3",
        run(
            servers.tlslite,
            minVersion=(3, 0),
            maxVersion=(3, 0),
            cipherNames=["rc4", "3des", "aes128"],
            macNames=["sha", "md5"],
            keyExchangeNames=["rsa"],
        ),
        lambda: {
            "SSLv3": groups(
                "TLS_RSA_WITH_RC4_128_SHA TLS_RSA_WITH_RC4_128_MD5 "
                "TLS_RSA_WITH_3DES_EDE_CBC_SHA TLS_RSA_WITH_AES_128_CBC_SHA"
            )
        },
        groups(""),
    )
    aged = groups(
        "TLS_RSA_WITH_RC4_128_SHA TLS_RSA_WITH_3DES_EDE_CBC_SHA TLS_ECDHE_RSA_WITH_RC4_128_SHA "
        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"
    )
    yield SetUp(
        "tlslite-3-to-1.2",
        run(
            servers.tlslite,
            minVersion=(3, 0),
            maxVersion=(3, 3),
            cipherNames=["rc4", "3des"],
            macNames=["sha"],
            keyExchangeNames=["rsa", "ecdhe_rsa", "dhe_rsa"],
            eccCurves=["secp256r1", "x25519"],
        ),
        lambda: dict.fromkeys(("SSLv3", *OLD_VERSIONS), aged),
        groups("secp256r1 x25519"),
    )
    yield SetUp(
        "openssl-1.0.2-everything",
        run(servers.old_openssl, kind="rsa512", ciphers="ALL:COMPLEMENTOFALL"),
        lambda: {
            "SSLv2": SSL_2,
            "SSLv3": RSA_OF_1_0_2,
            "TLS 1.0": RSA_OF_1_0_2,
            "TLS 1.1": RSA_OF_1_0_2,
            "TLS 1.2": RSA_OF_1_0_2 | RSA_OF_1_2,
        },
        groups(""),
    )


SSL_2 = groups(
    "SSL_CK_RC4_128_WITH_MD5 SSL_CK_RC4_128_EXPORT40_WITH_MD5 SSL_CK_RC2_128_CBC_WITH_MD5 "
    "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5 SSL_CK_IDEA_128_CBC_WITH_MD5 SSL_CK_DES_64_CBC_WITH_MD5 "
    "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"
)
RSA_OF_1_0_2 = groups(
    "TLS_RSA_WITH_NULL_MD5 TLS_RSA_WITH_NULL_SHA TLS_RSA_EXPORT_WITH_RC4_40_MD5 "
    "TLS_RSA_WITH_RC4_128_MD5 TLS_RSA_WITH_RC4_128_SHA TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5 "
    "TLS_RSA_WITH_IDEA_CBC_SHA TLS_RSA_EXPORT_WITH_DES40_CBC_SHA TLS_RSA_WITH_DES_CBC_SHA "
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA TLS_RSA_WITH_AES_128_CBC_SHA TLS_RSA_WITH_AES_256_CBC_SHA "
    "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA TLS_RSA_WITH_CAMELLIA_256_CBC_SHA TLS_RSA_WITH_SEED_CBC_SHA"
)
RSA_OF_1_2 = groups(
    "TLS_RSA_WITH_NULL_SHA256 TLS_RSA_WITH_AES_128_CBC_SHA256 TLS_RSA_WITH_AES_256_CBC_SHA256 "
    "TLS_RSA_WITH_AES_128_GCM_SHA256 TLS_RSA_WITH_AES_256_GCM_SHA384"
)
