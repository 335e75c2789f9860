"""TLS 1.3 as far as the server's certificates: they come encrypted (RFC 8446, 7.1 and 5.2)."""

import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from secscan.parsing.records import APPLICATION_DATA, MalformedError

_CURVES = {23: ec.SECP256R1(), 24: ec.SECP384R1(), 25: ec.SECP521R1()}
_X25519, _X448 = 29, 30

SHARED = (*_CURVES, _X25519, _X448)
"""The groups for which we can make a key share."""

_AES_128_GCM, _AES_256_GCM, _CHACHA20, _AES_128_CCM, _AES_128_CCM_8 = range(0x1301, 0x1306)


class KeyShare:
    """Our half of a key exchange; made for one hello, and forgotten with it."""

    def __init__(self, group: int) -> None:
        self.group = group
        self._key: x25519.X25519PrivateKey | x448.X448PrivateKey | ec.EllipticCurvePrivateKey
        if group in _CURVES:
            self._key = ec.generate_private_key(_CURVES[group])
        elif group == _X448:
            self._key = x448.X448PrivateKey.generate()
        else:
            self._key = x25519.X25519PrivateKey.generate()

    def public(self) -> bytes:
        """Return what the hello carries."""
        public = self._key.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return public.public_bytes_raw()

    def agree(self, theirs: bytes) -> bytes:
        """Return the shared secret; raise MalformedError where their half is no key."""
        try:
            if isinstance(self._key, ec.EllipticCurvePrivateKey):
                curve = self._key.curve
                point = ec.EllipticCurvePublicKey.from_encoded_point(curve, theirs)
                return self._key.exchange(ec.ECDH(), point)
            if isinstance(self._key, x448.X448PrivateKey):
                return self._key.exchange(x448.X448PublicKey.from_public_bytes(theirs))
            return self._key.exchange(x25519.X25519PublicKey.from_public_bytes(theirs))
        except ValueError as fault:
            raise MalformedError("sent a key share that is no key") from fault


@dataclass
class Sealed:
    """Opens the records of a server's first flight."""

    cipher: AESGCM | AESCCM | ChaCha20Poly1305
    nonce: bytes
    count: int = 0

    def open(self, fragment: bytes) -> tuple[int, bytes]:
        """Return content type and content of an encrypted record."""
        nonce = (int.from_bytes(self.nonce, "big") ^ self.count).to_bytes(12, "big")
        header = bytes([APPLICATION_DATA, 3, 3]) + len(fragment).to_bytes(2, "big")
        self.count += 1
        try:
            inner = self.cipher.decrypt(nonce, fragment, header).rstrip(b"\0")
        except (InvalidTag, ValueError) as fault:
            raise MalformedError("sent a record that cannot be decrypted") from fault
        if not inner:
            raise MalformedError("sent an encrypted record without content")
        return inner[-1], inner[:-1]


def sealed(suite: int, secret: bytes, transcript: bytes) -> Sealed | None:
    """Return what opens the server's flight after these hellos; None for a suite we lack.

    ``transcript`` is the ClientHello and the ServerHello.
    """
    if not _AES_128_GCM <= suite <= _AES_128_CCM_8:
        return None
    algorithm = hashes.SHA384() if suite == _AES_256_GCM else hashes.SHA256()
    size = algorithm.digest_size
    early = _extract(algorithm, bytes(size), bytes(size))
    derived = _derive(algorithm, early, b"derived", b"")
    handshake = _extract(algorithm, derived, secret)
    traffic = _derive(algorithm, handshake, b"s hs traffic", transcript)
    length = 16 if suite in (_AES_128_GCM, _AES_128_CCM, _AES_128_CCM_8) else 32
    key = _expand(algorithm, traffic, b"key", b"", length)
    return Sealed(_cipher(suite, key), _expand(algorithm, traffic, b"iv", b"", 12))


def _cipher(suite: int, key: bytes) -> AESGCM | AESCCM | ChaCha20Poly1305:
    if suite == _CHACHA20:
        return ChaCha20Poly1305(key)
    if suite in (_AES_128_CCM, _AES_128_CCM_8):
        return AESCCM(key, tag_length=8 if suite == _AES_128_CCM_8 else 16)
    return AESGCM(key)


def _extract(algorithm: hashes.HashAlgorithm, salt: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, material, algorithm.name)


def _derive(algorithm: hashes.HashAlgorithm, secret: bytes, label: bytes, messages: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(messages)
    return _expand(algorithm, secret, label, digest.finalize(), algorithm.digest_size)


def _expand(
    algorithm: hashes.HashAlgorithm, secret: bytes, label: bytes, context: bytes, length: int
) -> bytes:
    """Return HKDF-Expand-Label (RFC 8446, 7.1)."""
    name = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(name)]) + name + bytes([len(context)]) + context
    return HKDFExpand(algorithm, length, info).derive(secret)
