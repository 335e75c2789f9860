"""Web servers on loopback, each with the lines of configuration that make it a trap.

Every server listens at two ports, in TLS and without, and gives them as pins of 443 and 80. In its
lines DIRECTORY stands for where its documents are.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import programs
from programs import binary, free_port, running
from tls_certificates import Chain, intermediate, leaf, write

NAME = "site.example"
PAGE = b"<!doctype html><title>The site</title><p>Welcome"
FILES = {"index.html": PAGE}

Pins = Mapping[int, str]


@dataclass(frozen=True)
class Host:
    """A virtual host: lines for its page over TLS and for plain HTTP, which else redirects.

    ``certified`` are the names in its certificate, where they are not just its own.
    """

    https: str = ""
    http: str | None = None
    name: str = NAME
    certified: Sequence[str] = ()


@contextmanager
def nginx(
    *hosts: Host, top: str = "", files: Mapping[str, bytes] = FILES, http2: bool = False
) -> Iterator[Pins]:
    """Run nginx with these hosts; ``top`` stands before them, in the http block."""
    plain, secure = free_port(), free_port()
    spoken = "ssl http2" if http2 else "ssl"
    with _served(files) as root:
        servers = "".join(
            f"""server {{ listen 127.0.0.1:{plain}; server_name {host.name}; root {root};
            {host.http or "return 301 https://$host$request_uri;"} }}
            server {{ listen 127.0.0.1:{secure} {spoken}; server_name {host.name}; root {root};
            ssl_certificate {made.chain}; ssl_certificate_key {made.key};
            {host.https} }}\n"""
            for host, made in _certified(root, hosts)
        )
        types = "include /etc/nginx/mime.types; default_type text/plain; port_in_redirect off;"
        lines = f"{types}\n{top}\n{servers}".replace("DIRECTORY", str(root))
        with programs.nginx(lines, secure):
            yield _pins(plain, secure)


_APACHE_MODULES = "alias auth_basic authn_core authn_file authz_user brotli deflate http2 rewrite"


@contextmanager
def apache(*hosts: Host, files: Mapping[str, bytes] = FILES) -> Iterator[Pins]:
    """Run Apache with these hosts."""
    plain, secure = free_port(), free_port()
    with _served(files) as root:
        modules = "".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
            for name in _APACHE_MODULES.split()
        )
        blocks = "".join(
            f"""<VirtualHost 127.0.0.1:{plain}>
            ServerName {host.name}
            DocumentRoot {root}
            {host.http or f"Redirect permanent / https://{host.name}/"}
            </VirtualHost>
            <VirtualHost 127.0.0.1:{secure}>
            ServerName {host.name}
            DocumentRoot {root}
            SSLEngine on
            SSLCertificateFile {made.chain}
            SSLCertificateKeyFile {made.key}
            {host.https}
            </VirtualHost>\n"""
            for host, made in _certified(root, hosts)
        )
        ports = f"Listen 127.0.0.1:{plain}\nListen 127.0.0.1:{secure}\n"
        allowed = f"<Directory {root}>\nRequire all granted\n</Directory>\n"
        lines = f"{ports}{modules}{allowed}{blocks}".replace("DIRECTORY", str(root))
        with programs.apache(lines, secure):
            yield _pins(plain, secure)


@contextmanager
def lighttpd(*hosts: Host, top: str = "", files: Mapping[str, bytes] = FILES) -> Iterator[Pins]:
    """Run lighttpd with these hosts; it speaks HTTP/2 unless ``top`` tells it not to."""
    plain, secure = free_port(), free_port()
    with _served(files) as root:
        certified = list(_certified(root, hosts))
        own = certified[0][1]
        plainly = "".join(
            f'$HTTP["host"] == "{host.name}" {{ {host.http or _LIGHTTPD_REDIRECT} }}\n'
            for host, _ in certified
        )
        securely = "".join(
            f'$HTTP["host"] == "{host.name}" {{ {_of_lighttpd(made)}\n{host.https} }}\n'
            for host, made in certified
        )
        config = root / "lighttpd.conf"
        config.write_text(
            f"""server.document-root = "{root}"
            server.bind = "127.0.0.1"
            server.port = {plain}
            server.modules = (
              "mod_setenv", "mod_access", "mod_redirect", "mod_auth", "mod_authn_file",
              "mod_openssl" )
            index-file.names = ( "index.html" )
            mimetype.assign = ( ".html" => "text/html", ".json" => "application/json",
              ".pdf" => "application/pdf", ".txt" => "text/plain" )
            {top}
            $SERVER["socket"] == "127.0.0.1:{plain}" {{ {plainly} }}
            $SERVER["socket"] == "127.0.0.1:{secure}" {{
              ssl.engine = "enable"
              {_of_lighttpd(own)}
              {securely}
            }}\n""".replace("DIRECTORY", str(root))
        )
        command = (binary("lighttpd"), "-D", "-f", str(config))
        with running(*command, port=secure, directory=root):
            yield _pins(plain, secure)


_LIGHTTPD_REDIRECT = 'url.redirect = ( "" => "https://${url.authority}${url.path}${qsa}" )'


def _of_lighttpd(made: Chain) -> str:
    return f'ssl.pemfile = "{made.chain}"\nssl.privkey = "{made.key}"'


@contextmanager
def _served(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Give a directory that a server may read as any user, with the documents of a site."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        for path, content in files.items():
            (root / path).write_bytes(content)
        yield root


def _certified(root: Path, hosts: Sequence[Host]) -> Iterator[tuple[Host, Chain]]:
    for host in hosts:
        yield host, certificate(root, *(host.certified or (host.name,)))


def certificate(directory: Path, *names: str) -> Chain:
    """Write a chain whose leaf has these names."""
    return write(directory, leaf("p256", *names), intermediate(), name=names[0])


def _pins(plain: int, secure: int) -> Pins:
    return {80: f"127.0.0.1:{plain}", 443: f"127.0.0.1:{secure}"}
