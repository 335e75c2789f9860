"""HTTPS at all, TLS versions and cipher suites, and the way from http:// to https://."""

from fractions import Fraction
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

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
from secscan.evidence import Answer, Closed, Hop, Missing, Plain, Tls
from secscan.parsing.suites import Strength, is_ephemeral, strength
from secscan.parsing.text import listed

_BROKEN = ("SSLv2", "SSLv3")
_OLD = ("TLS 1.0", "TLS 1.1")
_MODERN = ("TLS 1.2", "TLS 1.3")


@check("The site is served over HTTPS", Severity.CRITICAL)
def https(tls: Tls) -> Verdict:
    """Judge whether the address speaks TLS at all.

    Why: Without HTTPS anybody between a citizen and the site can read and change everything,
    passwords and personal data included. No other control makes up for it.
    Fix: Get a certificate (free ones renew by themselves) and serve the whole site on port 443.
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
        return not_tested("no handshake could be completed, so HTTPS could not be judged")
    newest = [version for version in (*_BROKEN, *_OLD, *_MODERN) if version in accepted]
    return passed("the server speaks up to {version}", version=newest[-1] if newest else "TLS")


@check("Only TLS 1.2 and newer are offered", Severity.HIGH)
def protocols(tls: Tls) -> Verdict:
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
    offered = tls.accepted()
    items = tuple(_version_item(version) for version in offered)
    broken = [version for version in _BROKEN if version in offered]
    old = [version for version in _OLD if version in offered]
    if broken:
        return failed("the server offers {versions}", items=items, versions=listed(broken))
    unknown = [version for version in (*_BROKEN, *_OLD, *_MODERN) if _is_unknown(tls, version)]
    modern = [version for version in _MODERN if version in (*offered, *unknown)]
    if old and not modern:
        return failed(
            "the server offers nothing newer than {version}", items=items, version=old[-1]
        )
    if old:  # proven, whatever else is not
        return partial(
            Fraction(1, 2),
            "the server still offers {versions}",
            items=items,
            versions=listed(old),
        )
    if unknown or not offered:
        return not_tested("not every version got an answer: {versions}", versions=listed(unknown))
    return passed("the server offers only {versions}", items=items, versions=listed([*offered]))


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
    if _is_unknown(tls, "TLS 1.3"):
        return not_tested("the TLS 1.3 handshake got no answer")
    return failed("the server does not offer TLS 1.3")


@check("Only strong cipher suites are offered", Severity.HIGH)
def cipher_suites(tls: Tls) -> Verdict:
    """Judge every suite that the server accepts.

    Why: A suite without encryption, without authentication or with RC4, DES or 3DES can be broken;
    CBC with SHA-1 and RSA key exchange have failed often enough to be phased out.
    Fix: Offer ECDHE with AES-GCM or ChaCha20-Poly1305 only.
    nginx: ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    Apache: SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
    IIS: Set the policy "SSL Cipher Suite Order" to the ECDHE suites that end in GCM, or remove the
    others with the PowerShell command Disable-TlsCipherSuite.
    See: NCSC-NL, IT Security Guidelines for TLS, 2025-05
    Mozilla, Server Side TLS
    RFC 9325 section 4.2
    """
    graded = {suite: strength(suite) for suite in _suites(tls)}
    broken = [suite for suite, grade in graded.items() if grade is Strength.BROKEN]
    old = [suite for suite, grade in graded.items() if grade is Strength.PHASE_OUT]
    items = (
        *(Item(suite, Outcome.FAIL, Reason.of("this suite is broken")) for suite in broken),
        *(Item(suite, Outcome.PARTIAL, Reason.of("this suite is to go")) for suite in old),
    )
    if broken:
        return failed(
            "{count} broken suites are offered: {suites}",
            items=items,
            count=len(broken),
            suites=listed(broken),
        )
    if not graded or _is_incomplete(tls, to_the_last=not old):
        return not_tested("not every handshake got an answer, so suites may be missing")
    if old:
        return partial(
            Fraction(1, 2),
            "{count} suites that are to be phased out are offered: {suites}",
            items=items,
            count=len(old),
            suites=listed(old),
        )
    return passed("all {count} suites that are offered are strong", count=len(graded))


@check("Recorded traffic stays secret if the key is stolen later", Severity.MEDIUM)
def forward_secrecy(tls: Tls) -> Verdict:
    """Judge the share of suites whose key exchange is ephemeral.

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
    good = [suite for suite in suites if is_ephemeral(suite)]
    if len(good) == len(suites):
        if not suites or _is_incomplete(tls, to_the_last=True):
            return not_tested("not every handshake got an answer, so suites may be missing")
        return passed("every suite that is offered has forward secrecy")
    if not good:
        return failed("no suite that is offered has forward secrecy")
    return partial(
        Fraction(len(good), len(suites)),
        "{good} of {count} suites that are offered have forward secrecy",
        good=len(good),
        count=len(suites),
    )


@check("Plain HTTP leads straight to HTTPS", Severity.MEDIUM)
def https_enforced(plain: Plain) -> Verdict:
    """Judge the first redirect of http://, and that no later one leads back.

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
    targets = [target for hop in plain.hops if (target := _target(hop))]
    if not targets:
        return failed("the site is served over plain HTTP, without a redirect to HTTPS")
    if not any(target.startswith("https:") for target in targets):
        if plain.end is not None:
            return not_tested("the redirects of plain HTTP could not be followed")
        return failed("the redirects of plain HTTP never lead to HTTPS")
    if _leads_back(targets):
        return failed("plain HTTP leads to HTTPS, and from there back to plain HTTP")
    return _way(first, targets[0])


def _way(first: Hop, target: str) -> Verdict:
    """Judge the first redirect of a way that ends on HTTPS."""
    if not target.startswith("https:"):
        return partial(Fraction(1, 4), "plain HTTP leads to HTTPS only after another plain hop")
    if urlsplit(target).hostname != urlsplit(first.url).hostname:
        return partial(
            Fraction(1, 2),
            "plain HTTP leads to HTTPS on another name: {host}",
            host=urlsplit(target).hostname or "",
        )
    if first.status not in (301, 308):
        return partial(
            Fraction(3, 4),
            "plain HTTP leads to HTTPS by a temporary redirect (status {status})",
            status=first.status,
        )
    return passed("plain HTTP leads to HTTPS on the same name at once")


def _target(hop: Hop) -> str:
    """Return where a redirect leads, "" where the hop is none; a meta refresh is none."""
    location = hop.first("location")
    if hop.status not in (301, 302, 303, 307, 308) or location is None:
        return ""
    try:
        return urljoin(hop.url, location).lower()
    except ValueError:
        return ""


def _leads_back(targets: list[str]) -> bool:
    """Say whether a redirect to https:// is followed by one to http://."""
    schemes = [target.partition(":")[0] for target in targets]
    return ("https", "http") in pairwise(schemes)


def _suites(tls: Tls) -> list[str]:
    """Return every accepted suite once, whatever the version."""
    return list(dict.fromkeys(suite for suites in tls.accepted().values() for suite in suites))


def _version_item(version: str) -> Item:
    if version in _BROKEN:
        return Item(version, Outcome.FAIL, Reason.of("this version is broken"))
    if version in _OLD:
        return Item(version, Outcome.PARTIAL, Reason.of("this version is deprecated"))
    return Item(version, Outcome.PASS, Reason.of("this version is good"))


def _is_unknown(tls: Tls, version: str) -> bool:
    """Say whether a version was neither accepted nor refused: no answer is no refusal."""
    if version in tls.accepted():
        return False
    return any(
        _is_unanswered(tls, index)
        for index, hello in enumerate(tls.hellos)
        if hello.version in (version, "")  # a hello of no version says that the look was cut short
    )


def _is_incomplete(tls: Tls, to_the_last: bool) -> bool:
    """Say whether suites may be missing; the weak ones are asked for first, the others last.

    Short of the last, a version that never answered is no gap: it is told by ``protocols``.
    """
    offered = tls.accepted()
    return any(
        _is_unanswered(tls, index)
        for index, hello in enumerate(tls.hellos)
        if to_the_last
        or not hello.version
        or (hello.purpose != "other suites" and hello.version in offered)
    )


def _is_unanswered(tls: Tls, index: int) -> bool:
    """Say whether a hello got no answer.

    Many servers (IIS among them) refuse by closing. That is a refusal where the server answered
    a later hello, and may be a limiter's doing where it did not.
    """
    answer = tls.hellos[index].answer
    if isinstance(answer, Closed):
        return not any(isinstance(later.answer, Answer) for later in tls.hellos[index + 1 :])
    return isinstance(answer, Missing)
