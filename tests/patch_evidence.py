"""Evidence for tests of software: what a site names in banners, pages, documents and scripts."""

from collections.abc import Sequence
from dataclasses import replace

from builders import ADDRESS, GOOD_HEADERS, GOOD_HTML, changed, hop, site
from certificate_builders import HOST

from secscan.evidence import Hop, Missing, Resource, Service, SiteEvidence

DEBIAN_12 = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n"
UBUNTU = "SSH-2.0-OpenSSH_{}\r\n"

PORTS = {"ssh": 22, "smtp": 25, "ftp": 21, "imap": 143}

URL = f"https://{HOST}/"

NOT_FOUND = f"{URL}missing"


def sending(*lines: tuple[str, str], html: str = GOOD_HTML) -> SiteEvidence:
    """Return a site whose pages, also that for what is not there, have these headers."""
    headers = changed(*lines)
    missing = hop(NOT_FOUND, 404, headers, b"Not found")
    return site(headers=headers, html=html, not_found=missing)


def server(value: str, *lines: tuple[str, str]) -> SiteEvidence:
    return sending(("Server", value), *lines)


def php(value: str, server: str = "nginx") -> SiteEvidence:
    return sending(("X-Powered-By", value), ("Server", server))


def page(html: str) -> SiteEvidence:
    return site(html=f"<!doctype html><html><head>{html}</head><body>Welcome</body></html>")


def generator(value: str) -> SiteEvidence:
    return page(f'<meta name="generator" content="{value}">')


def scripts(*urls: str) -> SiteEvidence:
    """Return a page that names these scripts, none of which was asked for."""
    return page("".join(f'<script src="{url}"></script>' for url in urls))


def loading(files: dict[str, Hop | Missing | str]) -> SiteEvidence:
    """Return a page with these own scripts: what they hold, or what became of the question."""
    answers = [_script(name, answer) for name, answer in files.items()]
    return answered(scripts(*files), *(Resource("script", answer) for answer in answers))


def _script(name: str, answer: Hop | Missing | str) -> Hop | Missing:
    if not isinstance(answer, str):
        return answer
    url = f"https://{HOST}{name}"
    return hop(url, 200, (("Content-Type", "text/javascript"),), answer.encode())


def document(evidence: SiteEvidence, purpose: str, text: str) -> SiteEvidence:
    """Return the site with a document that its page suggests."""
    answer = hop(f"{URL}{purpose}", 200, (("Content-Type", "text/xml"),), text.encode())
    return answered(evidence, Resource(purpose, answer))


def feed(version: str) -> str:
    made_by = f"<generator>https://wordpress.org/?v={version}</generator>"
    return f"<rss><channel>{made_by}<item></item></channel></rss>"


def manifest(version: str) -> str:
    name = "<name>files_joomla</name>"
    return f"<extension>{name}<version>{version}</version></extension>"


def answered(evidence: SiteEvidence, *resources: Resource) -> SiteEvidence:
    """Return the site with answers to further questions."""
    *others, last = evidence.endpoints
    more = replace(last, resources=(*last.resources, *resources))
    return replace(evidence, endpoints=(*others, more))


def erring(text: str, *lines: tuple[str, str]) -> SiteEvidence:
    """Return a good site whose page for what is not there says this."""
    headers = (*GOOD_HEADERS, *lines)
    return site(not_found=hop(NOT_FOUND, 404, headers, text.encode()))


def greeting(
    evidence: SiteEvidence, *banners: str | Missing, scheme: str = "ssh", address: str = ADDRESS
) -> SiteEvidence:
    """Return the site with other services at an address, and what they said first."""
    found: Sequence[Service] = [
        Service(scheme, HOST, address, PORTS[scheme] + at, banner)
        for at, banner in enumerate(banners)
    ]
    return replace(evidence, services=(*evidence.services, *found))
