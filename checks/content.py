"""The page's own HTML: what it loads, from where, and where its forms go."""

from collections.abc import Iterable
from fractions import Fraction
from urllib.parse import urlsplit

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    partial,
    passed,
)
from secscan.evidence import Markup, Page, same_site
from secscan.facts import Facts
from secscan.parsing.csp import meta_policies, read_policies
from secscan.parsing.html import Element, base_url, elements, is_cut, resolve
from secscan.parsing.loads import Pin, code_of, loads, pin_of
from secscan.parsing.redaction import redact_url
from secscan.parsing.text import quoted

FAMILY = "headers"

_MOST_ITEMS = 20


@check("An HTTPS page loads nothing over plain HTTP", Severity.MEDIUM, version=2)
def mixed_content(page: Page, markup: Markup) -> Verdict:
    """Judge what the page's elements load: what browsers block over plain HTTP, and upgrade.

    They block scripts, styles, frames and sets of pictures; they try single pictures and media over
    https. What style sheets and scripts load themselves is not seen.

    Why: Who can change one script that is loaded over plain HTTP controls the whole page; browsers
    refuse such content, and the page breaks.
    Fix: Load everything over https://; find old addresses in templates and articles.
    nginx: add_header Content-Security-Policy upgrade-insecure-requests always;
    Apache: Header always set Content-Security-Policy upgrade-insecure-requests
    IIS: in <customHeaders> of web.config
    <add name="Content-Security-Policy" value="upgrade-insecure-requests" />
    See: W3C Mixed Content
    W3C Upgrade Insecure Requests
    """
    if not markup.url.startswith("https:"):
        return failed("the page itself is loaded over plain HTTP")
    found = elements(markup.html)
    base = base_url(markup.url, found)
    loaded = list(loads(found))
    blocked = _plain(base, (load.reference for load in loaded if not load.upgradeable))
    upgraded = _plain(base, (load.reference for load in loaded if load.upgradeable))
    if not blocked and not upgraded:
        return _whole(markup, passed("nothing is loaded over plain HTTP"))
    if _is_upgraded(page, found):
        return passed("browsers are told to upgrade what is addressed over plain HTTP")
    if blocked:
        return failed(
            "{count} scripts, styles, frames or sets of pictures are loaded over plain HTTP",
            items=_items(blocked, Outcome.FAIL, Reason.of("this is loaded over plain HTTP")),
            count=len(blocked),
        )
    return partial(
        Fraction(1, 2),
        "{count} pictures or media are loaded over plain HTTP",
        items=_items(upgraded, Outcome.PARTIAL, Reason.of("this is loaded over plain HTTP")),
        count=len(upgraded),
    )


@check("Scripts of other sites are pinned by a hash", Severity.LOW, version=2)
def subresource_integrity(page: Page, markup: Markup, facts: Facts) -> Verdict:
    """Judge the integrity attribute of scripts that other organisations serve.

    Names below the domain that the site is registered under are its own organisation's. Style
    sheets are left out: some services make another one for each browser.

    Why: If somebody breaks into the other site and changes the script, the change runs here too.
    Fix: Serve such scripts from the site itself, or add integrity and crossorigin attributes.
    nginx: serve the file from the site itself: location /lib/ { root /var/www/site; }
    Apache: serve the file from the site itself: Alias /lib/ /var/www/site/lib/
    IIS: copy the file into the site and change the address in the template
    See: W3C Subresource Integrity
    """
    pins = _pins(markup, facts)
    if not pins:
        return _whole(markup, not_applicable("no script comes from another site"))
    bare = {url: pins[url] for url in pins if pins[url] is not Pin.HASH}
    if not bare:
        return _whole(
            markup, passed("all {count} scripts of other sites are pinned", count=len(pins))
        )
    plain = _plain(markup.url, bare)
    if plain and not _is_upgraded(page, elements(markup.html)):
        return failed(
            "{count} scripts of other sites are loaded over plain HTTP, and not pinned",
            items=_pin_items(bare),
            count=len(plain),
        )
    # Not by their share: pinned scripts beside it make no script safer. And no more than the
    # barest site earns of its headers: to bring in such a script lifts nobody.
    return partial(
        Fraction(1, 4),
        "{bare} of {count} scripts of other sites are not pinned",
        items=_pin_items(bare),
        bare=len(bare),
        count=len(pins),
    )


@check("Forms are sent over HTTPS", Severity.MEDIUM)
def insecure_forms(page: Page, markup: Markup) -> Verdict:
    """Judge where forms go: their action, and the formaction of their buttons.

    Why: What a citizen fills in travels readable for everybody if the form goes to http://.
    Fix: Let every form go to https://, or to a relative address on an HTTPS page.
    nginx: return 301 https://$host$request_uri; in the server block of port 80
    Apache: Redirect permanent / https://site.example/ in the virtual host of port 80
    IIS: a URL Rewrite rule that redirects {HTTPS} = off to https://{HTTP_HOST}{REQUEST_URI}
    See: WHATWG HTML (form submission)
    W3C Mixed Content section 7.1 (form submission)
    """
    found = elements(markup.html)
    base = base_url(markup.url, found)
    actions = [element.get("action") or markup.url for element in found if element.name == "form"]
    actions += [element.get("formaction") for element in found if element.get("formaction")]
    if not actions:
        return _whole(markup, not_applicable("the page has no form"))
    plain = _plain(base, actions)
    # W3C Upgrade Insecure Requests: forms too, to whatever host they go.
    if plain and markup.url.startswith("https:") and _is_upgraded(page, found):
        return passed("browsers are told to upgrade what is addressed over plain HTTP")
    if plain:
        return failed(
            "{count} forms are sent over plain HTTP",
            items=_items(plain, Outcome.FAIL, Reason.of("a form goes to this address")),
            count=len(plain),
        )
    return _whole(markup, passed("no form is sent over plain HTTP"))


def _is_upgraded(page: Page, found: tuple[Element, ...]) -> bool:
    """Say whether a policy, of the header or of a meta element, upgrades http: to https:."""
    sent = read_policies(page.hop.all("content-security-policy"))
    policies = (*sent, *meta_policies(found))
    return any("upgrade-insecure-requests" in policy.directives for policy in policies)


def _whole(markup: Markup, verdict: Verdict) -> Verdict:
    """Return a verdict that nothing was found, unless the end of the page is not known."""
    if markup.truncated or is_cut(markup.html):
        return not_tested("the page is longer than what was kept")
    return verdict


def _plain(base: str, references: Iterable[str]) -> list[str]:
    """Return the absolute addresses that begin with http:, each once.

    What the visitor's own computer serves never crosses a network (W3C Secure Contexts, 3.1).
    """
    resolved = (resolve(base, reference) for reference in references)
    plain = (url for url in resolved if url.lower().startswith("http:"))
    return [url for url in dict.fromkeys(plain) if not _is_local(urlsplit(url).hostname or "")]


def _is_local(host: str) -> bool:
    loopback = host.startswith("127.") and host.replace(".", "").isdigit()
    return loopback or host in ("localhost", "::1") or host.endswith(".localhost")


def _pins(markup: Markup, facts: Facts) -> dict[str, Pin]:
    """Return the scripts of other organisations, each with the worst of its pins."""
    found = elements(markup.html)
    base = base_url(markup.url, found)
    own = urlsplit(markup.url).hostname or ""
    pins: dict[str, Pin] = {}
    for element in found:
        code = code_of(element)
        url = resolve(base, code) if code else ""
        if url.startswith(("http:", "https:")) and not _is_own(own, url, facts):
            pin = pin_of(element)
            pins[url] = pins.get(url, pin) if pin is Pin.HASH else pin
    return pins


def _is_own(own: str, url: str, facts: Facts) -> bool:
    host = urlsplit(url).hostname or ""
    organisation = facts.suffixes.registrable(own)
    same = bool(organisation) and organisation == facts.suffixes.registrable(host)
    return same or same_site(own, host)


def _pin_items(pins: dict[str, Pin]) -> tuple[Item, ...]:
    reasons = {
        Pin.NONE: Reason.of("there is no integrity attribute"),
        Pin.INVALID: Reason.of("the integrity attribute holds no hash that browsers know"),
        Pin.REFUSED: Reason.of("browsers refuse the file: there is no crossorigin attribute"),
    }
    found: dict[str, Item] = {}
    for pin, reason in reasons.items():
        urls = [url for url in pins if pins[url] is pin]
        for item in _items(urls, Outcome.FAIL, reason):
            found.setdefault(item.subject, item)
    return tuple(found.values())


def _items(urls: list[str], outcome: Outcome, reason: Reason) -> tuple[Item, ...]:
    # What a page addresses can hold a password, and items are published.
    subjects = dict.fromkeys(quoted(redact_url(url)) for url in urls[:_MOST_ITEMS])
    return tuple(Item(subject, outcome, reason) for subject in subjects)
