"""The register of the demo city, as the TOML that ``secscan scan`` reads."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from secscan.demo.agencies import AGENCIES, CITY, GROUPS
from secscan.demo.city import DOMAIN, SITES
from secscan.demo.model import DemoSite

CONTACT = f"antoanthongtin@{DOMAIN}"


def register_toml(connect: Mapping[str, Mapping[str, str]], resolver: str, today: date) -> str:
    """Return the register; ``connect`` says by site id what the ports 80 and 443 are today."""
    blocks = [_head(today)]
    blocks += [_table("group", _rows(group.id, group.name, group.english_name)) for group in GROUPS]
    blocks += [
        _table(
            "agency",
            [*_rows(agency.id, agency.name, agency.english_name), ("group", _text(agency.group))],
        )
        for agency in AGENCIES
    ]
    blocks += [_site(site, connect[site.id], resolver, today) for site in SITES]
    return "\n".join(blocks)


def _head(today: date) -> str:
    start, end = today - timedelta(days=30), today + timedelta(days=335)
    authorisation = _authorisation("Kế hoạch kiểm tra mẫu số 01/KH-MẪU", start, end)
    return (
        "# A city that does not exist, written by `secscan demo`.\n"
        f"[register]\nname = {_text(CITY)}\nauthorisation = {authorisation}\n"
    )


def _authorisation(document: str, start: date, end: date) -> str:
    return (
        f"{{ document = {_text(document)}, contact = {_text(CONTACT)}, "
        f"valid_from = {start}, valid_to = {end} }}"
    )


def _site(site: DemoSite, connect: Mapping[str, str], resolver: str, today: date) -> str:
    return f"# {site.shows}\n" + _table("site", list(_site_rows(site, connect, resolver, today)))


def _site_rows(
    site: DemoSite, connect: Mapping[str, str], resolver: str, today: date
) -> Iterator[tuple[str, str]]:
    yield "id", _text(site.id)
    yield "url", _text(site.url)
    yield "owner", _text(site.owner)
    yield "kind", _text(site.kind.value)
    yield "importance", str(site.importance)
    if site.system_level:
        yield "system_level", str(site.system_level)
    if site.tags:
        yield "tags", _texts(site.tags)
    if site.grants:
        yield "grants", _texts(site.grants)
    if not site.authorised:
        last_year = today - timedelta(days=365)
        ended = _authorisation("Văn bản mẫu đã hết hạn", last_year, today - timedelta(days=30))
        yield "authorisation", ended
    if site.platform:
        yield "platform", _text(site.platform)
        return
    yield "resolver", _text(resolver)
    if not site.resolves:
        return
    ports = ", ".join(f"{port} = {_text(where)}" for port, where in connect.items())
    yield "connect", f"{{ {ports} }}"


def _rows(id: str, name: str, english_name: str) -> list[tuple[str, str]]:
    return [("id", _text(id)), ("name", _text(name)), ("english_name", _text(english_name))]


def _table(name: str, rows: list[tuple[str, str]]) -> str:
    return "".join([f"[[{name}]]\n", *(f"{key} = {value}\n" for key, value in rows)])


def _text(value: str) -> str:
    # Every JSON string is a TOML basic string too, as long as it holds no escaped surrogates.
    return json.dumps(value, ensure_ascii=False)


def _texts(values: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"
