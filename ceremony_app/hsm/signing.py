"""How a signature scheme is put to a token: what is hashed here, which mechanism is asked, how the answer reads."""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ceremony_app.core.algorithms import Scheme

RSA_PKCS: Final = 0x0001
ECDSA: Final = 0x1041
_COMBINED: Final = {Scheme.RSA_SHA256: 0x0040, Scheme.RSA_SHA384: 0x0041}

# DER of DigestInfo up to the hash, for tokens that pad and sign but do not hash (RFC 8017, 9.2, note 1).
_DIGEST_INFO: Final = {
    Scheme.RSA_SHA256: bytes.fromhex("3031300d060960864801650304020105000420"),
    Scheme.RSA_SHA384: bytes.fromhex("3041300d060960864801650304020205000430"),
}


def question(scheme: Scheme, data: bytes, key_octets: int, mechanisms: frozenset[int]) -> tuple[int, bytes]:
    """The mechanism (CKM_ number) and the octets to be signed with it.

    The token hashes where it offers hash and RSA padding in one; all else is hashed here. `key_octets` is the size of
    an EC key's field: a longer hash counts with its leftmost bits (FIPS 186-5, 6.4.1).
    """
    if _COMBINED.get(scheme) in mechanisms:
        return _COMBINED[scheme], data
    digest = hashlib.new(scheme.hash_name, data).digest()
    if scheme.is_rsa:
        return RSA_PKCS, _DIGEST_INFO[scheme] + digest
    return ECDSA, digest[:key_octets]


def signature(scheme: Scheme, answer: bytes) -> bytes:
    """The token's answer as a certificate carries it: RSA as it is, ECDSA as DER of r and s (RFC 3279, 2.2.3)."""
    if scheme.is_rsa:
        return answer
    half = len(answer) // 2
    return encode_dss_signature(int.from_bytes(answer[:half], "big"), int.from_bytes(answer[half:], "big"))
