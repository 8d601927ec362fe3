"""What software that is not the token can prove: possession of a key, signature, issuer, names, nested validity."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.authority import Authority
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.loading import load_certificate, load_crl
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.signer import hash_of
from ceremony_app.pki.spki import public_key
from ceremony_app.pki.validity import text


def proves(spki: bytes, algorithm: Algorithm, scheme: Scheme, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the private half signed the message (RSA is PKCS#1 v1.5, RFC 8017, 8.2)."""
    key = public_key(spki, algorithm)
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hash_of(scheme)))
        else:
            key.verify(signature, message, padding.PKCS1v15(), hash_of(scheme))
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
        return (_finding("signatureValue", "a signature of the issuer's key", "one that does not verify"),)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        return (_finding("signatureValue", "a certificate issued by the issuer", str(fault) or type(fault).__name__),)
    if issuer is None:
        return ()
    found = list(_may_issue(issuer, "keyCertSign"))
    start, end = read.not_before.instant(), read.not_after.instant()
    if start < issuer.not_before or end > issuer.not_after:
        expected = f"within the issuer's, {text(issuer.not_before)} to {text(issuer.not_after)}"
        found.append(_finding("validity", expected, f"{text(start)} to {text(end)}"))
    constraints = read.extension(values.BASIC_CONSTRAINTS)
    is_ca = constraints is not None and values.basic_constraints(constraints.value).ca
    if is_ca and _path_length(issuer) == 0:
        found.append(_finding("basicConstraints", "no CA under an issuer of path length 0", "CA TRUE"))
    return tuple(found)


def crl_proof(der: bytes, issuer: Authority, *, stand_in: bool = False) -> tuple[Finding, ...]:
    """A CRL held against the certificate of the CA that issued it; `stand_in` and errors as above."""
    read = read_crl(der)
    found = list(_may_issue(issuer, "cRLSign"))
    if not issuer.not_before <= read.this_update.instant() <= issuer.not_after:
        expected = f"within the CA's validity, {text(issuer.not_before)} to {text(issuer.not_after)}"
        found.append(_finding("thisUpdate", expected, text(read.this_update.instant())))
    try:
        good = stand_in or load_crl(der).is_signature_valid(issuer.key)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        return (*found, _finding("signatureValue", "a CRL that can be read", str(fault) or type(fault).__name__))
    if not good:
        found.append(_finding("signatureValue", "a signature of the CA's key", "one that does not verify"))
    return tuple(found)


def _may_issue(issuer: Authority, usage: str) -> tuple[Finding, ...]:
    """The issuer's certificate says that it is a CA and that its key may do this (RFC 5280, 4.2.1.3 and 4.2.1.9)."""
    read = read_certificate(issuer.certificate)
    constraints, usages = read.extension(values.BASIC_CONSTRAINTS), read.extension(values.KEY_USAGE)
    found = []
    if constraints is None or not values.basic_constraints(constraints.value).ca:
        found.append(_finding("issuer.basicConstraints", "CA TRUE", "a certificate that is no CA's"))
    if usages is None or usage not in values.key_usage(usages.value):
        found.append(_finding("issuer.keyUsage", usage, "a key that may not do this"))
    return tuple(found)


def _path_length(issuer: Authority) -> int:
    constraints = read_certificate(issuer.certificate).extension(values.BASIC_CONSTRAINTS)
    return -1 if constraints is None else values.basic_constraints(constraints.value).path_length


def _finding(field: str, expected: str, found: str) -> Finding:
    return Finding(rule="CER-PROOF", field=field, section="RFC 5280, 6.1", expected=expected, found=found)
