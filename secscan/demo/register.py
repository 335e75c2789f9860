"""The register of the demo city, as the TOML that ``secscan scan`` reads."""

from collections.abc import Mapping
from datetime import date, timedelta

from secscan.demo.agencies import AGENCIES, CITY, GROUPS
from secscan.demo.city import DOMAIN, SITES
from secscan.demo.model import DemoSite
from secscan.register import Authorisation, Owner, Register, Site, to_toml

CONTACT = f"antoanthongtin@{DOMAIN}"

HEADING = "# A city that does not exist, written by `secscan demo`.\n"


def register_toml(connect: Mapping[str, Mapping[str, str]], resolver: str, today: date) -> str:
    """Return the register; ``connect`` says by site id what the ports 80 and 443 are today."""
    allowed = Authorisation(
        "Kế hoạch kiểm tra mẫu số 01/KH-MẪU",
        CONTACT,
        today - timedelta(days=30),
        today + timedelta(days=335),
    )
    sites = tuple(_site(site, connect[site.id], resolver, today) for site in SITES)
    text = HEADING + to_toml(Register(CITY, GROUPS, AGENCIES, sites, allowed))
    for site in SITES:
        row = f'[[site]]\nid = "{site.id}"\n'
        text = text.replace(row, f"# {site.shows}\n{row}")
    return text


def _site(site: DemoSite, connect: Mapping[str, str], resolver: str, today: date) -> Site:
    looked_at = site.platform is None
    pins = {int(port): where for port, where in connect.items()}
    return Site(
        id=site.id,
        url=site.url,
        owners=(Owner(site.owner),) if isinstance(site.owner, str) else site.owner,
        kind=site.kind,
        importance=site.importance,
        system_level=site.system_level,
        platform=site.platform,
        connect=pins if looked_at and site.resolves else {},
        resolver=resolver if looked_at else None,
        grants=frozenset(site.grants),
        authorisation=None if site.authorised else _ended(today),
        tags=site.tags,
        services=(f"ssh://{site.host}",) if site.ssh else (),
    )


def _ended(today: date) -> Authorisation:
    last_year, last_month = today - timedelta(days=365), today - timedelta(days=30)
    return Authorisation("Văn bản mẫu đã hết hạn", CONTACT, last_year, last_month)
