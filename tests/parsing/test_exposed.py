"""What proves a file that should not be public, and that no more of it is returned."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing import exposed

APACHE = b"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html><head>
<title>Apache Status</title>
</head><body>
<h1>Apache Server Status for portal.example (via 10.20.30.40)</h1>

<dl><dt>Server Version: Apache/2.4.57 (Debian) OpenSSL/3.0.9</dt>
<dt>Server MPM: event</dt>
<dt>Server Built: 2023-04-13T03:26:51
</dt></dl><hr /><dl>
<dt>Current Time: Monday</dt>
</dl><pre>W___</pre>
<table border="0"><tr><th>Srv</th></tr>
<tr><td>0-0</td><td>203.0.113.9</td><td>GET /reset?token=geheim HTTP/1.1</td></tr>
"""

INFO = b"""<title>PHP 8.2.7 - phpinfo()</title></head><body>
<table><tr class="h"><td><h1 class="p">PHP Version 8.2.7-1+deb12u1</h1></td></tr></table>
<table><tr><td class="e">System </td><td class="v">Linux web01 6.1.0-18-amd64 x86_64 </td></tr>
<tr><td class="e">Build Date </td><td class="v">Jun  9 2023 19:37:27 </td></tr>
<tr><td class="e">Build Provider </td><td class="v">Debian </td></tr>
<tr><td class="e">Loaded Configuration File </td><td class="v">/etc/php.ini </td></tr></table>
<h2>Environment</h2><table>
<tr><td class="e">DB_PASSWORD </td><td class="v">geheim </td></tr></table>
"""

IIS = b'<title>portal.example - /js/</title><pre><A HREF="/">[To Parent Directory]</A><br>draft.sql'


def test_a_status_page_is_cut_down_to_version_and_build() -> None:
    kept = exposed.server_status(APACHE)
    assert kept == (
        b"<title>Apache Status</title>\n"
        b"<dt>Server Version: Apache/2.4.57 (Debian) OpenSSL/3.0.9\n"
        b"<dt>Server Built: 2023-04-13T03:26:51"
    )
    assert exposed.server_of(kept) == "Apache/2.4.57 (Debian) OpenSSL/3.0.9"
    assert exposed.built_on(kept) == date(2023, 4, 13)


def test_phpinfo_is_cut_down_to_version_and_build() -> None:
    kept = exposed.phpinfo(INFO)
    assert exposed.php_of(kept) == "8.2.7-1+deb12u1"
    assert exposed.built_on(kept) == date(2023, 6, 9)
    assert b"web01" not in kept
    assert b"geheim" not in kept
    assert b"php.ini" not in kept


def test_a_page_of_phpinfo_with_variables_only_shows_none() -> None:
    page = b"<title>phpinfo()</title><h2>Environment</h2>"
    named = b'<td class="e">Build Date </td><td class="v">geheim</td>'
    assert exposed.phpinfo(page + named) == b"<title>phpinfo()</title>"


def test_of_the_servers_name_only_that_is_kept_which_a_header_could_be() -> None:
    for behind in (
        b": SESSION=geheim",
        b"\x1b[31mgeheim",
        b"\xc3\xa9geheim",
        b"x" * 100 + b"geheim",
    ):
        page = b"<title>Apache Status</title><dt>Server Version: Apache/2.4.57 (Debian)" + behind
        assert b"Apache/2.4.57 (Debian)" in exposed.server_status(page)
        assert b"geheim" not in exposed.server_status(page)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (b"<dt>Server Built: Dec 16 2016 11:52:55", date(2016, 12, 16)),
        (b"<dt>Server Built: Jul  3 2025 16:16:05", date(2025, 7, 3)),
        (b'Build Date </td><td class="v">Nov  2 2022', date(2022, 11, 2)),
        (b"<dt>Server Built: 2023-02-30T00:00:00", None),
        (b"<dt>Server Built: Foo 12 2022", None),
        (b"<dt>Server Built: yesterday", None),
        (b"", None),
    ],
)
def test_the_day_of_a_build(written: bytes, day: date | None) -> None:
    assert exposed.built_on(written) == day


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"<title>Index of /js</title>", b"<title>Index of /js</title>"),
        (b"<head><title>Index of /js/</title></head>a.js", b"<title>Index of /js/</title>"),
        (IIS, b">[To Parent Directory]</A>"),
        (b"<title>Index of shares</title>", b""),
        (b"<title>The site</title>", b""),
    ],
)
def test_a_list_is_known_by_its_sign_and_no_file_of_it_is_kept(content: bytes, kept: bytes) -> None:
    assert exposed.listing(content) == kept


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (b"ref: refs/heads/main\n", b"ref: refs/heads/main"),
        (b"ref: refs/heads/t\xc3\xaan", b"ref: refs/heads/t\xc3\xaan"),
        (b"a" * 40 + b"\n", b"a" * 40),
        (b"a" * 64, b"a" * 64),
        (b"a" * 41, b""),
        (b"ref: refs/heads/main\nDB_PASSWORD=x", b""),
        (b"<html>ref: refs/heads/main", b""),
        (b"", b""),
    ],
)
def test_git_head(content: bytes, kept: bytes) -> None:
    assert exposed.git_head(content) == kept


READERS = (exposed.git_head, exposed.server_status, exposed.phpinfo, exposed.listing)
PIECES = st.sampled_from([*APACHE.splitlines(True), *INFO.splitlines(True), IIS, b"ref: refs/a\n"])


@given(st.lists(PIECES | st.binary(max_size=5), max_size=8).map(b"".join))
def test_what_is_kept_is_a_part_and_reads_the_same(content: bytes) -> None:
    for read in READERS:
        kept = read(content)
        assert read(kept) == kept
        assert all(line in content for line in kept.splitlines())
        assert b"geheim" not in kept
