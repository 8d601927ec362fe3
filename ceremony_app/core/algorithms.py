"""The kinds of key that a ceremony makes, the signature schemes, and which scheme goes with which key."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Literal, TypeAlias

Family: TypeAlias = Literal["EC", "Ed25519", "RSA"]
"""Keys of one family are used alike: ECDSA over a named curve, Ed25519, RSA."""


@unique
class Algorithm(StrEnum):
    """A kind of key, as definitions, journals and records name it."""

    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    ED25519 = "Ed25519"
    RSA3072 = "RSA-3072"
    RSA4096 = "RSA-4096"

    @property
    def family(self) -> Family:
        """What the key is used like."""
        return family_of(self.value)

    @property
    def is_rsa(self) -> bool:
        """Whether the key is an RSA key."""
        return self.family == "RSA"

    @property
    def bits(self) -> int:
        """The size of the curve's field (255 for Ed25519, RFC 8032, 5.1) or of the modulus."""
        return 255 if self is Algorithm.ED25519 else int(self.value.partition("-")[2])


@unique
class Scheme(StrEnum):
    """A signature scheme: what is hashed, and how it is signed.

    Ed25519 is the pure form (RFC 8032, 5.1; RFC 8410, 3). RSASSA-PSS has MGF1 with the same hash and a salt as long as
    the hash (RFC 4055, 3.1; CA/Browser Forum BR, 7.1.3.2.1); it is used with keys of the type rsaEncryption.
    """

    ECDSA_SHA256 = "ecdsa-with-SHA256"
    ECDSA_SHA384 = "ecdsa-with-SHA384"
    ECDSA_SHA512 = "ecdsa-with-SHA512"
    ED25519 = "Ed25519"
    RSA_SHA256 = "sha256WithRSAEncryption"
    RSA_SHA384 = "sha384WithRSAEncryption"
    PSS_SHA256 = "RSASSA-PSS-SHA256"
    PSS_SHA384 = "RSASSA-PSS-SHA384"

    @property
    def family(self) -> Family:
        """The keys that it goes with."""
        match self:
            case Scheme.ECDSA_SHA256 | Scheme.ECDSA_SHA384 | Scheme.ECDSA_SHA512:
                return "EC"
            case Scheme.ED25519:
                return "Ed25519"
            case Scheme.RSA_SHA256 | Scheme.RSA_SHA384 | Scheme.PSS_SHA256 | Scheme.PSS_SHA384:
                return "RSA"

    @property
    def hash_name(self) -> str | None:
        """The name as `hashlib` knows it of the hash that is signed; None for Ed25519, which takes the message whole.

        Ed25519 hashes twice, and the secret key goes into the first hash: nobody but the holder of the key can do it.
        """
        match self:
            case Scheme.ECDSA_SHA256 | Scheme.RSA_SHA256 | Scheme.PSS_SHA256:
                return "sha256"
            case Scheme.ECDSA_SHA384 | Scheme.RSA_SHA384 | Scheme.PSS_SHA384:
                return "sha384"
            case Scheme.ECDSA_SHA512:
                return "sha512"
            case Scheme.ED25519:
                return None

    @property
    def is_rsa(self) -> bool:
        """Whether RSA keys sign by it, with either padding (RFC 8017, 8)."""
        return self.family == "RSA"

    @property
    def is_pss(self) -> bool:
        """Whether it is RSASSA-PSS (RFC 8017, 8.1)."""
        return self in (Scheme.PSS_SHA256, Scheme.PSS_SHA384)


def family_of(kind: str) -> Family:
    """The family of a kind of key by its name, which may be of a size that is not made here (`RSA-2048`).

    Raises ValueError for a name that is no kind of key.
    """
    match kind.partition("-"):
        case ("Ed25519", "", ""):
            return "Ed25519"
        case ("RSA", "-", _):
            return "RSA"
        case ("P", "-", _):
            return "EC"
        case _:
            raise ValueError(f"{kind!r} is no kind of key that is known here")


def fits(algorithm: Algorithm, scheme: Scheme) -> bool:
    """Whether keys of this kind can sign by this scheme; which hash goes with which size is a policy's to say."""
    return algorithm.family == scheme.family


def usual_scheme(algorithm: Algorithm) -> Scheme:
    """The scheme that goes with a kind of key where nothing else is said."""
    match algorithm:
        case Algorithm.P256:
            return Scheme.ECDSA_SHA256
        case Algorithm.P384:
            return Scheme.ECDSA_SHA384
        case Algorithm.P521:
            return Scheme.ECDSA_SHA512
        case Algorithm.ED25519:
            return Scheme.ED25519
        case Algorithm.RSA3072:
            return Scheme.RSA_SHA256
        case Algorithm.RSA4096:
            return Scheme.RSA_SHA384
