"""The operating system that banners show, and the services that the register names."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from builders import ADDRESS6, Cases, flat, found, outcome_of, site
from certificate_builders import HOST
from patch_evidence import DEBIAN_12, greeting, php, server

from secscan.evidence import Missing, MissingKind, SiteEvidence

SILENT = Missing(MissingKind.TIMEOUT)
IIS_SMTP = "220 mail.example Microsoft ESMTP MAIL Service, Version: 8.5.9600.16384 ready\r\n"


def ssh(software: str) -> SiteEvidence:
    return greeting(site(), f"SSH-2.0-{software}\r\n")


def debian_banner(revision: str) -> str:
    return f"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12{revision}\r\n"


def debian(revision: str) -> SiteEvidence:
    return greeting(site(), debian_banner(revision))


def mail(software: str) -> SiteEvidence:
    return greeting(site(), f"220 mail.example ESMTP {software}\r\n", scheme="smtp")


CASES: Cases = {
    "patch.system_supported": [
        ("Debian 12 by its SSH", debian("u10"), "pass"),
        ("Debian 12, not updated", debian("u1"), "pass"),
        ("Debian 12 before its first update", ssh("OpenSSH_9.2p1 Debian-2"), "pass"),
        (
            "Debian 11, whose free support is over",
            ssh("OpenSSH_8.4p1 Debian-5+deb11u7"),
            "not-applicable",
        ),
        ("Debian 8", ssh("OpenSSH_6.7p1 Debian-5+deb8u8"), "fail"),
        ("Ubuntu 24.04", ssh("OpenSSH_9.6p1 Ubuntu-3ubuntu13.5"), "pass"),
        (
            "Ubuntu 18.04, perhaps with Pro",
            ssh("OpenSSH_7.6p1 Ubuntu-4ubuntu0.7"),
            "not-applicable",
        ),
        ("a release that does not show", ssh("OpenSSH_6.0p1 Ubuntu-1ubuntu1"), "not-applicable"),
        ("SSH that names no system", ssh("OpenSSH_9.2p1"), "not-applicable"),
        (
            "SSH at another address",
            greeting(site(), DEBIAN_12, address="203.0.113.8"),
            "not-applicable",
        ),
        ("CentOS 7", server("Apache/2.4.6 (CentOS)"), "fail"),
        ("RHEL 7, perhaps with bought support", server("Apache/2.4.6 (Red Hat)"), "not-applicable"),
        ("Ubuntu 22.04", server("Apache/2.4.52 (Ubuntu)"), "pass"),
        ("one of two of Ubuntu", server("nginx/1.18.0 (Ubuntu)"), "not-applicable"),
        ("a version that Debian keeps is a guess", server("nginx/1.22.1"), "not-applicable"),
        ("Windows Server 2008 R2", server("Microsoft-IIS/7.5"), "fail"),
        ("Windows Server 2012 R2", server("Microsoft-IIS/8.5"), "fail"),
        ("four releases of Windows", server("Microsoft-IIS/10.0"), "not-applicable"),
        ("Windows by its mail service", greeting(site(), IIS_SMTP, scheme="smtp"), "fail"),
        ("a hidden IIS", server("Microsoft-IIS"), "not-applicable"),
        ("nothing shows", site(), "not-applicable"),
    ],
    "patch.services_supported": [
        ("the latest revision", debian("u10"), "pass"),
        ("a newer revision than is known", debian("u11"), "pass"),
        ("five revisions behind", debian("u5"), "partial 1/2"),
        ("a revision of somebody's own", debian("u5~local1"), "not-applicable"),
        (
            "of Ubuntu no revisions are known",
            ssh("OpenSSH_9.6p1 Ubuntu-3ubuntu13.5"),
            "not-applicable",
        ),
        ("a release that does not show", ssh("OpenSSH_6.0p1 Ubuntu-1ubuntu1"), "not-applicable"),
        (
            "Windows, judged as a system",
            greeting(site(), IIS_SMTP, scheme="smtp"),
            "not-applicable",
        ),
        ("SSH without a package", ssh("OpenSSH_7.4"), "not-applicable"),
        (
            "an unreliable banner",
            greeting(site(), "220 (vsFTPd 3.0.3)\r\n", scheme="ftp"),
            "not-applicable",
        ),
        ("Exim may be a package", mail("Exim 4.94.2 Mon, 23 Nov 2026"), "not-applicable"),
        ("one place alone is no proof", mail("Exim 4.80 Mon, 23 Nov 2026"), "not-applicable"),
        ("Postfix shows nothing", mail("Postfix"), "not-applicable"),
        ("a greeting of something else", greeting(site(), "hello\r\n"), "not-applicable"),
        ("no answer", greeting(site(), SILENT), "not-applicable"),
        ("one of two gave no answer", greeting(site(), DEBIAN_12, SILENT), "pass"),
        ("old, and another gave no answer", greeting(debian("u5"), SILENT), "partial 1/2"),
        ("at another address", greeting(site(), SILENT, address="203.0.113.8"), "not-applicable"),
        ("none is named", site(), "not-applicable"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


def on(evidence: SiteEvidence, day: date) -> SiteEvidence:
    return replace(evidence, observed_at=datetime.combine(day, time(), UTC))


def test_a_revision_is_told_with_its_day_and_what_came_after() -> None:
    (item,) = found("patch.services_supported", debian("u5")).items
    assert item.label == f"{HOST} OpenSSH 9.2p1-2+deb12u5"
    assert dict(item.reason.data) == {"day": "2025-02-14", "behind": 5, "days": 456}
    assert item.component is not None
    assert item.component.confidence == 90


@pytest.mark.parametrize(("day", "outcome"), [(15, "pass"), (16, "partial 1/2")])
def test_there_are_thirty_days_to_install_a_revision(day: int, outcome: str) -> None:
    """The tenth revision came out on 16 May 2026."""
    assert outcome_of("patch.services_supported", on(debian("u9"), date(2026, 6, day))) == outcome


def test_what_was_not_out_on_the_day_is_not_missed() -> None:
    assert outcome_of("patch.services_supported", on(debian("u5"), date(2025, 3, 1))) == "pass"


def test_the_reason_says_since_when_a_system_gets_no_fixes() -> None:
    (item,) = found("patch.system_supported", ssh("OpenSSH_6.7p1 Debian-5+deb8u8")).items
    assert item.label == f"{HOST} Debian 8"
    assert dict(item.reason.data) == {"day": "2020-06-30", "latest": "13"}


def test_of_a_system_that_nobody_makes_any_more_no_release_is_supported() -> None:
    (item,) = found("patch.system_supported", server("Apache/2.4.6 (CentOS)")).items
    assert item.reason.template == "support ended on {day}"


def test_windows_is_called_as_people_call_it() -> None:
    (item,) = found("patch.system_supported", server("Microsoft-IIS/8.5")).items
    assert item.label == f"{HOST} Windows Server 2012 R2"
    assert dict(item.reason.data) == {"day": "2023-10-10", "latest": "2025"}


def test_of_one_of_two_systems_it_is_said_that_it_does_not_show_which() -> None:
    (item,) = found("patch.system_supported", server("nginx/1.18.0 (Ubuntu)")).items
    assert item.label == f"{HOST} Ubuntu 20.04 or 22.04"
    assert item.reason.template == "one of these; which one does not show"


def test_the_reason_says_that_bought_support_does_not_show() -> None:
    finding = found("patch.system_supported", ssh("OpenSSH_7.6p1 Ubuntu-4ubuntu0.7"))
    assert "whether the paid one was bought does not show" in finding.reason.template
    assert dict(finding.reason.data) == {"day": "2023-05-31"}


def test_a_guess_at_a_system_counts_as_no_component() -> None:
    (item,) = found("patch.system_supported", server("nginx/1.26.3")).items
    assert (item.subject, item.component) == (f"{HOST} Debian 13", None)


def test_a_version_that_several_kinds_of_system_keep_is_no_guess_at_one() -> None:
    for version in ("1.18.0", "1.22.1"):
        (item,) = found("patch.system_supported", server(f"nginx/{version}")).items
        assert (item.subject, item.outcome) == (HOST, "not-applicable")


def test_a_system_that_several_services_show_is_told_once() -> None:
    twice = greeting(debian("u5"), DEBIAN_12, debian_banner("u9"))
    assert len(found("patch.system_supported", twice).items) == 1


def test_each_revision_is_told_and_the_oldest_counts() -> None:
    finding = found("patch.services_supported", greeting(debian("u10"), debian_banner("u5")))
    assert [str(item.outcome) for item in finding.items] == ["pass", "partial"]
    assert finding.outcome == "partial"


def test_what_reads_alike_is_told_once() -> None:
    first, second = (f"SSH-2.0-OpenSSH_9.6p1 Ubuntu-3ubuntu13.{last}\r\n" for last in (4, 5))
    assert len(found("patch.services_supported", greeting(site(), first, second)).items) == 1


def test_windows_is_no_service() -> None:
    (item,) = found("patch.services_supported", greeting(site(), IIS_SMTP, scheme="smtp")).items
    assert item.component is None


def test_a_package_whose_revision_is_not_known_is_called_one() -> None:
    (item,) = found("patch.services_supported", ssh("OpenSSH_9.6p1 Ubuntu-3ubuntu13.5")).items
    assert item.component is not None
    assert item.component.state == "unknown-backport"


def test_each_system_that_is_certain_is_told_and_no_guess_beside_it() -> None:
    both = greeting(server("nginx/1.18.0 (Ubuntu)", ("X-Powered-By", "PHP/7.4.33")), DEBIAN_12)
    items = found("patch.system_supported", both).items
    assert [item.label for item in items] == [f"{HOST} Debian 12", f"{HOST} Ubuntu 20.04 or 22.04"]


def test_beside_an_ssh_of_debian_no_banner_is_judged_by_its_maker() -> None:
    beside = greeting(php("PHP/5.6.40", "nginx/1.16.0"), DEBIAN_12)
    alone = php("PHP/5.6.40", "nginx/1.16.0")
    for check_id in ("patch.server_supported", "patch.runtime_supported"):
        assert outcome_of(check_id, alone) == "fail"
        assert outcome_of(check_id, beside) == "not-applicable"


def test_an_update_is_no_new_item() -> None:
    before = found("patch.services_supported", greeting(site(), DEBIAN_12))
    newer = DEBIAN_12.replace("deb12u10", "deb12u9")
    after = found("patch.services_supported", greeting(site(), newer))
    assert before.items[0].subject == after.items[0].subject
    assert before.items[0].label != after.items[0].label


def test_what_is_there_twice_has_two_subjects() -> None:
    two = found(
        "patch.services_supported", greeting(site(), DEBIAN_12, DEBIAN_12.replace("u10", "u9"))
    )
    assert [item.subject for item in two.items] == [f"{HOST} OpenSSH", f"{HOST} OpenSSH (2)"]


def dual_stack(evidence: SiteEvidence) -> SiteEvidence:
    """Return the site with the same pages at an IPv6 address."""
    at6 = (replace(endpoint, address=ADDRESS6) for endpoint in evidence.endpoints)
    return replace(evidence, endpoints=(*evidence.endpoints, *at6))


def test_a_greeting_over_one_family_serves_the_other_of_the_same_name() -> None:
    old = server("nginx/1.16.0")
    over_4 = dual_stack(greeting(old, DEBIAN_12))
    closed_6 = greeting(over_4, SILENT, address=ADDRESS6)
    for evidence in (over_4, closed_6):
        assert outcome_of("patch.server_supported", evidence) == "not-applicable"
        assert outcome_of("patch.services_supported", evidence) == "pass"
    assert outcome_of("patch.server_supported", dual_stack(old)) == "fail"


def test_what_answers_over_the_other_family_itself_speaks_for_itself() -> None:
    both = greeting(dual_stack(greeting(site(), DEBIAN_12)), debian_banner("u5"), address=ADDRESS6)
    items = found("patch.services_supported", both).items
    assert [str(item.outcome) for item in items] == ["pass", "partial"]


def test_a_greeting_under_another_name_counts_at_its_own_address_only() -> None:
    evidence = dual_stack(greeting(server("nginx/1.16.0"), DEBIAN_12))
    (ssh_of_it,) = evidence.services
    elsewhere = replace(evidence, services=(replace(ssh_of_it, host="ssh.example"),))
    finding = found("patch.server_supported", elsewhere)
    assert [str(item.outcome) for item in finding.items] == ["not-applicable", "fail"]
