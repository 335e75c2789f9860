"""Builds that have to be turned into the version under which their maker supports them."""

import re
from collections.abc import Callable

_SHAREPOINT = re.compile(r"(\d{1,2})\.\d{1,2}\.(\d{1,6})(?:\.(\d{1,6}))?")
_SHAREPOINTS = {"12": "2007", "14": "2010", "15": "2013"}
_EXCHANGE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{1,6})(?:\.\d{1,6})?")
_EXCHANGES = {"15.0": "2013", "15.1": "2016", "15.2": "2019", "6.5": "2003"}
_EXCHANGE_MAJORS = {"14": "2010", "8": "2007"}
_SUBSCRIPTION = 2562
"""The third number from which on 15.2 is Exchange Subscription Edition, and 2019 before."""

_LIFERAY = re.compile(r"([67])(\d)\d\d")
_KOHA = re.compile(r"(\d\d)\.(\d\d)(\d\d)\d{3}")
_ROUNDCUBE = re.compile(r"(\d)(\d\d)(\d\d)")


def edition_of(product: str, build: str) -> str:
    """Return the version that a build belongs to, "" where it is none that we know."""
    read = _READERS.get(product)
    return read(build) if read else ""


def _sharepoint(build: str) -> str:
    """Tell the edition: 16.0 is four of them, apart by the build, which ends the header's form.

    ``16.0.0.10337`` is how the header has it, ``16.0.10337.12109`` how everything else does.
    """
    found = _SHAREPOINT.fullmatch(build)
    if found is None:
        return ""
    if found[1] != "16":
        return _SHAREPOINTS.get(found[1], "")
    number = int(found[3] or 0) if found[2] == "0" else int(found[2])
    if 4_266 <= number < 6_000:
        return "2016"
    if 10_000 <= number < 14_000:
        return "2019"
    return "subscription" if number >= 14_000 else ""


def _exchange(build: str) -> str:
    found = _EXCHANGE.fullmatch(build)
    if found is None:
        return ""
    branch = f"{found[1]}.{found[2]}"
    if branch == "15.2" and int(found[3]) >= _SUBSCRIPTION:
        return "subscription"
    return _EXCHANGES.get(branch) or _EXCHANGE_MAJORS.get(found[1], "")


def _liferay(build: str) -> str:
    """Tell the branch: the first two digits of 6205 and 7413."""
    found = _LIFERAY.fullmatch(build)
    return f"{found[1]}.{found[2]}" if found else ""


def _koha(build: str) -> str:
    """Tell the release: 22.1105000 is 22.11.05."""
    found = _KOHA.fullmatch(build)
    return f"{found[1]}.{found[2]}.{found[3]}" if found else ""


def _roundcube(build: str) -> str:
    """Tell the release: 10605 is 1.6.5."""
    found = _ROUNDCUBE.fullmatch(build)
    return f"{int(found[1])}.{int(found[2])}.{int(found[3])}" if found else ""


_READERS: dict[str, Callable[[str], str]] = {
    "sharepoint": _sharepoint,
    "exchange": _exchange,
    "liferay": _liferay,
    "koha": _koha,
    "roundcube": _roundcube,
}
