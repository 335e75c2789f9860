"""Other scanners as witnesses of what a TLS server accepts, all in one shape."""

import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding
from defusedxml.ElementTree import fromstring
from known_suites import TLS_1_3, Suites, by_code, openssl_name
from programs import binary
from sslyze.connection_helpers.opportunistic_tls_helpers import ProtocolWithOpportunisticTlsEnum
from sslyze.plugins.openssl_cipher_suites.cipher_suites import CipherSuitesRepository
from sslyze.plugins.scan_commands import ScanCommand
from sslyze.scanner.models import ServerScanRequest, ServerScanResult
from sslyze.scanner.scanner import Scanner
from sslyze.server_connectivity import TlsVersionEnum
from sslyze.server_setting import ServerNetworkConfiguration, ServerNetworkLocation
from tls_certificates import HOST
from tls_servers import node_binary
from tls_setup import SetUp

_SSLYZE = {
    "SSLv2": (ScanCommand.SSL_2_0_CIPHER_SUITES, TlsVersionEnum.SSL_2_0),
    "SSLv3": (ScanCommand.SSL_3_0_CIPHER_SUITES, TlsVersionEnum.SSL_3_0),
    "TLS 1.0": (ScanCommand.TLS_1_0_CIPHER_SUITES, TlsVersionEnum.TLS_1_0),
    "TLS 1.1": (ScanCommand.TLS_1_1_CIPHER_SUITES, TlsVersionEnum.TLS_1_1),
    "TLS 1.2": (ScanCommand.TLS_1_2_CIPHER_SUITES, TlsVersionEnum.TLS_1_2),
    "TLS 1.3": (ScanCommand.TLS_1_3_CIPHER_SUITES, TlsVersionEnum.TLS_1_3),
}
_FURTHER = frozenset({ScanCommand.ELLIPTIC_CURVES, ScanCommand.CERTIFICATE_INFO})

# sslyze and sslscan spell a curve as X9.62 does; the registry of TLS as SECG does.
_CURVES = {"prime256v1": "secp256r1", "prime192v1": "secp192r1"}

_OLD_GROUPS = frozenset(
    {"brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp224r1", "secp256k1", "sect283k1"}
)
_OPENSSL_GROUPS = (
    _OLD_GROUPS
    | {"x25519", "x448", "secp256r1", "secp384r1", "secp521r1"}
    | {f"ffdhe{bits}" for bits in (2048, 3072, 4096, 6144, 8192)}
)
_ALL_1_3 = (*sorted(TLS_1_3), "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")
_S_CLIENT = {"TLS 1.0": "-tls1", "TLS 1.1": "-tls1_1", "TLS 1.2": "-tls1_2", "TLS 1.3": "-tls1_3"}


@dataclass(frozen=True)
class Witness:
    """What a scanner says; None where it does not look."""

    suites: Suites
    versions: frozenset[str] | None = None  # where it tells more of them than it has suites for
    groups: frozenset[str] | None = None
    dh_bits: frozenset[int] | None = None
    chains: frozenset[tuple[bytes, ...]] | None = None


@dataclass(frozen=True)
class Oracle:
    """A scanner: how to ask it, and which suites and groups it has ever heard of."""

    ask: Callable[[SetUp, int], Witness]
    knows: Callable[[str, str], bool]
    knows_group: Callable[[str], bool] = lambda group: True

    def expects(self, suites: Suites) -> Suites:
        """Return what it would say where all is as it should be."""
        known = {
            version: frozenset(suite for suite in accepted if self.knows(version, suite))
            for version, accepted in suites.items()
        }
        return {version: accepted for version, accepted in known.items() if accepted}


def sslyze_result(setup: SetUp, port: int, commands: set[ScanCommand]) -> ServerScanResult:
    """Return what sslyze says of a set-up, by these commands."""
    starttls = setup.starttls
    protocol = ProtocolWithOpportunisticTlsEnum(starttls.upper()) if starttls else None
    scanner = Scanner(per_server_concurrent_connections_limit=2)
    scanner.queue_scans(
        [
            ServerScanRequest(
                ServerNetworkLocation(HOST, port, "127.0.0.1"),
                ServerNetworkConfiguration(HOST, tls_opportunistic_encryption=protocol),
                scan_commands=commands,
            )
        ]
    )
    (result,) = scanner.get_results()
    assert result.scan_result is not None, result.connectivity_error_trace
    return result


def _sslyze(setup: SetUp, port: int) -> Witness:
    wanted = {command for command, _ in _SSLYZE.values()} | _FURTHER
    result = sslyze_result(setup, port, wanted)
    suites = {version: _accepted(result, command) for version, (command, _) in _SSLYZE.items()}
    return Witness(
        {version: found for version, found in suites.items() if found},
        groups=_curves(result),
        chains=_deployed(result),
    )


def _accepted(result: ServerScanResult, command: ScanCommand) -> frozenset[str]:
    attempt = getattr(result.scan_result, command.value)
    assert attempt.result is not None, attempt.error_trace
    return frozenset(one.cipher_suite.name for one in attempt.result.accepted_cipher_suites)


def _curves(result: ServerScanResult) -> frozenset[str] | None:
    assert result.scan_result is not None
    found = result.scan_result.elliptic_curves.result
    if found is None:
        return None
    names = (curve.name for curve in found.supported_curves or ())
    return frozenset(_registered(name) for name in names)


def _deployed(result: ServerScanResult) -> frozenset[tuple[bytes, ...]] | None:
    assert result.scan_result is not None
    found = result.scan_result.certificate_info.result
    if found is None:
        return None
    chains = (deployed.received_certificate_chain for deployed in found.certificate_deployments)
    der = Encoding.DER
    return frozenset(tuple(one.public_bytes(der) for one in chain) for chain in chains)


def _registered(curve: str) -> str:
    return _CURVES.get(curve, curve).replace("X25519", "x25519").replace("X448", "x448")


def _sslscan(setup: SetUp, port: int) -> Witness:
    command = [
        *(binary("sslscan"), "--xml=-", "--no-heartbleed", "--no-check-certificate"),
        *([f"--starttls-{setup.starttls}"] if setup.starttls else []),
        *(f"--sni-name={HOST}", f"127.0.0.1:{port}"),
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    (tree,) = fromstring(done.stdout.decode(errors="replace")).iter("ssltest")
    ciphers = list(tree.iter("cipher"))
    versions = (one.get("sslversion", "").replace("TLSv", "TLS ") for one in ciphers)
    names = (by_code(int(one.get("id", ""), 16)) or str(one.get("cipher")) for one in ciphers)
    enabled = (one for one in tree.iter("protocol") if one.get("enabled") == "1")
    labels = {"ssl": "SSLv", "tls": "TLS "}
    return Witness(
        _by_version(zip(versions, names, strict=True)),
        versions=frozenset(labels[one.get("type", "")] + one.get("version", "") for one in enabled),
        groups=frozenset(
            _registered(group.get("name", "").split(" ")[0]) for group in tree.iter("group")
        ),
        dh_bits=frozenset(int(bits) for one in ciphers if (bits := one.get("dhebits"))),
    )


def _by_version(pairs: Iterable[tuple[str, str]]) -> Suites:
    found: dict[str, set[str]] = {}
    for version, suite in pairs:
        found.setdefault(version, set()).add(suite)
    return {version: frozenset(suites) for version, suites in found.items()}


def _nmap(setup: SetUp, port: int) -> Witness:
    command = [
        *(binary("nmap"), "-n", "-Pn", "-sT", "-oX", "-", "-p", str(port)),
        *("--script", "ssl-enum-ciphers", "--script-args", f"tls.servername={HOST}"),
        "127.0.0.1",
    ]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    found = (
        (
            table.get("key", "").replace("TLSv", "TLS "),
            (name.text or "").replace("TLS_AKE_WITH_", "TLS_"),
        )
        for script in fromstring(done.stdout.decode()).iter("script")
        for table in script.iterfind("table")
        for name in table.iterfind("table[@key='ciphers']/table/elem[@key='name']")
    )
    return Witness(_by_version(found))


def _openssl(setup: SetUp, port: int) -> Witness:
    """Ask OpenSSL's client for each suite that is expected, and for each group that it knows."""
    asked = [
        (version, suite)
        for version, suites in setup.suites().items()
        for suite in suites
        if _openssl_knows(version, suite)
    ]
    found = _by_version(
        (version, suite)
        for version, suite in asked
        if _chosen(port, setup.starttls, version, openssl_name(suite) or "", *_offered(version))
    )
    groups = frozenset(
        group
        for group in _OPENSSL_GROUPS
        if any(_agrees_on(port, setup.starttls, version, group) for version in found)
    )
    return Witness(found, groups=groups if found else None)


def _offered(version: str) -> tuple[str, ...]:
    """Offer every group, not only those that OpenSSL offers by itself."""
    groups = _OPENSSL_GROUPS - _OLD_GROUPS if version == "TLS 1.3" else _OPENSSL_GROUPS
    return ("-groups", ":".join(sorted(groups, reverse=True)))


def _agrees_on(port: int, starttls: str | None, version: str, group: str) -> bool:
    only_old, only_new = group in _OLD_GROUPS, group.startswith("ffdhe")
    if only_old if version == "TLS 1.3" else only_new:
        return False
    ciphers = ":".join(_ALL_1_3) if version == "TLS 1.3" else "kECDHE:kECDHEPSK"
    return _chosen(port, starttls, version, ciphers, "-groups", group) is not None


def prefers_own_order(port: int, starttls: str | None, first: str, second: str) -> bool:
    """Offer two suites of TLS 1.2 in both orders; say whether the server chooses the same."""
    ways = [(openssl_name(first) or "", openssl_name(second) or "")]
    ways.append(ways[0][::-1])
    chosen = {_chosen(port, starttls, "TLS 1.2", ":".join(way)) for way in ways}
    return len(chosen) == 1


def _chosen(
    port: int, starttls: str | None, version: str, ciphers: str, *options: str
) -> str | None:
    """Return the suite that `openssl s_client` agrees on, by OpenSSL's name, or None."""
    if version == "TLS 1.3":
        suites = ["-ciphersuites", ciphers]
    else:
        suites = ["-psk", "00ff00ff", "-cipher", f"{ciphers}:@SECLEVEL=0"]
    command = [
        *(binary("openssl"), "s_client", "-connect", f"127.0.0.1:{port}", "-servername", HOST),
        *(_S_CLIENT[version], "-brief", *suites, *options),
        *(["-starttls", starttls] if starttls else []),
    ]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
    )
    match = re.search(r"^Ciphersuite: (\S+)$", done.stderr, re.MULTILINE)
    return match[1] if match else None


NODE_CLIENT = """
const [port, ...groups] = process.argv.slice(1), tls = require('tls'), accepted = [];
(function next() {
  const ecdhCurve = groups.shift();
  if (!ecdhCurve) return console.log(accepted.join(' '));
  const client = tls.connect({host: '127.0.0.1', port, servername: 'site.example', ecdhCurve,
    minVersion: 'TLSv1.3', rejectUnauthorized: false});
  client.on('secureConnect', () => { accepted.push(ecdhCurve); client.end(); });
  client.on('error', () => {});
  client.on('close', next);
})();
"""


def node_groups(port: int, *groups: str) -> frozenset[str]:
    """Return those of these groups that node's client can use with a server of TLS 1.3."""
    command = [node_binary(), "-e", NODE_CLIENT, str(port), *groups]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return frozenset(done.stdout.split())


def _sslyze_knows(version: str, suite: str) -> bool:
    # It has them in its list, and finds them nowhere.
    if version == "TLS 1.2" and suite.startswith("TLS_DH_anon_WITH_CAMELLIA"):
        return suite.endswith("_SHA")
    return suite in {
        one.name for one in CipherSuitesRepository.get_all_cipher_suites(_SSLYZE[version][1])
    }


def _openssl_knows(version: str, suite: str) -> bool:
    return version in _S_CLIENT and openssl_name(suite) is not None


ORACLES: Mapping[str, Oracle] = {
    "sslyze": Oracle(
        _sslyze, _sslyze_knows, lambda group: "ffdhe" not in group and "MLKEM" not in group
    ),
    "sslscan": Oracle(
        _sslscan,
        lambda version, suite: version not in ("SSLv2", "SSLv3"),
        lambda group: "MLKEM" not in group,
    ),
    "nmap": Oracle(_nmap, lambda version, suite: version != "SSLv2"),
    "openssl": Oracle(_openssl, _openssl_knows, lambda group: "MLKEM" not in group),
}
"""Each by its name; `openssl s_client` is asked only for what is expected, and for groups."""
