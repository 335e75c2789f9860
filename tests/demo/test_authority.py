"""The certificates of the demo city: exactly the good ones verify."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from secscan.demo.authority import Authority
from secscan.demo.city import SITES
from secscan.demo.model import DemoSite, Port

NOW = datetime.now(UTC)
AUTHORITY = Authority(NOW)
IN_TLS = [site for site in SITES if site.platform is None and site.port_443 is Port.SITE]


def verify(site: DemoSite, host: str) -> None:
    _, (leaf, *others) = AUTHORITY.issue(site)
    verifier = PolicyBuilder().store(Store([AUTHORITY.root])).time(NOW)
    verifier.build_server_verifier(x509.DNSName(host)).verify(leaf, others)


@pytest.mark.parametrize("site", IN_TLS, ids=lambda site: site.id)
def test_exactly_the_good_certificates_verify(site: DemoSite) -> None:
    wanted = site.certificate
    bad = wanted.left < 0 or wanted.self_signed or wanted.for_other_host
    if bad or not wanted.intermediate_sent:
        with pytest.raises(VerificationError):
            verify(site, site.host)
    else:
        verify(site, site.host)


def test_the_certificate_of_the_platform_is_good_for_its_tenants() -> None:
    tenants = [site for site in SITES if site.platform]
    platform = next(site for site in SITES if site.id == tenants[0].platform)
    for tenant in tenants:
        verify(platform, tenant.host)


def test_certificates_live_at_most_199_days() -> None:
    for site in IN_TLS:
        _, (leaf, *_) = AUTHORITY.issue(site)
        assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=199)
