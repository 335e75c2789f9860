"""From raw records to the model, field by field; what names another row is not looked up here."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from secscan.register import values
from secscan.register.fields import Fields
from secscan.register.mistakes import Mistakes, Record
from secscan.register.model import Agency, Authorisation, Group, Kind, Owner, Register, Site
from secscan.register.urls import kind_of, site_id_of

T = TypeVar("T")

AUTHORISATION = tuple(
    f"authorisation.{name}" for name in ("document", "contact", "valid_from", "valid_to", "window")
)


@dataclass(frozen=True, slots=True)
class Row(Generic[T]):
    """A value of the model with the record that it was read from."""

    record: Record
    value: T


@dataclass(slots=True)
class Draft:
    """A register that may still have mistakes; what could not be read is blank in it."""

    names: list[Row[str]] = field(default_factory=list)
    authorisation: Authorisation | None = None
    extracts: list[Row[str]] = field(default_factory=list)
    groups: list[Row[Group]] = field(default_factory=list)
    agencies: list[Row[Agency]] = field(default_factory=list)
    sites: list[Row[Site]] = field(default_factory=list)

    def register(self) -> Register:
        """Return the register; only a draft without mistakes gives a valid one."""
        return Register(
            name=self.names[0].value,
            groups=tuple(row.value for row in self.groups),
            agencies=tuple(row.value for row in self.agencies),
            sites=tuple(row.value for row in self.sites),
            authorisation=self.authorisation,
            extract_of=self.extracts[0].value if self.extracts else None,
        )


def build(records: Iterable[Record], mistakes: Mistakes) -> Draft:
    """Read every record."""
    draft = Draft()
    for record in records:
        fields = Fields(record, mistakes)
        match record.kind:
            case "register":
                name = fields.required("name", values.text, "", "the name of the register")
                draft.names.append(Row(record, name))
                own = _authorisation(fields)
                draft.authorisation = draft.authorisation or own
                extract_of = fields.optional("extract_of", values.identifier, None)
                if extract_of:
                    draft.extracts.append(Row(record, extract_of))
            case "group":
                draft.groups.append(Row(record, _group(fields)))
            case "agency":
                draft.agencies.append(Row(record, _agency(fields)))
            case "site":
                draft.sites.append(Row(record, _site(fields)))
        fields.done()
    return draft


def _group(fields: Fields) -> Group:
    return Group(
        id=fields.required("id", values.identifier, "", "an id for the group"),
        name=fields.required("name", values.text, "", "the Vietnamese name of the group"),
        english_name=fields.optional("english_name", values.text, ""),
    )


def _agency(fields: Fields) -> Agency:
    identity = fields.required("id", values.identifier, "", "an id for the agency")
    name = fields.required("name", values.text, "", "the Vietnamese name of the agency")
    english_name = fields.optional("english_name", values.text, "")
    group = fields.required("group", values.identifier, "", "the id of a group")
    parent = fields.optional("parent", values.identifier, None)
    valid_from, valid_to = _period(fields)
    successor = fields.optional("successor", values.identifier, None)
    return Agency(identity, name, group, english_name, parent, valid_from, valid_to, successor)


def _site(fields: Fields) -> Site:
    identity = fields.optional("id", values.identifier, "")
    url = fields.required("url", values.url, "", "the URL of the site")
    if url and not fields.has("id"):
        identity = _default_id(fields, url)
    return Site(
        id=identity,
        url=url,
        owners=_owners(fields),
        kind=fields.optional("kind", _kind, kind_of(url)),
        importance=fields.optional("importance", values.importance, 2),
        system_level=fields.optional("system_level", values.system_level, None),
        platform=fields.optional("platform", values.identifier, None),
        connect=fields.optional("connect", values.connect, {}),
        resolver=fields.optional("resolver", values.address, None),
        grants=fields.optional("grants", values.grants, frozenset[str]()),
        authorisation=_authorisation(fields),
        tags=fields.optional("tags", values.texts, ()),
        services=fields.optional("services", values.services, ()),
    )


def _default_id(fields: Fields, url: str) -> str:
    try:
        return values.identifier(site_id_of(url))
    except ValueError:
        fields.note("the URL is too long to make an id of; write an id")
        return ""


def _kind(value: object) -> Kind:
    try:
        return Kind(values.text(value).lower())
    except ValueError as fault:
        raise ValueError("write one of " + ", ".join(Kind)) from fault


def _owners(fields: Fields) -> tuple[Owner, ...]:
    raw = fields.required("owner", values.owners, [], "the id of the agency that owns the site")
    return tuple(
        _owner(fields.part("owner", number, table)) for number, table in enumerate(raw, start=1)
    )


def _owner(fields: Fields) -> Owner:
    agency = fields.required("agency", values.identifier, "", "the id of an agency")
    owner = Owner(agency, *_period(fields))
    fields.done()
    return owner


def _authorisation(fields: Fields) -> Authorisation | None:
    filled = [name for name in AUTHORISATION if fields.has(name)]
    if not filled:
        return None
    document, contact, _, _, window = AUTHORISATION
    valid_from, valid_to = _period(fields, "authorisation.")
    return Authorisation(
        document=fields.required(document, values.text, "", "the number of the document"),
        contact=fields.required(contact, values.text, "", "whom to call, with a telephone number"),
        valid_from=valid_from,
        valid_to=valid_to,
        window=fields.optional(window, values.window, None),
    )


def _period(fields: Fields, prefix: str = "") -> tuple[date | None, date | None]:
    first = fields.optional(f"{prefix}valid_from", values.day, None)
    last = fields.optional(f"{prefix}valid_to", values.day, None)
    if first and last and last < first:
        fields.note(f"{prefix}valid_to is {last}, before {prefix}valid_from; write a later day")
    return first, last
