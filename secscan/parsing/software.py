"""Software that a response names: product, version, where it was seen, how far it can be trusted.

Confidence is on Greenbone's scale of the quality of detection: 80 a banner with a patch level,
70 an analysis, 30 a banner that is unreliable.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from secscan.parsing.html import Element

RELIABLE = 80
UNRELIABLE = 30

_VERSION = r"\d{1,9}(?:\.\d{1,9}){0,4}"
_BANNER = re.compile(rf"([A-Za-z][A-Za-z0-9_-]{{0,40}})/({_VERSION})(?![\d.])")
_SERVERS = {"apache": "apache", "nginx": "nginx", "microsoft-iis": "iis", "php": "php"}
_PACKAGED = re.compile(
    r"\((?:debian|ubuntu|centos|red hat|rhel|fedora|rocky|almalinux|oracle|suse|amazon|raspbian)"
    r"|[-+~]?deb\d+u\d|[-+~]\d*ubuntu\d|\.el\d\b",
    re.IGNORECASE,
)
"""A banner that names its distribution: its version says nothing of the fixes it carries."""

_WINDOWS = re.compile(r"Microsoft-IIS|\bWin(?:32|64)\b", re.IGNORECASE)

_GENERATOR = re.compile(
    rf"(wordpress|drupal|joomla|nukeviet|dotnetnuke|dnn|moodle|liferay)\b!?\s*v?({_VERSION})?",
    re.IGNORECASE,
)
_BRANCH_ONLY = frozenset({"drupal", "nukeviet"})
"""Products whose generator stops short of the patch level."""

_LONGEST = 512
"""Characters that are read of a header line or an attribute."""


@dataclass(frozen=True, slots=True)
class Component:
    """A product that was seen. ``exact`` is false where only the branch shows in the version."""

    product: str
    version: str  # "" where it is hidden
    source: str
    confidence: int
    exact: bool = True


def is_packaged(headers: Iterable[tuple[str, str]]) -> bool:
    """Say whether a banner of the response names a distribution that patches in place."""
    return _is_in_banner(_PACKAGED, headers)


def is_windows(headers: Iterable[tuple[str, str]]) -> bool:
    """Say whether a banner of the response names Windows, for which nobody packages."""
    return _is_in_banner(_WINDOWS, headers)


def _is_in_banner(sign: re.Pattern[str], headers: Iterable[tuple[str, str]]) -> bool:
    return any(
        sign.search(value[:_LONGEST])
        for name, value in headers
        if name.lower() in ("server", "x-powered-by")
    )


def from_headers(headers: Iterable[tuple[str, str]]) -> tuple[Component, ...]:
    """Return what the header lines name, each once."""
    found = []
    for name, value in headers:
        read = _READERS.get(name.lower())
        if read is not None:
            found += read(name, value[:_LONGEST])
    return tuple(dict.fromkeys(found))


def from_page(found: Iterable[Element]) -> tuple[Component, ...]:
    """Return what the generator and the addresses of scripts and styles name, each once."""
    components: list[Component] = []
    for element in found:
        if element.name == "meta" and element.get("name").lower() == "generator":
            components += _generator("generator", element.get("content")[:_LONGEST])
        elif element.name == "script":
            components += from_url(element.get("src"))
        elif element.name == "link":
            components += from_url(element.get("href"))
    return tuple(dict.fromkeys(components))


_FILE = re.compile(
    rf"(jquery-ui|jquery\.ui|jquery|bootstrap|angular)(?:[-.]v?({_VERSION}))?"
    r"((?:[.-](?:min|slim|bundle|core|custom))*)\.(?:js|css)"
)
_LIBRARIES = {"jquery.ui": "jquery-ui", "angular": "angularjs"}
_FULL_VERSION = re.compile(r"\d{1,3}\.\d{1,9}(?:\.\d{1,9})*")  # 20240101.123 is a build
_NAMED = re.compile(r"jquery|bootstrap|angular|^ui$")
_NPM = re.compile(r"(?:jquery|bootstrap|angular|jquery-ui(?:-dist)?)@(\d{1,9}\.\d{1,9}\.\d{1,9})")


def from_url(url: str) -> list[Component]:
    """Return the library that a script's or style's address names; a query is only a hint.

    A version is digits with a dot: a directory named by a hash is none.
    """
    try:
        parts = urlsplit(url[:_LONGEST])
    except ValueError:
        return []
    *folders, file = parts.path.lower().split("/")
    match = _FILE.fullmatch(file)
    if match is None:
        return []
    product = _LIBRARIES.get(match[1], match[1])
    version = _path_version(match[2] or "", folders)
    if version:
        return [Component(product, version, file, RELIABLE)]
    hint = re.search(rf"(?:^|&)(?:ver|v)=({_FULL_VERSION.pattern})(?:&|$)", parts.query)
    return [Component(product, hint[1] if hint else "", file, UNRELIABLE)]


def _path_version(in_file: str, folders: list[str]) -> str:
    """Return the version of the file's name, of its npm package, or of its folder."""
    if _FULL_VERSION.fullmatch(in_file):
        return in_file
    for above, folder in reversed(list(zip(["", *folders], folders, strict=False))):
        npm = _NPM.fullmatch(folder)
        if npm:
            return npm[1]
        if _FULL_VERSION.fullmatch(folder):  # /app/2.1/jquery.js is the version of the app
            return folder if _NAMED.search(above) else ""
    return ""


def _banner(source: str, value: str) -> list[Component]:
    """Read Server and X-Powered-By: product/version, or a product that hides its version."""
    found = []
    for name, version in _BANNER.findall(value):
        product = _SERVERS.get(name.lower())
        if product is not None:
            found.append(Component(product, version, source, RELIABLE))
    bare = value.strip().split(" ", 1)[0].lower()
    if bare in _SERVERS:
        found.append(Component(_SERVERS[bare], "", source, RELIABLE))
    return found


def _generator(source: str, value: str) -> list[Component]:
    match = _GENERATOR.match(value.strip())
    if match is None:
        return []
    product = match[1].lower().replace("dotnetnuke", "dnn")
    return [Component(product, match[2] or "", source, RELIABLE, exact=product not in _BRANCH_ONLY)]


def _liferay(source: str, value: str) -> list[Component]:
    version = re.search(rf"\b({_VERSION})", value)
    return [Component("liferay", version[1] if version else "", source, RELIABLE)]


def _sharepoint(source: str, value: str) -> list[Component]:
    """Read the build: it names the edition, and can stay behind the real patch level."""
    match = re.match(r"(\d{1,4})\.\d{1,4}\.\d{1,4}\.(\d{1,9})", value.strip())
    if match is None:
        return [Component("sharepoint", "", source, RELIABLE, exact=False)]
    edition = {"15": "2013", "14": "2010", "12": "2007"}.get(match[1], "")
    if match[1] == "16":
        build = int(match[2])  # 2016 from 4327, 2019 from 10337, Subscription Edition from 14326
        edition = "2016" if build < 10_000 else "2019" if build < 14_000 else "subscription"
    return [Component("sharepoint", edition, source, RELIABLE, exact=False)]


def _exchange(source: str, value: str) -> list[Component]:
    match = re.match(r"15\.([012])\.(\d{1,9})", value.strip())
    edition = ""
    if match is not None:
        edition = {"0": "2013", "1": "2016", "2": "2019"}[match[1]]
        if match[1] == "2" and int(match[2]) >= 2562:  # the first build of Subscription Edition
            edition = "subscription"
    return [Component("exchange", edition, source, RELIABLE, exact=False)]


def _asp_net(source: str, value: str) -> list[Component]:
    """Read X-AspNet-Version: every release of 4.x sends 4.0.30319, so it is no version at all."""
    return [Component("asp.net", "", source, UNRELIABLE)]


_READERS: dict[str, Callable[[str, str], list[Component]]] = {
    "server": _banner,
    "x-powered-by": _banner,
    "x-generator": _generator,
    "x-aspnet-version": _asp_net,
    "liferay-portal": _liferay,
    "microsoftsharepointteamservices": _sharepoint,
    "x-owa-version": _exchange,
}
