from dataclasses import replace

import pytest
from builders import (
    ADDRESS,
    ADDRESS6,
    Cases,
    dns,
    flat,
    found,
    hop,
    outcome_of,
    redirect,
    site,
)
from certificate_builders import HOST

from secscan.evidence import Endpoint, Missing, MissingKind, Record, SiteEvidence

URL = f"https://{HOST}/.well-known/security.txt"
TIMEOUT = Missing(MissingKind.TIMEOUT)
WALL = "<html><title>Request Rejected</title>Your support ID is: 17"
CONTACT = "Contact: mailto:a@portal.example\n"
ADDRESS_ALONE = site(
    names=dns(name=ADDRESS, caa=Missing(MissingKind.NOT_ASKED), authenticated=False, ipv6=())
)


def named(**changes: object) -> SiteEvidence:
    return site(names=dns(**changes))


def caa(*texts: str) -> SiteEvidence:
    return named(caa=tuple(Record("CAA", text) for text in texts))


def contact(text: str, status: int = 200, media: str = "text/plain") -> SiteEvidence:
    return site(security_txt=hop(URL, status, (("Content-Type", media),), text.encode()))


def silent(address: str, *others: str) -> SiteEvidence:
    """Return a site whose IPv4 address answers, and this IPv6 address does not."""
    seen = named(ipv6=(address, *others))
    closed = (Endpoint("https", HOST, address, 443, TIMEOUT, TIMEOUT),)
    return replace(seen, endpoints=seen.endpoints + closed)


CASES: Cases = {
    "hygiene.caa": [
        ("one CA", site(), "pass"),
        ("nobody", caa('0 issue ";"'), "pass"),
        ("wildcards alone", caa('128 issuewild "ca.example"'), "fail"),
        ("wildcards too", caa('0 issue "ca.example"', '0 issuewild ";"'), "pass"),
        ("a contact restricts nobody", caa('0 iodef "mailto:a@portal.example"'), "fail"),
        ("none", caa(), "fail"),
        ("no answer", named(caa=TIMEOUT), "not-tested"),
        ("an address", ADDRESS_ALONE, "not-applicable"),
        ("no answer at all", site(names=Missing(MissingKind.DNS_FAILURE)), "not-tested"),
    ],
    "hygiene.dnssec": [
        ("validated", site(), "pass"),
        ("not", named(authenticated=False), "fail"),
        ("nobody looked", named(authenticated=False, validates=False), "not-applicable"),
        ("an address", ADDRESS_ALONE, "not-applicable"),
    ],
    "hygiene.ipv6": [
        ("there", site(), "pass"),
        ("not", named(ipv6=()), "fail"),
        ("nothing answers there", silent(ADDRESS6), "fail"),
        ("nothing answers at one of two", silent(ADDRESS6, "2001:db8::8"), "pass"),
        ("no answer", named(ipv6=TIMEOUT), "not-tested"),
        ("an address", ADDRESS_ALONE, "not-applicable"),
    ],
    "hygiene.security_txt": [
        ("valid", site(), "pass"),
        ("no Expires", contact(CONTACT), "partial 1/2"),
        ("two of them", contact(f"{CONTACT}Expires: 2027-01-01T00:00Z\n" * 2), "partial 1/2"),
        ("no date", contact(f"{CONTACT}Expires: soon\n"), "partial 1/2"),
        ("expired", contact(f"{CONTACT}Expires: 2026-01-01T00:00:00Z\n"), "partial 1/4"),
        ("no contact", contact("Expires: 2027-01-01T00:00:00Z\n"), "fail"),
        ("behind a byte order mark", contact(f"\ufeff{CONTACT}"), "partial 1/2"),
        ("401", contact("", 401), "fail"),
        ("404", contact("", 404), "fail"),
        ("a web page", contact("<html>", 200, "text/html"), "fail"),
        ("a web page that says it is text", contact("<!DOCTYPE html>"), "fail"),
        ("a server error", contact("", 503), "not-tested"),
        ("403", contact("", 403), "fail"),
        ("a firewall", contact(WALL, 403, "text/html"), "not-tested"),
        (
            "403, as the page",
            site(hops=(hop(status=403),), security_txt=hop(URL, 403)),
            "not-tested",
        ),
        ("another name", site(security_txt=redirect(URL, "https://b.example/")), "not-tested"),
        ("no answer", site(security_txt=TIMEOUT), "not-tested"),
    ],
    "hygiene.own_page": [
        ("its own", site(), "pass"),
        ("without a title", site(html="<html>"), "pass"),
        ("nginx", site(html="<html><title>Welcome to nginx!</title>"), "fail"),
        ("Debian", site(html="<TITLE>Apache2 Debian Default Page: It works</TITLE>"), "fail"),
        ("IIS", site(html="<html><title>IIS Windows Server</title>"), "fail"),
        ("news on nginx", site(html="<html><title>Tin: Welcome to nginx</title>"), "pass"),
        ("no page to look at", site(https=TIMEOUT, spoken=TIMEOUT), "not-tested"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def test_a_signed_security_txt_is_called_signed_and_earns_the_same() -> None:
    text = f"{CONTACT}Expires: 2027-01-01T00:00:00Z\n"
    signed = f"-----BEGIN PGP SIGNED MESSAGE-----\n\n{text}-----BEGIN PGP SIGNATURE-----\n"
    plain, noted = (found("hygiene.security_txt", contact(one)) for one in (text, signed))
    assert (plain.outcome, plain.credit) == (noted.outcome, noted.credit)
    assert "signed (not verified)" in noted.reason.template
    assert "signed" not in plain.reason.template
