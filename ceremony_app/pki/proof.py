"""What software that is not the token can prove: possession of a key, signature, issuer, names, nested validity."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.pki.authority import Authority
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issued import issued_within, may_issue, proof_finding, room_below, within
from ceremony_app.pki.loading import load_certificate, load_crl
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.schemes import hash_of, rsa_padding
from ceremony_app.pki.spki import public_key


def proves(spki: bytes, algorithm: Algorithm, scheme: Scheme, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the private half signed the message by this scheme; a scheme of other keys proves nothing.

    Raises `Refusal` (CER-KEY) where the public key is no sound one of its kind.
    """
    key = public_key(spki, algorithm)
    try:
        match key, hash_of(scheme):
            case ec.EllipticCurvePublicKey(), hashes.HashAlgorithm() as hashed if not scheme.is_rsa:
                key.verify(signature, message, ec.ECDSA(hashed))
            case rsa.RSAPublicKey(), hashes.HashAlgorithm() as hashed if scheme.is_rsa:
                key.verify(signature, message, rsa_padding(scheme), hashed)
            case ed25519.Ed25519PublicKey(), None:
                key.verify(signature, message)
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def certificate_proof(der: bytes, issuer: Authority | None, *, stand_in: bool = False) -> tuple[Finding, ...]:
    """A certificate held against its issuer's certificate, or against itself where `issuer` is None.

    `stand_in` leaves out the signature, which is not the issuer's. Raises `MalformedError` for octets that are none.
    """
    read = read_certificate(der)
    try:
        certificate = load_certificate(der)
        above = certificate if issuer is None else load_certificate(issuer.certificate)
        if not stand_in:
            certificate.verify_directly_issued_by(above)
    except InvalidSignature:
        return (proof_finding("signatureValue", "a signature of the issuer's key", "one that does not verify"),)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        told = str(fault) or type(fault).__name__
        return (proof_finding("signatureValue", "a certificate issued by the issuer", told),)
    if issuer is None:
        return ()
    own = read_certificate(issuer.certificate)
    return (*may_issue(own, "keyCertSign"), *within(read, own), *room_below(read, own))


def crl_proof(der: bytes, issuer: Authority, *, stand_in: bool = False) -> tuple[Finding, ...]:
    """A CRL held against the certificate of the CA that issued it; `stand_in` and errors as above."""
    read = read_crl(der)
    own = read_certificate(issuer.certificate)
    found = [*may_issue(own, "cRLSign"), *issued_within(read, own)]
    try:
        good = stand_in or load_crl(der).is_signature_valid(issuer.key)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        return (*found, proof_finding("signatureValue", "a CRL that can be read", str(fault) or type(fault).__name__))
    if not good:
        found.append(proof_finding("signatureValue", "a signature of the CA's key", "one that does not verify"))
    return tuple(found)
