"""What an endpoint answered to further questions, as checks see it."""

from collections.abc import Sequence

from secscan.evidence.exchanges import block_of_further, exchange_of, own_exchange
from secscan.evidence.hops import block_in, is_bare_refusal
from secscan.evidence.missing import Missing, MissingKind
from secscan.evidence.model import Endpoint, Hop, Service
from secscan.evidence.readings import (
    Banners,
    Documents,
    ErrorPage,
    Exposure,
    Heads,
    Markup,
    Scripts,
    SecurityTxt,
    Sharing,
    Twin,
)

_DOCUMENTS = ("feed", "joomla-manifest")

_EXPOSED = ("git-head", "env", "server-status", "phpinfo", "listing")
_CONTROLS = ("control", "php-control", "listing-control")


def twin_reading(twin: Sequence[Endpoint]) -> Twin | Missing:
    """Return what the name with www added or dropped answered."""
    if not twin:
        return Missing(MissingKind.NOT_ASKED)
    by_scheme = {endpoint.scheme: own_exchange(endpoint) for endpoint in twin}
    unasked = Missing(MissingKind.NOT_ASKED)
    return Twin(twin[0].host, *(by_scheme.get(name, unasked) for name in ("http", "https")))


def sharing_reading(endpoint: Endpoint) -> Sharing | Missing:
    """Return how the page answers another origin; a firewall's answer says nothing of it."""
    answers = [_resource(endpoint, purpose) for purpose in ("preflight", "cross-origin")]
    unasked = [_unasked(answer) for answer in answers]
    if None not in unasked:
        return unasked[0] or Missing(MissingKind.NOT_ASKED)
    return Sharing(*(_unblocked(endpoint, answer) for answer in answers))


def _unasked(answer: Hop | Missing) -> Missing | None:
    """Return why there was nothing to ask, None where there was something."""
    nothing = (MissingKind.NOT_ASKED, MissingKind.CLIENT_CERTIFICATE)
    return answer if isinstance(answer, Missing) and answer.kind in nothing else None


def _unblocked(endpoint: Endpoint, answer: Hop | Missing) -> Hop | Missing:
    return answer if isinstance(answer, Missing) else block_of_further(endpoint, answer) or answer


def error_page_reading(endpoint: Endpoint) -> ErrorPage | Missing:
    """Return the answer to a path that cannot be there, and whether it may be a firewall's."""
    answer = _resource(endpoint, "not-found")
    if isinstance(answer, Missing):
        return _unasked(answer) or ErrorPage(answer)
    return ErrorPage(answer, block_of_further(endpoint, answer))


def banners_reading(
    endpoint: Endpoint,
    heads: Heads | Missing,
    error: ErrorPage | Missing,
    services: Sequence[Service],
) -> Banners:
    """Return where the software behind an address names itself.

    A service counts at its own address. Of the site's own host it serves at that of the other
    family too, where it did not answer there: a name with IPv4 and IPv6 is one machine, and may let
    strangers in over one of them only.
    """
    shown = () if isinstance(heads, Missing) else heads.hops
    here = _services_at(endpoint, services)
    if isinstance(error, ErrorPage) and error.block is None and isinstance(error.hop, Hop):
        return Banners(shown, error.hop, here)
    return Banners(shown, None, here)


def _services_at(endpoint: Endpoint, services: Sequence[Service]) -> tuple[Service, ...]:
    here = [one for one in services if one.address == endpoint.address]
    own = [one for one in services if one.host == endpoint.host and _answers(one)]
    there = [one for one in own if (":" in one.address) != (":" in endpoint.address)]
    answered = {_named(one) for one in here if _answers(one)}
    serving = [one for one in there if _named(one) not in answered]
    replaced = {_named(one) for one in serving}
    return (*(one for one in here if _named(one) not in replaced), *serving)


def _named(service: Service) -> tuple[str, str, int]:
    return service.scheme, service.host, service.port


def _answers(service: Service) -> bool:
    return not isinstance(service.banner, Missing)


def documents_reading(endpoint: Endpoint, page: Markup | Missing) -> Documents:
    """Return the page and the answers to what was asked for because it suggests a product."""
    asked = [one for one in endpoint.resources if one.purpose in _DOCUMENTS]
    answers = {one.purpose: _unblocked(endpoint, one.answer) for one in asked}
    return Documents(page, answers)


def scripts_reading(endpoint: Endpoint) -> Scripts:
    """Return the page's own scripts as far as they were asked for."""
    asked = (one.answer for one in endpoint.resources if one.purpose == "script")
    return Scripts(tuple(_unblocked(endpoint, answer) for answer in asked))


def security_txt_reading(endpoint: Endpoint) -> SecurityTxt | Missing:
    """Return the site's own answer to security.txt, and be it that there is none."""
    answer = _resource(endpoint, "security.txt")
    if isinstance(answer, Missing):
        return answer
    block = block_of_further(endpoint, answer)
    if block is not None:
        return block
    if answer.status >= 500:
        return Missing(MissingKind.HTTP_ERROR, str(answer.status))
    return SecurityTxt(answer)


def exposure_reading(endpoint: Endpoint) -> Exposure | Missing:
    """Return what the ``exposure`` grant lets us see, where the site itself answered."""
    control = _resource(endpoint, "control")
    if isinstance(control, Missing):
        if control.kind is MissingKind.NOT_ASKED:
            return Missing(MissingKind.NOT_GRANTED, "exposure")
        return control
    asked = [one for one in endpoint.resources if one.purpose in (*_EXPOSED, *_CONTROLS)]
    answered = [one.answer for one in asked if isinstance(one.answer, Hop)]
    # A bare 403 is how the folder is closed to everybody.
    block = block_in(answer for answer in answered if not is_bare_refusal(answer))
    return block or Exposure({one.purpose: one.answer for one in asked})


def _resource(endpoint: Endpoint, purpose: str) -> Hop | Missing:
    exchange = exchange_of(endpoint)
    if isinstance(exchange, Missing) and exchange.kind is MissingKind.CLIENT_CERTIFICATE:
        return exchange
    for resource in endpoint.resources:
        if resource.purpose == purpose:
            return resource.answer
    return exchange if isinstance(exchange, Missing) else Missing(MissingKind.NOT_ASKED)
