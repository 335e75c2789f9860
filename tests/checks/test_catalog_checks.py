"""What holds for every check: tests show it, its page is whole, its id stays."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from builders import catalog, outcome_of, site

from secscan.check import SECTIONS, Check

HERE = Path(__file__).parent
IDS = HERE.parent / "ids.txt"
CHECKS = list(catalog())

LEFT_OUT_OF_GOOD = {
    "certificate.lifetime",
    "certificate.signature_hash",
    "content.subresource_integrity",
    "cookies.prefixes",
    "disclosure.clear_site_data",
    "exposure.directory_listing",
    "exposure.env_file",
    "exposure.git_head",
    "exposure.phpinfo",
    "exposure.server_status",
    "handshake.compression",
    "handshake.downgrade_protection",
    "handshake.secure_renegotiation",
    "hygiene.www",
    "issuance.profile",
    "issuance.transparency",
    "ocsp.not_revoked",
    "ocsp.stapled",
    "patch.cms_supported",
    "patch.known_exploited",
    "patch.runtime_supported",
    "patch.server_supported",
    "patch.services_supported",
    "patch.system_supported",
    "preload.readiness",
    "tls.suite_order",
    "vulnerabilities.ccs_injection",
    "vulnerabilities.client_renegotiation",
    "vulnerabilities.early_data",
    "vulnerabilities.heartbleed",
    "vulnerabilities.revoked",
    "vulnerabilities.robot",
    "vulnerabilities.session_resumption",
}
"""What a good site gives no occasion to judge."""

NEVER_PASSED = {
    "certificate.lifetime",
    "certificate.signature_hash",
    "cookies.prefixes",
    "handshake.compression",
    "handshake.downgrade_protection",
    "handshake.secure_renegotiation",
    "issuance.profile",
    "issuance.transparency",
    "ocsp.not_revoked",
    "ocsp.stapled",
    "patch.known_exploited",
    "tls.suite_order",
}
"""What is no merit: where all is well these weigh nothing, and so apply to nothing."""


NEVER_FAILED = {
    "patch.libraries_supported",
    "patch.libraries_vulnerable",
    "patch.services_supported",
}
"""The worst of these is partial: what runs in browsers costs a part of its weight at most, and no
greeting is sure enough for more."""


def outcomes() -> dict[str, set[str]]:
    """Return the outcomes that the tests of each check show."""
    shown: dict[str, set[str]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        spec = spec_from_file_location(f"cases_{path.stem}", path)
        if path == Path(__file__) or spec is None or spec.loader is None:
            continue
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        for check_id, rows in module.CASES.items():
            shown.setdefault(check_id, set()).update(outcome for _, _, outcome in rows)
    return shown


def test_every_check_is_shown_to_pass_and_to_fail() -> None:
    shown = outcomes()
    assert shown.keys() == {check.id for check in CHECKS}
    for check_id, seen in shown.items():
        worst = "partial" if check_id in NEVER_FAILED else "fail"
        assert any(outcome.startswith(worst) for outcome in seen), check_id
        assert ("not-applicable" if check_id in NEVER_PASSED else "pass") in seen, check_id


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_page_is_whole(check: Check[Any]) -> None:
    assert [name for name in SECTIONS if not check.page.get(name)] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_title_is_a_sentence_about_the_good_state(check: Check[Any]) -> None:
    assert check.title[0].isupper()
    assert not check.title.endswith(".")


def test_ids_are_frozen() -> None:
    """A released id stays: a check that is renamed keeps the old one as ``formerly``."""
    known = {name for check in CHECKS for name in (check.id, *check.formerly)}
    assert known == set(IDS.read_text("utf-8").split())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_good_site_has_nothing_to_mend(check: Check[Any]) -> None:
    expected = "not-applicable" if check.id in LEFT_OUT_OF_GOOD else "pass"
    assert outcome_of(check.id, site()) == expected
