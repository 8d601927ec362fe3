"""Public keys held against the kind they should be, from their octets."""

from __future__ import annotations

import hashlib
from typing import Final, assert_never

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.errors import Refusal
from ceremony_app.pki import der as asn1
from ceremony_app.pki import edwards
from ceremony_app.pki.curves import CURVES, point_fault
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding, number_told
from ceremony_app.pki.reading import read_public_key
from ceremony_app.pki.signer import PublicKey

EXPONENT: Final = 65537

_IDENTIFIERS: Final = {
    Algorithm.P256: "301306072a8648ce3d020106082a8648ce3d030107",
    Algorithm.P384: "301006072a8648ce3d020106052b81040022",
    Algorithm.P521: "301006072a8648ce3d020106052b81040023",
    Algorithm.ED25519: "300506032b6570",
    Algorithm.RSA3072: "300d06092a864886f70d0101010500",
    Algorithm.RSA4096: "300d06092a864886f70d0101010500",
}
"""The AlgorithmIdentifier of each kind of key, octet for octet (CA/Browser Forum BR, 7.1.3.1; Ed25519: RFC 8410, 3)."""

_SMALL_PRIMES: Final = tuple(n for n in range(3, 752) if all(n % d for d in range(2, int(n**0.5) + 1)))
"""The odd primes below 752 (NIST SP 800-89, 5.3.3)."""


def spki_digest(spki: bytes) -> str:
    """SHA-256 of a SubjectPublicKeyInfo, in hex."""
    return hashlib.sha256(spki).hexdigest()


def spki_findings(spki: bytes, algorithm: Algorithm, section: str = "") -> tuple[Finding, ...]:
    """What is wrong with a public key, held against its kind; empty where nothing is.

    Elliptic curve: named curve, uncompressed point (RFC 5480, 2.2), coordinates in range and on the curve, which with
    cofactor 1 is full validation (NIST SP 800-56A, 5.6.2.3.3). Ed25519: `edwards.point_fault`. RSA: modulus of exactly
    that size, odd, no factor below 752; exponent 65537 (BR, 6.1.6; NIST SP 800-89, 5.3.3).
    """
    try:
        key = read_public_key(spki)
        if key.algorithm.der.hex() != _IDENTIFIERS[algorithm]:
            return (_finding(section, f"{algorithm.value}, {_IDENTIFIERS[algorithm]}", key.algorithm.der.hex()),)
        told = _told(key.bits, algorithm)
    except MalformedError as fault:
        told = ((f"a {algorithm.value} key in DER", str(fault)),)
    return tuple(_finding(section, expected, found) for expected, found in told)


def public_key(spki: bytes, algorithm: Algorithm) -> PublicKey:
    """The key for the library; raises `Refusal` (CER-KEY) if anything is wrong with it."""
    found = spki_findings(spki, algorithm)
    if not found:
        try:
            key = load_der_public_key(spki)
        except ValueError as fault:
            found = (_finding("", f"a {algorithm.value} key", str(fault)),)
        else:
            if isinstance(key, ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey):
                return key
    raise Refusal(
        "CER-KEY",
        f"The public key is not a sound {algorithm.value} key: {' '.join(one.told() for one in found)}",
        "Do not use this key. Note what happened; the quorum decides whether another is made.",
    )


def _finding(section: str, expected: str, found: str) -> Finding:
    return Finding(rule="CER-PROFILE", field="subjectPublicKeyInfo", expected=expected, found=found, section=section)


def _told(octets: bytes, algorithm: Algorithm) -> tuple[tuple[str, str], ...]:
    """Expected and found, of the octets in the BIT STRING."""
    match algorithm.family:
        case "RSA":
            return _rsa(octets, algorithm)
        case "Ed25519":
            wrong = edwards.point_fault(octets)
        case "EC":
            wrong = point_fault(CURVES[algorithm.value], octets)
        case _:
            assert_never(algorithm.family)
    return () if wrong is None else (wrong,)


def _rsa(octets: bytes, algorithm: Algorithm) -> tuple[tuple[str, str], ...]:
    """Expected and found, of an RSA public key (RFC 8017, A.1.1)."""
    members = asn1.sequence(octets, "RSAPublicKey")
    modulus = asn1.integer(members.take("modulus"), "modulus")
    exponent = asn1.integer(members.take("publicExponent"), "publicExponent")
    members.end()
    told = []
    if modulus.bit_length() != algorithm.bits or modulus < 0:
        told.append((f"a modulus of {algorithm.bits} bits", f"{modulus.bit_length()} bits"))
    if exponent != EXPONENT:
        told.append((f"the exponent {EXPONENT}", number_told(exponent)))
    if factor := next((prime for prime in (2, *_SMALL_PRIMES) if modulus % prime == 0), 0):
        told.append(("a modulus without a factor below 752", f"the factor {factor}"))
    return tuple(told)
