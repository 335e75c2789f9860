"""Known attacks on TLS and revoked certificates; looked for only where the register grants it."""

from secscan.check import (
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    passed,
)
from secscan.evidence import Asked, Deep, Missing, RevocationList

FAMILY = "transport"

_FULLY = "FULLY_SUPPORTED"


@check("The server does not have Heartbleed", Severity.CRITICAL)
def heartbleed(deep: Deep) -> Verdict:
    """Judge the answer to a heartbeat that claims to be longer than it is (CVE-2014-0160).

    Why: Anybody can read the server's memory, again and again and without a trace: its private key,
    passwords and whatever citizens have just sent.
    Fix: Update OpenSSL at once, then replace the key and the certificate, have the old certificate
    revoked, and change the passwords that went through the server.
    nginx: nginx uses the OpenSSL of the system: update that, then restart nginx.
    Apache: Apache uses the OpenSSL of the system: update that, then restart Apache.
    IIS: Windows itself never had it: look at the reverse proxy or appliance in front of IIS.
    See: CVE-2014-0160
    RFC 6520 section 4 (heartbeats of a wrong length are to be dropped)
    """
    if isinstance(deep.heartbleed, Missing):
        return _unseen(deep.heartbleed)
    if deep.heartbleed:
        return failed("the server hands out its memory (Heartbleed)")
    return passed("the server does not have Heartbleed")


@check("The server refuses a cipher change that comes too early", Severity.HIGH)
def ccs_injection(deep: Deep) -> Verdict:
    """Judge the answer to a ChangeCipherSpec before there is a key (CVE-2014-0224).

    Why: Who sits between a client and the server, both with an old OpenSSL, can have them agree on
    an empty key, and then read and change everything.
    Fix: Update OpenSSL: every version since 5 June 2014 is safe.
    nginx: nginx uses the OpenSSL of the system: update that, then restart nginx.
    Apache: Apache uses the OpenSSL of the system: update that, then restart Apache.
    IIS: Windows itself never had it: look at the reverse proxy or appliance in front of IIS.
    See: CVE-2014-0224
    OpenSSL security advisory of 5 June 2014
    """
    if isinstance(deep.ccs_injection, Missing):
        return _unseen(deep.ccs_injection)
    if deep.ccs_injection:
        return failed("the server takes a cipher change before there is a key")
    return passed("the server refuses a cipher change that comes too early")


@check("The server does not tell how it decrypts RSA", Severity.HIGH)
def robot(deep: Deep) -> Verdict:
    """Judge whether answers to badly padded RSA key exchanges differ (ROBOT).

    Why: From the differences an attacker can learn, question by question, the key of recorded
    traffic, or sign in the server's name.
    Fix: Switch off every suite with RSA key exchange (names that begin with TLS_RSA_WITH), and
    update the TLS library or the appliance that answers.
    nginx: ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    Apache: SSLCipherSuite ECDHE+AESGCM:ECDHE+CHACHA20
    IIS: Remove the suites whose names begin with TLS_RSA_WITH from "SSL Cipher Suite Order".
    See: Böck, Somorovsky, Young: Return Of Bleichenbacher's Oracle Threat, 2018
    RFC 5246 section 7.4.7.1
    """
    said = deep.robot
    if isinstance(said, Missing):
        return _unseen(said)
    if said == "VULNERABLE_STRONG_ORACLE":
        return failed("the answers to badly padded messages differ: a strong oracle (ROBOT)")
    if said == "VULNERABLE_WEAK_ORACLE":
        return failed("the answers to badly padded messages differ: a weak oracle (ROBOT)")
    if said == "NOT_VULNERABLE_RSA_NOT_SUPPORTED":
        return passed("the server has no RSA key exchange")
    if said == "NOT_VULNERABLE_NO_ORACLE":
        return passed("the server answers alike to every badly padded message")
    return not_tested("the answers to badly padded messages differed from try to try")


@check("Clients cannot make the server renegotiate", Severity.MEDIUM)
def client_renegotiation(deep: Deep) -> Verdict:
    r"""Judge whether the server does new handshakes within a connection when a client asks.

    Why: A handshake costs the server many times what it costs a client: one computer with one
    connection can keep a server busy.
    Fix: Switch renegotiation by clients off; browsers never ask for it.
    nginx: Update nginx: no version since 0.8.23 lets clients renegotiate.
    Apache: Update Apache and OpenSSL: no Apache since 2.2.15 lets clients renegotiate.
    IIS: Under HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL set the DWORD
    DisableRenegoOnServer to 1, then restart Windows.
    See: CVE-2011-1473
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    said = deep.renegotiation
    if isinstance(said, Missing):
        return _unseen(said)
    if not said.client:
        return passed("the server does not renegotiate when a client asks")
    return failed(
        "the server renegotiates whenever a client asks"
        if said.secure
        else "the server renegotiates whenever a client asks, and not bound to the connection"
    )


@check("TLS 1.3 early data is off", Severity.LOW)
def early_data(deep: Deep) -> Verdict:
    """Judge whether the server takes a request before the handshake has ended (0-RTT).

    Why: Early data can be recorded and sent again: a form that is sent once may arrive twice, or a
    hundred times, unless the application itself recognises it.
    Fix: Leave early data off, unless every application behind the server refuses repeated requests
    (status 425).
    nginx: ssl_early_data off;
    Apache: Apache does not accept early data: look at the proxy or the CDN in front of it.
    IIS: Windows Server does not accept early data: look at the proxy or the CDN in front of it.
    See: RFC 8446 section 8 (0-RTT and anti-replay)
    RFC 8470 (using early data in HTTP)
    NCSC-NL, IT Security Guidelines for TLS, 2025-05
    """
    if isinstance(deep.early_data, Missing):
        return _unseen(deep.early_data)
    if deep.early_data:
        return failed("the server accepts early data")
    return passed("the server does not accept early data")


@check("TLS 1.2 sessions can be resumed", Severity.INFO)
def session_resumption(deep: Deep) -> Verdict:
    """Tell by which of the two ways TLS 1.2 sessions are resumed; nothing is lost without.

    Why: A resumed session spares both sides a handshake. It is told for those who look for the
    cause of load, and to show whether ticket keys are something to care for.
    Fix: Have a session cache. Where tickets are on, change their keys every day: they can open
    all traffic that was resumed with them.
    nginx: ssl_session_cache shared:TLS:10m;
    ssl_session_tickets off;
    Apache: SSLSessionCache shmcb:/run/apache2/ssl_cache(512000)
    SSLSessionTickets off
    IIS: Windows keeps a session cache by itself; tickets are off unless they were switched on.
    See: RFC 5077 (session tickets)
    RFC 5246 section 7.3 (session identifiers)
    RFC 9325 section 3.4
    """
    said = deep.resumption
    if isinstance(said, Missing):
        return _unseen(said)
    identifiers, tickets = said.identifiers == _FULLY, said.tickets == _FULLY
    if identifiers and tickets:
        return passed("sessions are resumed by identifier and by ticket")
    if identifiers or tickets:
        return passed(
            "sessions are resumed by identifier"
            if identifiers
            else "sessions are resumed by ticket"
        )
    if said.tickets.startswith("SERVER_IS_TLS_1_3_ONLY"):
        return not_applicable("the server has TLS 1.3 only")
    return failed("sessions are not resumed, or not every time")


@check("The certificate is not on a list of revoked ones", Severity.HIGH)
def revoked(asked: Asked, deep: Deep) -> Verdict:
    """Judge what the issuer's lists say of the certificate, where their signature holds.

    Why: A certificate is revoked because its key is in wrong hands, or because it should never have
    been issued; browsers that look at the lists show a warning instead of the site.
    Fix: Make a new key, get a certificate for it, and find out why the old one was revoked.
    nginx: ssl_certificate /etc/ssl/new-site-with-chain.pem;
    ssl_certificate_key /etc/ssl/new-site.key;
    Apache: SSLCertificateFile /etc/ssl/new-site-with-chain.pem
    SSLCertificateKeyFile /etc/ssl/new-site.key
    IIS: IIS Manager > Server Certificates > Create Certificate Request, then choose the new
    certificate under Bindings.
    See: RFC 5280 section 5 (lists) and 6.3 (what they cover)
    CA/Browser Forum, Baseline Requirements, section 4.9
    """
    lists = deep.revocation
    if isinstance(lists, Missing):
        return _unseen(lists)
    if not lists:
        return not_applicable("the certificate names no list of revoked ones")
    held = [one for one in lists if isinstance(one, RevocationList) and one.verified]
    for one in held:
        if one.revoked_at is not None:
            return failed(
                "the certificate was revoked on {day}", day=one.revoked_at.date().isoformat()
            )
    fresh = [one for one in held if one.next_update and asked.at <= one.next_update]
    if not fresh:
        return not_tested("no list of revoked certificates could be had, verified and in date")
    day = fresh[0].this_update.date().isoformat()
    return passed("the issuer's list of {day} does not have it", day=day)


def _unseen(missing: Missing) -> Verdict:
    return not_tested(
        "this part of the deep look came to no result ({kind})", kind=str(missing.kind)
    )
