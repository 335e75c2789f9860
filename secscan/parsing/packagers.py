"""Distributions in the words of their packages: who packaged a version, for which release."""

import re

_NAMES = {
    "debian": "debian",
    "debian/gnu": "debian",
    "ubuntu": "ubuntu",
    "raspbian": "raspbian",
    "centos": "centos",
    "red hat": "red-hat",
    "red hat enterprise linux": "red-hat",
    "rhel": "red-hat",
    "red-hat/linux": "red-hat",
    "fedora": "fedora",
    "rocky linux": "rocky-linux",
    "almalinux": "almalinux",
    "oracle linux": "oracle-linux",
    "suse": "suse",
    "linux/suse": "suse",
    "amazon": "amazon-linux",
    "amazon linux": "amazon-linux",
    "openeuler": "openeuler",
    "fips": "red-hat",  # so Red Hat's OpenSSL calls itself, and that of its rebuilds
}
_LONGEST_FIRST = "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
_IN_BRACKETS = re.compile(rf"\(({_LONGEST_FIRST})[ /)]", re.IGNORECASE)

_RELEASES = (
    ("ubuntu", re.compile(r"ubuntu\d{1,2}\.(\d\d\.(?:04|10))(?!\d)|\+ubuntu(\d\d\.\d\d)(?!\d)")),
    ("ubuntu", re.compile(r"ubuntu()")),
    ("debian", re.compile(r"[-+~]deb(\d{1,2})u\d|[+~]debian(\d{1,2})(?!\d)")),
    ("debian", re.compile(r"\+(?:squeeze|lenny|etch)(?=\d)()")),
    ("red-hat", re.compile(r"\.el\d()")),
    ("fedora", re.compile(r"\.fc\d()")),
)
"""What a package's revision shows: the name, and the release in a group where that is told."""


def packager_named(words: str) -> str:
    """Return the distribution of this name, "" where it is none that we know."""
    return _NAMES.get(words.lower().strip(), "")


def packager_in(banner: str) -> str:
    """Return the distribution that a banner names in brackets: ``Apache/2.4.71 (Debian)``."""
    found = _IN_BRACKETS.search(banner)
    return packager_named(found[1]) if found else ""


def packager_of(revision: str) -> str:
    """Return the distribution that a package's revision shows: ``1+deb12u1`` is Debian's."""
    return _released(revision)[0]


def release_of(revision: str) -> str:
    """Return the distribution's release that a revision shows, "" where it shows none."""
    return _released(revision)[1]


def _released(revision: str) -> tuple[str, str]:
    for name, sign in _RELEASES:
        found = sign.search(revision)
        if found:
            return name, next((group for group in found.groups() if group), "")
    return "", ""
