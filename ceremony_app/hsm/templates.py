"""The attributes that a new object is asked to have, as a module takes them: CKA_ numbers and values."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.algorithms import Algorithm, Family
from ceremony_app.core.device import KeySpec, WrappingKeySpec
from ceremony_app.hsm.attributes import (
    AES,
    CLASS,
    EC,
    EC_EDWARDS,
    EC_PARAMS,
    EC_POINT,
    FLAGS,
    ID,
    KEY_TYPE,
    LABEL,
    MODULUS,
    MODULUS_BITS,
    PRIVATE_KEY,
    PUBLIC_EXPONENT,
    PUBLIC_KEY,
    RSA,
    SECRET_KEY,
    VALUE_LEN,
)
from ceremony_app.hsm.quirks import Profile

Template: TypeAlias = dict[int, bytes]
Public: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey

CURVES: Final = {
    Algorithm.P256: bytes.fromhex("06082a8648ce3d030107"),
    Algorithm.P384: bytes.fromhex("06052b81040022"),
    Algorithm.P521: bytes.fromhex("06052b81040023"),
    Algorithm.ED25519: bytes.fromhex("06032b6570"),
}
"""CKA_EC_PARAMS: the DER of the curve's object identifier (RFC 5480, 2.1.1.1; RFC 8410, 3)."""

_KEY_TYPES: Final[dict[Family, int]] = {"EC": EC, "Ed25519": EC_EDWARDS, "RSA": RSA}

_EXPONENT: Final = bytes.fromhex("010001")
_AES_OCTETS: Final = 32
_NAMES: Final = {name: number for flags in FLAGS.values() for number, name in flags.items()}

# What each object may be used for is always asked for; all else is forbidden in words where the module takes that.
_PUBLIC_NEVER: Final = ("ENCRYPT", "WRAP", "VERIFY_RECOVER")
_PRIVATE_NEVER: Final = ("DECRYPT", "UNWRAP", "DERIVE", "SIGN_RECOVER")
_WRAPPING_NEVER: Final = ("ENCRYPT", "DECRYPT", "SIGN", "VERIFY", "DERIVE")


def number_octets(number: int) -> bytes:
    """A CK_ULONG."""
    return struct.pack("@L", number)


def key_type(algorithm: Algorithm) -> int:
    """The CKK_ number of a kind of key."""
    return _KEY_TYPES[algorithm.family]


def flags_in(template: Mapping[int, bytes]) -> dict[str, bool]:
    """The boolean attributes of a template by their names, as they are asked for."""
    names = {number: name for name, number in _NAMES.items()}
    return {names[number]: value != b"\0" for number, value in template.items() if number in names}


def _flags(**asked: bool) -> Template:
    return {_NAMES[name]: bytes([holds]) for name, holds in asked.items()}


def _uses(may: tuple[str, ...], never: tuple[str, ...], profile: Profile) -> Template:
    """What an object is for, what it must not be used for, and that it must stay as it is."""
    asked = dict.fromkeys(may, True) | dict.fromkeys((*never, "MODIFIABLE"), False)
    return _flags(**{name: holds for name, holds in asked.items() if name not in profile.omits})


def _name(spec: KeySpec | WrappingKeySpec) -> Template:
    return {LABEL: spec.label.encode(), ID: bytes.fromhex(spec.id)}


def pair(spec: KeySpec, profile: Profile, *, stored: bool = True, private: bool = True) -> tuple[Template, Template]:
    """A signing pair: its private half sensitive, extractable only where the spec says so, good for nothing else.

    `stored` makes token objects, `private` a private half that is seen under a login only.
    """
    size = (
        {MODULUS_BITS: number_octets(spec.algorithm.bits), PUBLIC_EXPONENT: _EXPONENT}
        if spec.algorithm.is_rsa
        else {EC_PARAMS: CURVES[spec.algorithm]}
    )
    public = (
        {CLASS: number_octets(PUBLIC_KEY)}
        | _name(spec)
        | _flags(TOKEN=stored, PRIVATE=False)
        | _uses(("VERIFY",), _PUBLIC_NEVER, profile)
    )
    return public | size, {CLASS: number_octets(PRIVATE_KEY)} | _private(spec, profile, stored=stored, private=private)


def _private(spec: KeySpec, profile: Profile, *, stored: bool, private: bool) -> Template:
    return (
        _name(spec)
        | _flags(TOKEN=stored, PRIVATE=private, SENSITIVE=True, EXTRACTABLE=spec.extractable)
        | (_flags(ALWAYS_AUTHENTICATE=True) if spec.always_authenticate else {})
        | _uses(("SIGN",), _PRIVATE_NEVER, profile)
    )


def wrapping_key(spec: WrappingKeySpec, profile: Profile) -> Template:
    """An AES-256 key that wraps and unwraps, does nothing else, and never leaves the token."""
    return (
        {CLASS: number_octets(SECRET_KEY), KEY_TYPE: number_octets(AES), VALUE_LEN: number_octets(_AES_OCTETS)}
        | _name(spec)
        | _flags(TOKEN=True, PRIVATE=True, SENSITIVE=True, EXTRACTABLE=False)
        | _uses(("WRAP", "UNWRAP"), _WRAPPING_NEVER, profile)
    )


def unwrapped(spec: KeySpec, profile: Profile) -> Template:
    """The private half that comes out of a wrapped key: as a new one, but that its kind has to be told."""
    kind = number_octets(key_type(spec.algorithm))
    return {CLASS: number_octets(PRIVATE_KEY), KEY_TYPE: kind} | _private(spec, profile, stored=True, private=True)


def public_half(spec: KeySpec, profile: Profile, key: Public) -> Template:
    """The public half beside an unwrapped private one."""
    match key:
        case rsa.RSAPublicKey():
            numbers = key.public_numbers()
            value = {MODULUS: _octets(numbers.n), PUBLIC_EXPONENT: _octets(numbers.e)}
        case ed25519.Ed25519PublicKey():
            value = _on_curve(spec.algorithm, key.public_bytes_raw())
        case _:
            value = _on_curve(spec.algorithm, key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    return (
        {CLASS: number_octets(PUBLIC_KEY), KEY_TYPE: number_octets(key_type(spec.algorithm))}
        | _name(spec)
        | _flags(TOKEN=True, PRIVATE=False)
        | _uses(("VERIFY",), _PUBLIC_NEVER, profile)
        | value
    )


def _on_curve(algorithm: Algorithm, point: bytes) -> Template:
    """Curve and point, which is wrapped in an OCTET STRING; its length takes a second octet from 128 on (P-521)."""
    length = bytes([len(point)]) if len(point) < 128 else bytes([0x81, len(point)])  # noqa: PLR2004 - X.690, 8.1.3
    return {EC_PARAMS: CURVES[algorithm], EC_POINT: b"\x04" + length + point}


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")
