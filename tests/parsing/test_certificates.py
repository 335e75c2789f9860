from datetime import timedelta

import pytest
from builders import facts
from certificate_builders import (
    AT,
    HOST,
    certificate,
    chain,
    der,
    intermediate,
    key,
    root,
    sha1_chain,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import example, given
from hypothesis import strategies as st

from secscan.parsing.certificates import (
    Certificate,
    a_label,
    is_signed,
    matches,
    read_certificate,
)
from secscan.parsing.paths import find_path, issuer_of, leading_on, missing_issuer


def read(encoded: bytes) -> Certificate:
    found = read_certificate(encoded)
    assert found is not None
    return found


def authority(
    *extensions: x509.ExtensionType, subject: x509.Name | None = None
) -> x509.Certificate:
    """Return another certificate of the intermediate's name and key, with these extensions."""
    signer = key("P-256", "Root")
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject or intermediate().subject)
        .issuer_name(root().subject)
        .public_key(key("P-256", "Intermediate").public_key())
        .serial_number(2)
        .not_valid_before(AT - timedelta(days=900))
        .not_valid_after(AT + timedelta(days=900))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, True)
    return builder.sign(signer, hashes.SHA256())


CA = x509.BasicConstraints(ca=True, path_length=0)


def trusts(*extensions: x509.ExtensionType) -> bool:
    others = [read(der(authority(*extensions)))]
    return find_path(read(certificate()), others, facts().trust_anchors, AT) is not None


def below(name: str) -> list[x509.GeneralName]:
    return [x509.DNSName(name)]


def test_a_ca_has_to_say_that_it_is_one() -> None:
    assert trusts(CA)
    assert not trusts()
    assert not trusts(x509.BasicConstraints(ca=False, path_length=None))


def test_name_constraints_hold() -> None:
    assert trusts(CA, x509.NameConstraints(below("portal.example"), None))
    assert not trusts(CA, x509.NameConstraints(below("gov.example"), None))
    assert not trusts(CA, x509.NameConstraints(None, below("portal.example")))
    assert trusts(CA, x509.NameConstraints(below(""), None))
    assert not trusts(CA, x509.NameConstraints(None, below("")))


def test_path_length_holds() -> None:
    leaf = read(certificate())
    root_of_length_0 = authority(CA)
    assert find_path(leaf, [], (root_of_length_0,), AT)
    assert not find_path(read(der(root())), [], (root_of_length_0,), AT)


def test_a_useless_certificate_of_the_same_name_does_not_hide_the_good_one() -> None:
    others = [read(der(authority())), read(der(intermediate()))]
    assert find_path(read(certificate()), others, facts().trust_anchors, AT)


def test_a_trusted_root_alone_is_a_path() -> None:
    assert find_path(read(der(root())), [], facts().trust_anchors, AT) == (root(),)


def test_circles_come_to_an_end() -> None:
    others = [read(der(authority(CA)))] * 500
    path = find_path(read(certificate()), others, (), AT)
    assert path is None


def test_the_certificate_whose_issuer_is_missing_is_named() -> None:
    leaf, ca = (read(encoded) for encoded in chain())
    assert missing_issuer(leaf, [ca], ()) == ca
    assert missing_issuer(leaf, [], (root(),)) == leaf
    assert missing_issuer(leaf, [ca], (root(),)) is None


def test_what_leads_on_is_known_by_signatures() -> None:
    leaf, ca, top = read(certificate()), read(der(intermediate())), read(der(root()))
    assert leading_on(leaf, [top, ca]) == {top, ca}
    assert leading_on(leaf, [top]) == set()
    twin = read(der(authority()))
    assert leading_on(leaf, [twin] * 500) == {twin}


def test_the_issuer_is_sent_or_known() -> None:
    leaf, ca = read(certificate()), read(der(intermediate()))
    assert issuer_of(leaf, [ca], ()) == intermediate()
    assert issuer_of(leaf, [], (root(), intermediate())) == intermediate()
    assert issuer_of(leaf, [], (root(),)) is None


def test_names_in_another_kind_of_string_are_equal() -> None:
    """Browsers compare what a name says (RFC 5280, 7.1); cryptography compares its bytes."""
    printed = x509.NameAttribute(NameOID.COMMON_NAME, "Intermediate", _ASN1Type.PrintableString)
    twin = authority(CA, subject=x509.Name([printed]))
    assert twin.subject.public_bytes() != intermediate().subject.public_bytes()
    assert find_path(read(certificate()), [read(der(twin))], facts().trust_anchors, AT)


def test_a_ca_for_other_purposes_is_none_for_servers() -> None:
    assert trusts(CA, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]))
    assert not trusts(CA, x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]))


def test_host_names() -> None:
    leaf = read(certificate(names=("*.portal.example",)))
    assert matches(leaf, f"{HOST}.")
    assert not matches(leaf, ".portal.example")
    assert a_label("CỔNG.example") == "cổng.example".encode("idna").decode()
    assert a_label("\udc80") == "\udc80"


@pytest.mark.parametrize(("end", "name"), [(b"\x02", "md2"), (b"\x03", "md4"), (b"\x04", "md5")])
def test_old_hashes_have_a_name(end: bytes, name: str) -> None:
    rsa = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01"
    assert read(sha1_chain()[0].replace(rsa + b"\x05", rsa + end)).signature_hash == name


@given(st.binary())
def test_any_bytes_are_read(encoded: bytes) -> None:
    read_certificate(encoded)


@example(96, b"\x00")  # the type of a name's string: cryptography raises KeyError
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_certificate_is_read_or_refused(position: int, damage: bytes) -> None:
    encoded = certificate_bytes()
    start = position % len(encoded)
    damaged = encoded[:start] + damage + encoded[start + len(damage) :]
    found = read_certificate(damaged)
    if found is not None:
        matches(found, HOST)
        find_path(found, [read(der(intermediate()))], facts().trust_anchors, AT)
        assert isinstance(found.subject + found.issuer, str)


def certificate_bytes() -> bytes:
    return chain()[0]


def test_the_name_that_a_browser_ignores_is_not_read() -> None:
    leaf = read(certificate(names=()))
    assert leaf.parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert not matches(leaf, HOST)


@pytest.mark.parametrize(("bits", "exponent"), [(2048, 2**64 + 1), (8193, 65537)])
def test_a_key_that_takes_long_to_verify_with_is_not_used(bits: int, exponent: int) -> None:
    key = rsa.RSAPublicNumbers(exponent, 2 ** (bits - 1) + 1).public_key()
    assert not is_signed(b"", b"", key, hashes.SHA256(), padding.PKCS1v15())
