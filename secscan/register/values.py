"""Single values as departments write them; a ValueError says what to write instead.

TOML gives typed values, a cell of CSV or XLSX gives text: both are read here.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time

from secscan.evidence.schemes import service_place
from secscan.register.mistakes import PartError
from secscan.register.model import Window
from secscan.register.urls import normal_url, service_url

_LONGEST = 500
_MOST_SERVICES = 8
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,252}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WINDOW = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
_DIGITS = re.compile(r"[0-9]{1,9}")
# Cc, Cf: control, zero-width and bidi characters; Zl, Zp: line and paragraph separators.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_OWNER = 'write "agency", or "agency:2022-01-01..2025-06-30" where either day may be left out'
_ADDRESS = 'write address:port, as in "192.0.2.1:8443" or "[2001:db8::1]:8443"'


def text(value: object) -> str:
    """Read a text: NFC, without white space around it, with nothing invisible in it."""
    if not isinstance(value, str):
        raise ValueError("write a text")
    cleaned = unicodedata.normalize("NFC", value).strip()
    for character in cleaned:
        if unicodedata.category(character) in _INVISIBLE:
            raise ValueError(f"write it without the invisible character U+{ord(character):04X}")
    if len(cleaned) > _LONGEST:
        raise ValueError(f"write at most {_LONGEST} characters")
    return cleaned


def identifier(value: object) -> str:
    """Read an id, which files, URLs and command lines can carry unquoted."""
    cleaned = text(value)
    if not _ID.fullmatch(cleaned):
        raise ValueError('write a-z, 0-9, ".", "_" and "-", a letter or digit first')
    return cleaned


def url(value: object) -> str:
    """Read a URL in its one form."""
    return normal_url(text(value))


def day(value: object) -> date:
    """Read a date; nothing that could be both day/month and month/day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError("write a date as year-month-day, as in 2026-07-01")


def importance(value: object) -> int:
    """Read an importance."""
    return _number(value, 1, 4)


def system_level(value: object) -> int:
    """Read a system level (cấp độ an toàn hệ thống thông tin)."""
    return _number(value, 1, 5)


def window(value: object) -> Window:
    """Read hours of the day."""
    match = _WINDOW.fullmatch(text(value).replace(" ", ""))
    try:
        if match and match[1] != match[2]:
            return Window(time.fromisoformat(match[1]), time.fromisoformat(match[2]))
    except ValueError:
        pass
    raise ValueError('write hours as in "22:00-05:00", or leave it out for the whole day')


def address(value: object) -> str:
    """Read an IP address with its port."""
    host, colon, port = text(value).rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        found = ipaddress.ip_address(host[1:-1] if bracketed else host)
    except ValueError as fault:
        raise ValueError(_ADDRESS) from fault
    if not colon or bracketed != (found.version == 6) or not _is_port(port):
        raise ValueError(_ADDRESS)
    return f"[{found}]:{int(port)}" if bracketed else f"{found}:{int(port)}"


def connect(value: object) -> dict[int, str]:
    """Read a map of ports to addresses: a TOML table, or "80=127.0.1.1:8080; 443=…"."""
    pairs = list(value.items()) if isinstance(value, Mapping) else _pairs(value)
    ports = [str(port).strip() for port, _ in pairs]
    if not all(map(_is_port, ports)) or len({int(port) for port in ports}) < len(ports):
        raise ValueError('write each port from 1 to 65535 once, as in "443=127.0.1.1:8443"')
    return {int(port): address(pinned) for port, (_, pinned) in zip(ports, pairs, strict=True)}


def texts(value: object) -> tuple[str, ...]:
    """Read a list: one of TOML, or a cell with ";" between the parts."""
    parts = value if isinstance(value, list) else text(value).split(";")
    cleaned = dict.fromkeys(text(part) for part in parts)
    if any(";" in part for part in cleaned):
        raise ValueError('write each part without ";"')
    return tuple(part for part in cleaned if part)


def services(value: object) -> tuple[str, ...]:
    """Read the URLs of other services of a site, each in its one form."""
    parts = value if isinstance(value, list) else map(str.strip, text(value).split(";"))
    found = [_service(part) for part in parts if str(part).strip()]
    if len(found) > _MOST_SERVICES:
        raise ValueError(f"write at most {_MOST_SERVICES} services")
    places: set[tuple[str, int]] = set()
    for url in found:
        place = service_place(url)[1:]
        if place in places:
            raise PartError(url, "write each host and port once")
        places.add(place)
    return tuple(found)


def _service(part: object) -> str:
    try:
        return service_url(text(part))
    except ValueError as fault:
        raise PartError(part, fault) from fault


def grants(value: object) -> frozenset[str]:
    """Read what a site allows beyond the ordinary."""
    found = frozenset(texts(value))
    if not found <= {"exposure", "deep"}:
        raise ValueError('write exposure, deep, or both with ";" between them')
    return found


def owners(value: object) -> list[Mapping[str, object]]:
    """Read the owners of a site as raw rows: tables of TOML, or "a:2022-01-01..; b:…"."""
    if isinstance(value, list) and all(isinstance(part, Mapping) for part in value):
        return value
    parts = texts(value)
    if not parts:
        raise ValueError(_OWNER)
    return [_owner(part) for part in parts]


def _owner(part: str) -> Mapping[str, object]:
    agency, colon, period = part.partition(":")
    valid_from, dots, valid_to = period.partition("..")
    if colon and not dots:
        raise ValueError(_OWNER)
    return {"agency": agency, "valid_from": valid_from, "valid_to": valid_to}


def _number(value: object, least: int, most: int) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise ValueError(f"write a number from {least} to {most}")


def _pairs(value: object) -> list[tuple[str, str]]:
    split = [part.partition("=") for part in texts(value)]
    return [(port, pinned) for port, _, pinned in split]


def _is_port(port: str) -> bool:
    return _DIGITS.fullmatch(port) is not None and 1 <= int(port) <= 65535
