"""Software keys that stand in for the real ones while nothing real exists yet; each is forgotten with the trial."""

from __future__ import annotations

from typing import assert_never

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.pki.signer import PrivateKey, PublicKey
from ceremony_app.pki.spki import EXPONENT


def throwaway_key(algorithm: Algorithm) -> PrivateKey:
    """A key of the same kind as the real one will be. RSA-4096 may take seconds."""
    match algorithm:
        case Algorithm.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case Algorithm.P384:
            return ec.generate_private_key(ec.SECP384R1())
        case Algorithm.P521:
            return ec.generate_private_key(ec.SECP521R1())
        case Algorithm.ED25519:
            return ed25519.Ed25519PrivateKey.generate()
        case Algorithm.RSA3072 | Algorithm.RSA4096:
            return rsa.generate_private_key(EXPONENT, algorithm.bits)
        case _:
            assert_never(algorithm)


def stand_in_key(real: PublicKey) -> PrivateKey:
    """A quickly made key of the real one's family, for a signature that only fills its place."""
    match real:
        case rsa.RSAPublicKey():
            return rsa.generate_private_key(EXPONENT, 2048)
        case ed25519.Ed25519PublicKey():
            return ed25519.Ed25519PrivateKey.generate()
        case _:
            return ec.generate_private_key(ec.SECP256R1())


def spki_of(key: PrivateKey) -> bytes:
    """The SubjectPublicKeyInfo of a key, in DER."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
