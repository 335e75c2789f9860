from collections.abc import Mapping

import pytest
from builders import Cases, flat, found, hop, index_of, outcome_of, site
from certificate_builders import HOST
from patch_evidence import DEBIAN_12, greeting

from secscan.evidence import Hop, Missing, MissingKind, Resource, SiteEvidence

HEAD = b"ref: refs/heads/main\n"
NAMES = b"APP_KEY=\nDB_PASSWORD=\n"
STATUS = (
    b"<title>Apache Status</title>\n<dt>Server Version: Apache/2.4.25 (Win64) PHP/5.6.40\n"
    b"<dt>Server Built: Dec 16 2016 11:52:55"
)
DEBIAN_STATUS = (
    b"<title>Apache Status</title>\n<dt>Server Version: Apache/2.4.57 (Debian)\n"
    b"<dt>Server Built: 2023-04-13T03:26:51"
)
LIGHTTPD_STATUS = b"<title>Status</title>\n<h1>Server-Status (lighttpd/1.4.69)</h1>"
INFO = (
    b'<title>PHP 7.2.34 - phpinfo()</title>\n<h1 class="p">PHP Version 7.2.34</h1>\n'
    b'<td class="e">Build Date </td><td class="v">Nov  2 2022 15:40:11'
)
LISTED = b"<title>Index of /lib/</title>"

Answers = Mapping[str, Hop | Missing]


def answer(content: bytes | None, status: int = 200, path: str = "/x") -> Hop:
    return hop(f"https://{HOST}{path}", status, (), content)


ABSENT = answer(b"", 404)
TIMEOUT = Missing(MissingKind.TIMEOUT)
NO_FOLDER = Missing(MissingKind.NOT_ASKED)


def granted(**answers: Hop | Missing) -> SiteEvidence:
    """Return a site with these answers and with 404 to all else; _ stands for a hyphen."""
    asked: dict[str, Hop | Missing] = {
        "control": ABSENT,
        "git-head": ABSENT,
        "env": ABSENT,
        "server-status": ABSENT,
        "listing-control": ABSENT,
        "listing": ABSENT,
        "php-control": ABSENT,
        "phpinfo": ABSENT,
    }
    asked |= {name.replace("_", "-"): one for name, one in answers.items()}
    return site(resources=tuple(Resource(name, one) for name, one in asked.items()))


CASES: Cases = {
    "exposure.git_head": [
        ("404", granted(), "pass"),
        ("403 to everything", granted(git_head=answer(b"", 403), control=answer(b"", 403)), "pass"),
        ("a redirect", granted(git_head=answer(None, 301)), "pass"),
        ("a page for whatever is asked", granted(git_head=answer(b"<html>ref: refs/")), "pass"),
        ("the same for the control", granted(git_head=answer(HEAD), control=answer(HEAD)), "pass"),
        ("a branch", granted(git_head=answer(HEAD)), "fail"),
        ("a commit", granted(git_head=answer(b"0123456789abcdef" * 2 + b"01234567\n")), "fail"),
        ("a commit of SHA-256", granted(git_head=answer(b"0123456789abcdef" * 4)), "fail"),
        ("a number", granted(git_head=answer(b"0123456789abcdef" * 3)), "pass"),
        ("no answer", granted(git_head=TIMEOUT), "not-tested"),
        ("no grant", site(), "not-applicable"),
    ],
    "exposure.env_file": [
        ("404", granted(), "pass"),
        ("403", granted(env=answer(b"", 403)), "pass"),
        ("names", granted(env=answer(NAMES)), "fail"),
        ("names, a part of the file", granted(env=answer(NAMES, 206)), "fail"),
        ("one name", granted(env=answer(b"APP_KEY=\n")), "pass"),
        ("a page", granted(env=answer(b"")), "pass"),
        ("the same for the control", granted(env=answer(NAMES), control=answer(NAMES)), "pass"),
        ("no control", granted(env=answer(NAMES), control=TIMEOUT), "not-tested"),
        ("no answer", granted(env=TIMEOUT), "not-tested"),
        ("no grant", site(), "not-applicable"),
    ],
    "exposure.server_status": [
        ("404", granted(), "pass"),
        ("Apache's", granted(server_status=answer(STATUS)), "fail"),
        ("lighttpd's", granted(server_status=answer(LIGHTTPD_STATUS)), "fail"),
        ("a page called Status", granted(server_status=answer(b"<title>Status</title>")), "pass"),
        (
            "the same for the control",
            granted(server_status=answer(STATUS), control=answer(STATUS)),
            "pass",
        ),
        ("blocked", granted(server_status=Missing(MissingKind.BLOCKED, "403")), "not-tested"),
        ("no grant", site(), "not-applicable"),
    ],
    "exposure.phpinfo": [
        ("404", granted(), "pass"),
        ("a page of it", granted(phpinfo=answer(INFO)), "fail"),
        (
            "the same for the control",
            granted(phpinfo=answer(INFO), php_control=answer(INFO)),
            "pass",
        ),
        ("no answer", granted(phpinfo=TIMEOUT), "not-tested"),
        ("no grant", site(), "not-applicable"),
    ],
    "exposure.directory_listing": [
        ("404", granted(), "pass"),
        ("403", granted(listing=answer(b"", 403)), "pass"),
        ("nginx's", granted(listing=answer(LISTED)), "fail"),
        ("IIS's", granted(listing=answer(b">[To Parent Directory]</A>")), "fail"),
        (
            "the same for the control",
            granted(listing=answer(LISTED), listing_control=answer(LISTED)),
            "pass",
        ),
        ("no folder", granted(listing=NO_FOLDER), "not-applicable"),
        (
            "over budget",
            granted(listing=answer(LISTED), listing_control=Missing(MissingKind.OVER_BUDGET)),
            "not-tested",
        ),
        ("no grant", site(), "not-applicable"),
    ],
}


@pytest.mark.parametrize(("check_id", "shown", "evidence", "outcome"), flat(CASES))
def test_outcome(check_id: str, shown: str, evidence: SiteEvidence, outcome: str) -> None:
    assert outcome_of(check_id, evidence) == outcome, shown


@pytest.mark.parametrize("check_id", CASES)
def test_what_needs_a_grant_is_not_scored(check_id: str) -> None:
    assert not found(check_id, site()).scored
    assert not found(check_id, granted()).scored


EVERYTHING = granted(
    git_head=answer(HEAD),
    env=answer(NAMES),
    server_status=answer(STATUS),
    listing=answer(LISTED),
    phpinfo=answer(INFO),
)


def test_a_grant_changes_neither_index_nor_coverage() -> None:
    """Whoever lets us look ranks no lower, whatever is found."""
    assert {outcome_of(check_id, EVERYTHING) for check_id in CASES} == {"fail"}
    without = index_of(site())
    for one in (EVERYTHING, granted(), granted(control=TIMEOUT, env=TIMEOUT)):
        assert (index_of(one).value, index_of(one).coverage) == (without.value, without.coverage)


def test_the_names_in_a_file_of_settings_are_told() -> None:
    told = found("exposure.env_file", EVERYTHING).reason
    assert dict(told.data) == {"names": "APP_KEY, DB_PASSWORD"}


def components(check_id: str, evidence: SiteEvidence) -> list[tuple[str, str, str]]:
    items = found(check_id, evidence).items
    seen = [item.component for item in items if item.component is not None]
    return [(one.product, one.version, one.state) for one in seen]


def test_a_status_page_gives_its_versions_away() -> None:
    seen = components("exposure.server_status", EVERYTHING)
    assert ("apache", "2.4.25", "outdated") in seen
    assert ("php", "5.6.40", "eol") in seen


def test_what_a_distribution_patches_is_not_called_old() -> None:
    evidence = granted(server_status=answer(DEBIAN_STATUS))
    assert components("exposure.server_status", evidence) == [
        ("apache", "2.4.57", "unknown-backport")
    ]


def status(version: bytes) -> SiteEvidence:
    shown = b"<title>Apache Status</title>\n<dt>Server Version: Apache/" + version
    return granted(server_status=answer(shown))


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (status(b"2.4.60"), "outdated"),
        (greeting(status(b"2.4.60"), DEBIAN_12), "unknown-backport"),
        (status(b"2.4.57"), "unknown-backport"),
        (status(b"2.4.57 (Win64)"), "outdated"),
    ],
)
def test_what_a_page_gives_away_is_judged_as_a_banner_of_the_address(
    evidence: SiteEvidence, state: str
) -> None:
    ((_, _, found_state),) = components("exposure.server_status", evidence)
    assert found_state == state
    (item,) = found("exposure.server_status", evidence).items
    assert item.component is not None
    assert item.component.source == "server-status"


def test_lighttpd_names_itself() -> None:
    evidence = granted(server_status=answer(LIGHTTPD_STATUS))
    assert [one[:2] for one in components("exposure.server_status", evidence)] == [
        ("lighttpd", "1.4.69")
    ]


def test_phpinfo_gives_the_version_and_the_day_of_its_build_away() -> None:
    assert components("exposure.phpinfo", EVERYTHING) == [("php", "7.2.34", "eol")]
    (item,) = found("exposure.phpinfo", EVERYTHING).items
    assert item.reason.template == "shows that {product} {version} was built on {day}"
    assert dict(item.reason.data) == {"product": "PHP", "version": "7.2.34", "day": "2022-11-02"}


def test_the_folder_that_is_listed_is_named() -> None:
    evidence = granted(listing=answer(LISTED, path="/lib/"))
    told = dict(found("exposure.directory_listing", evidence).reason.data)
    assert told == {"url": f"https://{HOST}/lib/"}
