"""Real servers of Debian packages on loopback that tell what they are: web, PHP, mail, files."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.request import urlopen

import programs
import pytest
import tls_certificates as certificates
import tls_servers
from programs import binary, running
from servers import Handler
from tls_certificates import HOST

APACHE_MODULES = Path("/usr/lib/apache2/modules")
EXIM = Path("/opt/exim4/usr/sbin/exim4")
"""Where the package is unpacked: installed, it would take Postfix away."""

PAGE = "<!doctype html><title>page</title><p>A page of a site.\n"
TOMCAT = Path("/usr/share/tomcat10")
WORDPRESS = Path("/usr/share/wordpress")


Start = Callable[[int], AbstractContextManager[object]]
"""Runs a server on a port, with all its files in a directory of its own."""


def speaking(sent: bytes, seen: list[bytes] | None = None) -> Handler:
    """Return a handler that sends this, and waits until it is left or told to close."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        while part := await reader.read(1000):
            if seen is not None:
                seen.append(part)
            if part in (b"QUIT\r\n", b"a1 LOGOUT\r\n"):
                return

    return handle


@contextmanager
def nginx(port: int, lines: str = "") -> Iterator[None]:
    """Run nginx with these lines of its server."""
    page = f"location / {{ default_type text/html; return 200 '{PAGE}'; }}"
    with programs.nginx(f"server {{ listen 127.0.0.1:{port}; {lines}\n{page} }}", port):
        yield


@contextmanager
def nginx_with_php(port: int, lines: str = "") -> Iterator[None]:
    """Run nginx with PHP behind it."""
    php = programs.free_port()
    passed = (
        f"fastcgi_pass 127.0.0.1:{php}; include /etc/nginx/fastcgi_params;\n"
        "root pages; fastcgi_param SCRIPT_FILENAME $document_root/index.php;"
    )
    server = f"server {{ listen 127.0.0.1:{port}; {lines}\nlocation / {{ {passed} }} }}"
    with programs.nginx(server, port) as directory:
        (directory / "pages").mkdir()
        with _php_behind(directory / "pages", php):
            yield


@contextmanager
def apache(port: int, lines: str = "ServerTokens OS") -> Iterator[Path]:
    """Run Apache with these lines, Debian's own where there are none. Give its directory."""
    with programs.apache(f"Listen 127.0.0.1:{port}\n{lines}", port) as directory:
        yield directory


@contextmanager
def apache_with_php(port: int, lines: str = "ServerTokens OS") -> Iterator[Path]:
    """Run Apache with PHP behind it. Give its directory."""
    php = programs.free_port()
    modules = "".join(
        f"LoadModule {part}_module {APACHE_MODULES}/mod_{part}.so\n"
        for part in ("proxy", "proxy_fcgi")
    )
    handler = (
        f'<FilesMatch "\\.php$">\nSetHandler "proxy:fcgi://127.0.0.1:{php}"\n</FilesMatch>\n'
        "ProxyFCGIBackendType GENERIC\nDirectoryIndex index.php\n"
    )
    with apache(port, f"{lines}\n{modules}{handler}") as directory, _php_behind(directory, php):
        yield directory


@contextmanager
def telling_too_much(port: int, lines: str = "") -> Iterator[None]:
    """Run Apache with PHP, a repository, a file of settings, its status, phpinfo and a listing."""
    modules = "".join(
        f"LoadModule {part}_module {APACHE_MODULES}/mod_{part}.so\n"
        for part in ("alias", "status", "autoindex")
    )
    status = "<Location /server-status>\nSetHandler server-status\n</Location>\n"
    listing = "<Directory />\nOptions Indexes\n</Directory>\n"
    with apache_with_php(port, f"ServerTokens OS\n{modules}{status}{listing}{lines}") as directory:
        (directory / ".git").mkdir()
        (directory / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
        (directory / ".env").write_text("APP_KEY=base64:c2VjcmV0\nDB_PASSWORD=hunter2\n")
        (directory / "phpinfo.php").write_text("<?php phpinfo();")
        (directory / "css").mkdir()
        (directory / "css" / "site.css").write_text("p { color: navy }\n")
        (directory / "index.php").write_text(
            "<!doctype html><title>page</title><link rel=stylesheet href=/css/site.css>\n"
        )
        yield


@contextmanager
def _php_behind(directory: Path, port: int) -> Iterator[None]:
    """Run PHP over FastCGI with a page; ``expose_php`` is on as PHP itself has it."""
    (directory / "index.php").write_text(f"<?php ?>\n{PAGE}")
    command = (binary("php-cgi"), "-b", f"127.0.0.1:{port}", "-d", "expose_php=1")
    with running(*command, port=port, directory=directory):
        yield


@contextmanager
def php_alone(directory: Path, port: int) -> Iterator[None]:
    """Run PHP's own web server."""
    (directory / "index.php").write_text(f"<?php ?>\n{PAGE}")
    command = (binary("php"), "-d", "expose_php=1", "-S", f"127.0.0.1:{port}", "-t", str(directory))
    with running(*command, port=port, directory=directory):
        yield


@contextmanager
def lighttpd(directory: Path, port: int) -> Iterator[None]:
    """Run lighttpd as it is."""
    (directory / "index.html").write_text(PAGE)
    config = directory / "lighttpd.conf"
    config.write_text(
        f'server.document-root = "{directory}"\nserver.bind = "127.0.0.1"\nserver.port = {port}\n'
        'index-file.names = ( "index.html" )\nmimetype.assign = ( ".html" => "text/html" )\n'
    )
    command = (binary("lighttpd"), "-D", "-f", str(config))
    with running(*command, port=port, directory=directory):
        yield


@contextmanager
def vsftpd(directory: Path, port: int) -> Iterator[None]:
    """Run vsftpd as whoever runs the tests."""
    config = directory / "vsftpd.conf"
    config.write_text(
        f"listen=YES\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\n"
        "run_as_launching_user=YES\nanonymous_enable=YES\nseccomp_sandbox=NO\n"
    )
    config.chmod(0o600)
    with running(binary("vsftpd"), str(config), port=port, directory=directory):
        yield


@contextmanager
def postfix(directory: Path, port: int) -> Iterator[None]:
    """Run Postfix with the greeting that Debian gives it."""
    made = certificates.ordinary(directory)
    lines = "smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)"
    with tls_servers.postfix(directory, port, made, lines):
        yield


@contextmanager
def exim(port: int) -> Iterator[None]:
    """Run Exim, from where its package is unpacked or installed."""
    program = str(EXIM) if EXIM.exists() else binary("exim4")
    if os.getuid() != 0:
        pytest.skip("exim listens only for root")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        config = directory / "exim.conf"
        config.write_text(
            f"primary_hostname = {HOST}\nspool_directory = {directory}\n"
            f"log_file_path = {directory}/%slog\npid_file_path = {directory}/pid\n"
        )
        shutil.chown(directory, "Debian-exim")  # as whom it goes on
        command = (program, "-C", str(config), "-bdf", "-oX", f"127.0.0.1.{port}")
        with running(*command, port=port, directory=directory):
            yield


@contextmanager
def tomcat(directory: Path, port: int) -> Iterator[None]:
    """Run Tomcat with one empty application."""
    if not TOMCAT.exists():
        pytest.skip("tomcat10 is not installed")
    for part in ("conf", "logs", "temp", "webapps/ROOT", "work"):
        (directory / part).mkdir(parents=True)
    (directory / "webapps" / "ROOT" / "index.html").write_text(PAGE)
    (directory / "conf" / "server.xml").write_text(
        '<Server port="-1"><Service name="Catalina">\n'
        f'<Connector port="{port}" address="127.0.0.1" protocol="HTTP/1.1"/>\n'
        '<Engine name="Catalina" defaultHost="localhost"><Host name="localhost"/></Engine>\n'
        "</Service></Server>\n"
    )
    shutil.copy("/etc/tomcat10/web.xml", directory / "conf")
    libraries = '"${catalina.home}/lib","${catalina.home}/lib/*.jar"'
    scan = "tomcat.util.scan.StandardJarScanFilter.jarsToSkip=*\n"  # it takes seconds
    (directory / "conf" / "catalina.properties").write_text(f"common.loader={libraries}\n{scan}")
    classes = f"{TOMCAT}/bin/bootstrap.jar:{TOMCAT}/bin/tomcat-juli.jar"
    homes = (f"-Dcatalina.home={TOMCAT}", f"-Dcatalina.base={directory}")
    program = "org.apache.catalina.startup.Bootstrap"
    command = (binary("java"), "-XX:TieredStopAtLevel=1", *homes, "-cp", classes, program, "start")
    with running(*command, port=port, directory=directory):
        with urlopen(f"http://127.0.0.1:{port}/") as answer:  # the first takes its time
            answer.read()
        yield


@contextmanager
def wordpress(directory: Path, port: int) -> Iterator[Path]:
    """Run WordPress on MariaDB and PHP's own web server. Give the file of its own plugin."""
    if not WORDPRESS.exists():
        pytest.skip("wordpress is not installed")
    site = directory / "site"
    (site / "wp-content" / "mu-plugins").mkdir(parents=True)
    for file in WORDPRESS.glob("*.php"):
        shutil.copy(file, site)
    for folder in ("wp-admin", "wp-includes", "wp-content/themes"):
        (site / folder).symlink_to(WORDPRESS / folder)
    (site / "wp-config.php").write_text(_WP_CONFIG.format(socket=directory / "db.sock"))
    plugin = site / "wp-content" / "mu-plugins" / "own.php"
    plugin.write_text("<?php\n")
    (site / "install.php").write_text(_WP_INSTALL)
    with _mariadb(directory):
        subprocess.run([binary("php"), str(site / "install.php")], check=True, capture_output=True)
        server = ("-S", f"127.0.0.1:{port}", "-t", str(site))
        settings = ("-d", "expose_php=1", "-d", "opcache.revalidate_freq=0")  # the plugin changes
        command = (binary("php"), *settings, *server)
        with running(*command, port=port, directory=directory):
            yield plugin


_WP_CONFIG = """<?php
define('DB_NAME', 'wp');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', 'http://site.example');
define('WP_SITEURL', 'http://site.example');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""

_WP_INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'site.example';
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_mail() { return true; }
wp_install('A site', 'admin', 'admin@site.example', true, '', 'password');
"""


@contextmanager
def _mariadb(directory: Path) -> Iterator[None]:
    """Run MariaDB on a socket, with an empty database for WordPress."""
    data, socket = directory / "db", directory / "db.sock"
    own = ["--no-defaults", f"--datadir={data}"] + ["--user=root"] * (os.getuid() == 0)
    install = [binary("mariadb-install-db"), *own, "--auth-root-authentication-method=normal"]
    subprocess.run([*install, "--skip-test-db"], check=True, capture_output=True)
    quick = ["--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--skip-networking"]
    command = [binary("mariadbd"), *own, *quick, f"--socket={socket}"]
    with (directory / "db.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _create_database(socket)
        yield
    finally:
        process.terminate()
        process.wait(programs.READY_SECONDS)


def _create_database(socket: Path) -> None:
    client = [
        binary("mariadb"),
        "--no-defaults",
        "-uroot",
        f"--socket={socket}",
        "-e",
        "create database wp",
    ]
    end = time.monotonic() + programs.READY_SECONDS
    while time.monotonic() < end:
        if subprocess.run(client, check=False, capture_output=True).returncode == 0:
            return
        time.sleep(0.05)
    pytest.fail("MariaDB did not start")
