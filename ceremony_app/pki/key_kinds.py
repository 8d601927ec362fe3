"""The kinds of public key that a request may bring, told from the octets; a profile may allow fewer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from ceremony_app.pki import der as asn1
from ceremony_app.pki import structures as x

_RSA: Final = "1.2.840.113549.1.1.1"
_ED25519: Final = "1.3.101.112"
_EC: Final = "1.2.840.10045.2.1"
_WANTED: Final = MappingProxyType({_RSA: "NULL stands (RFC 8017, A.1)", _ED25519: "none stand (RFC 8410, 3)"})


@unique
class KeyKind(StrEnum):
    """A kind of key; RSA of any size is one."""

    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    ED25519 = "Ed25519"
    RSA = "RSA"


_IDENTIFIERS: Final = MappingProxyType(
    {
        "301306072a8648ce3d020106082a8648ce3d030107": KeyKind.P256,
        "301006072a8648ce3d020106052b81040022": KeyKind.P384,
        "301006072a8648ce3d020106052b81040023": KeyKind.P521,
        "300506032b6570": KeyKind.ED25519,
        "300d06092a864886f70d0101010500": KeyKind.RSA,
    }
)
"""AlgorithmIdentifiers octet for octet (RFC 5480, 2.1.1; RFC 8410, 3; RFC 8017, A.1)."""

_OTHERS: Final = MappingProxyType(
    {
        "1.2.840.10040.4.1": "DSA",
        "1.2.840.113549.1.3.1": "Diffie-Hellman",
        "1.2.840.113549.1.1.7": "RSA for RSAES-OAEP only",
        "1.2.840.113549.1.1.10": "RSA for RSASSA-PSS only; such a key is asked for as rsaEncryption",
        "1.3.101.110": "X25519, which cannot sign",
        "1.3.101.111": "X448, which cannot sign",
        "1.3.101.113": "Ed448",
        "1.3.132.1.12": "ECDH only",
        "1.2.156.10197.1.301": "SM2",
        "1.2.840.10045.3.1.1": "the curve P-192",
        "1.3.132.0.33": "the curve P-224",
        "1.3.132.0.10": "the curve secp256k1",
        "1.3.36.3.3.2.8.1.1.7": "the curve brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11": "the curve brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13": "the curve brainpoolP512r1",
    }
)
"""What else people bring, by object identifier."""


@dataclass(frozen=True, slots=True)
class RsaNumbers:
    """An RSA public key (RFC 8017, A.1.1)."""

    modulus: int
    exponent: int


def key_kind(key: x.PublicKey) -> KeyKind | None:
    """The kind of a key by its AlgorithmIdentifier, octet for octet; None where it is no kind that is known here."""
    return _IDENTIFIERS.get(key.algorithm.der.hex())


def rsa_numbers(bits: bytes) -> RsaNumbers:
    """Modulus and exponent from the BIT STRING's octets; raises `MalformedError`."""
    members = asn1.sequence(bits, "RSAPublicKey")
    modulus = asn1.integer(members.take("modulus"), "modulus")
    exponent = asn1.integer(members.take("publicExponent"), "publicExponent")
    members.end()
    return RsaNumbers(modulus, exponent)


def kind_told(key: x.PublicKey) -> str:
    """The kind in words: `P-384`, `RSA-3072`, or what it is that is not known here."""
    match key_kind(key):
        case None:
            return _unknown(key.algorithm)
        case KeyKind.RSA:
            try:
                return f"RSA-{rsa_numbers(key.bits).modulus.bit_length()}"
            except asn1.MalformedError as fault:
                return f"RSA that cannot be read: {fault}"
        case kind:
            return kind.value


def _unknown(algorithm: x.Algorithm) -> str:
    """What an AlgorithmIdentifier that is not known here is, as far as it can be told."""
    parameters = algorithm.parameters
    if algorithm.oid in (_RSA, _ED25519):
        name = "rsaEncryption" if algorithm.oid == _RSA else "Ed25519"
        return f"{name} with {'no' if not parameters else 'other'} parameters where {_WANTED[algorithm.oid]}"
    if algorithm.oid == _EC:
        return _unknown_curve(parameters)
    return _OTHERS.get(algorithm.oid, f"a key of the type {algorithm.oid}")


def _unknown_curve(parameters: bytes) -> str:
    """How the curve of an elliptic-curve key is given, which is by no name that is known here."""
    match parameters[:1]:
        case b"":
            return "an elliptic curve that is not named"
        case b"\x05":
            return "an elliptic curve that is left to the issuer (implicitCurve)"
        case b"\x30":
            return "an elliptic curve given by its parameters and not by name"
        case _:
            try:
                curve = asn1.oid(asn1.element(parameters, asn1.OBJECT_IDENTIFIER, "namedCurve"))
            except asn1.MalformedError as fault:
                return f"an elliptic curve that cannot be read: {fault}"
            return _OTHERS.get(curve, f"the curve {curve}")
