"""The part of a register that an agency needs to get the auditor's number at home."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from secscan.errors import SecscanError
from secscan.register.model import Agency, Register


def extract(register: Register, agency_id: str) -> Register:
    """Return a valid register of one agency, which it names: no other is ranked by it.

    It holds the agency's sites, the shared platforms these live on, and every agency and group
    that those rows name: owners before and after, parents, successors.
    """
    agencies = {agency.id: agency for agency in register.agencies}
    if agency_id not in agencies:
        raise SecscanError(
            f'no agency of the register "{register.name}" has the id "{agency_id}"; '
            "write one of its agencies' ids"
        )
    own = [site for site in register.sites if agency_id in {own.agency for own in site.owners}]
    wanted = {site.id for site in own} | {site.platform for site in own}
    sites = tuple(site for site in register.sites if site.id in wanted)
    owners = {owner.agency for site in sites for owner in site.owners}
    named = _closure({agency_id, *owners}, agencies)
    groups = {agencies[name].group for name in named}
    return replace(
        register,
        extract_of=agency_id,
        groups=tuple(group for group in register.groups if group.id in groups),
        agencies=tuple(agency for agency in register.agencies if agency.id in named),
        sites=sites,
    )


def _closure(start: Iterable[str], agencies: Mapping[str, Agency]) -> set[str]:
    """Return these agencies with all that they name, so that the register stays valid."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            agency = agencies[name]
            waiting += [other for other in (agency.parent, agency.successor) if other]
    return found
