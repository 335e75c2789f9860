"""The page's own scripts from real servers, over TLS and compressed as they have it."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import servers
from web_looks import scan
from web_servers import Host, Pins, apache, lighttpd, nginx

from secscan.evidence import Body, Hop, SiteEvidence

CODE = b"/*! jQuery v3.7.1 */\n" + b"void 0;\n" * 200
FILES = {
    "index.html": b"<!doctype html><title>The site</title>"
    b"<script src=/menu.js></script><script src=/jquery.min.js?ver=3.7.1></script>"
    b"<script src=/gone.js></script><script src=//cdn.example/jquery.js></script>",
    "menu.js": b"start()",
    "jquery.min.js": CODE,
}

Served = AbstractContextManager[Pins]


def of_nginx() -> Served:
    return nginx(Host("gzip on; gzip_types *;"), files=FILES, http2=True)


def of_apache() -> Served:
    return apache(Host("Protocols h2 http/1.1\nSetOutputFilter DEFLATE"), files=FILES)


def of_lighttpd() -> Served:
    return lighttpd(Host(), files=FILES)


def scripts(evidence: SiteEvidence) -> list[Hop]:
    kept = servers.endpoint(evidence, "https").resources
    found = [one.answer for one in kept if one.purpose == "script"]
    return [one for one in found if isinstance(one, Hop)]


@pytest.mark.parametrize("start", [of_nginx, of_apache, of_lighttpd])
def test_a_server_gives_its_scripts(start: Callable[[], Served]) -> None:
    with start() as pins:
        evidence = scan(pins)
    jquery, menu, gone = scripts(evidence)
    assert jquery.url == "https://site.example/jquery.min.js?ver=3.7.1"
    assert [one.status for one in (jquery, menu, gone)] == [200, 200, 404]
    assert isinstance(jquery.body, Body)
    assert jquery.body.content == CODE
    usage = servers.endpoint(evidence, "https").usage
    assert usage.requests == usage.other_connections == 7 + 3
