"""Permissions-Policy (W3C): the features that a page gives up.

The field is a dictionary of structured fields (RFC 9651): its members' values may be of any kind,
and one fault of grammar voids all of it.
"""

import re
from collections.abc import Iterable

_SELF = frozenset(
    {"accelerometer", "ambient-light-sensor", "autoplay", "battery", "bluetooth", "camera"}
    | {"clipboard-read", "clipboard-write", "compute-pressure", "cross-origin-isolated"}
    | {"display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid"}
    | {"identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts"}
    | {"magnetometer", "microphone", "midi", "navigation-override", "otp-credentials"}
    | {"payment", "publickey-credentials-create", "publickey-credentials-get"}
    | {"screen-wake-lock", "serial", "speaker-selection", "usb", "web-share"}
    | {"window-management", "xr-spatial-tracking"}
)
_EVERYBODY = frozenset(
    {"attribution-reporting", "browsing-topics", "document-domain"}
    | {"execution-while-not-rendered", "execution-while-out-of-viewport", "gamepad"}
    | {"picture-in-picture", "storage-access", "sync-xhr", "unload", "vertical-scroll"}
)
"""Known features by whom they are allowed to without a policy: their specifications' defaults."""

_KEY = r"[a-z*][a-z0-9_.*-]*"
_BARE = (
    r"(?:[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*"  # token
    r'|%?"(?:[ !#-\[\]-~]|\\["\\])*"'  # string, display string
    r"|@?-?[0-9]{1,15}(?:\.[0-9]{1,3})?|\?[01]|:[A-Za-z0-9+/=]*:)"  # number, date, boolean, bytes
)
_PARAMETERS = rf"(?:; *{_KEY}(?:={_BARE})?)*"
_ITEM = rf"{_BARE}{_PARAMETERS}"
_MEMBER = re.compile(
    rf"({_KEY})(?:=({_BARE}|\( *(?:{_ITEM}(?: +{_ITEM})*)? *\)))?{_PARAMETERS}[ \t]*(,[ \t]*|\Z)"
)


def restricted_features(values: Iterable[str]) -> tuple[str, ...] | None:
    """Return the known features that are taken from somebody, None where the field is invalid."""
    members = _members(", ".join(value.strip() for value in values))
    if members is None:
        return None
    return tuple(feature for feature, value in members.items() if _is_narrower(feature, value))


def _members(text: str) -> dict[str, str] | None:
    """Return the members, the last of a key, without their parameters; None at a fault."""
    found: dict[str, str] = {}
    position, separator = 0, ","
    while separator:
        member = _MEMBER.match(text, position)
        if member is None:
            return None
        found[member[1]] = member[2] or ""
        position, separator = member.end(), member[3]
    return found


def _is_narrower(feature: str, value: str) -> bool:
    """Say whether a value allows a feature to fewer than its default: (self) takes nothing."""
    allowed = value.strip("()").split()
    if feature not in _SELF | _EVERYBODY or "*" in allowed:
        return False
    return feature in _EVERYBODY or "self" not in allowed
