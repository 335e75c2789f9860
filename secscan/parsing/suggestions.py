"""What a page itself suggests to ask for: its own scripts, its feed, a folder of its own files.

Own is what has the page's origin: another host may be another owner's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urldefrag, urlsplit

from secscan.parsing.html import Element, base_url, metas, resolve
from secscan.parsing.loads import code_of, loads

_LONGEST = 2048
"""Characters of a reference that is followed; no file of a library is called from farther."""

_MOST = 1000
"""References of one kind that are looked at."""

_PORTS = {"http": 80, "https": 443}

_LIBRARIES = (
    *("jquery-ui", "jquery.ui", "jquery-migrate", "jquery", "bootstrap", "angular", "moment"),
    *("vue", "react", "lodash", "underscore", "handlebars", "mustache", "knockout", "backbone"),
    *("ember", "prototype", "dojo", "yui", "ext-all", "tinymce", "ckeditor", "select2", "axios"),
    *("datatables", "dompurify", "highcharts", "chart", "swfobject", "pdf"),
    *("vendor", "bundle", "plugins", "libs", "main", "app", "common", "scripts"),
)
"""Parts of file names that tell of a library, or of a file that holds several of them."""

_FEEDS = ("application/rss+xml", "application/atom+xml")
_WORDPRESS = ("/wp-content/", "/wp-includes/", "/wp-json")
_JOOMLA = ("/media/system/js/", "/media/jui/")
_STATIC = re.compile(r"\.(?:js|mjs|css|png|jpe?g|gif|svg|webp|avif|ico)", re.IGNORECASE)


def own_scripts(url: str, found: Sequence[Element]) -> tuple[str, ...]:
    """Return the addresses of a page's own scripts, those first that may be known libraries.

    One file of each name comes before a second of any: a page has many plugins of one library.
    """
    references = (code_of(element) for element in found if element.name == "script")
    seen: dict[str, int] = {}
    ranked = []
    for at, address in enumerate(dict.fromkeys(_own(url, found, references))):
        name = urlsplit(address).path.rpartition("/")[2].lower()
        library = next((one for one in _LIBRARIES if one in name), "")
        seen[library] = seen.get(library, 0) + 1
        ranked.append((not library, seen[library] if library else 0, at, address))
    return tuple(address for *_, address in sorted(ranked))


def own_feed(url: str, found: Sequence[Element]) -> str:
    """Return the address of the first feed that a page names as its own, "" where it has none."""
    references = (element.get("href") for element in found if _is_feed(element))
    return next(_own(url, found, references), "")


def own_folder(url: str, found: Sequence[Element]) -> str:
    """Return the folder of the page's first own file that is not beside it, "" where none is."""
    beside = urlsplit(url).path.rpartition("/")[0]
    for address in _own(url, found, (load.reference for load in loads(found))):
        parts = urlsplit(address)
        folder, _, file = parts.path.rpartition("/")
        if folder not in ("", beside) and _STATIC.search(file):
            return f"{parts.scheme}://{parts.netloc}{folder}/"
    return ""


def is_wordpress(url: str, found: Sequence[Element]) -> bool:
    """Say whether a page is made of WordPress's own folders."""
    return any(sign in address for address in _files(url, found) for sign in _WORDPRESS)


def is_joomla(url: str, found: Sequence[Element]) -> bool:
    """Say whether a page calls itself Joomla's, or is made of its folders."""
    if any("joomla" in made_by.lower() for made_by in metas(found, "name", "generator")):
        return True
    seen = {sign for address in _files(url, found) for sign in _JOOMLA if sign in address}
    if len(seen) == len(_JOOMLA):
        return True
    links = (element.get("href") for element in found if element.name == "a")
    return any("com_content" in address for address in _own(url, found, links))


def _is_feed(element: Element) -> bool:
    is_alternate = "alternate" in element.get("rel").lower().split()
    return element.name == "link" and is_alternate and element.get("type").lower() in _FEEDS


def _files(url: str, found: Sequence[Element]) -> Iterator[str]:
    named = [("script", "src"), ("link", "href"), ("img", "src")]
    references = (one.get(key) for one in found for name, key in named if one.name == name)
    return _own(url, found, references)


def _own(url: str, found: Sequence[Element], references: Iterable[str]) -> Iterator[str]:
    """Yield those that lead to the page's own origin, absolute and without their fragments."""
    base, origin = base_url(url, tuple(found)), _origin(url)
    if len(base) > _LONGEST or origin is None:
        return
    for number, reference in enumerate(references):
        if number >= _MOST:
            return
        if reference and len(reference) <= _LONGEST:
            address = urldefrag(resolve(base, reference)).url
            if _origin(address) == origin:
                yield address


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return parts.scheme, parts.hostname or "", port
