"""Permissions-Policy (W3C): the features that a page gives up."""

from collections.abc import Iterable

from secscan.parsing.structured import InnerList, Member, StructuredFault, read_dictionary

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


def restricted_features(values: Iterable[str]) -> tuple[str, ...] | StructuredFault:
    """Return the known features that are taken from somebody; any fault voids the whole field."""
    members = read_dictionary(values)
    if isinstance(members, StructuredFault):
        return members
    return tuple(feature for feature, value in members.items() if _is_narrower(feature, value))


def _is_narrower(feature: str, value: Member) -> bool:
    """Say whether a value allows a feature to fewer than its default: (self) takes nothing."""
    listed = value.items if isinstance(value, InnerList) else (value,)
    allowed = {item.token for item in listed}
    if feature not in _SELF | _EVERYBODY or "*" in allowed:
        return False
    return feature in _EVERYBODY or "self" not in allowed
