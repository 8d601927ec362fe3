"""Certificates: built by the library from decisions, profile, public key and issuer, and held against all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki import general, proof
from ceremony_app.pki.agreement import certificate_agreement
from ceremony_app.pki.authority import Authority
from ceremony_app.pki.compare import Compared, compared_certificate
from ceremony_app.pki.fields import CertificateFields
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.names import encodable
from ceremony_app.pki.profile import extensions
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.serial import serial_number
from ceremony_app.pki.signer import PrivateKey, PublicKey, signed
from ceremony_app.pki.spki import public_key, spki_digest
from ceremony_app.pki.validity import moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssuance:
    """A certificate to be, and all that it follows from.

    `spki` is the key that it is about (DER); `issuer` is None where it signs itself.
    """

    policy: Policy
    mode: Mode
    fields: CertificateFields
    profile: CertificateProfile
    spki: bytes
    issuer: Authority | None

    @property
    def signing_key(self) -> PublicKey:
        """The key that its signature verifies with; raises `Refusal` (CER-KEY)."""
        return public_key(self.spki, self.fields.key) if self.issuer is None else self.issuer.key

    def builder(self) -> Callable[[PrivateKey], bytes]:
        """What makes the certificate (DER) once it is given a key to sign with.

        Raises `Refusal` (CER-KEY, CER-NAME, CER-TIME, CER-SERIAL, CER-PROFILE).
        """
        return certificate_builder(self.fields, self.profile, public_key(self.spki, self.fields.key), self.issuer)

    def tbs(self, der: bytes) -> bytes:
        """The to-be-signed octets of a certificate; raises `MalformedError`."""
        return read_certificate(der).tbs

    def compared(self, der: bytes) -> tuple[Compared, ...]:
        """The certificate beside its profile."""
        return compared_certificate(read_certificate(der), self.profile, self.mode)

    def linted(self, der: bytes, *, stand_in: bool) -> tuple[Finding, ...]:
        """What is wrong with the certificate: profile, decisions, key, proof, general lint."""
        read = read_certificate(der)
        above = None if self.issuer is None else read_certificate(self.issuer.certificate)
        alone = stand_in and self.issuer is None
        return (
            *CertificateLint(read, self.profile, self.mode, above).findings(),
            *certificate_agreement(read, self.fields),
            *self._same_key(read.key.der),
            *proof.certificate_proof(der, self.issuer, stand_in=stand_in),
            *general.certificate_findings(der, self.fields.profile, self.policy.lint_rules, stand_in=alone),
        )

    def _same_key(self, spki: bytes) -> tuple[Finding, ...]:
        if spki == self.spki:
            return ()
        expected = f"the ceremony's key, SHA-256 {spki_digest(self.spki)}"
        return (Finding(rule="CER-EVIDENCE", field="subjectPublicKeyInfo", expected=expected, found=spki_digest(spki)),)


def certificate_builder(
    fields: CertificateFields, profile: CertificateProfile, key: PublicKey, issuer: Authority | None
) -> Callable[[PrivateKey], bytes]:
    """What makes the certificate (DER) once it is given a key to sign with; `issuer` is None where it signs itself.

    The issuer's name is taken from the issuer's certificate as it is encoded there. Raises `Refusal` (CER-NAME,
    CER-TIME, CER-SERIAL, CER-PROFILE).
    """
    subject = encodable(fields.subject, fields.strings)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.name)
        .public_key(key)
        .serial_number(serial_number(fields.serial))
        .not_valid_before(moment_of(fields.not_before))
        .not_valid_after(moment_of(fields.not_after))
    )
    try:
        for extension, critical in extensions(profile, key, None if issuer is None else issuer.key_identifier):
            builder = builder.add_extension(extension, critical)
    except ValueError as fault:
        raise Refusal(
            "CER-PROFILE",
            f"The profile {fields.profile} cannot be built: {fault}.",
            "Correct the profile in the policy pack.",
        ) from fault

    def signed_with(private: PrivateKey) -> bytes:
        return signed(builder, private, profile.signature.value).public_bytes(Encoding.DER)

    return signed_with
