"""Evidence for tests: a site with nothing to find fault with, and one thing of it changed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from certificate_builders import AT, HOST, chain, root

from secscan.catalog import Catalog, load_catalog
from secscan.check import Outcome
from secscan.evidence import (
    Answer,
    Body,
    Closed,
    Dns,
    Endpoint,
    Exchange,
    Header,
    Hello,
    Hop,
    Missing,
    MissingKind,
    Presented,
    Purpose,
    Record,
    Refused,
    Resource,
    Scanner,
    SiteEvidence,
    Tls,
    views,
)
from secscan.evidence.schemes import PORTS
from secscan.facts import Facts, load_facts
from secscan.finding import Finding, judge
from secscan.index import SiteIndex, site_index
from secscan.parsing.hellos import EXTENDED_MASTER_SECRET
from secscan.parsing.parameters import CODES, GROUPS, KINDS
from secscan.parsing.suites import is_ephemeral, is_new, suites_of
from secscan.policy import Policy, load_policy

ADDRESS = "203.0.113.7"
ADDRESS6 = "2001:db8::7"

GOOD_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Server", "nginx"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
    (
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cache-Control", "no-store"),
    ("Set-Cookie", "PHPSESSID=abc; Path=/; Secure; HttpOnly; SameSite=Lax"),
)

GOOD_HTML = (
    '<!doctype html><html><head><script src="/lib/jquery-4.0.0.min.js"></script></head>'
    '<body><form action="/search"><input name="q"></form></body></html>'
)

GOOD_SUITES = {
    "TLS 1.3": ("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"),
    "TLS 1.2": ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",),
}

GOOD_SECURITY_TXT = b"Contact: mailto:security@portal.example\nExpires: 2027-06-30T00:00:00Z\n"

OLD_VERSIONS = ("TLS 1.1", "TLS 1.0", "SSLv3")


def body(content: bytes) -> Body:
    return Body(hashlib.sha256(content).hexdigest(), len(content), False, content)


def hop(
    url: str = f"https://{HOST}/",
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    content: bytes | None = None,
) -> Hop:
    lines = tuple(Header(name, value) for name, value in headers)
    return Hop(url, ADDRESS, status, lines, None if content is None else body(content))


def redirect(url: str, target: str, status: int = 301, *headers: tuple[str, str]) -> Hop:
    return hop(url, status, (("Location", target), *headers))


def changed(*lines: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """Return the good headers with these names replaced; None takes a name out."""
    names = {name.lower() for name, _ in lines}
    kept = [line for line in GOOD_HEADERS if line[0].lower() not in names]
    return (*kept, *((name, value) for name, value in lines if value is not None))


def tls(
    suites: Mapping[str, Sequence[str]] = GOOD_SUITES,
    *,
    certificates: Sequence[bytes] | None = None,
    answers: Mapping[str, Refused | Closed | Missing] | None = None,
) -> Tls:
    """Return an enumeration as the prober leaves it: each version ends in a refusal."""
    other = answers or {}
    shown = (Presented(tuple(certificates or chain())),)
    first = next(((version, names[0]) for version, names in suites.items()), None)
    ordinary = [] if first is None else [_ordinary(*first)]
    found = []
    for version in ("TLS 1.3", "TLS 1.2", *OLD_VERSIONS, "SSLv2"):
        names = list(suites.get(version, ()))
        offers = [names[at:] for at in range(len(names))]
        found += [_hello(version, offer, answer(version, offer[0])) for offer in offers]
        rest = [name for name in suites_of(version) if name not in names]
        refusal = other.get(version, Refused("handshake_failure" if names else "protocol_version"))
        found.append(_hello(version, rest, refusal))
    return Tls((*ordinary, *found, *_extras(suites), *ordinary), shown)


def answer(version: str, suite: str, **changes: Any) -> Answer:
    """Return what a good server says when it chooses a suite."""
    fresh, finite = is_ephemeral(suite), suite.startswith("TLS_DHE_")
    good = Answer(
        version,
        suite,
        group=_group(version) if fresh and not finite else "",
        bits=3072 if finite else 0,
        signature="ecdsa_secp256r1_sha256" if fresh and version == "TLS 1.2" else "",
        extensions=() if version in ("TLS 1.3", "SSLv2") else (EXTENDED_MASTER_SECRET, 0xFF01),
    )
    return replace(good, **changes)


def _group(version: str) -> str:
    return "X25519MLKEM768" if version == "TLS 1.3" else "x25519"


def _ordinary(version: str, suite: str) -> Hello:
    shown = answer(version, suite, presented=0)
    return Hello(Purpose.ORDINARY, "TLS 1.3", _codes([suite]), shown, exact=False)


def _extras(suites: Mapping[str, Sequence[str]]) -> list[Hello]:
    """Return what is asked when versions and suites are known, answered as it should be."""
    names = [version for version in ("TLS 1.3", "TLS 1.2", *OLD_VERSIONS) if suites.get(version)]
    older = next((version for version in names if version != "TLS 1.3"), None)
    refused = Refused("handshake_failure")
    found = []
    curves_of = {
        version: [suite for suite in suites[version] if is_new(suite) or "ECDHE" in suite]
        for version in names
    }
    below = next((v for v, curves in curves_of.items() if curves and v != "TLS 1.3"), None)
    for version, curves in curves_of.items():
        if curves and version in ("TLS 1.3", below):
            own = _group(version)
            others = "".join(f"{code:04X}" for code, name in GROUPS.items() if name != own)
            found.append(Hello(Purpose.GROUPS, version, _codes(curves), refused, groups=others))
    if older is not None:
        offer, best = _codes([*reversed(suites[older])]), suites[older][0]
        found.append(Hello(Purpose.ORDER, older, offer, answer(older, best)))
    fresh = [suite for suite in suites.get("TLS 1.2", ()) if is_ephemeral(suite)]
    if fresh:
        weak = Hello(Purpose.SIGNATURES, "TLS 1.2", _codes(fresh), refused, signatures="02010203")
        found.append(weak)
    if len(names) > 1:
        warned = Refused("inappropriate_fallback")
        found.append(Hello(Purpose.FALLBACK, names[1], _codes(suites[names[1]]), warned))
    return found


def _hello(
    version: str, offer: Sequence[str], answer: Answer | Refused | Closed | Missing
) -> Hello:
    return Hello(Purpose.SUITES, version, _codes(offer), answer)


def _codes(suites: Sequence[str]) -> str:
    return "".join(f"{CODES[suite]:0{6 if suite in KINDS.values() else 4}X}" for suite in suites)


def dns(**changes: Any) -> Dns:
    good = Dns(
        name=HOST,
        resolver="192.0.2.53:53",
        ipv4=(ADDRESS,),
        ipv6=(ADDRESS6,),
        caa=(Record("CAA", '0 issue "ca.example"'),),
        authenticated=True,
        validates=True,
    )
    return replace(good, **changes)


def site(
    *,
    headers: Sequence[tuple[str, str]] = GOOD_HEADERS,
    html: str = GOOD_HTML,
    hops: Sequence[Hop] | None = None,
    https: Exchange | Missing | None = None,
    plain: Sequence[Hop] | Exchange | Missing | None = None,
    spoken: Tls | Missing | None = None,
    certificates: Sequence[bytes] | None = None,
    names: Dns | Missing | None = None,
    security_txt: Hop | Missing | None = None,
    preflight: Hop | Missing | None = None,
    cross_origin: Hop | Missing | None = None,
    not_found: Hop | Missing | None = None,
    twin: Sequence[Endpoint] = (),
    resources: Sequence[Resource] = (),
    host: str = HOST,
    at: datetime = AT,
) -> SiteEvidence:
    """Return the evidence of a good site, with what is given in place of its own.

    ``resources`` are those that need the ``exposure`` grant.
    """
    url = f"https://{host}/"
    secure = tuple(hops) if hops is not None else (hop(url, 200, headers, html.encode()),)
    if plain is None:
        plain = (redirect(f"http://{host}/", url), *secure)
    contact = hop(
        f"{url}.well-known/security.txt", 200, (("Content-Type", "text/plain"),), GOOD_SECURITY_TXT
    )
    text = (("Content-Type", "text/plain"),)
    found = (
        Resource("security.txt", security_txt or contact),
        Resource("robots.txt", hop(f"{url}robots.txt", 200, text, b"User-agent: *\nDisallow:\n")),
        Resource("not-found", not_found or hop(f"{url}missing", 404, GOOD_HEADERS, b"Not found")),
        Resource("preflight", preflight or hop(url, 405, (("Allow", "GET, HEAD"),))),
        Resource("cross-origin", cross_origin or hop(url, 200, headers, html.encode())),
        *resources,
    )
    endpoints = (
        Endpoint(
            "http",
            host,
            ADDRESS,
            80,
            plain if isinstance(plain, Exchange | Missing) else Exchange(tuple(plain)),
        ),
        Endpoint(
            "https",
            host,
            ADDRESS,
            443,
            https or Exchange(secure),
            spoken or tls(certificates=certificates),
            found,
        ),
    )
    return SiteEvidence(
        site_id="portal",
        url=url,
        observed_at=at,
        scanner=Scanner("1", "secscan", ("IPv4", "IPv6")),
        grants=("exposure",) if resources else (),
        dns=names or dns(),
        endpoints=endpoints,
        twin=tuple(twin),
    )


def twin(
    host: str, http: Sequence[Hop] | Missing, https: Sequence[Hop] | Missing
) -> tuple[Endpoint, Endpoint]:
    """Return what the name with www added or dropped answered."""
    plain, secure = (
        found if isinstance(found, Missing) else Exchange(tuple(found)) for found in (http, https)
    )
    return (
        Endpoint("http", host, ADDRESS, 80, plain),
        Endpoint("https", host, ADDRESS, 443, secure),
    )


def mail_site(url: str = f"smtp://{HOST}", spoken: Tls | Missing | None = None) -> SiteEvidence:
    """Return the evidence of a good mail server: TLS behind STARTTLS, and no pages."""
    scheme, port = url.partition("://")[0], PORTS[url.partition("://")[0]]
    pages = Missing(MissingKind.NOT_ASKED)
    service = Endpoint(scheme, HOST, ADDRESS, port or 636, pages, spoken or tls())
    return replace(site(), url=url, endpoints=(service,))


def further(
    address: str,
    *answers: Answer | Refused | Missing,
    scheme: str = "https",
    certificates: Sequence[bytes] | None = None,
) -> Endpoint:
    """Return a further address of the name, and what its few hellos brought."""
    hellos = tuple(Hello(Purpose.SUITES, "TLS 1.2", "", answer) for answer in answers)
    pages = Missing(MissingKind.NOT_ASKED)
    seen = Tls(hellos, (Presented(tuple(certificates or chain())),))
    return Endpoint(scheme, HOST, address, PORTS[scheme] or 636, pages, seen, brief=True)


def cut_off(html: str, *headers: tuple[str, str | None]) -> SiteEvidence:
    """Return a good site of whose page only the beginning was kept."""
    page = hop(f"https://{HOST}/", 200, changed(*headers))
    return site(hops=(replace(page, body=replace(body(html.encode()), truncated=True)),))


def without_https(**changes: Any) -> SiteEvidence:
    """Return a site whose port 443 refused three times, while port 80 serves the page."""
    refused = Missing(MissingKind.REFUSED, "", 3)
    page = hop(f"http://{HOST}/", 200, changes.pop("headers", GOOD_HEADERS), GOOD_HTML.encode())
    return site(plain=(page,), https=refused, spoken=refused, **changes)


@cache
def facts() -> Facts:
    """Return the wheel's facts, with the tests' root as the only one that is trusted."""
    return replace(load_facts(), trust_anchors=(root(),))


@cache
def policy() -> Policy:
    return load_policy()


@cache
def catalog() -> Catalog:
    return load_catalog()


def found(check_id: str, evidence: SiteEvidence) -> Finding:
    """Return what one check says, through the runner."""
    return judge([catalog().get(check_id)], evidence, policy(), facts())[0]


def outcome_of(check_id: str, evidence: SiteEvidence) -> str:
    """Return the outcome, with the credit where it is partial: ``partial 1/2``."""
    finding = found(check_id, evidence)
    if finding.outcome is Outcome.PARTIAL:
        return f"{finding.outcome} {finding.credit}"
    return str(finding.outcome)


def reading(evidence: SiteEvidence, kind: type) -> Any:
    """Return a reading of the first address."""
    return views(evidence)[0].readings[kind]


def judged(evidence: SiteEvidence) -> tuple[Finding, ...]:
    """Return what all checks say."""
    return judge(catalog(), evidence, policy(), facts())


def index_of(evidence: SiteEvidence) -> SiteIndex:
    """Return the index, or why there is none."""
    return site_index(judged(evidence), policy())


Cases = Mapping[str, Sequence[tuple[str, SiteEvidence, str]]]
"""By check id: what is shown, the evidence, and the outcome it must have."""


def flat(cases: Cases) -> list[tuple[str, str, SiteEvidence, str]]:
    """Return the rows of a table of cases, for parametrize."""
    return [(check_id, *case) for check_id, rows in cases.items() for case in rows]
