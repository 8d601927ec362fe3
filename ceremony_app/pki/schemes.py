"""Signature schemes as the library knows them: hash and padding of each, and the scheme that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15

from ceremony_app.core.algorithms import Family, Scheme

Hash: TypeAlias = hashes.SHA256 | hashes.SHA384 | hashes.SHA512

_PSS: Final[Mapping[Scheme, PSS]] = MappingProxyType(
    {
        Scheme.PSS_SHA256: PSS(MGF1(hashes.SHA256()), hashes.SHA256.digest_size),
        Scheme.PSS_SHA384: PSS(MGF1(hashes.SHA384()), hashes.SHA384.digest_size),
    }
)
"""The padding of each scheme; it is known again as this very object, so that no other mask or salt passes for it."""


def hash_of(scheme: Scheme) -> Hash | None:
    """The hash of a scheme; None where the message is signed whole (Ed25519)."""
    match scheme.hash_name:
        case "sha256":
            return hashes.SHA256()
        case "sha384":
            return hashes.SHA384()
        case "sha512":
            return hashes.SHA512()
        case _:
            return None


def pss_of(scheme: Scheme) -> PSS | None:
    """The padding of RSASSA-PSS; None for every other scheme."""
    return _PSS.get(scheme)


def rsa_padding(scheme: Scheme) -> PSS | PKCS1v15:
    """The padding of an RSA scheme."""
    return _PSS.get(scheme) or PKCS1v15()


def scheme_asked(family: Family, algorithm: object, padding: object = None) -> Scheme | None:
    """The scheme by which the library wants a key of this family to sign; None where it is none that is known here.

    `algorithm` is the hash that it names, None with Ed25519; `padding` is RSA's.
    """
    for scheme in Scheme:
        hashed, pss = hash_of(scheme), pss_of(scheme)
        if scheme.family != family or (type(hashed) is not type(algorithm)):
            continue
        if family != "RSA" or (padding is pss if pss else isinstance(padding, PKCS1v15)):
            return scheme
    return None
