"""A register as TOML, always in the same words: a run keeps it, and it is what is compared."""

import json
from collections.abc import Iterable
from datetime import date

from secscan.register.model import Agency, Authorisation, Group, Owner, Register, Site

Value = str | int | date | dict[str, str] | list[str] | list[dict[str, str]] | None


def to_toml(register: Register) -> str:
    """Return the register as TOML; reading it gives an equal register."""
    tables = [_table("[register]", _register(register))]
    tables += [_table("[[group]]", _group(group)) for group in register.groups]
    tables += [_table("[[agency]]", _agency(agency)) for agency in register.agencies]
    tables += [_table("[[site]]", _site(site)) for site in register.sites]
    return "\n".join(tables)


def _register(register: Register) -> dict[str, str]:
    return _filled(
        name=register.name,
        extract_of=register.extract_of,
        authorisation=_authorisation(register.authorisation),
    )


def _group(group: Group) -> dict[str, str]:
    return _filled(id=group.id, name=group.name, english_name=group.english_name)


def _agency(agency: Agency) -> dict[str, str]:
    return _filled(
        id=agency.id,
        name=agency.name,
        english_name=agency.english_name,
        group=agency.group,
        parent=agency.parent,
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
        successor=agency.successor,
    )


def _site(site: Site) -> dict[str, str]:
    return _filled(
        id=site.id,
        url=site.url,
        **_owners(site.owners),
        kind=site.kind.value,
        importance=site.importance,
        system_level=site.system_level,
        platform=site.platform,
        connect={str(port): _literal(site.connect[port]) for port in sorted(site.connect)},
        resolver=site.resolver,
        services=list(site.services),
        grants=sorted(site.grants),
        authorisation=_authorisation(site.authorisation),
        tags=list(site.tags),
    )


def _owners(owners: tuple[Owner, ...]) -> dict[str, Value]:
    if len(owners) == 1 and owners[0] == Owner(owners[0].agency):
        return {"owner": owners[0].agency}
    return {"owners": [_owner(owner) for owner in owners]}


def _owner(owner: Owner) -> dict[str, str]:
    return _filled(agency=owner.agency, valid_from=owner.valid_from, valid_to=owner.valid_to)


def _authorisation(authorisation: Authorisation | None) -> dict[str, str] | None:
    if authorisation is None:
        return None
    window = authorisation.window
    return _filled(
        document=authorisation.document,
        contact=authorisation.contact,
        valid_from=authorisation.valid_from,
        valid_to=authorisation.valid_to,
        window=f"{window.start:%H:%M}-{window.end:%H:%M}" if window else None,
    )


def _filled(**fields: Value) -> dict[str, str]:
    """Return the fields that are not blank, each as TOML writes it."""
    return {name: _literal(value) for name, value in fields.items() if value}


def _literal(value: Value) -> str:
    match value:
        case str():  # JSON's escapes are TOML's; TOML wants one more escaped, U+007F
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case dict():
            return "{ " + ", ".join(_lines(value)) + " }"
        case list():
            return "[" + ", ".join(_literal(part) for part in value) + "]"
        case _:
            return str(value)


def _table(header: str, fields: dict[str, str]) -> str:
    return "\n".join([header, *_lines(fields), ""])


def _lines(fields: dict[str, str]) -> Iterable[str]:
    return (f"{name} = {literal}" for name, literal in fields.items())
