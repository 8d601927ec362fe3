"""Profiles of certificates and revocation lists, field by field, as a policy pack states them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Generic, Literal, TypeVar

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.distinguished_name import OID, NamePart
from ceremony_app.core.values import Mode

T_co = TypeVar("T_co", covariant=True)

Provenance = Literal["verified", "unverified"]

Usage = Literal[
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
]
"""The bits of KeyUsage by name, in the order of their numbers (RFC 5280, 4.2.1.3)."""

LONGEST_SERIAL = 20
"""RFC 5280, 4.1.2.2: a conforming CA uses no serial number of more octets."""

FEWEST_RANDOM_BITS = 64
"""CA/Browser Forum BR, 7.1.2.1: a serial number holds at least so many bits from a generator."""

MOST_DAYS = 36525
"""A hundred years: no CRL is issued for longer."""


class Said(msgspec.Struct, Generic[T_co], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One statement of a policy: what it says, where it says so, and whether a person has confirmed it there.

    `section` names the place in the designated text; where that text was not at hand, the source that stands in for
    it, and then the statement is unverified.
    """

    value: T_co
    section: str
    provenance: Provenance
    note: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the pack's values; what makes no sense in itself is refused (ValueError) when it is read."""


class SerialRule(Part, frozen=True):
    """Serial numbers: at most `octets` content octets in DER, with `random_bits` bits from a generator."""

    octets: int
    random_bits: int = msgspec.field(name="random-bits")

    def __post_init__(self) -> None:
        if not 1 <= self.octets <= LONGEST_SERIAL:
            raise ValueError(f"octets must be 1 to {LONGEST_SERIAL}")
        if not FEWEST_RANDOM_BITS <= self.random_bits < 8 * self.octets:
            room = 8 * self.octets - 1
            raise ValueError(f"random-bits must be {FEWEST_RANDOM_BITS} or more and fit: {room} bits at most")


class Validity(Part, frozen=True):
    """A validity of calendar years from the moment that is fixed at the trial, or until `until` (YYYYMMDDHHMMSSZ).

    notAfter is one second before the same calendar moment `years` later, so that the period including both ends
    (RFC 5280, 4.1.2.5) is exactly that long; 29 February becomes 28 February.
    """

    years: int = 0
    until: str = ""

    def __post_init__(self) -> None:
        if (self.years > 0) == bool(self.until) or self.years < 0:
            raise ValueError("exactly one of years (1 or more) and until must be given")
        if self.until:
            if re.fullmatch(r"[0-9]{14}Z", self.until) is None:
                raise ValueError("until must be written YYYYMMDDHHMMSSZ")
            dt.datetime.strptime(self.until, "%Y%m%d%H%M%SZ").replace(tzinfo=dt.UTC)


class BasicConstraints(Part, frozen=True):
    """RFC 5280, 4.2.1.9; `path_length` -1 is absent; `present` false where the extension must be absent."""

    critical: bool
    ca: bool
    path_length: int = msgspec.field(name="path-length", default=-1)
    present: bool = True

    def __post_init__(self) -> None:
        if self.path_length < -1 or (self.path_length >= 0 and not self.ca):
            raise ValueError("path-length is 0 or more, and for a CA only (-1: absent)")
        if self.ca and not self.present:
            raise ValueError("a CA certificate carries basic constraints")


class KeyUsage(Part, frozen=True):
    """RFC 5280, 4.2.1.3: the names of the bits that are set."""

    critical: bool
    usages: tuple[Usage, ...]

    def __post_init__(self) -> None:
        if not self.usages or len(set(self.usages)) != len(self.usages):
            raise ValueError("usages needs at least one name, and none twice")
        if {"encipherOnly", "decipherOnly"} & set(self.usages) and "keyAgreement" not in self.usages:
            raise ValueError("encipherOnly and decipherOnly mean something beside keyAgreement only")


class KeyIdentifier(Part, frozen=True):
    """RFC 5280, 4.2.1.2: `sha1` is method (1), 20 octets; `sha1-64` method (2), 8 octets; `sha256-160` RFC 7093."""

    critical: bool = False
    method: Literal["sha1", "sha1-64", "sha256-160"] = "sha1"


class AuthorityKeyIdentifier(Part, frozen=True):
    """RFC 5280, 4.2.1.1 with the keyIdentifier alone; `present` false where it must be absent."""

    present: bool
    critical: bool = False


class Policies(Part, frozen=True):
    """RFC 5280, 4.2.1.4: policy identifiers, no qualifiers; an empty list means the extension is absent."""

    critical: bool
    oids: tuple[str, ...]

    def __post_init__(self) -> None:
        if wrong := [oid for oid in self.oids if OID.fullmatch(oid) is None]:
            raise ValueError(f"{wrong[0]!r} is no object identifier")
        if len(set(self.oids)) != len(self.oids):
            raise ValueError("no policy may stand twice")


class OpaqueExtension(Part, frozen=True):
    """An extension that is carried as it is: `der` is its value in hex."""

    oid: str
    critical: bool
    der: str

    def __post_init__(self) -> None:
        if OID.fullmatch(self.oid) is None:
            raise ValueError(f"{self.oid!r} is no object identifier")
        if re.fullmatch(r"(?:[0-9a-f]{2})+", self.der) is None:
            raise ValueError("der must be octets in lower-case hex")


class CertificateProfile(Part, frozen=True):
    """A certificate, field by field.

    `rehearsal_subject` is our own and no statement of the policy: the name in a rehearsal, where the form has room to
    say that it is one.
    """

    title: str
    version: Said[int]
    serial: Said[SerialRule]
    signature: Said[Scheme]
    issuer: Said[Literal["self", "issuer"]]
    subject: Said[tuple[NamePart, ...]]
    validity: Said[Validity]
    key: Said[Algorithm]
    basic_constraints: Said[BasicConstraints] = msgspec.field(name="basic-constraints")
    key_usage: Said[KeyUsage] = msgspec.field(name="key-usage")
    subject_key_identifier: Said[KeyIdentifier] = msgspec.field(name="subject-key-identifier")
    authority_key_identifier: Said[AuthorityKeyIdentifier] = msgspec.field(name="authority-key-identifier")
    certificate_policies: Said[Policies] = msgspec.field(name="certificate-policies")
    extra: tuple[Said[OpaqueExtension], ...] = ()
    rehearsal_subject: tuple[NamePart, ...] = msgspec.field(name="rehearsal-subject", default=())

    def __post_init__(self) -> None:
        if not self.subject.value:
            raise ValueError("a subject needs at least one attribute")
        if self.issuer.value == "self" and self.signature.value.is_rsa is not self.key.value.is_rsa:
            raise ValueError(f"a {self.key.value.value} key cannot sign itself by {self.signature.value.value}")
        signs = {"keyCertSign", "cRLSign"} & set(self.key_usage.value.usages)
        if signs and not self.basic_constraints.value.ca:
            raise ValueError(f"{min(signs)} is for a CA only")

    def subject_in(self, mode: Mode) -> tuple[NamePart, ...]:
        """The subject's name in a rehearsal or in production."""
        if mode is Mode.REHEARSAL and self.rehearsal_subject:
            return self.rehearsal_subject
        return self.subject.value


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
