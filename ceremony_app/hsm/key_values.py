"""What the attributes of a key on a token say: its kind, and its public half."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.hsm.attributes import (
    AES,
    EC,
    EC_EDWARDS,
    EC_PARAMS,
    EC_POINT,
    KEY_TYPES,
    MODULUS,
    PUBLIC_EXPONENT,
    RSA,
    VALUE_LEN,
)

# The named curves, as the DER of their object identifiers stands in CKA_EC_PARAMS (RFC 5480, 2.1.1.1).
_CURVES: Final[dict[bytes, ec.EllipticCurve]] = {
    bytes.fromhex("06082a8648ce3d030107"): ec.SECP256R1(),
    bytes.fromhex("06052b81040022"): ec.SECP384R1(),
    bytes.fromhex("06052b81040023"): ec.SECP521R1(),
}

_ED25519: Final = frozenset(
    {
        bytes.fromhex("06032b6570"),  # the object identifier of RFC 8410, 3
        b"\x13\x0cedwards25519",  # PKCS#11 3.0 lets the curve's name stand instead
        b"\x13\x0aid-Ed25519",
        bytes.fromhex("06092b06010401da470f01"),  # 1.3.6.1.4.1.11591.15.1, which is older than RFC 8410
    }
)
"""What tokens give as CKA_EC_PARAMS of an Ed25519 key."""

_ED25519_WRAPPINGS: Final = frozenset({b"\x04\x20", b"\x03\x21\x00", b""})
"""What stands before its 32 octets in CKA_EC_POINT: the head of an OCTET STRING or of a BIT STRING, or nothing."""


def number_in(octets: bytes | None) -> int | None:
    """A CK_ULONG."""
    return int.from_bytes(octets, sys.byteorder) if octets else None


def _curve(values: Mapping[int, bytes]) -> ec.EllipticCurve | None:
    return _CURVES.get(values.get(EC_PARAMS, b""))


def _is_ed25519(key_type: int | None, values: Mapping[int, bytes]) -> bool:
    return key_type == EC_EDWARDS and values.get(EC_PARAMS) in _ED25519


def algorithm_of(key_type: int | None, values: Mapping[int, bytes]) -> str:
    """The kind of a key by name; `CKK_` and the kind of key where it is none that is known here, or does not say."""
    if key_type is None:
        return ""
    if key_type == RSA and MODULUS in values:
        return f"RSA-{int.from_bytes(values[MODULUS], 'big').bit_length()}"
    if key_type == EC and (curve := _curve(values)) is not None:
        return f"P-{curve.key_size}"
    if _is_ed25519(key_type, values):
        return "Ed25519"
    if key_type == AES and (octets := number_in(values.get(VALUE_LEN))):
        return f"AES-{8 * octets}"
    return f"CKK_{KEY_TYPES.get(key_type, f'0x{key_type:08x}')}"


def spki_of(key_type: int | None, values: Mapping[int, bytes]) -> bytes:
    """The public key as DER SubjectPublicKeyInfo; empty where it is of a kind that we do not know or makes no sense."""
    key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
    try:
        if key_type == RSA:
            exponent, modulus = (int.from_bytes(values[kind], "big") for kind in (PUBLIC_EXPONENT, MODULUS))
            key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        elif key_type == EC and (curve := _curve(values)) is not None:
            # CKA_EC_POINT is a DER OCTET STRING; some tokens give the point itself (PKCS#11 2.40, 2.3.3).
            length = 1 + 2 * ((curve.key_size + 7) // 8)
            key = ec.EllipticCurvePublicKey.from_encoded_point(curve, values[EC_POINT][-length:])
        elif _is_ed25519(key_type, values):
            wrapping, point = values[EC_POINT][:-32], values[EC_POINT][-32:]
            if wrapping not in _ED25519_WRAPPINGS:
                return b""
            key = ed25519.Ed25519PublicKey.from_public_bytes(point)
        else:
            return b""
    except (KeyError, ValueError):
        return b""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
