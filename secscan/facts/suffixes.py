"""The public suffix list: under which names anybody can have a name of his own."""

from ipaddress import ip_address
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList


class PublicSuffixes:
    """The list of one version, https://publicsuffix.org/."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        self._all = PublicSuffixList(lines)
        self._registries = PublicSuffixList(lines, only_icann=True)

    def registrable(self, host: str) -> str:
        """Return the name that somebody registered and the host is below, "" where there is none.

        Of two hosts with one such name the same people are in charge.
        """
        return _below(self._all, host)

    def registered(self, host: str) -> str:
        """Return the same by the suffixes of registries alone: hosting companies are left out."""
        return _below(self._registries, host)


def suffix_list() -> bytes:
    """Return the bytes of the list that is installed."""
    return Path(PSLFILE).read_bytes()


def _below(suffixes: PublicSuffixList, host: str) -> str:
    name = host.rstrip(".").lower()
    return "" if not name or _is_address(name) else suffixes.privatesuffix(name) or ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
