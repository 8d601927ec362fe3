"""How a signature scheme is put to a token: what is hashed here, which mechanism is asked, how the answer reads."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from ceremony_app.core.algorithms import Scheme
from ceremony_app.hsm.object_refusals import scheme_not_offered

RSA_PKCS: Final = 0x0001
RSA_PKCS_PSS: Final = 0x000D
ECDSA: Final = 0x1041
EDDSA: Final = 0x1057
COMBINED: Final = {
    Scheme.RSA_SHA256: 0x0040,
    Scheme.RSA_SHA384: 0x0041,
    Scheme.PSS_SHA256: 0x0043,
    Scheme.PSS_SHA384: 0x0044,
}
"""CKM_ numbers of what hashes and pads in one."""

# DER of DigestInfo up to the hash, for tokens that pad and sign but do not hash (RFC 8017, 9.2, note 1).
_DIGEST_INFO: Final = {
    Scheme.RSA_SHA256: bytes.fromhex("3031300d060960864801650304020105000420"),
    Scheme.RSA_SHA384: bytes.fromhex("3041300d060960864801650304020205000430"),
}

_PSS_PARAMETERS: Final = {
    Scheme.PSS_SHA256: struct.pack("@LLL", 0x0250, 2, 32),
    Scheme.PSS_SHA384: struct.pack("@LLL", 0x0260, 3, 48),
}
"""CK_RSA_PKCS_PSS_PARAMS: the hash (CKM_), the mask of the same hash (CKG_MGF1_), the salt's octets."""


@dataclass(frozen=True, slots=True)
class Question:
    """The mechanism (CKM_ number), the octets to be signed with it, and the structure that it takes beside them."""

    mechanism: int
    octets: bytes
    parameter: bytes = b""


def question(scheme: Scheme, data: bytes, kind: str, mechanisms: frozenset[int]) -> Question:
    """What is asked of a token so that it signs `data` with a key of this kind (`P-384`, `RSA-2048`).

    The token hashes where it offers hash and RSA padding in one; all else is hashed here, but for Ed25519, where the
    token takes the message whole. A hash that is longer than the field of an EC key counts with its leftmost octets
    (FIPS 186-5, 6.4.1).

    Raises `TokenFault` (SCHEME_NOT_OFFERED) for RSASSA-PSS where the token lists no mechanism for it: what becomes of a
    structure that it does not know cannot be foreseen (tpm2-pkcs11 answers CKR_GENERAL_ERROR).
    """
    parameter = _PSS_PARAMETERS.get(scheme, b"")
    if COMBINED.get(scheme) in mechanisms:
        return Question(COMBINED[scheme], data, parameter)
    if scheme.hash_name is None:
        return Question(EDDSA, data)
    digest = hashlib.new(scheme.hash_name, data).digest()
    if scheme.is_pss:
        if RSA_PKCS_PSS not in mechanisms:
            raise scheme_not_offered(scheme.value)
        return Question(RSA_PKCS_PSS, digest, parameter)
    if scheme.is_rsa:
        return Question(RSA_PKCS, _DIGEST_INFO[scheme] + digest)
    return Question(ECDSA, digest[: _field_octets(kind)])


def _field_octets(kind: str) -> int:
    """The octets of the field of `P-…`: 66 for P-521."""
    return (int(kind.removeprefix("P-")) + 7) // 8


def signature(scheme: Scheme, answer: bytes) -> bytes:
    """The token's answer as a certificate carries it: ECDSA as DER of r and s (RFC 3279, 2.2.3), all else as it is."""
    if scheme.family != "EC":
        return answer
    half = len(answer) // 2
    return encode_dss_signature(int.from_bytes(answer[:half], "big"), int.from_bytes(answer[half:], "big"))
