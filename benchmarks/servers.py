"""The two servers that are looked at: Mozilla's intermediate set-up, and a legacy one."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

NAME = "site.example"
PORT = 8443
SERVERS = {"A": 2, "B": 3}
"""The last number of each server's address; every other address shows A."""

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

# ssl-config.mozilla.org, guideline 5.7, intermediate
_INTERMEDIATE = """
ssl_protocols TLSv1.2 TLSv1.3;
ssl_prefer_server_ciphers off;
ssl_ecdh_curve X25519:prime256v1:secp384r1;
ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:\
ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:\
DHE-RSA-CHACHA20-POLY1305;
ssl_session_tickets off;
ssl_stapling on;
"""

_LEGACY = """
ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
ssl_prefer_server_ciphers on;
ssl_ciphers ALL:!aNULL:@SECLEVEL=0;
"""


@contextmanager
def nginx(enter: tuple[str, ...]) -> Iterator[int]:
    """Run both servers in one nginx, in the namespace that ``enter`` enters; give its PID."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        raise SystemExit("nginx is not installed (Debian, Ubuntu: apt install nginx-light)")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        _certificates(directory)
        (directory / "nginx.conf").write_text(_configuration(directory))
        command = [program, "-p", name, "-e", "stderr", "-c", f"{name}/nginx.conf"]
        # In a session of its own, as every child: Ctrl-C is for the benchmark, which ends them.
        with subprocess.Popen(
            [*enter, *command], stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            try:
                _await_port([*enter, *command], process.pid)
                yield process.pid
            finally:
                process.kill()


def _configuration(directory: Path) -> str:
    paths = "".join(
        f"{part}_temp_path {directory}/{part};"
        for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    rsa_key, ecdsa_key = (
        f"ssl_certificate {directory}/{kind}.pem; ssl_certificate_key {directory}/{kind}.key;"
        for kind in ("rsa", "ecdsa")
    )
    staple = f"ssl_stapling_file {directory}/ocsp.der;"
    common = f'{rsa_key}\nssl_dhparam {directory}/dh.pem; location / {{ return 200 "hello"; }}'
    # The wildcard is A; nginx itself picks B for connections to B's addresses.
    legacy = "".join(f"listen {net}{SERVERS['B']}:{PORT} ssl;" for net in ("127.0.0.", "198.18.0."))
    return f"""
daemon off; master_process off; pid {directory}/pid; error_log stderr emerg;
events {{ worker_connections 1024; }}
http {{
access_log off; {paths}
server {{ listen {PORT} ssl; {_INTERMEDIATE} {ecdsa_key} {staple} {common} }}
server {{ {legacy} {_LEGACY} {common} }}
}}
"""


def _await_port(command: list[str], pid: int) -> None:
    end = time.monotonic() + 10
    listening = f":{PORT:04X} "
    while time.monotonic() < end:
        table = Path(f"/proc/{pid}/net/tcp")  # of the namespace that the process is in
        if table.exists() and listening in table.read_text():
            return
        time.sleep(0.02)
    raise SystemExit(f"nginx does not start: {' '.join(command)}")


def _certificates(directory: Path) -> None:
    """Write a certificate of each kind, a staple, and the DH group of RFC 7919."""
    authority = ec.generate_private_key(ec.SECP256R1())
    issuer = _certificate("Benchmark CA", authority, None, authority)
    keys: dict[str, _Key] = {
        "ecdsa": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
    }
    for kind, key in keys.items():
        made = _certificate(NAME, key, issuer, authority)
        chain = made.public_bytes(serialization.Encoding.PEM)
        (directory / f"{kind}.pem").write_bytes(chain)
        (directory / f"{kind}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    (directory / "ocsp.der").write_bytes(_staple(made, issuer, authority))
    group = ["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"]
    subprocess.run([*group, "-out", str(directory / "dh.pem")], check=True)


def _certificate(
    name: str, key: _Key, issuer: x509.Certificate | None, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(signer, hashes.SHA256())
    )


def _staple(
    made: x509.Certificate, issuer: x509.Certificate, signer: ec.EllipticCurvePrivateKey
) -> bytes:
    now = datetime.now(UTC)
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=made,
            issuer=issuer,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=now - timedelta(hours=1),
            next_update=now + timedelta(days=7),
            revocation_time=None,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer)
        .sign(signer, hashes.SHA256())
    )
    return response.public_bytes(serialization.Encoding.DER)
