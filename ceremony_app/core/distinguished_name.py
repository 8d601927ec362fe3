"""Distinguished names as a policy writes them: one attribute a relative name, in the order in which it is encoded."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

import msgspec

from ceremony_app.core.names import unfit_character

OID: Final = re.compile(r"(?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9][0-9]*))(?:\.(?:0|[1-9][0-9]*))*")
"""An object identifier in dotted form with two arcs at least (X.660: 0 and 1 have forty arcs below them)."""


class AttributeKind(msgspec.Struct, frozen=True):
    """An attribute type: its object identifier, ASN.1 string type, and the most characters it may have."""

    oid: str
    string: str
    longest: int


ATTRIBUTES: Final = MappingProxyType(
    {
        "C": AttributeKind("2.5.4.6", "PrintableString", 2),
        "ST": AttributeKind("2.5.4.8", "UTF8String", 128),
        "L": AttributeKind("2.5.4.7", "UTF8String", 128),
        "O": AttributeKind("2.5.4.10", "UTF8String", 64),
        "OU": AttributeKind("2.5.4.11", "UTF8String", 64),
        "CN": AttributeKind("2.5.4.3", "UTF8String", 64),
        "serialNumber": AttributeKind("2.5.4.5", "PrintableString", 64),
        "organizationIdentifier": AttributeKind("2.5.4.97", "UTF8String", 256),
        "uniqueIdentifier": AttributeKind("2.5.4.45", "BIT STRING", 64),
        "DC": AttributeKind("0.9.2342.19200300.100.1.25", "IA5String", 63),
    }
)
"""The attribute types with a short name (RFC 5280, appendix A.1: types and upper bounds; uniqueIdentifier: X.520)."""

_PRINTABLE = re.compile(r"[A-Za-z0-9 '()+,./:=?-]+")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_SPECIAL = re.compile(r'([,+=<>;#"\\])')


def attribute_kind(name: str) -> AttributeKind | None:
    """The attribute type of a short name or dotted OID; an OID without a short name is a UTF8String."""
    if name in ATTRIBUTES:
        return ATTRIBUTES[name]
    if OID.fullmatch(name) is None:
        return None
    known = next((kind for kind in ATTRIBUTES.values() if kind.oid == name), None)
    return known or AttributeKind(name, "UTF8String", 256)


def short_name(oid: str) -> str:
    """The short name of an attribute type, or its OID where it has none."""
    return next((name for name, kind in ATTRIBUTES.items() if kind.oid == oid), oid)


class NamePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attribute of a distinguished name: short name or OID, and its value.

    A uniqueIdentifier is written in lower-case hex. Raises ValueError for an unknown type, a value that is empty,
    too long, outside the string type's alphabet, or that holds a character which does not show.
    """

    type: str
    value: str

    def __post_init__(self) -> None:
        kind = attribute_kind(self.type)
        if kind is None:
            raise ValueError(f"{self.type!r} is no attribute type that is known here, and no OID")
        if self.value != self.value.strip() or not 1 <= len(self.value) <= kind.longest:
            raise ValueError(f"{self.type} needs 1 to {kind.longest} characters, without blanks at its ends")
        if (unfit := unfit_character(self.value)) is not None:
            raise ValueError(f"{self.type} holds {unfit}, which does not show")
        alphabet = {"PrintableString": _PRINTABLE, "BIT STRING": _HEX}.get(kind.string)
        if alphabet is not None and alphabet.fullmatch(self.value) is None:
            raise ValueError(f"{self.type} {self.value!r} does not fit a {kind.string}")
        if kind.string == "IA5String" and not self.value.isascii():
            raise ValueError(f"{self.type} {self.value!r} does not fit an IA5String")


def written(name: tuple[NamePart, ...]) -> str:
    """The name on one line in encoded order, special characters escaped as in RFC 4514, 2.4."""
    return ", ".join(part.type + "=" + _SPECIAL.sub(r"\\\1", part.value) for part in name)
