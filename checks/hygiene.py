"""The site's surroundings: DNS, IPv6, a contact for reports, and tidy redirects."""

from datetime import datetime
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
    Body,
    Dns,
    Hop,
    Markup,
    Missing,
    MissingKind,
    Secure,
    SecurityTxt,
    Twin,
    Web,
    same_site,
)
from secscan.evidence.hops import block_of
from secscan.facts import Facts
from secscan.parsing.html import title
from secscan.parsing.media import is_html
from secscan.parsing.securitytxt import read_security_txt
from secscan.parsing.text import listed, quoted
from secscan.policy import Policy

from .names import is_closed, judge_twin
from .redirects import host_of, is_address, is_https, refresh, target

_DEFAULT_PAGES = (
    "apache http server test page",
    "apache tomcat",
    "apache2 debian default page",
    "apache2 ubuntu default page",
    "http server test page powered by",
    "iis windows server",
    "iis7",
    "test page for the",
    "welcome to centos",
    "welcome to nginx",
    "welcome to openresty",
)
"""How the titles of the pages begin that web servers are installed with."""


@check("DNS names the CAs that may issue certificates", Severity.LOW)
def caa(dns: Dns) -> Verdict:
    """Judge the CAA records of the name.

    Why: Without CAA every CA of the world may issue a certificate for the name; with it, a mistake
    or a fraud at another CA is refused before it happens.
    Fix: Add a CAA record for each CA you use; it holds for all names below.
    nginx: nothing to configure: add in DNS  site.example. CAA 0 issue "letsencrypt.org"
    Apache: nothing to configure: add in DNS  site.example. CAA 0 issue "letsencrypt.org"
    IIS: DNS Manager or your DNS provider: a CAA record, flags 0, tag issue, value the CA's name
    See: RFC 8659 (CAA)
    """
    if is_address(dns.name):
        return not_applicable("the site is an address, not a name")
    if isinstance(dns.caa, Missing):
        return not_tested("the CAA records could not be asked for")
    tags = [record.text.lower().split() for record in dns.caa]
    # RFC 8659 4.2 and 4.3: issuewild restricts wildcards alone, and iodef nobody.
    issuers = [words[2].strip('"') for words in tags if words[1:2] == ["issue"] and len(words) > 2]
    if issuers:
        return passed("only these may issue: {issuers}", issuers=listed(issuers))
    if any(words[1:2] == ["issuewild"] for words in tags):
        return failed("the CAA records restrict wildcard certificates only")
    if tags:
        return failed("the CAA records restrict nobody")
    return failed("there are no CAA records")


@check("DNS answers are signed", Severity.LOW)
def dnssec(dns: Dns) -> Verdict:
    """Judge whether the resolver could validate the answer.

    Why: Without DNSSEC a forged answer can lead visitors and mail to another server.
    Fix: Sign the zone, and have your registrar publish its DS record.
    nginx: nothing to configure: sign the zone at your DNS provider
    Apache: nothing to configure: sign the zone at your DNS provider
    IIS: DNS Manager > the zone > DNSSEC > Sign the Zone, then give the DS record to the registrar
    See: RFC 9364 (DNSSEC)
    """
    if is_address(dns.name):
        return not_applicable("the site is an address, not a name")
    if not dns.validates:
        # The scanner's lack, as an address family would be: neither credit nor coverage.
        return not_applicable("the scanner's resolver does not validate DNSSEC")
    if dns.authenticated:
        return passed("the resolver validated the answer")
    return failed("the answer is not signed, or its signature does not hold")


@check("The site can be reached over IPv6", Severity.LOW)
def ipv6(dns: Dns, asked: Asked) -> Verdict:
    """Judge whether the name has an IPv6 address, and whether anything answers there.

    Why: Mobile networks run on IPv6 and reach IPv4 sites only through shared translators, where one
    bad neighbour gets everybody blocked.
    Fix: Get IPv6 from your provider, add an AAAA record, and put the same rules into the firewall.
    nginx: listen [::]:443 ssl;
    Apache: Listen [::]:443
    IIS: Bindings: the IPv6 address of the server, or "All Unassigned"
    See: RFC 6540 (IPv6 support is required)
    """
    if is_address(dns.name):
        return not_applicable("the site is an address, not a name")
    if isinstance(dns.ipv6, Missing):
        return not_tested("the IPv6 addresses could not be asked for")
    if dns.ipv6 and set(dns.ipv6) <= set(asked.silent):
        return failed(
            "nothing answers at the name's IPv6 address: {addresses}", addresses=listed([*dns.ipv6])
        )
    if dns.ipv6:
        return passed("the name has an IPv6 address")
    return failed("the name has no IPv6 address")


@check("Who finds a hole can find whom to tell", Severity.LOW, version=2)
def security_txt(security_txt: SecurityTxt, asked: Asked) -> Verdict:
    """Judge /.well-known/security.txt: its contact and its date.

    Why: Who finds a hole and nobody to tell keeps it, sells it or publishes it.
    Fix: Put a file /.well-known/security.txt with Contact and Expires on the site, and renew it
    once a year.
    nginx: location = /.well-known/security.txt { root /var/www/site; default_type text/plain; }
    Apache: Alias /.well-known/security.txt /var/www/site/security.txt
    IIS: <mimeMap fileExtension=".txt" mimeType="text/plain" />, and the file in .well-known
    See: RFC 9116 (security.txt)
    """
    hop = security_txt.hop
    if target(hop):  # secscan follows one redirect, and that on the same site
        return not_tested("security.txt leads to another name")
    if hop.status in (401, 407):  # RFC 9116 section 3: accessible to everybody
        return failed("security.txt asks for a login (status {status})", status=hop.status)
    if hop.status != 200:
        return failed("there is no security.txt (status {status})", status=hop.status)
    content = hop.body.content if isinstance(hop.body, Body) else None
    if content is None:
        return not_tested("the content of security.txt was not kept")
    if is_html(", ".join(hop.all("content-type")), content) or is_html(None, content):
        return failed("a web page is sent in place of security.txt")
    return _contact(content, asked.at)


@check("The site shows a page of its own", Severity.LOW)
def own_page(markup: Markup) -> Verdict:
    r"""Judge whether the page is the one that the web server was installed with.

    Why: A default page says that nobody looks after this server, and which software to attack.
    Fix: Publish the site on this name, or take the name out of DNS and close the server.
    nginx: remove /etc/nginx/sites-enabled/default and /var/www/html/index.nginx-debian.html
    Apache: a2dissite 000-default, and remove /var/www/html/index.html
    IIS: remove iisstart.htm from C:\inetpub\wwwroot, or stop the "Default Web Site"
    See: OWASP Web Security Testing Guide, WSTG-CONF-02
    """
    told = title(markup.html)
    if told.lower().startswith(_DEFAULT_PAGES):
        return failed("the page is the default page of its software: {title}", title=quoted(told))
    return passed("the page is the site's own")


@check("Redirects are short and never leave HTTPS", Severity.LOW, version=2)
def redirect_chain(secure: Secure, asked: Asked, policy: Policy) -> Verdict:
    """Judge the way from https:// to the page, as far as the site itself leads.

    A page that refreshes is on the way too.

    Why: One hop over plain HTTP undoes the protection of all others; long chains are slow, and
    nobody knows any more who answers for each hop.
    Fix: Redirect once, to the final https:// address.
    nginx: return 301 https://www.site.example$request_uri;
    Apache: Redirect permanent / https://www.site.example/
    IIS: one URL Rewrite rule that redirects to the final https:// address, and stops
    See: RFC 9110 section 15.4 (redirects)
    """
    targets = _targets(secure, asked)
    plain = [onward for onward in targets if onward and not is_https(onward)]
    if plain:
        return failed("a redirect leads from HTTPS to plain HTTP: {url}", url=listed(plain, 1))
    if "" in targets:
        return failed("a redirect leads to what browsers do not follow")
    if refreshed := _refreshed_to_plain(secure.hops[-1], asked):
        return failed("the page refreshes from HTTPS to plain HTTP: {url}", url=quoted(refreshed))
    if _is_loop(secure, asked):
        return failed("the redirects do not come to an end")
    if len(targets) > policy.threshold.redirects:
        return partial(
            Fraction(1, 2),
            "{count} redirects lead to the page; {most} are enough",
            count=len(targets),
            most=policy.threshold.redirects,
        )
    if _is_unfollowed(secure, asked):
        return not_tested("the redirects could not be followed to their end")
    return passed("{count} redirects lead to the page, all over HTTPS", count=len(targets))


@check("The name with and without www leads to the same place", Severity.LOW)
def www(twin: Twin, web: Web, asked: Asked, policy: Policy, facts: Facts) -> Verdict:
    """Judge what people meet who type the name with www added or dropped, where that resolves.

    Plain HTTP, the certificate, HSTS and the host at the end count alike.

    Why: Many visitors type the other name. Where it is left on plain HTTP, anybody on the way can
    read it; where it shows a warning, they learn to click warnings away.
    Fix: Get a certificate for both names, and redirect the one to the other over HTTPS, with
    Strict-Transport-Security on both. Or take the other name out of DNS.
    nginx:
    server {
        listen 80; listen 443 ssl;
        server_name site.example;
        add_header Strict-Transport-Security "max-age=31536000" always;
        return 301 https://www.site.example$request_uri;
    }
    Apache:
    <VirtualHost *:80>
        ServerName site.example
        Redirect permanent / https://www.site.example/
    </VirtualHost>
    <VirtualHost *:443>
        ServerName site.example
        Header always set Strict-Transport-Security "max-age=31536000"
        Redirect permanent / https://www.site.example/
    </VirtualHost>
    IIS: bind both names with the certificate, and add a URL Rewrite rule that redirects the one to
    https:// of the other
    See: RFC 6797 section 6.1.2 (what a host's HSTS covers)
    """
    if is_closed(twin):
        return not_applicable("nothing answers at {host}", host=twin.host)
    parts = judge_twin(twin, web, asked, policy, facts)
    items = tuple(Item(name, part.outcome, part.reason) for name, part in parts.items())
    judged = [part.credit for part in parts.values() if part.outcome.conclusive]
    unseen = sum(part.outcome is Outcome.NOT_TESTED for part in parts.values())
    # What was not seen counts as good: what is proven to be bad stays so whatever the rest is.
    credit = (sum(judged, Fraction(0)) + unseen) / (len(judged) + unseen)
    if credit == 1 and unseen:
        reason = Reason.of("not everything could be seen that {host} answers", host=twin.host)
        return Verdict(Outcome.NOT_TESTED, Fraction(0), reason, items)
    if credit == 1:
        return passed("{host} leads to the same place, as safely", items=items, host=twin.host)
    if credit == 0:
        return failed("{host} is not protected, nor leads to the site", items=items, host=twin.host)
    return partial(
        credit, "{host} is less protected, or leads elsewhere", items=items, host=twin.host
    )


def _targets(secure: Secure, asked: Asked) -> list[str]:
    """Return where the site's own redirects lead to, "" where browsers do not follow."""
    own = (hop for hop in secure.hops if same_site(asked.host, host_of(hop.url)))
    return [onward for hop in own if (onward := target(hop)) is not None]


def _refreshed_to_plain(page: Hop, asked: Asked) -> str:
    """Return the site's URL over plain HTTP that its page refreshes to, "" where to none."""
    own = same_site(asked.host, host_of(page.url)) and block_of(page) is None
    onward = refresh(page) if own and is_https(page.url) and target(page) is None else ""
    return onward if same_site(asked.host, host_of(onward)) and not is_https(onward) else ""


def _is_loop(secure: Secure, asked: Asked) -> bool:
    """Say whether the site leads in a circle, without another site on the way."""
    loops = secure.end is not None and secure.end.kind is MissingKind.REDIRECT_LOOP
    return loops and all(same_site(asked.host, host_of(hop.url)) for hop in secure.hops)


def _is_unfollowed(secure: Secure, asked: Asked) -> bool:
    """Say whether there may be more redirects of the site than were seen."""
    last = secure.hops[-1]
    onward = target(last) or last.url
    unseen = secure.end is not None or block_of(last) is not None
    return unseen and same_site(asked.host, host_of(onward))


def _contact(content: bytes, at: datetime) -> Verdict:
    """Judge the fields of a security.txt."""
    sent = read_security_txt(content)
    if not sent.contacts:
        return failed("security.txt names no contact")
    if sent.expires is None:
        return partial(Fraction(1, 2), "security.txt has a contact, but no valid Expires")
    day = sent.expires.date().isoformat()
    if sent.expires <= at:
        return partial(Fraction(1, 4), "security.txt expired on {day}", day=day)
    if sent.signed:
        return passed("security.txt is signed (not verified) and valid until {day}", day=day)
    return passed("security.txt is valid until {day}", day=day)
