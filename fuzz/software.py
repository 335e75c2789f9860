"""Fuzz what names software from outside: any text gives components that are ours and short."""

import tomllib
from importlib.resources import files

import harness

with harness.instrumented():
    from secscan.facts.signals import read_signals
    from secscan.parsing import software

SIGNALS = read_signals(
    tomllib.loads((files("secscan.facts") / "signals.toml").read_text(encoding="utf-8"))
)
PRODUCTS = {signal.product for signals in SIGNALS.places.values() for signal in signals}
NAMES = [place.removeprefix("header:") for place in SIGNALS.places if place.startswith("header:")]
SEEDS = (
    b"Apache/2.4.71 (Debian) OpenSSL/3.0.19 PHP/7.4.33-1+deb11u12",
    b"Liferay Portal Community Edition 6.2 CE GA6 (Newton / Build 6205 / January 6, 2016)",
    b"15.1.2507.37",
    b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n",
    b"220 a.example ESMTP Exim 4.90_1 Ubuntu Mon, 23 Nov 2026 10:00:00 +0700\r\n",
    b"220 ProFTPD 1.3.5e Server (Debian) [127.0.0.1]\r\n",
    b"* OK [CAPABILITY IMAP4rev1] Dovecot (Debian) ready.\r\n",
    b'<meta name="generator" content="WordPress 6.4.2"><link href="/wp-includes/a.css?ver=6.4.2">',
    b"<script>rcmail.set_env({\"rcversion\":10605})</script><script>a('siteClientTag')</script>",
    b"<link href='/owa/auth/15.1.2507/a.ico'><!-- <script>a</script> --><textarea><script>",
    b"<rss><generator>https://wordpress.org/?v=6.1.9</generator><item><generator></item></rss>",
    b"<name>files_joomla</name><version>3.9.28</version>",
    b"<h3>Apache Tomcat/10.1.60 (Debian)</h3><center>nginx/1.18.0</center>",
)


def _refuse_strange(one: software.Component) -> None:
    told = one.version + one.revision
    if one.product not in PRODUCTS or len(told) > 90 or not told.isascii():
        raise AssertionError("a component that the site has written itself")
    software.system_of(one)


def once(data: bytes) -> None:
    """Read a text at every place where software is named."""
    text = data.decode("latin-1")
    found = [
        *software.from_headers(SIGNALS, [(name, text) for name in (*NAMES, "set-cookie")]),
        *software.from_page(SIGNALS, text),
        *software.from_error_page(SIGNALS, [("server", text)], text),
    ]
    for place in ("feed", "joomla-manifest"):
        found += software.from_document(SIGNALS, place, text)
    for scheme in ("ssh", "smtps", "ftp", "imap", "pop3"):
        found += software.from_banner(SIGNALS, scheme, text)
    for one in (*found, *software.combined(found)):
        _refuse_strange(one)
    hidden = text.replace("-", "").replace(">", "")
    if software.from_page(SIGNALS, f"<!--{hidden}-->"):
        raise AssertionError("software that a comment names")


if __name__ == "__main__":
    harness.fuzz(once, SEEDS)
