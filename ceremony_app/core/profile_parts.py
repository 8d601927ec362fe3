"""What the statements of profiles say: the rules for single fields, each refused where it makes no sense in itself."""

from __future__ import annotations

import datetime as dt
import re
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

import msgspec

from ceremony_app.core.distinguished_name import OID

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

PURPOSES = MappingProxyType(
    {
        "serverAuth": "1.3.6.1.5.5.7.3.1",
        "clientAuth": "1.3.6.1.5.5.7.3.2",
        "codeSigning": "1.3.6.1.5.5.7.3.3",
        "emailProtection": "1.3.6.1.5.5.7.3.4",
        "timeStamping": "1.3.6.1.5.5.7.3.8",
        "OCSPSigning": "1.3.6.1.5.5.7.3.9",
        "anyExtendedKeyUsage": "2.5.29.37.0",
    }
)
"""Purposes of a key by name (RFC 5280, 4.2.1.12)."""

_LOCATION = re.compile(r"(?:https?|ldap)://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,1000}")
"""A place to fetch from, in the characters of RFC 3986, 2."""


class Said(msgspec.Struct, Generic[T_co], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One statement of a policy: what it says, where it says so, and whether a person has confirmed it there.

    `section` names the place in the designated text; where that text was not at hand, the source that stands in for
    it, and then the statement is unverified.
    """

    value: T_co
    section: str
    provenance: Provenance
    note: str = ""

    def __post_init__(self) -> None:
        if not self.section.strip():
            raise ValueError("a statement names the section it comes from")


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
    (RFC 5280, 4.1.2.5) is exactly that long; 29 February becomes 28 February. Where it is `capped`, notAfter is the
    issuer's if that is earlier.
    """

    years: int = 0
    until: str = ""
    capped: bool = False

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


class ExtendedKeyUsage(Part, frozen=True):
    """RFC 5280, 4.2.1.12: what the key is for, by name or object identifier, in any order."""

    purposes: tuple[str, ...]
    critical: bool = False

    def __post_init__(self) -> None:
        if wrong := [one for one in self.purposes if one not in PURPOSES and OID.fullmatch(one) is None]:
            raise ValueError(f"{wrong[0]!r} is neither a purpose with a name nor an object identifier")
        if not self.purposes or len(set(self.oids)) != len(self.purposes):
            raise ValueError("purposes needs at least one, and none twice")

    @property
    def oids(self) -> tuple[str, ...]:
        """The purposes as object identifiers."""
        return tuple(PURPOSES.get(one, one) for one in self.purposes)


class CrlDistributionPoints(Part, frozen=True):
    """RFC 5280, 4.2.1.13: one distribution point, whose full name is these places of one and the same CRL."""

    uris: tuple[str, ...]
    critical: bool = False

    def __post_init__(self) -> None:
        _check_locations(self.uris)
        if not self.uris:
            raise ValueError("uris needs at least one place")


class AuthorityInformationAccess(Part, frozen=True):
    """RFC 5280, 4.2.2.1, where it is never critical: places of the issuer's certificate and of its OCSP responder."""

    ca_issuers: tuple[str, ...] = msgspec.field(name="ca-issuers", default=())
    ocsp: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_locations(self.ca_issuers)
        _check_locations(self.ocsp)
        if not self.ca_issuers and not self.ocsp:
            raise ValueError("ca-issuers or ocsp needs at least one place")


def _check_locations(uris: tuple[str, ...]) -> None:
    """Raise ValueError for a place that is none, or that stands twice."""
    if wrong := [uri for uri in uris if _LOCATION.fullmatch(uri) is None]:
        raise ValueError(f"{wrong[0]!r} is no http, https or ldap URI in the characters of RFC 3986")
    if len(set(uris)) != len(uris):
        raise ValueError("no place may stand twice")


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
