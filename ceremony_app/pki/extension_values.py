"""The values of the extensions that profiles speak of, read from their DER (RFC 5280, 4.2.1 and 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias, get_args

from ceremony_app.core.profiles import PURPOSES, Usage
from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import MalformedError

SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
KEY_USAGE: Final = "2.5.29.15"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
CRL_NUMBER: Final = "2.5.29.20"
REASON_CODE: Final = "2.5.29.21"
CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
CERTIFICATE_POLICIES: Final = "2.5.29.32"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"
INFORMATION_ACCESS: Final = "1.3.6.1.5.5.7.1.1"

OCSP: Final = "1.3.6.1.5.5.7.48.1"
CA_ISSUERS: Final = "1.3.6.1.5.5.7.48.2"

EXTENSION_NAMES: Final = MappingProxyType(
    {
        SUBJECT_KEY_IDENTIFIER: "subjectKeyIdentifier",
        KEY_USAGE: "keyUsage",
        "2.5.29.17": "subjectAltName",
        "2.5.29.18": "issuerAltName",
        BASIC_CONSTRAINTS: "basicConstraints",
        CRL_NUMBER: "cRLNumber",
        REASON_CODE: "reasonCode",
        "2.5.29.27": "deltaCRLIndicator",
        "2.5.29.28": "issuingDistributionPoint",
        "2.5.29.30": "nameConstraints",
        CRL_DISTRIBUTION_POINTS: "cRLDistributionPoints",
        CERTIFICATE_POLICIES: "certificatePolicies",
        AUTHORITY_KEY_IDENTIFIER: "authorityKeyIdentifier",
        "2.5.29.36": "policyConstraints",
        EXTENDED_KEY_USAGE: "extKeyUsage",
        INFORMATION_ACCESS: "authorityInfoAccess",
    }
)

REASONS: Final = MappingProxyType(
    {
        1: "keyCompromise",
        2: "cACompromise",
        3: "affiliationChanged",
        4: "superseded",
        5: "cessationOfOperation",
        6: "certificateHold",
        8: "removeFromCRL",
        9: "privilegeWithdrawn",
        10: "aACompromise",
    }
)
"""Reason codes by number (RFC 5280, 5.3.1); 0, unspecified, is left out of a CRL."""

_USAGES: Final[tuple[str, ...]] = get_args(Usage)
_ENUMERATED: Final = 0x0A
_URI: Final = asn1.implicit(6)
_METHODS: Final = MappingProxyType({OCSP: "OCSP", CA_ISSUERS: "CA issuers"})
_PURPOSES: Final = MappingProxyType({oid: name for name, oid in PURPOSES.items()})

Access: TypeAlias = tuple[tuple[str, str], ...]
"""Places of information: each the object identifier of its method, and its URI."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """BasicConstraints; `path_length` -1 where it is absent."""

    ca: bool
    path_length: int


@dataclass(frozen=True, slots=True)
class AuthorityKey:
    """AuthorityKeyIdentifier: the key identifier, and the names of the members beside it."""

    key_identifier: bytes
    others: tuple[str, ...]


def extension_name(oid: str) -> str:
    """The name of an extension, or its OID."""
    return EXTENSION_NAMES.get(oid, oid)


def basic_constraints(value: bytes) -> Constraints:
    """RFC 5280, 4.2.1.9; raises `MalformedError`, also where the default FALSE is written out."""
    members = asn1.sequence(value, "basicConstraints")
    flag, length = members.maybe(asn1.BOOLEAN), members.maybe(asn1.INTEGER)
    members.end()
    if flag is not None and not asn1.boolean(flag, "basicConstraints"):
        raise MalformedError("basicConstraints: the default FALSE is written out")
    return Constraints(flag is not None, -1 if length is None else asn1.integer(length, "pathLenConstraint"))


def key_usage(value: bytes) -> tuple[str, ...]:
    """The names of the bits that are set (RFC 5280, 4.2.1.3); raises `MalformedError`."""
    octets, unused = asn1.bits(asn1.element(value, asn1.BIT_STRING, "keyUsage"), "keyUsage")
    number = 8 * len(octets) - unused
    flags = [octets[i // 8] >> (7 - i % 8) & 1 for i in range(number)]
    if not flags or not flags[-1]:
        raise MalformedError("keyUsage: its last bit is not set; DER leaves out trailing zero bits (X.690, 11.2.2)")
    if number > len(_USAGES):
        raise MalformedError("keyUsage: more bits than RFC 5280 knows")
    return tuple(name for name, flag in zip(_USAGES, flags, strict=False) if flag)


def subject_key_identifier(value: bytes) -> bytes:
    """RFC 5280, 4.2.1.2; raises `MalformedError`."""
    return asn1.element(value, asn1.OCTET_STRING, "subjectKeyIdentifier").content


def authority_key_identifier(value: bytes) -> AuthorityKey:
    """RFC 5280, 4.2.1.1; raises `MalformedError`."""
    members = asn1.sequence(value, "authorityKeyIdentifier")
    key, issuer, serial = (members.maybe(tag) for tag in (asn1.implicit(0), asn1.explicit(1), asn1.implicit(2)))
    members.end()
    others = (("authorityCertIssuer", issuer), ("authorityCertSerialNumber", serial))
    return AuthorityKey(b"" if key is None else key.content, tuple(name for name, node in others if node is not None))


def certificate_policies(value: bytes) -> tuple[tuple[str, bool], ...]:
    """Each policy identifier, and whether qualifiers stand with it (RFC 5280, 4.2.1.4); raises `MalformedError`."""
    found = []
    for node in asn1.element(value, asn1.SEQUENCE, "certificatePolicies"):
        members = asn1.sequence(node.der, "policyInformation")
        identifier = asn1.oid(members.take("policyIdentifier"))
        qualifiers = members.maybe(asn1.SEQUENCE)
        members.end()
        found.append((identifier, qualifiers is not None))
    return tuple(found)


def extended_key_usage(value: bytes) -> tuple[str, ...]:
    """The object identifiers of the purposes, in order (RFC 5280, 4.2.1.12); raises `MalformedError`."""
    found = tuple(asn1.oid(node) for node in asn1.element(value, asn1.SEQUENCE, "extKeyUsage"))
    if not found:
        raise MalformedError("extKeyUsage: no purpose in it")
    return found


def distribution_points(value: bytes) -> tuple[tuple[str, ...], ...]:
    """The distribution points, each the names of its full name (RFC 5280, 4.2.1.13); raises `MalformedError`.

    What is no URI, and what stands beside the full name, is told among the names in brackets.
    """
    points = []
    for node in asn1.element(value, asn1.SEQUENCE, "cRLDistributionPoints"):
        members = asn1.sequence(node.der, "cRLDistributionPoints")
        name, reasons, issuer = (members.maybe(tag) for tag in (asn1.explicit(0), asn1.implicit(1), asn1.explicit(2)))
        members.end()
        names = [_location(one) for full in name or () for one in full] if _is_full(name) else ["[no full name]"]
        beside = (("[reasons]", reasons), ("[cRLIssuer]", issuer))
        points.append((*names, *(told for told, there in beside if there is not None)))
    return tuple(points)


def _is_full(name: asn1.Node | None) -> bool:
    """Whether a DistributionPointName is one fullName."""
    return name is not None and [one.identifier for one in name] == [asn1.explicit(0)]


def information_access(value: bytes) -> Access:
    """The places of information in order (RFC 5280, 4.2.2.1); raises `MalformedError`."""
    found = []
    for node in asn1.element(value, asn1.SEQUENCE, "authorityInfoAccess"):
        members = asn1.sequence(node.der, "authorityInfoAccess")
        method, place = asn1.oid(members.take("accessMethod")), members.take("accessLocation")
        members.end()
        found.append((method, _location(place)))
    if not found:
        raise MalformedError("authorityInfoAccess: no place in it")
    return tuple(found)


def _location(node: asn1.Node) -> str:
    """A GeneralName that is a URI; any other in brackets, which no URI begins with."""
    return node.content.decode("latin-1") if node.identifier == _URI else f"[{node.der.hex()}]"


def purposes_told(oids: tuple[str, ...]) -> str:
    """Purposes in words."""
    return ", ".join(_PURPOSES.get(oid, oid) for oid in oids)


def points_told(points: tuple[tuple[str, ...], ...]) -> str:
    """Distribution points in words; a semicolon parts them."""
    return "; ".join(" ".join(names) for names in points) or "no distribution point"


def access_told(places: Access) -> str:
    """Places of information in words."""
    return ", ".join(f"{_METHODS.get(method, method)} {uri}" for method, uri in places)


def crl_number(value: bytes) -> int:
    """RFC 5280, 5.2.3; raises `MalformedError`."""
    return asn1.integer(asn1.element(value, asn1.INTEGER, "cRLNumber"), "cRLNumber")


def reason_code(value: bytes) -> str:
    """The name of a reason code (RFC 5280, 5.3.1); raises `MalformedError`."""
    content = asn1.element(value, _ENUMERATED, "reasonCode").content
    name = REASONS.get(content[0]) if len(content) == 1 else None
    if name is None:
        raise MalformedError(f"reasonCode: {content.hex()} is no reason that may stand in a CRL")
    return name
