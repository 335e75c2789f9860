"""Response headers by which a site tells browsers to protect its visitors."""

from fractions import Fraction

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
from secscan.evidence import (
    Asked,
    Hop,
    Markup,
    Missing,
    MissingKind,
    Page,
    Response,
    Secure,
    Sharing,
)
from secscan.evidence.schemes import FOREIGN_ORIGIN
from secscan.facts import Facts
from secscan.parsing import headers
from secscan.parsing.csp import ContentPolicy, meta_policies, read_policies
from secscan.parsing.html import elements, is_cut, metas
from secscan.parsing.permissions import restricted_features
from secscan.parsing.structured import StructuredFault
from secscan.parsing.text import listed, quoted
from secscan.policy import Policy

from .policies import framing_items, items_of, summary
from .redirects import is_address
from .strict_transport import judge_visit
from .weaknesses import Weakness, are_too_long, lets_strangers_frame, weaknesses, worth

_STRICT_REFERRER = (
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
)

_UNASKED = (MissingKind.BLOCKED, MissingKind.OVER_BUDGET)
"""Why nobody knows the site's own answer; where it gives none, browsers take it for a no."""

_VERSIONED = (
    "Server",
    "X-Powered-By",
    "X-AspNet-Version",
    "X-AspNetMvc-Version",
    "X-Generator",
    "MicrosoftSharePointTeamServices",
    "Liferay-Portal",
)


@check("Browsers are told to stay on HTTPS", Severity.MEDIUM, version=2)
def hsts(secure: Secure, asked: Asked, policy: Policy, facts: Facts) -> Verdict:
    """Judge what browsers keep of Strict-Transport-Security when they have come to the page.

    The last valid header of the asked host counts, and its first answer should have one. Where the
    page is on another host of the site, that has to be covered as well. Full credit needs max-age
    only; includeSubDomains is mentioned, for it can break other services. A name on the preload
    list is asked for the header too: the list takes names out without it. Over a certificate that
    they do not trust browsers ignore it, but that is not judged here.

    Why: HSTS stops attackers from holding visitors on plain HTTP: a browser that has seen it once
    goes to HTTPS by itself and lets nobody click a certificate warning away.
    Fix: Send Strict-Transport-Security with a max-age of at least one year on every https answer;
    add includeSubDomains when every service below the name speaks HTTPS.
    nginx: add_header Strict-Transport-Security "max-age=31536000" always;
    Apache: Header always set Strict-Transport-Security "max-age=31536000"
    IIS: <hsts enabled="true" max-age="31536000" /> in the site's entry of applicationHost.config
    See: RFC 6797 (HTTP Strict Transport Security)
    """
    if is_address(asked.host):  # RFC 6797 8.1.1: browsers keep it of names only
        return not_applicable("the site is an address, not a name")
    return judge_visit(secure, policy, facts)


@check("Injected scripts are stopped by a Content-Security-Policy", Severity.MEDIUM, version=2)
def content_security_policy(page: Page, markup: Markup, facts: Facts) -> Verdict:
    r"""Judge the policies of header and meta elements together: browsers enforce all of them.

    A policy in Content-Security-Policy-Report-Only protects nobody and is not counted. Mistakes in
    the text of a policy are told; they cost only what they leave open.

    Why: If somebody manages to put a script into a page, the policy keeps browsers from running it.
    Fix: Name the sources of scripts, best with nonces, without 'unsafe-inline', wildcards and hosts
    where everybody can put files, and close object-src and base-uri. Try it out in Report-Only
    first.
    nginx:
    add_header Content-Security-Policy
    "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'" always;
    Apache:
    Header always set Content-Security-Policy \
    "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'"
    IIS: in <customHeaders> of web.config
    <add name="Content-Security-Policy"
    value="default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'" />
    See: W3C Content Security Policy Level 3
    """
    policies = _header_policies(page) + meta_policies(elements(markup.html))
    if not policies:
        # What is behind the head is no policy (CSP 3, 3.3): its end is enough.
        behind = any(not element.in_head for element in elements(markup.html))
        if _is_cut(markup) and not behind:
            return not_tested("the page is longer than what was kept")
        if page.hop.first("content-security-policy-report-only") is not None:
            return failed("the policy is in Report-Only, which protects nobody")
        return failed("there is no Content-Security-Policy")
    if are_too_long(policies):
        return not_tested("the policies hold more sources than secscan reads")
    found = weaknesses(policies, facts)
    items = items_of(policies, found)
    if not found:
        return passed("the policy stops injected scripts", items=items)
    credit, kinds = worth(found), {weak.kind for weak in found}
    if Weakness.UNLIMITED in kinds:
        return partial(credit, "the policy does not limit scripts", items=items)
    if credit <= Fraction(1, 2):
        return partial(
            credit,
            "the policy lets injected scripts run: {holes}",
            items=items,
            holes=summary(found),
        )
    return partial(
        credit,
        "the policy limits scripts, but leaves something open: {holes}",
        items=items,
        holes=summary(found),
    )


@check("Other sites cannot put the page into a frame", Severity.MEDIUM, version=2)
def framing(page: Page, facts: Facts) -> Verdict:
    """Judge frame-ancestors, and X-Frame-Options where that is not there.

    Why: A page in an invisible frame can be made to receive clicks that were meant for the page
    around it (clickjacking).
    Fix: Allow framing by the site itself only, or by the portals that need it.
    nginx: add_header Content-Security-Policy "frame-ancestors 'self'" always;
    Apache: Header always set Content-Security-Policy "frame-ancestors 'self'"
    IIS: in <customHeaders> of web.config
    <add name="Content-Security-Policy" value="frame-ancestors 'self'" />
    See: W3C Content Security Policy Level 3 section 6.4.2 (frame-ancestors)
    RFC 7034 (X-Frame-Options)
    """
    policies = [p for p in _header_policies(page) if "frame-ancestors" in p.directives]
    if are_too_long(policies):
        return not_tested("the policies hold more sources than secscan reads")
    items = framing_items(policies)
    if policies and lets_strangers_frame(policies, facts):
        return failed("frame-ancestors lets every site frame the page", items=items)
    if policies:  # CSP 3 6.4.2: where frame-ancestors is, browsers ignore X-Frame-Options
        return passed("frame-ancestors names who may frame the page", items=items)
    values = page.hop.all("x-frame-options")
    if headers.blocks_framing(values):
        return passed("X-Frame-Options keeps other sites out: {value}", value=listed([*values]))
    if values:
        return failed("browsers ignore this X-Frame-Options: {value}", value=listed([*values]))
    return failed("there is neither frame-ancestors nor X-Frame-Options")


@check("Browsers do not guess content types", Severity.LOW, version=2)
def content_type_options(response: Response) -> Verdict:
    """Judge X-Content-Type-Options by its first value, of any answer: data too can be misread.

    Why: A browser that guesses can take an uploaded picture or text for a script and run it.
    Fix: Send X-Content-Type-Options: nosniff with every answer, and right content types.
    nginx: add_header X-Content-Type-Options nosniff always;
    Apache: Header always set X-Content-Type-Options nosniff
    IIS: in <customHeaders> of web.config
    <add name="X-Content-Type-Options" value="nosniff" />
    See: WHATWG Fetch (X-Content-Type-Options)
    """
    values = response.hop.all("x-content-type-options")
    if headers.is_nosniff(values):
        return passed("X-Content-Type-Options is nosniff")
    if values:
        return failed("the first value is not nosniff: {value}", value=listed([*values]))
    return failed("there is no X-Content-Type-Options header")


@check("Addresses of pages are not passed on to other sites", Severity.LOW, version=2)
def referrer_policy(page: Page, markup: Markup) -> Verdict:
    """Judge the last valid policy of header and meta elements; only the header can list several.

    Why: The address of a page can hold what a citizen searched or a case number; links and embedded
    content of other sites must not receive it.
    Fix: Send Referrer-Policy: strict-origin-when-cross-origin or a stricter policy.
    nginx: add_header Referrer-Policy strict-origin-when-cross-origin always;
    Apache: Header always set Referrer-Policy strict-origin-when-cross-origin
    IIS: in <customHeaders> of web.config
    <add name="Referrer-Policy" value="strict-origin-when-cross-origin" />
    See: W3C Referrer Policy
    """
    keywords = metas(elements(markup.html), "name", "referrer")
    values = page.hop.all("referrer-policy")
    policy = headers.referrer_policy(values, keywords)
    if policy is None:
        if _is_cut(markup):
            return not_tested("the page is longer than what was kept")
        if values or keywords:
            return failed("no policy is valid: {value}", value=listed([*values, *keywords]))
        return failed("there is no Referrer-Policy")
    if policy in _STRICT_REFERRER:
        return passed("the policy is {policy}", policy=policy)
    if policy == "unsafe-url":
        return failed("the policy passes whole addresses on to everybody: {policy}", policy=policy)
    return partial(
        Fraction(1, 2), "the policy passes on more than it needs to: {policy}", policy=policy
    )


@check("The page gives up browser features that it does not need", Severity.LOW)
def permissions_policy(page: Page) -> Verdict:
    """Judge whether Permissions-Policy takes any feature from anybody.

    Why: A script or frame that should not be there must not reach camera, microphone or position.
    Fix: Switch off the features that the site does not use.
    nginx: add_header Permissions-Policy "camera=(), microphone=(), geolocation=()" always;
    Apache: Header always set Permissions-Policy "camera=(), microphone=(), geolocation=()"
    IIS: in <customHeaders> of web.config
    <add name="Permissions-Policy" value="camera=(), microphone=(), geolocation=()" />
    See: W3C Permissions Policy
    RFC 9651 (structured fields)
    """
    values = page.hop.all("permissions-policy")
    if not any(values):
        return failed("there is no Permissions-Policy header")
    features = restricted_features(values)
    if isinstance(features, StructuredFault):
        return failed(
            "browsers ignore the header, for it is not valid: {value}", value=listed([*values])
        )
    if not features:
        return partial(Fraction(1, 2), "the header takes no feature from anybody")
    return passed("the header limits {count} features", count=len(features))


@check("Other sites' windows are kept apart from the page's", Severity.LOW, version=2)
def opener_policy(page: Page) -> Verdict:
    """Judge Cross-Origin-Opener-Policy: one token, which browsers obey over HTTPS only.

    Why: A page that opens the site, or is opened by it, can otherwise steer the other window to a
    false login page.
    Fix: Send Cross-Origin-Opener-Policy: same-origin; where the site logs in through a window of
    another site, same-origin-allow-popups.
    nginx: add_header Cross-Origin-Opener-Policy same-origin always;
    Apache: Header always set Cross-Origin-Opener-Policy same-origin
    IIS: in <customHeaders> of web.config
    <add name="Cross-Origin-Opener-Policy" value="same-origin" />
    See: WHATWG HTML (cross-origin opener policies)
    """
    values = page.hop.all("cross-origin-opener-policy")
    policy = headers.token_item(values)
    if policy and page.hop.url.startswith("http:"):
        return failed("browsers ignore the header on a page that is loaded over plain HTTP")
    if policy in ("same-origin", "noopener-allow-popups"):
        return passed("the policy is {policy}", policy=policy)
    if policy == "same-origin-allow-popups":
        return partial(Fraction(3, 4), "the policy lets windows that the page opens stay connected")
    if values:
        return failed("the policy keeps nothing apart: {value}", value=listed([*values]))
    return failed("there is no Cross-Origin-Opener-Policy header")


@check("Other sites cannot read the page with the visitor's login", Severity.MEDIUM, version=2)
def cross_origin_sharing(response: Response, sharing: Sharing) -> Verdict:
    """Judge whom Access-Control-Allow-Origin names, with Access-Control-Allow-Credentials.

    The page is asked for as a script of another site would, to see whether any origin is agreed to.

    Why: A site that repeats whatever origin asks, or names null, credentials included, lets any
    site read what a logged-in visitor can see: every site can make a sandboxed page, whose origin
    is null.
    Fix: Compare the origin with a list of the sites that may read answers; never send credentials
    along with null or with an origin that is not on the list.
    nginx:
    proxy_hide_header Access-Control-Allow-Origin;
    proxy_hide_header Access-Control-Allow-Credentials;
    add_header Access-Control-Allow-Origin https://portal.example always;
    Apache: Header always set Access-Control-Allow-Origin https://portal.example
    IIS: IIS CORS module: <cors enabled="true"> with one <add origin="https://portal.example" />
    See: WHATWG Fetch (CORS protocol)
    """
    read = sharing.read
    page, asked = _shared_with(response.hop), _shared_with(read)
    if (FOREIGN_ORIGIN, True) in (page, asked):
        return failed("any site can read the page with the visitor's login")
    if ("null", True) in (page, asked):
        return failed("the page is shared with sandboxed pages of every site, credentials included")
    if isinstance(read, Missing) or read.status >= 500:
        return not_tested("the page could not be asked for in the name of another site")
    preflight = sharing.preflight
    if isinstance(preflight, Missing) and preflight.kind in _UNASKED:
        return not_tested("whether any site may send requests with the login could not be seen")
    if _shared_with(preflight) == (FOREIGN_ORIGIN, True) and _is_success(preflight):
        return partial(
            Fraction(1, 2),
            "any site may send requests that browsers hold back otherwise, credentials included",
        )
    return _harmless(*(asked if asked[0] else page))


@check("Headers do not name versions", Severity.INFO)
def version_disclosure(page: Page) -> Verdict:
    """Judge whether header lines show versions; information only, for hiding patches nothing.

    Why: A visible version is no fault, but it saves attackers a step on the day a hole is found.
    Fix: Switch the version off, and keep the software up to date, which is what counts.
    nginx: server_tokens off;
    Apache: ServerTokens Prod
    IIS: in web.config
    <requestFiltering removeServerHeader="true" />
    <httpRuntime enableVersionHeader="false" />
    See: OWASP Secure Headers Project
    """
    lines = [(name, value) for name in _VERSIONED for value in page.hop.all(name)]
    items = tuple(
        Item(name, Outcome.FAIL, Reason.of("a version is shown: {value}", value=quoted(value)))
        for name, value in dict(lines).items()
        if any(character.isdigit() for character in value)
    )
    if items:
        return failed("{count} headers show a version", items=items, count=len(items))
    return passed("no header shows a version")


def _is_cut(markup: Markup) -> bool:
    """Say whether a meta element may stand where the page was not read."""
    return markup.truncated or is_cut(markup.html)


def _shared_with(answer: Hop | Missing) -> tuple[str, bool]:
    if isinstance(answer, Missing):
        return "", False
    origins = answer.all("access-control-allow-origin")
    return headers.shared_with(origins, answer.all("access-control-allow-credentials"))


def _is_success(answer: Hop | Missing) -> bool:
    """Say whether a preflight is agreed to: Fetch wants a status that is ok."""
    return isinstance(answer, Hop) and 200 <= answer.status < 300


def _harmless(origin: str, credentials: bool) -> Verdict:
    """Return why this sharing gives nobody what only the visitor may see."""
    if not origin:
        return passed("the page is shared with no other site")
    if origin == "*" and credentials:  # Fetch, CORS check: no such answer is handed over
        return passed("browsers refuse to share the page with everybody, credentials included")
    if origin in ("*", "null", FOREIGN_ORIGIN):
        return passed("the page is shared with everybody, without credentials")
    if "," in origin:
        return passed(
            "browsers share the page with nobody, for the header is not valid: {value}",
            value=quoted(origin),
        )
    return passed("the page is shared with one site: {origin}", origin=quoted(origin))


def _header_policies(page: Page) -> tuple[ContentPolicy, ...]:
    return read_policies(page.hop.all("content-security-policy"))
