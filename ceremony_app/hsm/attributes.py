"""The attributes of objects on a token: their numbers, and which of them each kind of object has."""

from __future__ import annotations

from typing import Final, TypeAlias

from ceremony_app.core.device import ObjectKind

CLASS: Final = 0x000
LABEL: Final = 0x003
VALUE: Final = 0x011
KEY_TYPE: Final = 0x100
ID: Final = 0x102
MODULUS: Final = 0x120
MODULUS_BITS: Final = 0x121
PUBLIC_EXPONENT: Final = 0x122
VALUE_LEN: Final = 0x161
KEY_GEN_MECHANISM: Final = 0x166
EC_PARAMS: Final = 0x180
EC_POINT: Final = 0x181
"""CKA_ numbers (PKCS#11 2.40, pkcs11t.h)."""

DATA: Final = 0
CERTIFICATE: Final = 1
PUBLIC_KEY: Final = 2
PRIVATE_KEY: Final = 3
SECRET_KEY: Final = 4
"""CKO_ numbers."""

KINDS: Final = {
    DATA: ObjectKind.DATA,
    CERTIFICATE: ObjectKind.CERTIFICATE,
    PUBLIC_KEY: ObjectKind.PUBLIC,
    PRIVATE_KEY: ObjectKind.PRIVATE,
    SECRET_KEY: ObjectKind.SECRET,
}
"""Our word for each class of object (CKO_ numbers); all others are `ObjectKind.OTHER`."""

RSA: Final = 0
EC: Final = 3
AES: Final = 0x1F
EC_EDWARDS: Final = 0x40
KEY_TYPES: Final = {
    RSA: "RSA",
    0x01: "DSA",
    0x02: "DH",
    EC: "EC",
    0x10: "GENERIC_SECRET",
    0x13: "DES",
    0x14: "DES2",
    0x15: "DES3",
    AES: "AES",
    0x28: "SHA_1_HMAC",
    0x2B: "SHA256_HMAC",
    0x2C: "SHA384_HMAC",
    EC_EDWARDS: "EC_EDWARDS",
    0x41: "EC_MONTGOMERY",
}
"""Kinds of key (CKK_ numbers)."""

GENERATION_MECHANISMS: Final = {
    0x0000: "CKM_RSA_PKCS_KEY_PAIR_GEN",
    0x000A: "CKM_RSA_X9_31_KEY_PAIR_GEN",
    0x1040: "CKM_EC_KEY_PAIR_GEN",
    0x1055: "CKM_EC_EDWARDS_KEY_PAIR_GEN",
}
"""What can stand in CKA_KEY_GEN_MECHANISM of a pair that we know (CKM_ numbers)."""

# The boolean attributes of each class of object (PKCS#11 2.40, 4.4 to 4.10).
_STORAGE: Final = {0x001: "TOKEN", 0x002: "PRIVATE", 0x170: "MODIFIABLE"}
_PUBLIC: Final = {
    0x104: "ENCRYPT",
    0x106: "WRAP",
    0x10A: "VERIFY",
    0x10B: "VERIFY_RECOVER",
    0x10C: "DERIVE",
    0x163: "LOCAL",
}
_PRIVATE: Final = {
    0x103: "SENSITIVE",
    0x105: "DECRYPT",
    0x107: "UNWRAP",
    0x108: "SIGN",
    0x109: "SIGN_RECOVER",
    0x10C: "DERIVE",
    0x162: "EXTRACTABLE",
    0x163: "LOCAL",
    0x164: "NEVER_EXTRACTABLE",
    0x165: "ALWAYS_SENSITIVE",
    0x202: "ALWAYS_AUTHENTICATE",
}
_SECRET: Final = {
    **{kind: name for kind, name in _PRIVATE.items() if name not in {"SIGN_RECOVER", "ALWAYS_AUTHENTICATE"}},
    0x104: "ENCRYPT",
    0x106: "WRAP",
    0x10A: "VERIFY",
}
FLAGS: Final[dict[ObjectKind, dict[int, str]]] = {
    ObjectKind.PUBLIC: _STORAGE | _PUBLIC,
    ObjectKind.PRIVATE: _STORAGE | _PRIVATE,
    ObjectKind.SECRET: _STORAGE | _SECRET,
    ObjectKind.CERTIFICATE: _STORAGE,
    ObjectKind.DATA: _STORAGE,
    ObjectKind.OTHER: {},
}
"""The boolean attributes that stand in an object's facts, by number."""

Shape: TypeAlias = tuple[ObjectKind, int | None]
"""What decides which attributes an object has: its kind and, of a key, the CKK_ number."""

NUMBERS: Final[dict[Shape, dict[int, int]]] = {
    (ObjectKind.PUBLIC, RSA): {MODULUS: 1024, PUBLIC_EXPONENT: 16},
    (ObjectKind.PUBLIC, EC): {EC_PARAMS: 64, EC_POINT: 160},
    (ObjectKind.PUBLIC, EC_EDWARDS): {EC_PARAMS: 64, EC_POINT: 160},
    (ObjectKind.PRIVATE, RSA): {MODULUS: 1024, KEY_GEN_MECHANISM: 8},
    (ObjectKind.PRIVATE, EC): {EC_PARAMS: 64, KEY_GEN_MECHANISM: 8},
    (ObjectKind.PRIVATE, EC_EDWARDS): {EC_PARAMS: 64, KEY_GEN_MECHANISM: 8},
    (ObjectKind.SECRET, AES): {VALUE_LEN: 8},
}
"""What tells a key's algorithm and public half, with the octets set aside for each."""

IDENTITY: Final = {CLASS: 8, KEY_TYPE: 8, LABEL: 256, ID: 128}
"""What every object is known by, with the octets set aside for each."""
