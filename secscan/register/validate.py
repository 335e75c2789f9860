"""What only the whole register can tell: ids that are taken, ids that nobody has."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from secscan.evidence.schemes import service_place
from secscan.register.build import Draft, Row
from secscan.register.fields import shown
from secscan.register.mistakes import Mistakes, Record
from secscan.register.model import Agency, Owner, Site

_LISTED = 8


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


def validate(draft: Draft, mistakes: Mistakes) -> None:
    """Note every mistake between rows."""
    _one_name(draft, mistakes)
    groups = _by_id(draft.groups, mistakes)
    agencies = _by_id(draft.agencies, mistakes)
    sites = _by_id(draft.sites, mistakes)
    for extract in draft.extracts:
        _reference("extract_of", extract.value, agencies, extract.record, mistakes)
    for agency in draft.agencies:
        _reference("group", agency.value.group, groups, agency.record, mistakes)
        _reference("parent", agency.value.parent, agencies, agency.record, mistakes)
        _reference("successor", agency.value.successor, agencies, agency.record, mistakes)
    _circles("parent", lambda agency: agency.parent, agencies, mistakes)
    _circles("successor", lambda agency: agency.successor, agencies, mistakes)
    for site in draft.sites:
        for owner in site.value.owners:
            _reference("owner", owner.agency, agencies, site.record, mistakes)
        _overlap(site, mistakes)
        _platform(site, sites, mistakes)
        _services(site, mistakes)
        _authorised(site, draft, mistakes)


def _one_name(draft: Draft, mistakes: Mistakes) -> None:
    if not draft.names:
        nowhere = Record("file", "the whole file", 0, {})
        mistakes.note(nowhere, 'no row names the register; add one with record "register"')
    for row in draft.names[1:]:
        first = draft.names[0].record.row
        mistakes.note(row.record, f"the register is named in {first} already; delete this row")


def _by_id(rows: Sequence[Row[T]], mistakes: Mistakes) -> Mapping[str, Row[T]]:
    first: dict[str, Row[T]] = {}
    for row in rows:
        other = first.setdefault(row.value.id, row)
        if other is not row and row.value.id:
            place = other.record.row
            told = f"id {shown(row.value.id)} is that of {place} too; give one of them another id"
            mistakes.note(row.record, told)
    return {name: row for name, row in first.items() if name}


def _reference(
    name: str, wanted: str | None, known: Collection[str], where: Record, mistakes: Mistakes
) -> None:
    """Note an id that nobody has; a blank one was noted when it was read."""
    if wanted and wanted not in known:
        few = 0 < len(known) <= _LISTED
        listed = "write one of " + ", ".join(known) if few else "correct the id"
        told = f"{name} {shown(wanted)} is not in the register; {listed}, or add its row"
        mistakes.note(where, told)


def _circles(
    name: str,
    follow: Callable[[Agency], str | None],
    agencies: Mapping[str, Row[Agency]],
    mistakes: Mistakes,
) -> None:
    """Note each circle once; what was walked before is not walked again."""
    walked: set[str] = set()
    for start in agencies:
        path: set[str] = set()
        here = start
        while here in agencies and here not in walked and here not in path:
            path.add(here)
            here = follow(agencies[here].value) or ""
        if here in path:
            told = f"{name} leads back to the agency itself; write another agency or none"
            mistakes.note(agencies[here].record, told)
        walked |= path


def _overlap(site: Row[Site], mistakes: Mistakes) -> None:
    owners = sorted(site.value.owners, key=lambda owner: owner.valid_from or date.min)
    for earlier, later in pairwise(owners):
        if (earlier.valid_to or date.max) >= (later.valid_from or date.min):
            told = "end the first on the day before the second begins"
            mistakes.note(
                site.record, f"owners {_period(earlier)} and {_period(later)} overlap; {told}"
            )


def _period(owner: Owner) -> str:
    return f"{owner.agency} ({owner.valid_from or ''}..{owner.valid_to or ''})"


def _platform(site: Row[Site], sites: Mapping[str, Row[Site]], mistakes: Mistakes) -> None:
    platform = site.value.platform
    _reference("platform", platform, sites, site.record, mistakes)
    if platform and platform in sites and sites[platform].value.platform:
        told = "write the id of a site that is scanned itself"
        mistakes.note(site.record, f"platform {shown(platform)} lives on a platform; {told}")


def _services(site: Row[Site], mistakes: Mistakes) -> None:
    """Want the ports of the site's own services where it is pinned; no other way leads to them."""
    own = urlsplit(site.value.url).hostname
    for url in site.value.services:
        _, host, port = service_place(url)
        if site.value.connect and host == own and port not in site.value.connect:
            told = f'write where its port is too, as in "{port}=192.0.2.1:{port}"'
            mistakes.note(site.record, f"connect does not name port {port} of {url}; {told}")


def _authorised(site: Row[Site], draft: Draft, mistakes: Mistakes) -> None:
    """Want a document for each site that is scanned; a tenant's row is not."""
    if site.value.platform or site.value.authorisation or draft.authorisation:
        return
    told = "write authorisation.document and authorisation.contact here or for the register"
    mistakes.note(site.record, f"no authorisation; {told}")
