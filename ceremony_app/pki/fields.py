"""What the trial decides about an object before its key exists; stands in the journal as evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Unusable
from ceremony_app.core.values import Json

Asks: TypeAlias = Literal["nothing", "key-identifier", "profile"]


class Decided(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Base: `name` is the object's name in the ceremony (stem of its files), `profile` the pack's profile.

    `issued_by` is the name of the object that is the issuer's certificate, `issuer` that certificate's subject. Times
    are RFC 3339 to the second in UTC.
    """

    name: str
    profile: str
    issued_by: str
    issuer: tuple[NamePart, ...]


class CertificateFields(Decided, frozen=True, tag="certificate"):
    """A certificate's decisions; `issued_by` equals `name` where it signs itself. `serial`: DER octets in hex.

    `strings` are the ASN.1 string types of the subject's attributes where the name is another's and must keep them;
    empty where they are those of RFC 5280, appendix A.
    """

    serial: str
    subject: tuple[NamePart, ...]
    not_before: str
    not_after: str
    key: Algorithm
    strings: tuple[str, ...] = ()

    @property
    def self_signed(self) -> bool:
        """Whether the certificate is signed with the key it carries."""
        return self.issued_by == self.name


class RequestFields(Decided, frozen=True, tag="request"):
    """A certification request's decisions; nobody has issued it, so `issued_by` and `issuer` are empty.

    `profile` is the certificate profile that it asks under. `asks` says for which extensions: none, the subject key
    identifier, or all of the profile's but the authority key identifier, which is the issuer's.
    """

    subject: tuple[NamePart, ...]
    key: Algorithm
    signature: Scheme
    asks: Asks = "nothing"


class RevokedCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry of a CRL; `reason` is a reason code's name (RFC 5280, 5.3.1), empty for unspecified."""

    serial: str
    date: str
    reason: str = ""


class CrlFields(Decided, frozen=True, tag="crl"):
    """A CRL's decisions."""

    number: int
    this_update: str
    next_update: str
    revoked: tuple[RevokedCertificate, ...] = ()


Fields: TypeAlias = CertificateFields | RequestFields | CrlFields


def as_json(fields: Fields) -> dict[str, Json]:
    """The decisions as journal evidence."""
    evidence: dict[str, Json] = msgspec.to_builtins(fields)
    return evidence


def from_json(evidence: Mapping[str, Json]) -> Fields:
    """The decisions from journal evidence, strictly; raises `Unusable` (CER-EVIDENCE)."""
    try:
        return msgspec.convert(dict(evidence), type=CertificateFields | RequestFields | CrlFields, strict=True)
    except msgspec.ValidationError as fault:
        raise Unusable(
            "CER-EVIDENCE",
            f"What the trial decided cannot be read: {fault}.",
            "Check the journal with `ceremony verify`.",
        ) from fault
