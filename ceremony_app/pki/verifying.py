"""Signatures of others verified with the signer's public key, by whatever scheme the object names."""

from __future__ import annotations

import warnings
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from ceremony_app.pki import der as asn1
from ceremony_app.pki.request_proof import proof_scheme, verify
from ceremony_app.pki.structures import Algorithm, PublicKey

_NULL: Final = b"\x05\x00"


def signature_fault(tbs: bytes, algorithm: Algorithm, signature: bytes, signer: PublicKey) -> str:
    """Why a signature over the octets cannot be accepted under a key; empty where it verifies.

    A NULL that should not stand beside the scheme is a fault of form, named elsewhere: the signature is looked at all
    the same. Schemes with a broken hash prove nothing and are not looked at.
    """
    try:
        scheme = proof_scheme(_without_null(algorithm))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is weak about a key is the profile's to say
            verify(scheme, signer, tbs, signature)
    except InvalidSignature:
        return "it does not verify"
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:  # MalformedError is a ValueError
        return f"it proves nothing: {str(fault) or type(fault).__name__}"
    return ""


def _without_null(algorithm: Algorithm) -> Algorithm:
    """The AlgorithmIdentifier without a NULL; RSA's stands or is absent and means the same (RFC 4055, 5)."""
    if algorithm.parameters != _NULL:
        return algorithm
    identifier = asn1.sequence(algorithm.der, "AlgorithmIdentifier").take("algorithm").der
    return Algorithm(algorithm.oid, b"", bytes([asn1.SEQUENCE, len(identifier)]) + identifier)
