"""Whether a signature over a statement holds, by the four methods that a sign-off may name."""

from __future__ import annotations

import hashlib
from typing import Final, TypeAlias, assert_never

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

ED25519: Final = "ed25519"
P256: Final = "ecdsa-p256-sha256"
P384: Final = "ecdsa-p384-sha384"
RSA: Final = "rsa-pkcs1-sha256"

RSA_BITS: Final = range(2048, 16385)
"""The least that the contract allows, and the most that OpenSSL computes with."""

_FIELD: Final = 2**255 - 19
_Y_OF_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_Y: Final = frozenset({0, 1, _FIELD - 1, _Y_OF_ORDER_8, _FIELD - _Y_OF_ORDER_8})
"""The y of the eight points of edwards25519 whose order divides 8: with such a key anybody can sign anything."""

_Key: TypeAlias = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


def key_digest(spki: bytes) -> str:
    """SHA-256 of a DER SubjectPublicKeyInfo, in hex: the name of a key in journal, statement and binding."""
    return hashlib.sha256(spki).hexdigest()


def algorithm_of(spki: bytes) -> str | None:
    """The method that goes with a public key; None where it is a key that nobody may sign with here."""
    return _method(_key(spki))


def verify(alg: str, spki: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether `signature` is one over exactly these bytes with this key (DER SubjectPublicKeyInfo).

    `alg` is `ed25519` (RFC 8032), `ecdsa-p256-sha256` or `ecdsa-p384-sha384` (signature in DER), or
    `rsa-pkcs1-sha256` (RFC 8017, 8.2; 2048 bits or more). Anything else, a key of another kind and malformed octets
    are answered with False, never with an exception.
    """
    key = _key(spki)
    if alg != _method(key):
        return False
    try:
        match key:
            case Ed25519PublicKey():
                key.verify(signature, statement)
            case ec.EllipticCurvePublicKey():
                key.verify(signature, statement, ec.ECDSA(hashes.SHA384() if alg == P384 else hashes.SHA256()))
            case rsa.RSAPublicKey():
                key.verify(signature, statement, PKCS1v15(), hashes.SHA256())
            case None:
                return False
            case _:
                assert_never(key)
    except InvalidSignature:
        return False
    return True


def _method(key: _Key | None) -> str | None:
    """The method that goes with a key."""
    match key:
        case Ed25519PublicKey():
            return ED25519
        case ec.EllipticCurvePublicKey(curve=ec.SECP256R1()):
            return P256
        case ec.EllipticCurvePublicKey(curve=ec.SECP384R1()):
            return P384
        case rsa.RSAPublicKey(key_size=bits) if bits in RSA_BITS:
            return RSA
        case _:
            return None


def _key(spki: bytes) -> _Key | None:
    """The key, if these are the very octets that encode it.

    Keys are counted by their digest: a second encoding of the same key would count as a second key.
    """
    try:
        key = load_der_public_key(spki)
        same = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == spki
    except (ValueError, UnsupportedAlgorithm):
        return None
    match key:
        case Ed25519PublicKey() if same and not _small_order(key):
            return key
        case ec.EllipticCurvePublicKey() | rsa.RSAPublicKey() if same:
            return key
        case _:
            return None


def _small_order(key: Ed25519PublicKey) -> bool:
    """Whether the point is one of the eight of small order, or encoded otherwise than RFC 8032, 5.1.2 has it."""
    y = int.from_bytes(key.public_bytes_raw(), "little") & (2**255 - 1)
    return y >= _FIELD or y in _SMALL_ORDER_Y
