"""HTTPS at all, TLS versions and cipher suites, and the way from http:// to https://."""

from collections.abc import Collection
from fractions import Fraction

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_tested,
    partial,
    passed,
)
from secscan.evidence import (
    Answer,
    Asked,
    Hop,
    MissingKind,
    Plain,
    Purpose,
    Tls,
    contradictions,
    is_unknown,
)
from secscan.facts import Facts
from secscan.facts.grades import Grade, Table
from secscan.parsing.suites import is_ephemeral
from secscan.parsing.text import listed, quoted

from .doubt import VERSION_NAMES, unseen_suites
from .redirects import host_of, is_https, leads_back, refresh, target


@check("The site is served over TLS (HTTPS; STARTTLS for mail)", Severity.CRITICAL)
def https(tls: Tls) -> Verdict:
    """Judge whether the address speaks TLS at all.

    Why: Without TLS anybody between a citizen and the site can read and change everything,
    passwords and personal data included. No other control makes up for it.
    Fix: Get a certificate (free ones renew by themselves) and serve the whole site on port 443.
    For mail: smtpd_tls_security_level = may in Postfix, ssl = required in Dovecot.
    nginx:
    listen 443 ssl;
    ssl_certificate /etc/ssl/site-with-chain.pem;
    ssl_certificate_key /etc/ssl/site.key;
    Apache:
    <VirtualHost *:443>
        SSLEngine on
        SSLCertificateFile /etc/ssl/site-with-chain.pem
        SSLCertificateKeyFile /etc/ssl/site.key
    </VirtualHost>
    IIS: IIS Manager > the site > Bindings > Add > https, and choose the certificate.
    See: RFC 9110 section 4.2.2 (the https scheme)
    RFC 8446 (TLS 1.3)
    """
    accepted = tls.accepted()
    if not accepted:
        return not_tested("no handshake could be completed, so TLS could not be judged")
    return passed("the server speaks up to {version}", version=_ordered(accepted)[-1])


@check("Only TLS 1.2 and newer are offered", Severity.HIGH, version=2)
def protocols(tls: Tls, facts: Facts) -> Verdict:
    r"""Judge the versions that the server accepts.

    Why: SSL 2 and SSL 3 are broken, and TLS 1.0 and 1.1 rest on hashes that no longer hold; who
    sits between can push a client down to the oldest version that both sides accept.
    Fix: Switch everything below TLS 1.2 off. Every browser since 2014 speaks TLS 1.2.
    nginx: ssl_protocols TLSv1.2 TLSv1.3;
    Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3
    IIS: Switch off SSL 2.0, SSL 3.0, TLS 1.0 and TLS 1.1 for the server under
    HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols
    (Enabled = 0), then restart Windows.
    See: RFC 8996 (TLS 1.0 and 1.1 are deprecated)
    RFC 7568 (SSL 3 is deprecated)
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    grade = facts.grades.versions.grade
    offered = _ordered(tls.accepted())
    unknown = [version for version in VERSION_NAMES if is_unknown(tls, version)]
    grades, doubts = list(map(grade, offered)), list(map(grade, unknown))
    items = tuple(map(_version_item, offered, grades))
    broken = [version for version in offered if grade(version) is Grade.INSUFFICIENT]
    old = [version for version in offered if grade(version) is Grade.PHASE_OUT]
    if broken:
        return failed("the server offers {versions}", items=items, versions=listed(broken))
    if old and min(grades + doubts) > Grade.ACCEPTABLE:
        return failed(
            "the server offers nothing newer than {version}", items=items, version=old[-1]
        )
    # A broken version in doubt, or a newer one that alone saves it from failing: not proven.
    if old and min(grades) <= Grade.ACCEPTABLE and Grade.INSUFFICIENT not in doubts:
        return partial(
            Fraction(1, 2),
            "the server still offers {versions}",
            items=items,
            versions=listed(old),
        )
    if unknown or not offered:
        return not_tested("not every version got an answer: {versions}", versions=listed(unknown))
    return passed("the server offers only {versions}", items=items, versions=listed(offered))


@check("TLS 1.3 is offered", Severity.LOW)
def tls13(tls: Tls) -> Verdict:
    """Judge whether the newest version is there.

    Why: TLS 1.3 leaves out everything that went wrong in earlier versions, hides the certificate
    from onlookers and needs one round trip less.
    Fix: Update the web server and its TLS library, and switch TLS 1.3 on.
    nginx: ssl_protocols TLSv1.2 TLSv1.3;
    Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3
    IIS: Windows Server 2022 and newer offer TLS 1.3; older ones need a reverse proxy before them.
    See: RFC 8446 (TLS 1.3)
    RFC 9325 (recommendations for secure use of TLS)
    """
    if "TLS 1.3" in tls.accepted():
        return passed("the server offers TLS 1.3")
    if is_unknown(tls, "TLS 1.3"):
        return not_tested("the TLS 1.3 handshake got no answer")
    return failed("the server does not offer TLS 1.3")


@check("Only strong cipher suites are offered", Severity.HIGH, version=2)
def cipher_suites(tls: Tls, facts: Facts) -> Verdict:
    """Judge every suite that the server accepts by the worst of them.

    Why: A suite without encryption, without authentication or with RC4, DES or 3DES can be broken;
    CBC, RSA key exchange and DHE have failed often enough to be phased out.
    Fix: Offer ECDHE with AES-GCM or ChaCha20-Poly1305 only.
    nginx: ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    Apache: SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
    IIS: Set the policy "SSL Cipher Suite Order" to the ECDHE suites that end in GCM, or remove the
    others with the PowerShell command Disable-TlsCipherSuite.
    See: NCSC-NL, IT Security Guidelines for TLS, 2025-05
    Mozilla, Server Side TLS 6.0
    BSI TR-02102-2
    RFC 9325 section 4.2
    """
    table = facts.grades.suites
    suites = _suites(tls)
    broken = [suite for suite in suites if table.grade(suite) is Grade.INSUFFICIENT]
    old = [suite for suite in suites if table.grade(suite) is Grade.PHASE_OUT]
    items = _suite_items(table, broken, old)
    if broken:
        return failed(
            "{count} broken suites are offered: {suites}",
            items=items,
            count=len(broken),
            suites=listed(broken),
        )
    # What has been proven counts: only a broken suite beside an old one would be worse.
    worst = Grade.PHASE_OUT if old else Grade.ACCEPTABLE
    if not suites or any(table.grade(suite) > worst for suite in unseen_suites(tls)):
        return not_tested("not every handshake got an answer, so suites may be missing")
    if old:
        return partial(
            Fraction(1, 2),
            "{count} suites that are to be phased out are offered: {suites}",
            items=items,
            count=len(old),
            suites=listed(old),
        )
    return passed("all {count} suites that are offered are strong", count=len(suites))


@check("Recorded traffic stays secret if the key is stolen later", Severity.MEDIUM, version=2)
def forward_secrecy(tls: Tls) -> Verdict:
    """Judge whether the key exchange of all suites is ephemeral, of some, or of none.

    Why: With RSA or static Diffie-Hellman key exchange, who steals the server's key can read all
    traffic that was ever recorded; an ephemeral key exchange forgets its keys.
    Fix: Offer only suites whose names begin with ECDHE, and those of TLS 1.3.
    nginx: ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    Apache: SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
    IIS: Remove the suites whose names begin with TLS_RSA_WITH from "SSL Cipher Suite Order".
    See: RFC 9325 section 6.3
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    suites = _suites(tls)
    unseen = unseen_suites(tls)
    good = [suite for suite in suites if is_ephemeral(suite)]
    if suites and not any(map(is_ephemeral, (*good, *unseen))):
        return failed("no suite that is offered has forward secrecy")
    if good and len(good) < len(suites):
        # A half whatever the numbers: more suites of the good kind do not make the others better.
        return partial(
            Fraction(1, 2),
            "{good} of {count} suites that are offered have forward secrecy",
            good=len(good),
            count=len(suites),
        )
    if not good or not all(map(is_ephemeral, unseen)):
        return not_tested("not every handshake got an answer, so suites may be missing")
    return passed("every suite that is offered has forward secrecy")


@check("Plain HTTP leads straight to HTTPS", Severity.MEDIUM, version=2)
def https_enforced(plain: Plain, asked: Asked) -> Verdict:
    """Judge the first redirect of http://, and that no later one leads back.

    A page that refreshes to https:// is no redirect: it has been sent over plain HTTP by then.

    Why: Who types the name or follows an old link begins on plain HTTP; the shorter the way to
    HTTPS on the same name, the less there is to intercept, and only then can HSTS be learnt.
    Fix: Answer every request on port 80 with a permanent redirect to the same name on https://,
    and only there go on to another name.
    nginx:
    server {
        listen 80;
        return 301 https://$host$request_uri;
    }
    Apache: Redirect permanent / https://site.example/
    IIS: URL Rewrite: a rule for {HTTPS} = off that redirects to https://{HTTP_HOST}{REQUEST_URI},
    permanent (301).
    See: RFC 9110 section 15.4 (redirects)
    RFC 6797 section 7.2 (HSTS needs HTTPS on the name itself)
    """
    first = plain.hops[0]
    if first.status in (401, 407):
        return failed("a password is asked for over plain HTTP")
    targets = [onward for hop in plain.hops if (onward := target(hop)) is not None]
    if not any(map(is_https, targets)):
        return _never(plain, targets)
    if any(leads_back(asked.host, hop) for hop in plain.hops):
        return failed("plain HTTP leads to HTTPS, and from there back to plain HTTP")
    return _way(first, targets[0])


@check("All servers behind the address answer alike", Severity.INFO)
def consistency(tls: Tls) -> Verdict:
    """Judge whether what one handshake proved another one denied.

    Why: Several servers may stand behind one address. Where one of them was forgotten in an
    update, every few visitors get its old settings, and so does whoever tries often enough.
    Fix: Give all servers behind the load balancer the same configuration and the same software.
    nginx: Compare the output of nginx -T on all servers.
    Apache: Compare the output of apachectl -t -D DUMP_CONFIG on all servers.
    IIS: Use one shared configuration for all servers of the farm.
    See: RFC 9325 section 3 (one set of recommendations for every server of a service)
    """
    greetings = {
        (hello.answer.version, hello.answer.suite)
        for hello in tls.hellos
        if hello.purpose is Purpose.ORDINARY and isinstance(hello.answer, Answer)
    }
    if not greetings:
        return not_tested("no handshake could be completed, so servers could not be compared")
    denied = contradictions(tls)
    if denied:
        return failed(
            "the server took and refused the same: {names}; several servers seem to answer",
            names=listed(list(denied)),
        )
    if len(greetings) > 1:
        return failed("the same greeting got different answers: several servers seem to answer")
    return passed("what was asked twice was answered alike")


@check("Clients of today are served as they greet", Severity.INFO)
def compatibility(tls: Tls) -> Verdict:
    """Judge whether the greeting of an ordinary browser is answered at all.

    Why: A server that chokes on the server's name or on what TLS has learnt since 2008 shuts
    browsers out, now or with their next version, and what it is asked otherwise nobody uses.
    Fix: Update the web server, the load balancer or the firewall that looks into the handshake.
    nginx: ssl_protocols TLSv1.2 TLSv1.3;
    Apache: SSLProtocol -all +TLSv1.2 +TLSv1.3
    IIS: Install the updates of Windows, and check the device before it.
    See: RFC 6066 section 3 (server name)
    RFC 8701 (servers must ignore what they do not know)
    """
    answered = [
        hello
        for hello in tls.hellos
        if hello.purpose is Purpose.ORDINARY and isinstance(hello.answer, Answer)
    ]
    if not answered:
        return not_tested("no ordinary handshake was answered")
    if all(not hello.named for hello in answered):
        return failed("the server answers only clients that do not tell its name")
    if tls.blocked:
        return not_tested("the scan was blocked part-way: an ordinary greeting at its end failed")
    if all(hello.plain for hello in answered):
        return failed("only greetings without extensions are answered, as they were before 2003")
    if all(hello.version != "TLS 1.3" for hello in answered):
        return failed(
            "today's greetings are refused, and those of {version} answered",
            version=answered[0].version,
        )
    return passed("an ordinary greeting is answered")


def _never(plain: Plain, targets: list[str]) -> Verdict:
    """Judge a way that was not seen to lead to HTTPS."""
    if is_https(refresh(plain.hops[-1])):
        return failed("the page is served over plain HTTP, and only refreshes to HTTPS")
    if not targets:
        return failed("the site is served over plain HTTP, without a redirect to HTTPS")
    if "" in targets:
        return failed("plain HTTP redirects to what browsers do not follow")
    if plain.end is None:
        return failed("the redirects of plain HTTP never lead to HTTPS")
    if plain.end.kind is MissingKind.REDIRECT_LOOP:
        return failed("the redirects of plain HTTP do not come to an end, nor lead to HTTPS")
    return not_tested("the redirects of plain HTTP could not be followed")


def _way(first: Hop, onward: str) -> Verdict:
    """Judge the first redirect of a way that ends on HTTPS."""
    if not is_https(onward):
        return partial(Fraction(1, 4), "plain HTTP leads to HTTPS only after another plain hop")
    if host_of(onward) != host_of(first.url):
        return partial(
            Fraction(1, 2),
            "plain HTTP leads to HTTPS on another name: {host}",
            host=quoted(host_of(onward)),
        )
    if first.status not in (301, 308):
        return partial(
            Fraction(3, 4),
            "plain HTTP leads to HTTPS by a temporary redirect (status {status})",
            status=first.status,
        )
    return passed("plain HTTP leads to HTTPS on the same name at once")


def _ordered(versions: Collection[str]) -> list[str]:
    """Return the versions oldest first; a number that is no version's comes before them."""
    known = [version for version in VERSION_NAMES if version in versions]
    return [version for version in versions if version not in VERSION_NAMES] + known


def _version_item(version: str, grade: Grade) -> Item:
    if grade is Grade.INSUFFICIENT:
        return Item(version, Outcome.FAIL, Reason.of("this version is broken"))
    if grade is Grade.PHASE_OUT:
        return Item(version, Outcome.PARTIAL, Reason.of("this version is deprecated"))
    return Item(version, Outcome.PASS, Reason.of("this version is good"))


def _suites(tls: Tls) -> list[str]:
    """Return every accepted suite once, whatever the version."""
    return list(dict.fromkeys(suite for suites in tls.accepted().values() for suite in suites))


def _suite_items(table: Table, broken: list[str], old: list[str]) -> tuple[Item, ...]:
    return (
        *(Item(suite, Outcome.FAIL, _graded(table, suite)) for suite in broken),
        *(Item(suite, Outcome.PARTIAL, _graded(table, suite)) for suite in old),
    )


def _graded(table: Table, suite: str) -> Reason:
    """Say what is wrong with a suite, and after whom."""
    row = table.row(suite)
    source = row.source if row else ""
    if table.grade(suite) is Grade.INSUFFICIENT:
        return Reason.of("this suite is broken ({source})", source=source)
    return Reason.of("this suite is to be phased out ({source})", source=source)
