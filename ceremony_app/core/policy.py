"""A policy pack as values: certificate and CRL profiles and the rules for keys, quorums and credentials.

Each statement carries the section of the certificate policy it comes from and whether a person has confirmed it
against the designated text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta, field
from msgspec.structs import fields

from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.profiles import CertificateProfile, CrlProfile, Part, Provenance, Said

__all__ = [
    "Approvers",
    "CertificateProfile",
    "Claim",
    "CrlProfile",
    "Document",
    "LintRules",
    "NamePart",
    "Part",
    "Policy",
    "Provenance",
    "Rules",
    "Said",
    "Severity",
    "Waiver",
]


class Document(Part, frozen=True):
    """The certificate policy document itself. Dates are YYYY-MM-DD; empty where unknown."""

    title: str
    version: str = ""
    date: str = ""
    designated: str = ""
    sha256: str = ""
    source: str = ""


Severity: TypeAlias = Literal["error", "warning", "notice"]
"""How grave a finding of the general linters is, the gravest first; what is fatal stops everything."""

USUAL_SEVERITY: Final[Severity] = "warning"


class Approvers(Part, frozen=True):
    """The keys that may approve a definition and this pack before the day, and how many of them must.

    A key is named by the SHA-256 (hex) of its SubjectPublicKeyInfo, each once.
    """

    count: Annotated[int, Meta(ge=1)]
    keys: tuple[Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")], ...]

    def __post_init__(self) -> None:
        if len(set(self.keys)) != len(self.keys):
            raise ValueError("a key that may approve is named twice")
        if self.count > len(self.keys):
            raise ValueError(f"{self.count} approvals are asked for, of {len(self.keys)} keys that may approve")


class Rules(Part, frozen=True):
    """Rules beside the profiles: who must sign, how, and how long the record is kept.

    `adopt` says whether a key pair may be taken over whose generation was interrupted; where nothing is said it may
    not, and the pair is destroyed or set aside. `lint_stops_at` is the least grave severity of the general linters
    that stops the ceremony; where nothing is said that is a warning. `approval` says who approves definition and pack
    before the day; where nothing is said, nobody need. `software_quorum` says whether PINs may be held in shares; where
    nothing is said, not in production.
    """

    credential: Said[dict[str, tuple[Literal["card", "file", "room"], ...]]]
    irreversible: Said[tuple[Literal["card", "file", "room"], ...]]
    quorum: Said[int]
    retention: Said[str]
    clock_seconds: Said[int] = field(name="clock-seconds")
    adopt: Said[bool] | None = None
    lint_stops_at: Said[Severity] | None = field(name="lint-stops-at", default=None)
    approval: Said[Approvers] | None = None
    software_quorum: Said[bool] | None = field(name="software-quorum", default=None)

    @property
    def accepts_software_quorum(self) -> bool:
        """Whether PINs may be held in shares that this program splits, where the device has no quorum of its own."""
        return self.software_quorum is not None and self.software_quorum.value

    @property
    def adopts(self) -> bool:
        """Whether an interrupted generation's complete pair may be taken over."""
        return self.adopt is not None and self.adopt.value


class Claim(Part, frozen=True):
    """A sentence of the policy document as it stands there, to be held against the profiles (`check`).

    `subject` is the version that the sentence speaks of, `section` where it stands in the document.
    """

    section: str
    subject: Literal["certificate-version", "crl-version"]
    value: int
    provenance: Provenance
    note: str = ""


class Waiver(Part, frozen=True):
    """A finding of the general linters (its code) on objects of one profile that the policy accepts, and why.

    `where` is the place in the object as the linter names it, or its beginning; empty where any place will do.
    """

    finding: str
    profile: str
    reason: str
    section: str
    provenance: Provenance
    where: str = ""

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.finding.strip() or not self.section.strip():
            raise ValueError("a waiver names the finding, the reason for which it is accepted, and its section")


class LintRules(Part, frozen=True):
    """What the policy says of the findings of the general linters: where they begin to count, and what is waived.

    `section` is where it says at which severity they count; empty where it does not.
    """

    stops_at: Severity = USUAL_SEVERITY
    section: str = ""
    waivers: tuple[Waiver, ...] = ()


class Policy(Part, frozen=True):
    """A policy pack, format 1. A profile's name stands for one certificate or one CRL profile, never for both."""

    format: Literal[1]
    id: str
    title: str
    template: bool
    document: Document
    rules: Rules
    certificates: dict[str, CertificateProfile]
    crls: dict[str, CrlProfile] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    def __post_init__(self) -> None:
        if both := sorted(self.certificates.keys() & self.crls.keys()):
            raise ValueError(f"{both[0]!r} names a certificate profile and a CRL profile")
        known = self.certificates.keys() | self.crls.keys()
        if stray := [waiver.profile for waiver in self.waivers if waiver.profile not in known]:
            raise ValueError(f"a waiver names the profile {stray[0]!r}, which there is not")

    @property
    def lint_rules(self) -> LintRules:
        """What it says of the general linters."""
        said = self.rules.lint_stops_at
        if said is None:
            return LintRules(waivers=self.waivers)
        return LintRules(stops_at=said.value, section=said.section, waivers=self.waivers)

    def statements(self) -> Iterator[tuple[str, Said[object]]]:
        """Every statement with its path in the pack, in the order of the file."""
        yield from _statements("rules", self.rules)
        for name, certificate in self.certificates.items():
            yield from _statements(f"certificates.{name}", certificate)
        for name, crl in self.crls.items():
            yield from _statements(f"crls.{name}", crl)

    def unverified(self) -> tuple[str, ...]:
        """The paths of the statements that nobody has confirmed against the designated text."""
        return tuple(path for path, said in self.statements() if said.provenance == "unverified")


def _statements(path: str, part: Part) -> Iterator[tuple[str, Said[object]]]:
    """The statements that are members of one part."""
    for member in fields(type(part)):
        match getattr(part, member.name):
            case Said() as said:
                yield f"{path}.{member.encode_name}", said
            case tuple() as several:
                for i, said in enumerate(several):
                    if isinstance(said, Said):
                        yield f"{path}.{member.encode_name}[{i}]", said
            case _:
                pass
