"""Real servers of Debian packages: the right component, version, state and confidence.

What cannot run here (IIS, SharePoint, Exchange, DNN, Liferay, Joomla, Drupal, NukeViet) has
answers of our own writing, in the tests of the checks.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import patch_servers as servers
import programs
import pytest
from patch_looks import Judged, look
from programs import binary, free_port

Start = Callable[[Path, int], AbstractContextManager[object]]

PATCHED = ("current", "newer-than-data", "unknown-backport")
"""What a version of a package may be on its day: none of them takes a point."""


def package(name: str) -> str:
    """Return the version of an installed package, as Debian writes it."""
    command = (binary("dpkg-query"), "-W", "-f", "${Version}", name)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def upstream(version: str) -> str:
    """Return its maker's version of a package's."""
    bare = version.partition(":")[2] or version
    return re.split(r"[+~]|-[^-]*$", bare)[0]


@dataclass(frozen=True)
class Expected:
    """What one check must find: a product, the package of its version ("" for none), a state."""

    check_id: str
    product: str
    package: str
    states: tuple[str, ...]
    confidence: int
    outcome: str = "not-applicable"


def assert_found(judged: Judged, expected: Expected) -> None:
    assert judged.faults() == []
    found = [c for c in judged.components(expected.check_id) if c.product == expected.product]
    assert len(found) == 1, judged.finding(expected.check_id)
    version = upstream(package(expected.package)) if expected.package else ""
    assert found[0].version == version
    assert found[0].state in expected.states
    assert found[0].confidence == expected.confidence
    passes = found[0].state in ("current", "newer-than-data")
    assert judged.outcome(expected.check_id) == ("pass" if passes else expected.outcome)
    assert judged.costly() == []


SERVER, RUNTIME = "patch.server_supported", "patch.runtime_supported"
BACKPORT, HIDDEN = ("unknown-backport",), ("hidden",)


def plain(start: servers.Start) -> Start:
    """Return a start for a server that keeps its files elsewhere."""
    return lambda _, port: start(port)


NGINX = Expected(SERVER, "nginx", "nginx", BACKPORT, 80)
APACHE = Expected(SERVER, "apache", "apache2", PATCHED, 80)
PHP = Expected(RUNTIME, "php", "php8.2-cgi", PATCHED, 80)

WEB: dict[str, tuple[Start, list[Expected]]] = {
    "nginx": (plain(servers.nginx), [NGINX]),
    "nginx without its version": (
        plain(lambda port: servers.nginx(port, "server_tokens off;")),
        [Expected(SERVER, "nginx", "", HIDDEN, 80)],
    ),
    "nginx before PHP": (plain(servers.nginx_with_php), [NGINX, PHP]),
    "Apache": (plain(servers.apache), [APACHE]),
    "Apache with all that it tells": (
        plain(lambda port: servers.apache(port, "ServerTokens Full")),
        [APACHE],
    ),
    "Apache without its version": (
        plain(lambda port: servers.apache(port, "ServerTokens Prod")),
        [Expected(SERVER, "apache", "", HIDDEN, 80)],
    ),
    "Apache before PHP": (plain(servers.apache_with_php), [APACHE, PHP]),
    "PHP alone": (servers.php_alone, [PHP]),
    "lighttpd": (servers.lighttpd, [Expected(SERVER, "lighttpd", "lighttpd", BACKPORT, 80)]),
    "Tomcat's error page": (
        servers.tomcat,
        [Expected(SERVER, "tomcat", "tomcat10", PATCHED, 70)],
    ),
}


@pytest.mark.parametrize(("start", "expected"), WEB.values(), ids=WEB)
def test_a_web_server(start: Start, expected: list[Expected], tmp_path: Path) -> None:
    port = free_port()
    with start(tmp_path, port):
        judged = look({80: port})
    for one in expected:
        assert_found(judged, one)


SERVICES_ID = "patch.services_supported"

SERVICES: dict[str, tuple[str, int, Start, Expected]] = {
    "vsftpd": (
        "ftp",
        21,
        servers.vsftpd,
        Expected(SERVICES_ID, "vsftpd", "vsftpd", BACKPORT, 30),
    ),
    "Postfix": ("smtp", 25, servers.postfix, Expected(SERVICES_ID, "postfix", "", HIDDEN, 30)),
}


@pytest.mark.parametrize(
    ("scheme", "nominal", "start", "expected"), SERVICES.values(), ids=SERVICES
)
def test_a_service_beside_a_site(
    scheme: str, nominal: int, start: Start, expected: Expected, tmp_path: Path
) -> None:
    with beside_nginx(start, tmp_path) as (web, port):
        judged = look({80: web, nominal: port}, [f"{scheme}://site.example"])
    assert_found(judged, expected)
    assert_found(judged, NGINX)
    assert judged.evidence.usage.other_connections == 1 + sum(
        end.usage.other_connections for end in judged.evidence.endpoints
    )


@contextmanager
def beside_nginx(start: Start, directory: Path) -> Iterator[tuple[int, int]]:
    web, port = free_port(), free_port()
    with servers.nginx(web), start(directory, port):
        yield web, port


def test_exim_tells_its_version(tmp_path: Path) -> None:
    with beside_nginx(plain(servers.exim), tmp_path) as (web, port):
        judged = look({80: web, 25: port}, ["smtp://site.example"])
    (service,) = judged.evidence.services
    told = re.search(r" Exim (\S+) ", str(service.banner))
    assert told is not None
    (found,) = judged.components(SERVICES_ID)
    assert (found.product, found.version, found.confidence) == ("exim", told[1], 50)
    assert found.state == "unknown-backport"
    assert judged.costly() == []


def test_the_revision_of_openssh_tells_its_last_patch(tmp_path: Path) -> None:
    with beside_nginx(plain(programs.sshd), tmp_path) as (web, port):
        judged = look({80: web, 22: port}, ["ssh://site.example"])
    (found,) = judged.components(SERVICES_ID)
    assert (found.product, found.confidence) == ("openssh", 90)
    assert found.version == package("openssh-server").partition(":")[2]
    assert found.state in ("current", "newer-than-data")
    assert judged.outcome(SERVICES_ID) == "pass"
    assert judged.outcome("patch.system_supported") == "pass"
    assert judged.costly() == []


CMS = "patch.cms_supported"

STRIPPED = """<?php
remove_action('wp_head', 'wp_generator');
remove_action('wp_head', 'print_emoji_detection_script', 7);
add_filter('style_loader_src', fn($url) => remove_query_arg('ver', $url));
add_filter('script_loader_src', fn($url) => remove_query_arg('ver', $url));
"""


def test_wordpress_and_what_it_tells_once_its_pages_are_stripped(tmp_path: Path) -> None:
    port = free_port()
    with servers.wordpress(tmp_path, port) as plugin:
        shown = look({80: port})
        plugin.write_text(STRIPPED)
        stripped = look({80: port})
    for judged, source, confidence in ((shown, "generator", 80), (stripped, "feed", 50)):
        expected = Expected(CMS, "wordpress", "wordpress", BACKPORT, confidence)
        assert_found(judged, expected)
        assert_found(judged, PHP)
        (found,) = judged.components(CMS)
        assert found.source == source
