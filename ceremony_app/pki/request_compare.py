"""What a request asks for beside what the certificate profile says and what will be issued: nothing merged unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

from ceremony_app.core.distinguished_name import NamePart, written
from ceremony_app.core.names import escaped
from ceremony_app.core.profiles import CertificateProfile, Provenance
from ceremony_app.core.values import Mode, Row
from ceremony_app.pki import structures as x
from ceremony_app.pki.checks import gathered
from ceremony_app.pki.compare import certificate_told
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.extension_values import AUTHORITY_KEY_IDENTIFIER, SUBJECT_KEY_IDENTIFIER, extension_name
from ceremony_app.pki.findings import Finding, finding_rows, standing
from ceremony_app.pki.identifiers import key_identifier
from ceremony_app.pki.key_kinds import kind_told
from ceremony_app.pki.key_policy import key_findings
from ceremony_app.pki.lint_extensions import ExtensionLint, extensions_of
from ceremony_app.pki.misleading import name_findings, name_shown, shown
from ceremony_app.pki.reading import EXTENSION_REQUESTS
from ceremony_app.pki.request_proof import proof_scheme
from ceremony_app.pki.request_subject import subject_findings
from ceremony_app.pki.requested_values import attribute_asked, attribute_name, extension_asked
from ceremony_app.pki.show import certificate_fields
from ceremony_app.pki.spki import spki_digest, spki_findings

Beyond: TypeAlias = Literal["refuse", "ignore-shown"]
"""What becomes of a request that asks for more than, or other than, the profile: it is refused, or what it asks is
shown and not taken. There is no third way."""

IGNORED: Final = "the definition says that what is asked beside the profile is shown and not taken"


class Beside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field: what the profile says, what the request asks, what will be issued, and where the rule stands.

    `profile` and `section` are empty for what no statement speaks of.
    """

    field: str
    profile: str
    request: str
    issued: str
    section: str = ""
    provenance: Provenance = "verified"

    def row(self) -> Row:
        """The three on one line."""
        doubt = ", UNVERIFIED" if self.provenance == "unverified" else ""
        profile = f"{self.profile} [{self.section}{doubt}]" if self.profile else "says nothing of it"
        return Row(self.field, f"request: {self.request}; profile: {profile}; will be issued: {self.issued}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The fields side by side, and everything that is wrong with the request."""

    fields: tuple[Beside, ...]
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nothing stands against issuing a certificate for it."""
        return not standing(self.findings)

    def rows(self) -> tuple[Row, ...]:
        """What is shown before anybody agrees."""
        return (*(one.row() for one in self.fields), *finding_rows(self.findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a request is held against.

    `application`: the subject on the application form. `subject`: the one that will be issued (the profile's in the
    mode, with the applicant's values where it varies). `draft`: the certificate that will be issued, once it has been
    built under a stand-in; before that the profile speaks for it. `blocklist` as for `key_policy.key_findings`.
    """

    profile: CertificateProfile
    mode: Mode
    application: tuple[NamePart, ...]
    subject: tuple[NamePart, ...]
    beyond: Beyond
    draft: x.Certificate | None = None
    blocklist: Collection[str] = ()


def compared_request(read: x.Request, terms: Terms) -> Comparison:
    """A request that was received, beside the terms on which it was asked for.

    Findings: key policy (CER-KEY-…), the profile's key (CER-PROFILE), misleading names (CER-CSR-NAME), a subject other
    than the application's, an application that asks for another than will be issued, or one that is not of the
    profile's form (CER-CSR-SUBJECT), and what is asked beside the profile (CER-CSR-BEYOND; waived with its reason where
    the terms say `ignore-shown`). Where the draft does not carry the request's key, that is CER-CSR-KEY.
    """
    key = terms.profile.key
    findings = (
        *key_findings(read.key, terms.blocklist),
        *spki_findings(read.key.der, key.value, key.section),
        *name_findings(read.subject),
        *subject_findings(read.subject, terms.application, terms.subject, terms.profile, terms.mode),
        *_beyond(read, terms),
        *_same_key(read, terms),
    )
    return Comparison(fields=tuple(_fields(read, terms)), findings=findings)


def _fields(read: x.Request, terms: Terms) -> Iterator[Beside]:
    """Every field of the certificate, then what is asked and will not be in it."""
    told = certificate_told(terms.profile, terms.mode)
    issued = _issued(read, terms, {label: text for label, (_, text) in told.items()})
    asked = _asked(read)
    for label in dict.fromkeys((*issued, *told, *asked)):
        said, text = told.get(label, (None, ""))
        yield Beside(
            field=label,
            profile=escaped(text),
            request=asked.get(label, "nothing"),
            issued=issued.get(label, "nothing"),
            section=said.section if said else "",
            provenance=said.provenance if said else "verified",
        )


def _asked(read: x.Request) -> dict[str, str]:
    """What the request says, by the labels of a certificate's fields."""
    asked = {
        "Proof of possession": _proof(read.outer),
        "Subject": name_shown(read.subject),
        "Public key": f"{kind_told(read.key)}: {read.key.bits.hex()}",
        "SHA-256 of the public key": spki_digest(read.key.der),
    }
    listed = [(extension_name(one.oid), extension_asked(one)) for one in read.extensions]
    listed += [
        (attribute_name(one.oid), attribute_asked(one)) for one in read.attributes if one.oid not in EXTENSION_REQUESTS
    ]
    for label, text in listed:
        asked[label] = f"{asked[label]} AND {text}" if label in asked else text
    return asked


def _proof(algorithm: x.Algorithm) -> str:
    """How the request is signed; a request that was received has been verified."""
    try:
        return f"signed by {proof_scheme(algorithm).told()}"
    except MalformedError as fault:
        return f"signed by {shown(str(fault))}"


def _issued(read: x.Request, terms: Terms, told: dict[str, str]) -> dict[str, str]:
    """What the certificate will hold: as it was drafted, or before that as the profile and the decided subject say."""
    if terms.draft is not None:
        return {row.label: row.value for row in certificate_fields(terms.draft)}
    method = terms.profile.subject_key_identifier.value.method
    return {label: f"by the profile: {escaped(text)}" for label, text in told.items()} | {
        "Subject": escaped(written(terms.subject)),
        "Public key": f"the request's, {kind_told(read.key)}",
        "SHA-256 of the public key": spki_digest(read.key.der),
        extension_name(SUBJECT_KEY_IDENTIFIER): key_identifier(method, read.key.bits).hex(),
    }


def _beyond(read: x.Request, terms: Terms) -> Iterator[Finding]:
    """Everything that is asked and is not what the profile says."""
    waived = IGNORED if terms.beyond == "ignore-shown" else ""
    for field, section, expected, found in (*_unknown(read, terms.profile), *_otherwise(read, terms.profile)):
        yield Finding(
            rule="CER-CSR-BEYOND", field=field, section=section, expected=expected, found=found, waived=waived
        )


def _unknown(read: x.Request, profile: CertificateProfile) -> Iterator[tuple[str, str, str, str]]:
    """Extensions and attributes that the profile knows nothing of, or that are the issuer's to set."""
    known = extensions_of(profile).keys() - {AUTHORITY_KEY_IDENTIFIER}
    for one in read.extensions:
        if one.oid not in known:
            yield extension_name(one.oid), "the profile's extensions", "not asked for", extension_asked(one)
    for attribute in read.attributes:
        if attribute.oid not in EXTENSION_REQUESTS:
            yield attribute_name(attribute.oid), "RFC 2985", "not asked for", attribute_asked(attribute)


def _otherwise(read: x.Request, profile: CertificateProfile) -> Iterator[tuple[str, str, str, str]]:
    """Extensions of the profile that are asked for with another value or criticality."""
    for one in gathered(ExtensionLint(read, profile, None).of_each()):
        if one.field != extension_name(AUTHORITY_KEY_IDENTIFIER):
            yield one.field, one.section, shown(one.expected), shown(one.found)


def _same_key(read: x.Request, terms: Terms) -> Iterator[Finding]:
    """The draft is about the key of the request."""
    if terms.draft is not None and terms.draft.key.der != read.key.der:
        expected = f"the request's key, SHA-256 {spki_digest(read.key.der)}"
        found = f"SHA-256 {spki_digest(terms.draft.key.der)}"
        yield Finding(rule="CER-CSR-KEY", field="subjectPublicKeyInfo", expected=expected, found=found)
