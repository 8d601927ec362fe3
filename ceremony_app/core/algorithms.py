"""The kinds of key that a ceremony makes, and the signature scheme that goes with each."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Algorithm(StrEnum):
    """A kind of key, as definitions, journals and records name it."""

    P256 = "P-256"
    P384 = "P-384"
    RSA3072 = "RSA-3072"
    RSA4096 = "RSA-4096"

    @property
    def is_rsa(self) -> bool:
        """Whether the key is an RSA key."""
        return self in (Algorithm.RSA3072, Algorithm.RSA4096)

    @property
    def bits(self) -> int:
        """The size of the field or of the modulus."""
        return int(self.value.partition("-")[2])


@unique
class Scheme(StrEnum):
    """A signature scheme: what is hashed, and how it is signed."""

    ECDSA_SHA256 = "ecdsa-with-SHA256"
    ECDSA_SHA384 = "ecdsa-with-SHA384"
    RSA_SHA256 = "sha256WithRSAEncryption"
    RSA_SHA384 = "sha384WithRSAEncryption"

    @property
    def hash_name(self) -> str:
        """The name of the hash as `hashlib` knows it."""
        return "sha384" if self in (Scheme.ECDSA_SHA384, Scheme.RSA_SHA384) else "sha256"

    @property
    def is_rsa(self) -> bool:
        """Whether it is RSA PKCS#1 v1.5 (RFC 8017, 8.2)."""
        return self in (Scheme.RSA_SHA256, Scheme.RSA_SHA384)


def usual_scheme(algorithm: Algorithm) -> Scheme:
    """The scheme that goes with a kind of key where nothing else is said."""
    match algorithm:
        case Algorithm.P256:
            return Scheme.ECDSA_SHA256
        case Algorithm.P384:
            return Scheme.ECDSA_SHA384
        case Algorithm.RSA3072:
            return Scheme.RSA_SHA256
        case Algorithm.RSA4096:
            return Scheme.RSA_SHA384
