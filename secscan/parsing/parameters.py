"""The numbers of TLS and their names: versions, suites, groups, signatures, alerts.

Names and numbers are those of IANA's TLS parameters, of RFC 6101 for SSL 3 and of the SSL 2
draft. What nobody has assigned is told by its number.
"""

import csv
from collections.abc import Mapping
from importlib.resources import files
from io import StringIO
from types import MappingProxyType

VERSIONS: Mapping[int, str] = MappingProxyType(
    {
        0x0002: "SSLv2",
        0x0300: "SSLv3",
        0x0301: "TLS 1.0",
        0x0302: "TLS 1.1",
        0x0303: "TLS 1.2",
        0x0304: "TLS 1.3",
    }
)
"""Versions by their wire number, oldest first."""

NUMBERS: Mapping[str, int] = MappingProxyType({name: code for code, name in VERSIONS.items()})
"""Wire numbers of the versions by their names."""

GROUPS: Mapping[int, str] = MappingProxyType(
    {
        1: "sect163k1",
        2: "sect163r1",
        3: "sect163r2",
        4: "sect193r1",
        5: "sect193r2",
        6: "sect233k1",
        7: "sect233r1",
        8: "sect239k1",
        9: "sect283k1",
        10: "sect283r1",
        11: "sect409k1",
        12: "sect409r1",
        13: "sect571k1",
        14: "sect571r1",
        15: "secp160k1",
        16: "secp160r1",
        17: "secp160r2",
        18: "secp192k1",
        19: "secp192r1",
        20: "secp224k1",
        21: "secp224r1",
        22: "secp256k1",
        23: "secp256r1",
        24: "secp384r1",
        25: "secp521r1",
        26: "brainpoolP256r1",
        27: "brainpoolP384r1",
        28: "brainpoolP512r1",
        29: "x25519",
        30: "x448",
        31: "brainpoolP256r1tls13",
        32: "brainpoolP384r1tls13",
        33: "brainpoolP512r1tls13",
        34: "GC256A",
        35: "GC256B",
        36: "GC256C",
        37: "GC256D",
        38: "GC512A",
        39: "GC512B",
        40: "GC512C",
        41: "curveSM2",
        0x0100: "ffdhe2048",
        0x0101: "ffdhe3072",
        0x0102: "ffdhe4096",
        0x0103: "ffdhe6144",
        0x0104: "ffdhe8192",
        0x0200: "MLKEM512",
        0x0201: "MLKEM768",
        0x0202: "MLKEM1024",
        0x11EB: "SecP256r1MLKEM768",
        0x11EC: "X25519MLKEM768",
        0x11ED: "SecP384r1MLKEM1024",
        0x11EE: "curveSM2MLKEM768",
        0x6399: "X25519Kyber768Draft00",
        0xFF01: "arbitrary_explicit_prime_curves",
        0xFF02: "arbitrary_explicit_char2_curves",
    }
)
"""Named groups of key exchange."""

SIGNATURES: Mapping[int, str] = MappingProxyType(
    {
        0x0101: "rsa_pkcs1_md5",
        0x0102: "dsa_md5",
        0x0103: "ecdsa_md5",
        0x0201: "rsa_pkcs1_sha1",
        0x0202: "dsa_sha1",
        0x0203: "ecdsa_sha1",
        0x0301: "rsa_pkcs1_sha224",
        0x0302: "dsa_sha224",
        0x0303: "ecdsa_sha224",
        0x0401: "rsa_pkcs1_sha256",
        0x0402: "dsa_sha256",
        0x0403: "ecdsa_secp256r1_sha256",
        0x0501: "rsa_pkcs1_sha384",
        0x0502: "dsa_sha384",
        0x0503: "ecdsa_secp384r1_sha384",
        0x0601: "rsa_pkcs1_sha512",
        0x0602: "dsa_sha512",
        0x0603: "ecdsa_secp521r1_sha512",
        0x0708: "sm2sig_sm3",
        0x0709: "gostr34102012_256a",
        0x0804: "rsa_pss_rsae_sha256",
        0x0805: "rsa_pss_rsae_sha384",
        0x0806: "rsa_pss_rsae_sha512",
        0x0807: "ed25519",
        0x0808: "ed448",
        0x0809: "rsa_pss_pss_sha256",
        0x080A: "rsa_pss_pss_sha384",
        0x080B: "rsa_pss_pss_sha512",
        0x081A: "ecdsa_brainpoolP256r1tls13_sha256",
        0x081B: "ecdsa_brainpoolP384r1tls13_sha384",
        0x081C: "ecdsa_brainpoolP512r1tls13_sha512",
        0x0904: "mldsa44",
        0x0905: "mldsa65",
        0x0906: "mldsa87",
    }
)
"""Signature schemes; in TLS 1.2 the curve in an ECDSA scheme's name binds nobody."""

ALERTS: Mapping[int, str] = MappingProxyType(
    {
        0: "close_notify",
        10: "unexpected_message",
        20: "bad_record_mac",
        21: "decryption_failed",
        22: "record_overflow",
        30: "decompression_failure",
        40: "handshake_failure",
        41: "no_certificate",
        42: "bad_certificate",
        43: "unsupported_certificate",
        44: "certificate_revoked",
        45: "certificate_expired",
        46: "certificate_unknown",
        47: "illegal_parameter",
        48: "unknown_ca",
        49: "access_denied",
        50: "decode_error",
        51: "decrypt_error",
        60: "export_restriction",
        70: "protocol_version",
        71: "insufficient_security",
        80: "internal_error",
        86: "inappropriate_fallback",
        90: "user_canceled",
        100: "no_renegotiation",
        109: "missing_extension",
        110: "unsupported_extension",
        111: "certificate_unobtainable",
        112: "unrecognized_name",
        113: "bad_certificate_status_response",
        114: "bad_certificate_hash_value",
        115: "unknown_psk_identity",
        116: "certificate_required",
        120: "no_application_protocol",
    }
)
"""Alert descriptions."""


def _read_suites() -> dict[int, str]:
    text = (files("secscan.parsing") / "suites.csv").read_text("utf-8")
    return {int(row["code"], 16): row["name"] for row in csv.DictReader(StringIO(text))}


_KNOWN = _read_suites()

SUITES: Mapping[int, str] = MappingProxyType(
    {code: name for code, name in _KNOWN.items() if not name.startswith("SSL_CK_")}
)
"""Cipher suites of SSL 3 and TLS. Signalling values are none, and so left out."""

KINDS: Mapping[int, str] = MappingProxyType(
    {code: name for code, name in _KNOWN.items() if name.startswith("SSL_CK_")}
)
"""Cipher kinds of SSL 2; they have three bytes."""

CODES: Mapping[str, int] = MappingProxyType({name: code for code, name in _KNOWN.items()})
"""Numbers of suites and cipher kinds by their names."""


def named(table: Mapping[int, str], code: int) -> str:
    """Return the name of a number, or the number itself, written as IANA writes it."""
    return table.get(code) or f"0x{code:04X}"
