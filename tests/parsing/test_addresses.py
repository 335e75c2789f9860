from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.addresses import refusal

PUBLIC_4 = ["1.1.1.1", "8.8.8.8", "14.225.0.1", "203.162.4.190"]
NOT_PUBLIC_4 = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
]
NOT_PUBLIC_6 = [
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible, withdrawn
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::2",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
NO_ADDRESS = [
    "",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "127.0.0.01",
    "1.1.1.1:80",
    "::g",
]


def forms(inner: IPv4Address) -> dict[str, str]:
    packed = int(inner)
    return {
        "mapped": str(IPv6Address((0xFFFF << 32) | packed)),
        "NAT64": str(IPv6Address((0x64_FF9B << 96) | packed)),
        "local NAT64": str(IPv6Address((0x64_FF9B_0001 << 80) | packed)),
        "6to4": str(IPv6Address((0x2002 << 112) | (packed << 80) | 1)),
        "Teredo": str(IPv6Address((0x2001_0000 << 96) | (packed ^ 0xFFFF_FFFF))),
    }


@pytest.mark.parametrize("address", [*PUBLIC_4, "2606:4700::1111", "2001:dc8::1", "2402:800::1"])
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("address", [*NOT_PUBLIC_4, *NOT_PUBLIC_6, *NO_ADDRESS])
def test_everything_else_is_refused_with_a_reason(address: str) -> None:
    assert refusal(address)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_as_itself(inner: IPv4Address) -> None:
    plain = refusal(str(inner))
    for form, address in forms(inner).items():
        if form in ("Teredo", "local NAT64", "mapped"):
            assert refusal(address) is not None
        else:
            assert (refusal(address) is None) == (plain is None), form


def test_the_reason_names_the_form_and_the_address_inside() -> None:
    assert refusal("64:ff9b::7f00:1") == (
        "NAT64 form of 127.0.0.1: not a globally routable address"
    )


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    answer = refusal(text)
    assert answer is None or answer
