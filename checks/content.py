"""The page's own HTML: what it loads, from where, and where its forms go."""

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
from secscan.parsing.csp import meta_policies, read_policies
from secscan.parsing.html import Element, base_url, elements, resolve
from secscan.parsing.redaction import redact_url
from secscan.parsing.text import quoted

FAMILY = "headers"

_ACTIVE = {"script": "src", "iframe": "src", "frame": "src", "embed": "src", "object": "data"}
_PASSIVE = {"img": "src", "audio": "src", "video": "src", "source": "src", "track": "src"}
_HASHES = ("sha256-", "sha384-", "sha512-")
_MOST_ITEMS = 20


@check("An HTTPS page loads nothing over plain HTTP", Severity.MEDIUM)
def mixed_content(page: Page, markup: Markup) -> Verdict:
    """Judge the addresses of scripts, styles and frames (active), pictures and media (passive).

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
    active = _plain(base, [url for element in found if (url := _active(element))])
    passive = _plain(base, [url for element in found if (url := _passive(element))])
    if not active and not passive:
        return _whole(markup, passed("nothing is loaded over plain HTTP"))
    if _is_upgraded(page, found):
        return passed("browsers are told to upgrade what is addressed over plain HTTP")
    if active:
        return failed(
            "{count} scripts, styles or frames are loaded over plain HTTP",
            items=_items(active, Outcome.FAIL, Reason.of("this is loaded over plain HTTP")),
            count=len(active),
        )
    return partial(
        Fraction(1, 2),
        "{count} pictures or media are loaded over plain HTTP",
        items=_items(passive, Outcome.PARTIAL, Reason.of("this is loaded over plain HTTP")),
        count=len(passive),
    )


@check("Scripts and styles of other sites are pinned by a hash", Severity.LOW)
def subresource_integrity(markup: Markup) -> Verdict:
    """Judge the integrity attribute of scripts and styles that other sites serve.

    Why: If somebody breaks into the other site and changes the script, the change runs here too.
    Fix: Serve such files from the site itself, or add integrity and crossorigin attributes.
    nginx: serve the file from the site itself: location /lib/ { root /var/www/site; }
    Apache: serve the file from the site itself: Alias /lib/ /var/www/site/lib/
    IIS: copy the file into the site and change the address in the template
    See: W3C Subresource Integrity
    """
    found = elements(markup.html)
    base = base_url(markup.url, found)
    own = urlsplit(markup.url).hostname or ""
    foreign = {}
    for element in found:
        url = resolve(base, _script_or_style(element))
        if url.startswith(("http:", "https:")) and not same_site(own, urlsplit(url).hostname or ""):
            foreign[url] = element.get("integrity").startswith(_HASHES)
    if not foreign:
        return _whole(markup, not_applicable("no script or style comes from another site"))
    bare = [url for url, pinned in foreign.items() if not pinned]
    items = _items(bare, Outcome.FAIL, Reason.of("there is no integrity attribute"))
    if not bare:
        return _whole(
            markup, passed("all {count} files of other sites are pinned", count=len(foreign))
        )
    if len(bare) == len(foreign):
        return failed(
            "none of {count} files of other sites is pinned", items=items, count=len(bare)
        )
    return partial(
        Fraction(len(foreign) - len(bare), len(foreign)),
        "{bare} of {count} files of other sites are not pinned",
        items=items,
        bare=len(bare),
        count=len(foreign),
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
    return not_tested("the page is longer than what was kept") if markup.truncated else verdict


def _active(element: Element) -> str:
    if element.name == "link":
        return element.get("href") if "stylesheet" in element.get("rel").lower().split() else ""
    return element.get(_ACTIVE.get(element.name, ""))


def _passive(element: Element) -> str:
    return element.get(_PASSIVE.get(element.name, ""))


def _script_or_style(element: Element) -> str:
    return _active(element) if element.name in ("script", "link") else ""


def _plain(base: str, references: list[str]) -> list[str]:
    """Return the absolute addresses that begin with http:, each once."""
    resolved = (resolve(base, reference) for reference in references)
    return list(dict.fromkeys(url for url in resolved if url.lower().startswith("http:")))


def _items(urls: list[str], outcome: Outcome, reason: Reason) -> tuple[Item, ...]:
    # What a page addresses can hold a password, and items are published.
    subjects = dict.fromkeys(quoted(redact_url(url)) for url in urls[:_MOST_ITEMS])
    return tuple(Item(subject, outcome, reason) for subject in subjects)
