"""Certificate revocation lists: built by the library from decisions, profile and issuer, and held against them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CrlProfile
from ceremony_app.pki import general, proof
from ceremony_app.pki.agreement import crl_agreement
from ceremony_app.pki.authority import Authority
from ceremony_app.pki.compare import Compared, compared_crl
from ceremony_app.pki.continuity import continuity
from ceremony_app.pki.fields import CrlFields, RevokedCertificate
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.profile import authority_key
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.serial import serial_number
from ceremony_app.pki.signer import PrivateKey, PublicKey, signed
from ceremony_app.pki.validity import moment_of

_REASONS: Final = {reason.name: reason for reason in x509.ReasonFlags}
_NAMES: Final = {
    "keyCompromise": "key_compromise",
    "cACompromise": "ca_compromise",
    "affiliationChanged": "affiliation_changed",
    "superseded": "superseded",
    "cessationOfOperation": "cessation_of_operation",
    "certificateHold": "certificate_hold",
    "removeFromCRL": "remove_from_crl",
    "privilegeWithdrawn": "privilege_withdrawn",
    "aACompromise": "aa_compromise",
}
"""The reasons that may stand in a CRL (RFC 5280, 5.3.1), and the library's words for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrlIssuance:
    """A CRL to be, and all that it follows from; `previous` is the CRL (DER) before it, empty for the first."""

    policy: Policy
    fields: CrlFields
    profile: CrlProfile
    issuer: Authority
    previous: bytes = b""

    @property
    def signing_key(self) -> PublicKey:
        """The key that its signature verifies with."""
        return self.issuer.key

    def builder(self) -> Callable[[PrivateKey], bytes]:
        """What makes the CRL (DER) once it is given a key; raises `Refusal` (CER-TIME, CER-SERIAL, CER-CRL)."""
        return crl_builder(self.fields, self.profile, self.issuer)

    def tbs(self, der: bytes) -> bytes:
        """The to-be-signed octets of a CRL; raises `MalformedError`."""
        return read_crl(der).tbs

    def compared(self, der: bytes) -> tuple[Compared, ...]:
        """The CRL beside its profile."""
        return compared_crl(read_crl(der), self.profile)

    def linted(self, der: bytes, *, stand_in: bool) -> tuple[Finding, ...]:
        """What is wrong with the CRL: profile, decisions, what it comes after, proof, general lint."""
        read, issuer = read_crl(der), read_certificate(self.issuer.certificate)
        return (
            *CrlLint(read, self.profile, issuer).findings(),
            *crl_agreement(read, self.fields),
            *(continuity(read_crl(self.previous), read, issuer) if self.previous else ()),
            *proof.crl_proof(der, self.issuer, stand_in=stand_in),
            *general.crl_findings(der, self.fields.profile, self.policy.lint_rules),
        )


def crl_builder(fields: CrlFields, profile: CrlProfile, issuer: Authority) -> Callable[[PrivateKey], bytes]:
    """What makes the CRL (DER) once it has a key to sign with; raises `Refusal` (CER-TIME, CER-SERIAL, CER-CRL)."""
    try:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.name)
            .last_update(moment_of(fields.this_update))
            .next_update(moment_of(fields.next_update))
            .add_extension(x509.CRLNumber(fields.number), critical=False)
        )
        authority = profile.authority_key_identifier.value
        if authority.present:
            builder = builder.add_extension(authority_key(issuer.key_identifier), authority.critical)
        for one in fields.revoked:
            builder = builder.add_revoked_certificate(_entry(one))
    except ValueError as fault:
        raise Refusal(
            "CER-CRL", f"The CRL {fields.name} cannot be built: {fault}.", "Correct what was decided about it."
        ) from fault

    def signed_with(private: PrivateKey) -> bytes:
        return signed(builder, private, profile.signature.value).public_bytes(Encoding.DER)

    return signed_with


def _entry(one: RevokedCertificate) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder().serial_number(serial_number(one.serial)).revocation_date(moment_of(one.date))
    )
    if one.reason:
        if one.reason not in _NAMES:
            raise ValueError(f"{one.reason!r} is no reason for a revocation")
        reason = x509.CRLReason(_REASONS[_NAMES[one.reason]])
        builder = builder.add_extension(reason, critical=False)
    return builder.build()
