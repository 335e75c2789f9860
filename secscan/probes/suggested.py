"""What a page suggests to ask for besides: a feed or a manifest of its maker, its own scripts."""

import httpx

from secscan.evidence import Hop, Missing, MissingKind
from secscan.evidence.hops import content, fault_of, is_redirect
from secscan.parsing.html import Element, elements
from secscan.parsing.media import is_html, marked_encoding
from secscan.parsing.suggestions import is_joomla, is_wordpress, own_feed, own_scripts
from secscan.parsing.text import listed
from secscan.probes.http import Followed, Retriever
from secscan.probes.limits import Limits
from secscan.probes.resources import Question, at, url_of

_MANIFEST = "/administrator/manifests/files/joomla.xml"


def page_elements(followed: Followed) -> tuple[Element, ...]:
    """Return the elements of the page that a chain ended in, none where it is no HTML."""
    exchange = followed.exchange
    if isinstance(exchange, Missing) or exchange.end is not None:
        return ()
    hop = exchange.hops[-1]
    if not _is_page(hop):
        return ()
    encoding = "utf-16" if marked_encoding(content(hop)) == "utf-16" else "utf-8"
    return elements(content(hop).decode(encoding, errors="replace"))


def suggested(
    retriever: Retriever, page: httpx.URL | Missing, found: tuple[Element, ...], limits: Limits
) -> list[Question]:
    """Return what to ask because of a page; what the budget leaves of its scripts is named."""
    if isinstance(page, Missing):
        return []
    url = str(page)
    documents = [Question("feed", retriever.suggested, address) for address in _feed(page, found)]
    if is_joomla(url, found):
        documents.append(Question("joomla-manifest", retriever.suggested, at(page, _MANIFEST)))
    scripts = own_scripts(url, found)
    asked = [
        Question("script", retriever.script, url_of(script))
        for script in scripts[: limits.script_requests]
    ]
    return [*documents, *asked, *_left(scripts[limits.script_requests :], retriever)]


def _is_page(hop: Hop) -> bool:
    usable = not is_redirect(hop) and fault_of(hop) is None
    return usable and is_html(", ".join(hop.all("content-type")), content(hop))


def _feed(page: httpx.URL, found: tuple[Element, ...]) -> list[httpx.URL | Missing]:
    address = own_feed(str(page), found)
    if address:
        return [url_of(address)]
    return [at(page, "/feed/")] if is_wordpress(str(page), found) else []


def _left(scripts: tuple[str, ...], retriever: Retriever) -> list[Question]:
    if not scripts:
        return []
    names = listed([script.partition("?")[0].rpartition("/")[2] for script in scripts])
    told = Missing(MissingKind.OVER_BUDGET, f"{len(scripts)} further scripts: {names}")
    return [Question("script", retriever.script, told)]
