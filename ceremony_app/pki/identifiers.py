"""Key identifiers computed from a public key."""

from __future__ import annotations

import hashlib
from typing import Literal, assert_never

Method = Literal["sha1", "sha1-64", "sha256-160"]

METHODS: tuple[Method, ...] = ("sha1", "sha1-64", "sha256-160")
"""RFC 5280, 4.2.1.2 methods (1) and (2); RFC 7093, 2 method 1."""


def key_identifier(method: Method, subject_public_key: bytes) -> bytes:
    """The identifier of a key from the octets of its subjectPublicKey BIT STRING (tag, length, unused bits left out).

    `sha1`: the SHA-1 (20 octets). `sha1-64`: the four bits 0100 and the last 60 bits of the SHA-1 (8 octets).
    `sha256-160`: the first 160 bits of the SHA-256 (20 octets).
    """
    match method:
        case "sha1":
            return _sha1(subject_public_key)
        case "sha1-64":
            low = bytearray(_sha1(subject_public_key)[-8:])
            low[0] = 0x40 | low[0] & 0x0F
            return bytes(low)
        case "sha256-160":
            return hashlib.sha256(subject_public_key).digest()[:20]
        case _:
            assert_never(method)


def described(method: Method) -> str:
    """The method in words."""
    match method:
        case "sha1":
            return "20 octets, RFC 5280 4.2.1.2 method (1)"
        case "sha1-64":
            return "8 octets, RFC 5280 4.2.1.2 method (2)"
        case "sha256-160":
            return "20 octets, RFC 7093 method 1"
        case _:
            assert_never(method)


def _sha1(octets: bytes) -> bytes:
    """SHA-1 as a name for a key, where nothing rests on collisions being hard."""
    return hashlib.sha1(octets, usedforsecurity=False).digest()
