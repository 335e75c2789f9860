"""Compressed pages, asked for or not: the markup is read and judged."""

import gzip
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import brotli
import pytest
from servers import QUICK
from web_looks import content, outcomes, page, reason, scan
from web_servers import FILES, PAGE, Host, Pins, apache, nginx
from web_servers_code import HTML, Answer, node, python

from secscan.evidence import Body, Missing, MissingKind

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MARKUP = b"""<!doctype html><html><head><title>Compressed</title>
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; base-uri 'none'; form-action 'none'">
</head><body><form action="http://other.example/send"><input name="q"></form></body></html>
"""
CHECKS = ("headers.content_security_policy", "content.insecure_forms")
FOUND = ["pass", "fail"]
"""The policy and the form stand in the markup alone."""

COMPRESSED = {
    "gzip": gzip.compress(MARKUP, mtime=0),
    "br": brotli.compress(MARKUP),
    "zstd": zstd.compress(MARKUP),
}
SUFFIXES = {"gzip": "gz", "br": "br", "zstd": "zst"}
DOCUMENTS = {
    "index.html": MARKUP,
    **{f"index.html.{SUFFIXES[name]}": sent for name, sent in COMPRESSED.items()},
}

Served = AbstractContextManager[Pins]


def nginx_asked(encoding: str) -> Served:
    """Compress by nginx itself, which does so for who asks for it."""
    return nginx(Host("gzip on; gzip_min_length 1;"), files=DOCUMENTS)


def nginx_file(encoding: str) -> Served:
    """Serve a file that was compressed before, whatever was asked for."""
    file = f"/index.html.{SUFFIXES[encoding]}"
    header = f"add_header Content-Encoding {encoding};"
    page = f"types {{}} default_type text/html; {header} try_files {file} =404;"
    return nginx(Host(f"location = / {{ {page} }}"), files=DOCUMENTS, http2=True)


def nginx_static(encoding: str) -> Served:
    """Serve nginx's own precompressed file, asked for or not."""
    return nginx(Host("gzip_static always;"), files=DOCUMENTS)


def apache_filter(encoding: str) -> Served:
    """Compress by a filter of Apache, which is told that it was asked for."""
    name = {"gzip": "DEFLATE", "br": "BROTLI_COMPRESS"}[encoding]
    asked = f"RequestHeader set Accept-Encoding {encoding}\n"
    return apache(Host(f"{asked}SetOutputFilter {name}"), files=DOCUMENTS)


def apache_file(encoding: str) -> Served:
    suffix = SUFFIXES[encoding]
    page = f'<Files "index.html.{suffix}">\nForceType text/html\n</Files>\n'
    lines = f"{page}AddEncoding {encoding} .{suffix}\nDirectoryIndex index.html.{suffix}"
    return apache(Host(lines), files=DOCUMENTS)


def from_node(encoding: str) -> Served:
    return node({"/": Answer((HTML,), MARKUP, encoding=encoding)}, http2=True)


SERVED = [
    (nginx_asked, "gzip"),
    (nginx_static, "gzip"),
    (apache_filter, "gzip"),
    (apache_filter, "br"),
    *((start, name) for start in (nginx_file, apache_file, from_node) for name in COMPRESSED),
]


@pytest.mark.parametrize(
    ("start", "encoding"), SERVED, ids=[f"{start.__name__}-{name}" for start, name in SERVED]
)
def test_the_markup_is_read(start: Callable[[str], Served], encoding: str) -> None:
    with start(encoding) as pins:
        evidence = scan(pins)
    assert page(evidence).first("content-encoding") == encoding
    assert content(page(evidence)) == MARKUP
    assert outcomes(evidence, *CHECKS) == FOUND


@pytest.mark.parametrize("encoding", ["compress", "br, gzip", "gzip", "br", "zstd"])
def test_a_body_that_cannot_be_read_leaves_the_head(encoding: str) -> None:
    """An unknown encoding, or one that the body is not in."""
    header = f'add_header Content-Encoding "{encoding}"; add_header X-Frame-Options DENY;'
    with nginx(Host(header)) as pins:
        evidence = scan(pins)
    body = page(evidence).body
    assert isinstance(body, Missing)
    assert body.kind is MissingKind.MALFORMED
    assert outcomes(evidence, "headers.framing", *CHECKS) == ["pass", "not-tested", "not-tested"]
    assert encoding in reason(evidence, "content.insecure_forms")


LONG = PAGE + b"<p>word" * 200_000
BOMBS = {
    "gzip": gzip.compress(LONG, mtime=0),
    "br": brotli.compress(LONG, quality=5),
    "zstd": zstd.compress(LONG),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_gives_no_more_than_the_limit(encoding: str) -> None:
    sent = Answer((HTML, ("Content-Encoding", encoding)), BOMBS[encoding])
    with python({"/": sent}) as pins:
        body = page(scan(pins)).body
    assert isinstance(body, Body)
    assert (body.size, body.truncated) == (QUICK.body_bytes, True)
    assert body.content == LONG[: QUICK.body_bytes]


def test_a_page_of_just_the_limit_is_whole() -> None:
    whole = LONG[: QUICK.body_bytes]
    with nginx(Host("gzip on;"), files={**FILES, "index.html": whole}) as pins:
        body = page(scan(pins)).body
    assert isinstance(body, Body)
    assert (body.size, body.truncated) == (len(whole), False)
