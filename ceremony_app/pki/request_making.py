"""Certification requests of our own: built by the library from decisions and key, and held against both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile, Said
from ceremony_app.core.values import Mode, Row
from ceremony_app.pki import checks, words
from ceremony_app.pki import structures as x
from ceremony_app.pki.compare import Compared, certificate_told, joined
from ceremony_app.pki.extension_values import AUTHORITY_KEY_IDENTIFIER, SUBJECT_KEY_IDENTIFIER, extension_name
from ceremony_app.pki.fields import RequestFields
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.key_policy import key_findings
from ceremony_app.pki.lint_extensions import ExtensionLint, extensions_of
from ceremony_app.pki.misleading import name_findings
from ceremony_app.pki.names import encodable
from ceremony_app.pki.profile import extensions
from ceremony_app.pki.reading import EXTENSION_REQUESTS, read_request
from ceremony_app.pki.request_proof import proof_findings
from ceremony_app.pki.show import request_fields
from ceremony_app.pki.signer import PrivateKey, PublicKey, key_elsewhere, signed, signing_with
from ceremony_app.pki.spki import public_key, spki_digest, spki_findings

_DECIDED = "decided at the trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestIssuance:
    """A request to be, and all that it follows from; `spki` is the key that it is for (DER), which also signs it."""

    policy: Policy
    mode: Mode
    fields: RequestFields
    profile: CertificateProfile
    spki: bytes

    @property
    def signing_key(self) -> PublicKey:
        """The key that its signature verifies with; raises `Refusal` (CER-KEY)."""
        return public_key(self.spki, self.fields.key)

    def builder(self) -> Callable[[PrivateKey], bytes]:
        """What makes the request (DER) once it is given a key to sign with.

        The request carries the ceremony's public key whichever key signs. Raises `Refusal` (CER-KEY, CER-NAME,
        CER-PROFILE).
        """
        return request_builder(self.fields, self.profile, self.signing_key)

    def tbs(self, der: bytes) -> bytes:
        """The CertificationRequestInfo of a request; raises `MalformedError`."""
        return read_request(der).tbs

    def compared(self, der: bytes) -> tuple[Compared, ...]:
        """The request beside what its profile says of the same fields."""
        told = certificate_told(self.profile, self.mode)
        named = ("Subject", "Public key", *(extension_name(oid) for oid in self._asked()))
        read = read_request(der)
        rows = (*request_fields(read), Row("Signature algorithm", words.algorithm(read.outer)))
        return joined(rows, {label: told[label] for label in named})

    def linted(self, der: bytes, *, stand_in: bool) -> tuple[Finding, ...]:
        """What is wrong with the request: profile, decisions, key, and (once it is the key's own) its signature."""
        read = read_request(der)
        return (
            *checks.gathered((lambda: self._form(read), *ExtensionLint(read, self.profile, None).of_each())),
            *self._decisions(read),
            *name_findings(read.subject),
            *key_findings(read.key),
            *(() if stand_in else proof_findings(read)),
        )

    def _form(self, read: x.Request) -> Iterator[Finding]:
        """RFC 2986, the key's kind, and exactly the extensions that were to be asked for."""
        said = self.profile.key
        if read.version:
            yield checks.finding("version", "RFC 2986, 4.1", "v1 (INTEGER 0)", f"INTEGER {read.version}")
        yield from spki_findings(read.key.der, self.fields.key)
        if self.fields.key is not said.value:
            yield checks.finding("subjectPublicKeyInfo", said.section, said.value.value, self.fields.key.value)
        scheme = Said(value=self.fields.signature, section=_DECIDED, provenance="verified")
        yield from checks.signature(read.outer, read.outer, scheme)
        yield from checks.extension_set(read.extensions, self._asked())
        for one in read.attributes:
            if one.oid not in EXTENSION_REQUESTS:
                yield checks.finding(f"attribute {one.oid}", _DECIDED, "absent", "present")

    def _decisions(self, read: x.Request) -> Iterator[Finding]:
        """Subject and key are the decided ones."""
        yield from checks.subject("subject", read.subject, self.profile, self.mode)
        for one in checks.same_name("subject", read.subject, self.fields.subject, _DECIDED):
            yield Finding(
                rule="CER-EVIDENCE", field=one.field, section=_DECIDED, expected=one.expected, found=one.found
            )
        if read.key.der != self.spki:
            expected = f"the ceremony's key, SHA-256 {spki_digest(self.spki)}"
            found = spki_digest(read.key.der)
            yield Finding(rule="CER-EVIDENCE", field="subjectPublicKeyInfo", expected=expected, found=found)

    def _asked(self) -> dict[str, str]:
        """The extensions that are asked for, by object identifier, and where the profile has them."""
        return {oid: section for oid, section in extensions_of(self.profile).items() if _asks(self.fields, oid)}


def request_builder(
    fields: RequestFields, profile: CertificateProfile, key: PublicKey
) -> Callable[[PrivateKey], bytes]:
    """What makes the request (DER) for a key once it has one to sign with; raises `Refusal` (CER-NAME, CER-PROFILE)."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(encodable(fields.subject))
    try:
        for extension, critical in extensions(profile, key, None):
            if _asks(fields, extension.oid.dotted_string):
                builder = builder.add_extension(extension, critical)
    except ValueError as fault:
        raise Refusal(
            "CER-PROFILE",
            f"The profile {fields.profile} cannot be asked for: {fault}.",
            "Correct the profile in the policy pack.",
        ) from fault

    def signed_with(private: PrivateKey) -> bytes:
        # The library puts the public half of the signing key into the request; a stand-in's must not get there.
        own = key_elsewhere(key, signing_with(private))
        return signed(builder, own, fields.signature).public_bytes(Encoding.DER)

    return signed_with


def _asks(fields: RequestFields, oid: str) -> bool:
    match fields.asks:
        case "nothing":
            return False
        case "key-identifier":
            return oid == SUBJECT_KEY_IDENTIFIER
        case "profile":
            return oid != AUTHORITY_KEY_IDENTIFIER
