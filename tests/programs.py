"""Real programs on loopback: nginx, Apache, sshd, and certificates for them."""

import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import SystemRandom

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

READY_SECONDS = 10


def free_port(address: str = "127.0.0.1") -> int:
    """Return a TCP port of loopback that nobody listens on.

    Below those that the kernel gives to clients: one of them might take it before the server does.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    while True:
        port = SystemRandom().randrange(10_000, 32_000)
        with socket.socket(family) as probe, suppress(OSError):
            probe.bind((address, port))
            return port


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate with its key, as files and as DER."""

    chain: Path
    key: Path
    der: bytes


@lru_cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate(
    directory: Path, host: str, until: datetime = datetime(2100, 1, 1, tzinfo=UTC)
) -> Certificate:
    """Write a self-signed certificate for a host, valid for the year before ``until``."""
    key = _key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = directory / f"{host}.pem", directory / f"{host}.key"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Certificate(chain, secret, made.public_bytes(serialization.Encoding.DER))


def server_context(made: Certificate, ciphers: str = "ALL:@SECLEVEL=0") -> ssl.SSLContext:
    """Return a TLS context for a server in Python."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    context.set_ciphers(ciphers)
    return context


def binary(name: str) -> str:
    """Return the path of a program, or skip the test by its name."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextmanager
def running(*command: str, port: int, directory: Path) -> Iterator[None]:
    """Run a server in the foreground until its port answers, and end it afterwards."""
    log = directory / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=directory)
    try:
        _await_port(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    pytest.fail(f"{process.args!r} did not start: {log.read_text(errors='replace')}")


@contextmanager
def nginx(servers: str, port: int) -> Iterator[Path]:
    """Run nginx with these server blocks; ``port`` is one of theirs. Give its directory."""
    program = binary("nginx")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        paths = "".join(
            f"{part}_temp_path {directory}/{part};"
            for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (directory / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {directory}/pid; error_log stderr warn;\n"
            "events { worker_connections 64; }\n"
            f"http {{ access_log off; {paths}\n{servers}\n}}\n"
        )
        config = str(directory / "nginx.conf")
        with running(
            program, "-p", name, "-e", "stderr", "-c", config, port=port, directory=directory
        ):
            yield directory


@contextmanager
def apache(lines: str, port: int) -> Iterator[Path]:
    """Run Debian's apache2 with its ssl and headers modules and these configuration lines."""
    program = binary("apache2")
    modules = Path("/usr/lib/apache2/modules")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        (directory / "index.html").write_text("<!doctype html><title>apache</title>")
        loaded = "".join(
            f"LoadModule {part}_module {modules}/mod_{part}.so\n"
            for part in (
                "mpm_event",
                "authz_core",
                "dir",
                "mime",
                "headers",
                "socache_shmcb",
                "ssl",
            )
            if (modules / f"mod_{part}.so").exists()
        )
        user = "User nobody\nGroup nogroup\n"
        (directory / "apache.conf").write_text(
            f"ServerRoot {directory}\nDefaultRuntimeDir {directory}\nPidFile {directory}/pid\n"
            f"{loaded}{user}ServerName localhost\nErrorLog {directory}/error.log\n"
            f"TypesConfig /etc/mime.types\nDocumentRoot {directory}\n"
            f"<Directory {directory}>\nRequire all granted\n</Directory>\n{lines}\n"
        )
        with running(
            program,
            "-X",
            "-f",
            str(directory / "apache.conf"),
            port=port,
            directory=directory,
        ):
            yield directory


@contextmanager
def sshd(port: int) -> Iterator[None]:
    """Run an SSH server, which greets first and speaks no TLS."""
    program, keygen = binary("sshd"), binary("ssh-keygen")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        key = directory / "host_key"
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        with suppress(OSError):  # Debian's sshd wants it, and only root can make it
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        config = directory / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {key}\nPidFile none\nUsePAM no\n"
        )
        with running(program, "-D", "-e", "-f", str(config), port=port, directory=directory):
            yield
