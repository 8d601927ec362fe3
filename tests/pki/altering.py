"""One way of building an object otherwise than its profile says, and changes of octets for what no profile can say."""

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, with which octets are changed here, has no types.

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeVar

import msgspec
from asn1crypto import core

from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.profiles import (
    CertificateProfile,
    CrlProfile,
)
from tests.pki.breaking import Change

P = TypeVar("P", CertificateProfile, CrlProfile)
Value = TypeVar("Value")

OTHER: Final = "other"
"""The name of a second CA of the same profile with another subject."""

CRL_EXTENSIONS: Final = MappingProxyType({"number": "2.5.29.20", "authority-key-identifier": "2.5.29.35"})


@dataclass(frozen=True)
class Altered:
    """What an object is built by, and how it then differs.

    `built` is the profile, `change` what becomes of the octets, `subject` another name, `by` who issues it where that
    is not who should. `fields` are the names of which a finding has one.
    """

    what: str
    built: CertificateProfile | CrlProfile
    fields: tuple[str, ...]
    change: Change | None = None
    subject: tuple[NamePart, ...] = ()
    by: str = ""


def saying(profile: P, member: str, value: object) -> P:
    """A profile with another value in one statement, made with all its checks."""
    said = msgspec.structs.replace(getattr(profile, member), value=value)
    return msgspec.structs.replace(profile, **{member: said})


def without(oid: str) -> Change:
    """The octets without an extension."""

    def change(tbs: core.Sequence, _: core.Sequence) -> None:
        field = "extensions" if "extensions" in tbs else "crl_extensions"
        kept = [one for one in tbs[field] if one["extn_id"].dotted != oid]
        assert len(kept) == len(tbs[field]) - 1
        tbs[field] = type(tbs[field])(kept)

    return change


def as_critical(oid: str) -> Change:
    """The octets with the criticality of an extension turned."""

    def change(tbs: core.Sequence, _: core.Sequence) -> None:
        field = "extensions" if "extensions" in tbs else "crl_extensions"
        (one,) = (one for one in tbs[field] if one["extn_id"].dotted == oid)
        one["critical"] = not one["critical"].native

    return change
