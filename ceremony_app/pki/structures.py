"""What certificates, CRLs and requests are made of, as values that keep the octets they were read from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ceremony_app.core.distinguished_name import NamePart, attribute_kind
from ceremony_app.pki.der import MalformedError


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An AlgorithmIdentifier; `parameters` is the DER of its parameters, empty where they are absent."""

    oid: str
    parameters: bytes
    der: bytes


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a name: type, name of its ASN.1 string type, and its text (hex where it is no text)."""

    oid: str
    string: str
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A distinguished name: its relative names in order, and its DER."""

    relative: tuple[tuple[Attribute, ...], ...]
    der: bytes

    def pairs(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Type and text of its attributes, relative name by relative name."""
        return tuple(tuple((attribute.oid, attribute.text) for attribute in one) for one in self.relative)

    def says(self, parts: tuple[NamePart, ...]) -> bool:
        """Whether it is these attributes, each a relative name of its own, in this order."""
        wanted = [[(getattr(attribute_kind(part.type), "oid", ""), part.value)] for part in parts]
        return [[(attribute.oid, attribute.text) for attribute in one] for one in self.relative] == wanted


@dataclass(frozen=True, slots=True)
class Time:
    """A point in time as it is encoded: `UTCTime` or `GeneralizedTime`, and the text."""

    encoding: str
    text: str

    def instant(self) -> dt.datetime:
        """The moment in UTC (RFC 5280, 4.1.2.5.1: two-digit years are 1950 to 2049); raises `MalformedError`."""
        century = "" if self.encoding == "GeneralizedTime" else "19" if self.text[:2] >= "50" else "20"
        whole = century + self.text
        if len(whole) != len("YYYYMMDDHHMMSSZ") or not whole[:-1].isascii() or not whole[:-1].isdigit():
            raise MalformedError(f"{self.encoding} {self.text!r} is not written to the second in UTC")
        try:
            return dt.datetime.strptime(whole, "%Y%m%d%H%M%SZ").replace(tzinfo=dt.UTC)
        except ValueError as fault:
            raise MalformedError(f"{self.encoding} {self.text!r}: {fault}") from fault


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension; `default_written` says that `critical FALSE` was encoded, which DER forbids."""

    oid: str
    critical: bool
    value: bytes
    default_written: bool


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A SubjectPublicKeyInfo: algorithm, the BIT STRING's octets, and its DER."""

    algorithm: Algorithm
    bits: bytes
    der: bytes


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate; `version` is the INTEGER (2 is v3), `serial` its content octets."""

    tbs: bytes
    version: int
    serial: bytes
    inner: Algorithm
    issuer: Name
    not_before: Time
    not_after: Time
    subject: Name
    key: PublicKey
    unique_ids: tuple[str, ...]
    extensions: tuple[Extension, ...]
    outer: Algorithm
    signature: bytes

    def extension(self, oid: str) -> Extension | None:
        """The first extension of this type."""
        return next((one for one in self.extensions if one.oid == oid), None)


@dataclass(frozen=True, slots=True)
class Revoked:
    """One entry of a CRL."""

    serial: bytes
    date: Time
    extensions: tuple[Extension, ...]


@dataclass(frozen=True, slots=True)
class Crl:
    """A CRL; `version` is the INTEGER (1 is v2), 0 where it is absent (v1)."""

    tbs: bytes
    version: int
    inner: Algorithm
    issuer: Name
    this_update: Time
    next_update: Time | None
    revoked: tuple[Revoked, ...]
    empty_list: bool
    extensions: tuple[Extension, ...]
    outer: Algorithm
    signature: bytes

    def extension(self, oid: str) -> Extension | None:
        """The first extension of this type."""
        return next((one for one in self.extensions if one.oid == oid), None)


@dataclass(frozen=True, slots=True)
class RequestAttribute:
    """An attribute of a certification request: its type, and the DER of each of its values."""

    oid: str
    values: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A certification request (PKCS#10, RFC 2986); `version` is the INTEGER (0 is v1), `extensions` what it asks for.

    `tbs` is its CertificationRequestInfo.
    """

    tbs: bytes
    version: int
    subject: Name
    key: PublicKey
    attributes: tuple[RequestAttribute, ...]
    extensions: tuple[Extension, ...]
    outer: Algorithm
    signature: bytes

    def extension(self, oid: str) -> Extension | None:
        """The first requested extension of this type."""
        return next((one for one in self.extensions if one.oid == oid), None)
