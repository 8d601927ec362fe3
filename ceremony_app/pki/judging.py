"""An object of others judged: its encoding, its profile, the general linter, its issuer; as values for all to read."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import msgspec

from ceremony_app.core.names import escaped
from ceremony_app.core.profiles import Provenance
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.general import severity
from ceremony_app.pki.received import Kind

Word: TypeAlias = Literal["good", "findings", "unusable"]

LONGEST: Final = 1_500
"""Characters of one value that is told: what an object holds may be as long as somebody wished."""

_EXTENSIONS: Final = "the profile's extensions"
"""Where the lint says that an extension is too many."""

_NAMES: Final = MappingProxyType(
    {
        "Version": ("version",),
        "Serial number": ("serialNumber",),
        "Signature algorithm": ("signature", "signatureAlgorithm"),
        "Issuer": ("issuer",),
        "Not before": ("validity.notBefore", "notBefore"),
        "Not after": ("validity", "validity.notAfter", "notAfter"),
        "Subject": ("subject",),
        "Public key": ("subjectPublicKeyInfo", "subjectPublicKeyInfo.algorithm", "subjectPublicKey"),
        "This update": ("thisUpdate",),
        "Next update": ("nextUpdate",),
        "Revoked certificates": ("revokedCertificates", "revocationDate", "userCertificate", "reasonCode"),
        "basicConstraints": ("basicConstraints", "pathLenConstraint"),
        "certificatePolicies": ("certificatePolicies", "policyInformation"),
    }
)
"""The fields as they are shown, and the names that findings have for them where they are others."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: what the profile says and where, what the object has, and whether that is good.

    `profile` and `provenance` are empty for what no statement of the pack speaks of.
    """

    field: str
    section: str
    provenance: Provenance | Literal[""]
    profile: str
    object: str
    good: bool


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: the rule's id, the place in the object, what is wrong there, how grave it is, why it is accepted.

    `severity` is `ERROR` for what breaks a profile or a standard, and the linter's own word for what the general linter
    found; `waived` is the reason for which the pack accepts it, or empty.
    """

    rule: str
    where: str
    what: str
    severity: str
    waived: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of one object.

    `title` is the profile's, `fit` tells how the profile was found, `size` (octets) and `sha256` are of the object.
    """

    kind: Kind | Literal[""]
    profile: str
    fields: tuple[Field, ...]
    findings: tuple[Told, ...]
    verdict: Word
    title: str = ""
    fit: str = ""
    size: int = 0
    sha256: str = ""

    @property
    def standing(self) -> int:
        """How many findings nothing waives."""
        return sum(not one.waived for one in self.findings)


def fields_of(compared: Iterable[Compared], findings: Iterable[Finding]) -> tuple[Field, ...]:
    """The fields of an object beside its profile, each with whether a finding speaks against it."""
    against: dict[str, str] = {}
    for finding in findings:
        if finding.rule != "CER-LINT" and not finding.waived:
            against.setdefault(_place(finding), finding.section)
    return tuple(_field(one, against) for one in compared)


def _field(one: Compared, against: dict[str, str]) -> Field:
    sections = [against[name] for name in _NAMES.get(one.field, (one.field,)) if name in against]
    return Field(
        field=escaped(one.field),
        section=escaped(one.section or next(iter(sections), "")),
        provenance=one.provenance if one.section else "",
        profile=clipped(one.profile or ("absent" if _EXTENSIONS in sections or one.signed == "present" else "")),
        object=clipped(one.signed),
        good=not sections,
    )


def _place(finding: Finding) -> str:
    """The field that a finding is about; where an extension's value could not be read, its text names it first."""
    if finding.field != "encoding":
        return "subject" if finding.field.startswith("subject.") else finding.field
    return finding.found.partition(":")[0]


def told(finding: Finding) -> Told:
    """A finding for a reader."""
    what = f"expected {finding.expected}, found {finding.found}" if finding.expected else finding.found
    if finding.rule == "CER-LINT":
        what = finding.found
    section = f" ({finding.section})" if finding.section else ""
    return Told(
        rule=finding.rule,
        where=clipped(finding.field),
        what=f"{clipped(what)}{escaped(section)}",
        severity=severity(finding) or "ERROR",
        waived=escaped(finding.waived),
    )


def clipped(text: str) -> str:
    """A text on one line of bearable length, nothing hidden in it, and said where it goes on."""
    shown = escaped(text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} … ({len(shown)} characters in all)"
