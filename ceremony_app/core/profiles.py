"""Profiles of certificates and revocation lists, field by field, as a policy pack states them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final, Literal

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme, fits
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.profile_parts import (
    FEWEST_RANDOM_BITS,
    LONGEST_SERIAL,
    MOST_DAYS,
    PURPOSES,
    AuthorityInformationAccess,
    AuthorityKeyIdentifier,
    BasicConstraints,
    CrlDistributionPoints,
    ExtendedKeyUsage,
    KeyIdentifier,
    KeyUsage,
    OpaqueExtension,
    Part,
    Policies,
    Provenance,
    Said,
    SerialRule,
    Usage,
    Validity,
)
from ceremony_app.core.subject_form import NameFault, SubjectForm, relative_of
from ceremony_app.core.values import Mode

__all__ = [
    "FEWEST_RANDOM_BITS",
    "LONGEST_SERIAL",
    "MOST_DAYS",
    "PURPOSES",
    "AuthorityInformationAccess",
    "AuthorityKeyIdentifier",
    "BasicConstraints",
    "CertificateProfile",
    "CrlDistributionPoints",
    "CrlProfile",
    "ExtendedKeyUsage",
    "KeyIdentifier",
    "KeyUsage",
    "OpaqueExtension",
    "Part",
    "Policies",
    "Provenance",
    "Said",
    "SerialRule",
    "Usage",
    "Validity",
]


_EXTENSIONS: Final = MappingProxyType(
    {
        "basic_constraints": "2.5.29.19",
        "key_usage": "2.5.29.15",
        "extended_key_usage": "2.5.29.37",
        "subject_key_identifier": "2.5.29.14",
        "authority_key_identifier": "2.5.29.35",
        "certificate_policies": "2.5.29.32",
        "crl_distribution_points": "2.5.29.31",
        "authority_information_access": "1.3.6.1.5.5.7.1.1",
    }
)
"""The extensions of which a profile has a statement of its own, by its member (RFC 5280, 4.2)."""


class CertificateProfile(Part, frozen=True, kw_only=True):
    """A certificate, field by field.

    `subject_varies` names the attributes of the subject whose values are the applicant's, each with a pattern of the
    whole value; `subject` is an example then. `rehearsal_subject` is our own and no statement of the policy: the name
    in a rehearsal, where the form has room to say that it is one. An extension of which nothing is said is absent.
    """

    title: str
    version: Said[int]
    serial: Said[SerialRule]
    signature: Said[Scheme]
    issuer: Said[Literal["self", "issuer"]]
    subject: Said[tuple[NamePart, ...]]
    subject_varies: Said[dict[str, str]] | None = msgspec.field(name="subject-varies", default=None)
    validity: Said[Validity]
    key: Said[Algorithm]
    basic_constraints: Said[BasicConstraints] = msgspec.field(name="basic-constraints")
    key_usage: Said[KeyUsage] = msgspec.field(name="key-usage")
    extended_key_usage: Said[ExtendedKeyUsage] | None = msgspec.field(name="extended-key-usage", default=None)
    subject_key_identifier: Said[KeyIdentifier] = msgspec.field(name="subject-key-identifier")
    authority_key_identifier: Said[AuthorityKeyIdentifier] = msgspec.field(name="authority-key-identifier")
    certificate_policies: Said[Policies] = msgspec.field(name="certificate-policies")
    crl_distribution_points: Said[CrlDistributionPoints] | None = msgspec.field(
        name="crl-distribution-points", default=None
    )
    authority_information_access: Said[AuthorityInformationAccess] | None = msgspec.field(
        name="authority-information-access", default=None
    )
    extra: tuple[Said[OpaqueExtension], ...] = ()
    rehearsal_subject: tuple[NamePart, ...] = msgspec.field(name="rehearsal-subject", default=())

    def __post_init__(self) -> None:
        if not self.subject.value:
            raise ValueError("a subject needs at least one attribute")
        if self.issuer.value == "self" and not fits(self.key.value, self.signature.value):
            raise ValueError(f"a {self.key.value.value} key cannot sign itself by {self.signature.value.value}")
        if self.issuer.value == "self" and self.validity.value.capped:
            raise ValueError("a validity is capped by an issuer's, and this certificate has no issuer but itself")
        signs = {"keyCertSign", "cRLSign"} & set(self.key_usage.value.usages)
        if signs and not self.basic_constraints.value.ca:
            raise ValueError(f"{min(signs)} is for a CA only")
        oids = [oid for oid, _ in self.extensions()]
        if twice := sorted({oid for oid in oids if oids.count(oid) > 1}):
            raise ValueError(f"extra: {twice[0]} stands twice among the extensions")
        for member, mode in (("subject", Mode.PRODUCTION), ("rehearsal-subject", Mode.REHEARSAL)):
            if fault := self.subject_form(mode).refused():
                raise ValueError(f"subject-varies does not go with {member}: {fault}")

    def extensions(self) -> tuple[tuple[str, Said[object]], ...]:
        """The extensions that a certificate has, by object identifier, each with the statement that says so."""
        own = tuple((oid, said) for oid, said in self._stated() if not _says_absent(said))
        return (*own, *((one.value.oid, one) for one in self.extra))

    def absences(self) -> tuple[tuple[str, Said[object]], ...]:
        """The extensions of which a statement says that they are absent, likewise."""
        return tuple((oid, said) for oid, said in self._stated() if _says_absent(said))

    def _stated(self) -> tuple[tuple[str, Said[object]], ...]:
        pairs = ((oid, getattr(self, member)) for member, oid in _EXTENSIONS.items())
        return tuple((oid, said) for oid, said in pairs if said is not None)

    def subject_in(self, mode: Mode) -> tuple[NamePart, ...]:
        """The subject's name in a rehearsal or in production; an example of it where some of it varies."""
        if mode is Mode.REHEARSAL and self.rehearsal_subject:
            return self.rehearsal_subject
        return self.subject.value

    def subject_form(self, mode: Mode) -> SubjectForm:
        """The form of the subject's name in a rehearsal or in production."""
        return SubjectForm(self.subject_in(mode), {} if self.subject_varies is None else self.subject_varies.value)

    def subject_faults(self, parts: tuple[NamePart, ...], mode: Mode) -> tuple[NameFault, ...]:
        """In what a name is none that this profile's certificates may have; empty where it is one."""
        return self.subject_form(mode).faults(relative_of(parts))

    def subject_for(self, asked: tuple[NamePart, ...], mode: Mode) -> tuple[NamePart, ...]:
        """The subject that an applicant gets: what varies as it was asked, all else as the profile says."""
        return self.subject_form(mode).taken(asked)

    def section_of(self, fault: NameFault) -> str:
        """Where it stands what a subject should have been."""
        varies = self.subject_varies if fault.varies else None
        return self.subject.section if varies is None else varies.section


def _says_absent(said: Said[object]) -> bool:
    match said.value:
        case BasicConstraints(present=False) | AuthorityKeyIdentifier(present=False) | Policies(oids=()):
            return True
        case _:
            return False


class CrlProfile(Part, frozen=True):
    """A certificate revocation list, field by field. Version 2 is written as the number 2 (RFC 5280, 5.1.2.1)."""

    title: str
    version: Said[int]
    signature: Said[Scheme]
    next_update_days: Said[int] = msgspec.field(name="next-update-days")
    number: Said[int]
    authority_key_identifier: Said[AuthorityKeyIdentifier] = msgspec.field(name="authority-key-identifier")

    def __post_init__(self) -> None:
        if not 1 <= self.next_update_days.value <= MOST_DAYS:
            raise ValueError(f"next-update-days must be 1 to {MOST_DAYS}")
        if not 0 <= self.number.value < 2**53:
            raise ValueError("number must be 0 or more and below 2^53")
