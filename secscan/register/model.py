"""What a register is. Rows keep ids that outlive URLs, owners with dates, and successors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

from secscan.evidence import Target

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""The days and hours of a register. A fixed offset: no summer time, and tzdata may be missing."""


def day_of(moment: datetime) -> date:
    """Return the day that a moment (with its offset) is in Vietnam: registers go by that."""
    return moment.astimezone(VIETNAM).date()


class Kind(StrEnum):
    """What a site is for; it never changes how the site is judged."""

    PORTAL = "portal"
    TTHC = "tthc"  # hệ thống thông tin giải quyết thủ tục hành chính
    SERVICE = "service"
    API = "api"
    MAIL = "mail"
    INTERNAL = "internal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of agencies that are ranked among themselves."""

    id: str
    name: str
    english_name: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency: ``name`` is Vietnamese; the dates are its first and last day of existence."""

    id: str
    name: str
    group: str
    english_name: str = ""
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None

    def exists(self, day: date) -> bool:
        """Say whether the agency exists on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a site, from a day to a day (both included; None is open)."""

    agency: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, day: date) -> bool:
        """Say whether the ownership holds on that day."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day (Asia/Ho_Chi_Minh) in which scanning is allowed; may pass midnight."""

    start: time
    end: time

    def contains(self, moment: time) -> bool:
        """Say whether a local time lies in the window; its end is outside."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The document that allows the scan, whom to call, its days of validity, and its hours."""

    document: str
    contact: str
    valid_from: date | None = None
    valid_to: date | None = None
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A site. ``platform`` is the id of the site it lives on: such a row is not scanned itself.

    ``connect`` maps nominal ports to the address:port to dial; ``resolver`` is an address:port.
    ``services`` are URLs of other services of the host (``ssh://host``), whose greetings are read.
    """

    id: str
    url: str
    owners: tuple[Owner, ...]
    kind: Kind = Kind.PORTAL
    importance: int = 2
    system_level: int | None = None
    platform: str | None = None
    connect: Mapping[int, str] = field(default_factory=dict)
    resolver: str | None = None
    grants: frozenset[str] = frozenset()
    authorisation: Authorisation | None = None
    tags: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def owner(self, day: date) -> str | None:
        """Return the id of the agency that owns the site on that day."""
        return next((owner.agency for owner in self.owners if owner.is_valid(day)), None)

    def target(self) -> Target:
        """Return what a probe needs to know of the site, and no more."""
        pins = (self.connect, self.resolver)
        return Target(self.id, self.url, *pins, self.grants, self.services)


@dataclass(frozen=True, slots=True)
class Register:
    """A whole register, valid: every id that is named exists.

    ``extract_of`` is the id of the one agency that an extract was made for.
    """

    name: str
    groups: tuple[Group, ...]
    agencies: tuple[Agency, ...]
    sites: tuple[Site, ...]
    authorisation: Authorisation | None = None
    extract_of: str | None = None

    def authorisation_of(self, site: Site) -> Authorisation | None:
        """Return the site's own authorisation, or the one for the whole register."""
        return site.authorisation or self.authorisation

    def scanned(self) -> tuple[Site, ...]:
        """Return the sites that are looked at; a tenant's row on a shared platform is not."""
        return tuple(site for site in self.sites if site.platform is None)

    def of_agency(self, agency: str, at: datetime) -> tuple[Site, ...]:
        """Return the sites that an agency owns at that moment."""
        day = day_of(at)
        return tuple(site for site in self.sites if site.owner(day) == agency)
