from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.securitytxt import read_security_txt


def test_fields_in_a_signed_file_with_comments() -> None:
    content = b"""-----BEGIN PGP SIGNED MESSAGE-----\r\n# hello\r
contact: https://a.example/report\r\nCONTACT: mailto:a@a.example\r
Expires: 2027-01-01T07:00:00+07:00\r\nPreferred-Languages: vi, en\r\n"""
    found = read_security_txt(content)
    assert found.contacts == ("https://a.example/report", "mailto:a@a.example")
    assert found.expires == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_contact_is_a_uri() -> None:
    assert read_security_txt(b"Contact: a@a.example\n").contacts == ()


def test_a_byte_order_mark_is_no_part_of_a_field() -> None:
    assert read_security_txt(b"\xef\xbb\xbfContact: mailto:a@a.example\n").contacts


SIGNED = b"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

Contact: mailto:a@a.example
-----BEGIN PGP SIGNATURE-----

iHUEARYKAB0=
-----END PGP SIGNATURE-----
"""


def test_a_file_in_a_cleartext_signature_is_signed() -> None:
    assert read_security_txt(SIGNED).signed
    assert read_security_txt(b"\xef\xbb\xbf\n" + SIGNED.replace(b"\n", b"\r\n")).signed


def test_half_a_signature_is_none() -> None:
    head, signature = SIGNED.split(b"-----BEGIN PGP SIGNATURE-----")
    for content in (head, SIGNED.removeprefix(b"-----BEGIN PGP SIGNED MESSAGE-----"), signature):
        assert not read_security_txt(content).signed


@given(st.binary() | st.text().map(lambda text: f"Expires: {text}".encode()))
def test_any_bytes_are_read(content: bytes) -> None:
    found = read_security_txt(content)
    assert found.expires is None or found.expires.tzinfo is not None
