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
    partial,
    passed,
)
from secscan.evidence import Markup, Page, Secure
from secscan.parsing import headers
from secscan.parsing.csp import (
    ContentPolicy,
    Weakness,
    common_weaknesses,
    limits_framing,
    meta_policies,
    read_policies,
)
from secscan.parsing.hsts import read_hsts
from secscan.parsing.html import elements, metas
from secscan.parsing.permissions import restricted_features
from secscan.parsing.text import listed, quoted
from secscan.policy import Policy

_DAY = 86_400

_STRICT_REFERRER = (
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
)

_VERSIONED = (
    "Server",
    "X-Powered-By",
    "X-AspNet-Version",
    "X-AspNetMvc-Version",
    "X-Generator",
    "MicrosoftSharePointTeamServices",
    "Liferay-Portal",
)


@check("Browsers are told to stay on HTTPS", Severity.MEDIUM)
def hsts(secure: Secure, policy: Policy) -> Verdict:
    """Judge the first Strict-Transport-Security header of the asked host's own https answer.

    Full credit needs max-age only; includeSubDomains is mentioned, for it can break other services.

    Why: HSTS stops attackers from holding visitors on plain HTTP: a browser that has seen it once
    goes to HTTPS by itself and lets nobody click a certificate warning away.
    Fix: Send the header with a max-age of at least one year on every https answer; add
    includeSubDomains when every service below the name speaks HTTPS.
    nginx: add_header Strict-Transport-Security "max-age=31536000" always;
    Apache: Header always set Strict-Transport-Security "max-age=31536000"
    IIS: <hsts enabled="true" max-age="31536000" /> in the site's entry of applicationHost.config
    See: RFC 6797 (HTTP Strict Transport Security)
    """
    value = secure.first.first("strict-transport-security")  # RFC 6797 8.1: the first one counts
    if value is None:
        return failed("there is no Strict-Transport-Security header")
    sent = read_hsts(value)
    if sent is None:
        return failed(
            "browsers ignore the header, for it is not valid: {value}", value=quoted(value)
        )
    if sent.max_age == 0:
        return failed("the header switches HSTS off: max-age is 0")
    days = sent.max_age // _DAY
    limits = policy.threshold
    if sent.max_age >= limits.hsts_max_age_days * _DAY:
        if sent.include_subdomains:
            return passed("max-age is {days} days, for subdomains too", days=days)
        return passed("max-age is {days} days, for this name only", days=days)
    enough = sent.max_age >= limits.hsts_short_max_age_days * _DAY
    return partial(
        Fraction(1, 2) if enough else Fraction(1, 4),
        "max-age is {days} days; {wanted} are asked for",
        days=days,
        wanted=limits.hsts_max_age_days,
    )


@check("Injected scripts are stopped by a Content-Security-Policy", Severity.MEDIUM)
def content_security_policy(page: Page, markup: Markup) -> Verdict:
    r"""Judge the policies of header and meta elements together: browsers enforce all of them.

    A policy in Content-Security-Policy-Report-Only protects nobody and is not counted.

    Why: If somebody manages to put a script into a page, the policy keeps browsers from running it.
    Fix: Name the sources of scripts, best with nonces, without 'unsafe-inline' and wildcards, and
    close object-src and base-uri. Try it out in Report-Only first.
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
        if page.hop.first("content-security-policy-report-only") is not None:
            return failed("the policy is in Report-Only, which protects nobody")
        return failed("there is no Content-Security-Policy")
    weak = common_weaknesses(policies)
    items = tuple(_weakness_item(weakness) for weakness in sorted(weak))
    if not weak:
        return passed("the policy limits scripts, plug-ins and the base address")
    if Weakness.NO_SCRIPT_SRC in weak:
        return partial(Fraction(1, 4), "the policy does not limit scripts", items=items)
    holes = weak & {Weakness.INLINE, Weakness.ANY_SOURCE}
    if holes:
        return partial(
            Fraction(1, 2) if len(holes) == 1 else Fraction(1, 4),
            "the policy lets injected scripts run: {holes}",
            items=items,
            holes=listed(sorted(holes)),
        )
    return partial(
        Fraction(3, 4),
        "the policy limits scripts, but leaves something open: {holes}",
        items=items,
        holes=listed(sorted(weak)),
    )


@check("Other sites cannot put the page into a frame", Severity.MEDIUM)
def framing(page: Page) -> Verdict:
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
    limits = [one for one in map(limits_framing, _header_policies(page)) if one is not None]
    if any(limits):
        return passed("frame-ancestors names who may frame the page")
    if limits:  # CSP 3 6.4.2: where frame-ancestors is, browsers ignore X-Frame-Options
        return failed("frame-ancestors lets every site frame the page")
    values = page.hop.all("x-frame-options")
    if headers.blocks_framing(values):
        return passed("X-Frame-Options keeps other sites out: {value}", value=listed([*values]))
    if values:
        return failed("browsers ignore this X-Frame-Options: {value}", value=listed([*values]))
    return failed("there is neither frame-ancestors nor X-Frame-Options")


@check("Browsers do not guess content types", Severity.LOW)
def content_type_options(page: Page) -> Verdict:
    """Judge X-Content-Type-Options by its first value.

    Why: A browser that guesses can take an uploaded picture or text for a script and run it.
    Fix: Send nosniff with every answer, and right content types.
    nginx: add_header X-Content-Type-Options nosniff always;
    Apache: Header always set X-Content-Type-Options nosniff
    IIS: in <customHeaders> of web.config
    <add name="X-Content-Type-Options" value="nosniff" />
    See: WHATWG Fetch (X-Content-Type-Options)
    """
    values = page.hop.all("x-content-type-options")
    if headers.is_nosniff(values):
        return passed("X-Content-Type-Options is nosniff")
    if values:
        return failed("the first value is not nosniff: {value}", value=listed([*values]))
    return failed("there is no X-Content-Type-Options header")


@check("Addresses of pages are not passed on to other sites", Severity.LOW)
def referrer_policy(page: Page, markup: Markup) -> Verdict:
    """Judge the last valid policy of header and meta elements.

    Why: The address of a page can hold what a citizen searched or a case number; links and embedded
    content of other sites must not receive it.
    Fix: Send strict-origin-when-cross-origin or a stricter policy.
    nginx: add_header Referrer-Policy strict-origin-when-cross-origin always;
    Apache: Header always set Referrer-Policy strict-origin-when-cross-origin
    IIS: in <customHeaders> of web.config
    <add name="Referrer-Policy" value="strict-origin-when-cross-origin" />
    See: W3C Referrer Policy
    """
    keywords = metas(elements(markup.html), "name", "referrer")
    sent = [*page.hop.all("referrer-policy"), *map(headers.meta_referrer_policy, keywords)]
    policy = headers.referrer_policy(sent)
    if policy is None:
        if sent:
            return failed("no policy is valid: {value}", value=listed(sent))
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
    if not values:
        return failed("there is no Permissions-Policy header")
    features = restricted_features(values)
    if features is None:
        return failed(
            "browsers ignore the header, for it is not valid: {value}", value=listed([*values])
        )
    if not features:
        return partial(Fraction(1, 2), "the header takes no feature from anybody")
    return passed("the header limits {count} features", count=len(features))


@check("Other sites' windows are kept apart from the page's", Severity.LOW)
def opener_policy(page: Page) -> Verdict:
    """Judge Cross-Origin-Opener-Policy.

    Why: A page that opens the site, or is opened by it, can otherwise steer the other window to a
    false login page.
    Fix: Send same-origin; where the site logs in through a window of another site,
    same-origin-allow-popups.
    nginx: add_header Cross-Origin-Opener-Policy same-origin always;
    Apache: Header always set Cross-Origin-Opener-Policy same-origin
    IIS: in <customHeaders> of web.config
    <add name="Cross-Origin-Opener-Policy" value="same-origin" />
    See: WHATWG HTML (cross-origin opener policies)
    """
    values = page.hop.all("cross-origin-opener-policy")
    policy = headers.opener_policy(values)
    if policy in ("same-origin", "noopener-allow-popups"):
        return passed("the policy is {policy}", policy=policy)
    if policy == "same-origin-allow-popups":
        return partial(Fraction(1, 2), "the policy lets windows that the page opens stay connected")
    if values:
        return failed("the policy keeps nothing apart: {value}", value=listed([*values]))
    return failed("there is no Cross-Origin-Opener-Policy header")


@check("Other sites cannot read the page with the visitor's login", Severity.MEDIUM)
def cross_origin_sharing(page: Page) -> Verdict:
    """Judge Access-Control-Allow-Origin together with Access-Control-Allow-Credentials.

    Why: Sharing with null, credentials included, lets any site read what a logged-in visitor can
    see: every site can make a sandboxed page, whose origin is null.
    Fix: Name the sites that may read answers; never combine null with credentials.
    nginx: add_header Access-Control-Allow-Origin https://portal.example always;
    Apache: Header always set Access-Control-Allow-Origin https://portal.example
    IIS: IIS CORS module: <cors enabled="true"> with one <add origin="https://portal.example" />
    See: WHATWG Fetch (CORS protocol)
    """
    origin = page.hop.first("access-control-allow-origin")
    if origin is None:
        return passed("the page is shared with no other site")
    credentials = page.hop.first("access-control-allow-credentials") == "true"
    if credentials and origin == "null":
        return failed("the page is shared with sandboxed pages of every site, credentials included")
    if credentials and origin == "*":  # Fetch 4.9, CORS check: no such answer is handed over
        return passed("browsers refuse to share the page with everybody, credentials included")
    if origin == "null":
        return partial(Fraction(1, 2), "the page is shared with sandboxed pages of every site")
    if origin == "*":
        return passed("the page is shared with everybody, without credentials")
    return passed("the page is shared with one site: {origin}", origin=quoted(origin))


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


def _header_policies(page: Page) -> tuple[ContentPolicy, ...]:
    return read_policies(page.hop.all("content-security-policy"))


def _weakness_item(weakness: Weakness) -> Item:
    reasons = {
        Weakness.NO_SCRIPT_SRC: Reason.of("neither script-src nor default-src limits scripts"),
        Weakness.INLINE: Reason.of("scripts written into the page run"),
        Weakness.ANY_SOURCE: Reason.of("scripts from any site run"),
        Weakness.EVAL: Reason.of("text can be run as script"),
        Weakness.NO_OBJECT_SRC: Reason.of("plug-in content is not limited"),
        Weakness.NO_BASE_URI: Reason.of("an injected base element moves all relative addresses"),
    }
    return Item(weakness.value, Outcome.FAIL, reasons[weakness])
