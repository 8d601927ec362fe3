"""The extensions that a profile asks for, for the library's builder."""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.profiles import (
    AuthorityInformationAccess,
    CertificateProfile,
    CrlDistributionPoints,
    KeyUsage,
)
from ceremony_app.pki.identifiers import key_identifier
from ceremony_app.pki.lint_extensions import access_of
from ceremony_app.pki.signer import PublicKey

_USAGE_FLAGS: Final = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
    "encipher_only": "encipherOnly",
    "decipher_only": "decipherOnly",
}
"""The library's words for the bits of KeyUsage, and RFC 5280's."""


def subject_public_key(key: PublicKey) -> bytes:
    """The octets of the subjectPublicKey BIT STRING: an uncompressed point, PKCS#1, or the key as it is (RFC 8410)."""
    match key:
        case rsa.RSAPublicKey():
            return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        case ed25519.Ed25519PublicKey():
            return key.public_bytes_raw()
        case _:
            return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def extensions(
    profile: CertificateProfile, key: PublicKey, issuer_key_identifier: bytes | None
) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    """Each extension and whether it is critical; `issuer_key_identifier` is None where the certificate signs itself."""
    found: list[tuple[x509.ExtensionType, bool]] = []
    own = key_identifier(profile.subject_key_identifier.value.method, subject_public_key(key))
    constraints = profile.basic_constraints.value
    if constraints.present:
        length = constraints.path_length if constraints.path_length >= 0 else None
        found.append((x509.BasicConstraints(ca=constraints.ca, path_length=length), constraints.critical))
    found.append((_usage(profile.key_usage.value), profile.key_usage.value.critical))
    if (purposes := profile.extended_key_usage) is not None:
        listed_purposes = [x509.ObjectIdentifier(oid) for oid in purposes.value.oids]
        found.append((x509.ExtendedKeyUsage(listed_purposes), purposes.value.critical))
    policies = profile.certificate_policies.value
    if policies.oids:
        listed = [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in policies.oids]
        found.append((x509.CertificatePolicies(listed), policies.critical))
    found.append((x509.SubjectKeyIdentifier(own), profile.subject_key_identifier.value.critical))
    authority = profile.authority_key_identifier.value
    if authority.present:
        found.append((authority_key(issuer_key_identifier or own), authority.critical))
    if (points := profile.crl_distribution_points) is not None:
        found.append((_points(points.value), points.value.critical))
    if (access := profile.authority_information_access) is not None:
        found.append((_access(access.value), False))
    for said in profile.extra:
        extra = said.value
        opaque = x509.UnrecognizedExtension(x509.ObjectIdentifier(extra.oid), bytes.fromhex(extra.der))
        found.append((opaque, extra.critical))
    return tuple(found)


def authority_key(identifier: bytes) -> x509.AuthorityKeyIdentifier:
    """RFC 5280, 4.2.1.1 with the keyIdentifier alone."""
    return x509.AuthorityKeyIdentifier(identifier, None, None)


def _usage(rule: KeyUsage) -> x509.KeyUsage:
    return x509.KeyUsage(**{flag: usage in rule.usages for flag, usage in _USAGE_FLAGS.items()})


def _points(rule: CrlDistributionPoints) -> x509.CRLDistributionPoints:
    names = [x509.UniformResourceIdentifier(uri) for uri in rule.uris]
    return x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])


def _access(rule: AuthorityInformationAccess) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(x509.ObjectIdentifier(method), x509.UniformResourceIdentifier(uri))
            for method, uri in access_of(rule)
        ]
    )
