"""(a): every object of a ceremony built and linted with throw-away keys, before any real key exists."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import msgspec

from ceremony_app.core.algorithms import Algorithm, usual_scheme
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode, Row
from ceremony_app.pki.authority import authority_of
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.fields import Asks, CertificateFields, CrlFields, Fields, RequestFields, RevokedCertificate
from ceremony_app.pki.findings import Finding, finding_rows, standing
from ceremony_app.pki.issuance import issuance
from ceremony_app.pki.profiles_there import no_profile
from ceremony_app.pki.serial import octets_needed as serial_octets
from ceremony_app.pki.serial import serial_from
from ceremony_app.pki.signer import PrivateKey
from ceremony_app.pki.throwaway import spki_of, stand_in_key, throwaway_key
from ceremony_app.pki.validity import days_later, period, text


class PlannedCertificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="certificate"):
    """A certificate that the ceremony will make; `issued_by` equals `name` where it signs itself.

    `key` is the kind of its key, `spki` that key (DER in Base64) where it exists already, empty where the ceremony
    makes it; `subject` its name where the profile leaves some of it open, empty for the profile's; `strings` the
    string types of that name where they must be kept.
    """

    name: str
    profile: str
    issued_by: str
    key: Algorithm
    spki: str = ""
    subject: tuple[NamePart, ...] = ()
    strings: tuple[str, ...] = ()


class PlannedCrl(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="crl"):
    """A CRL that the ceremony will make; `number` -1 is the profile's first.

    `previous` is the CRL (DER) that it comes after; empty where it is the first, or where none is at hand yet.
    """

    name: str
    profile: str
    issued_by: str
    number: int = -1
    revoked: tuple[RevokedCertificate, ...] = ()
    previous: bytes = b""


class PlannedRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="request"):
    """A certification request that the ceremony will make for a key of its own, under a certificate profile.

    `asks` as in `RequestFields`; `issued_by` is empty, for nobody issues a request.
    """

    name: str
    profile: str
    issued_by: Literal[""] = ""
    key: Algorithm
    asks: Asks = "nothing"


Planned: TypeAlias = PlannedCertificate | PlannedRequest | PlannedCrl

_OWN_KEY: Final = frozenset({"Public key", "SHA-256 of the public key", "subjectKeyIdentifier"})
"""What is shown of the key that the object is about, which is a throw-away one until the real one is made."""

_ISSUER_KEY: Final = frozenset({"authorityKeyIdentifier"})
"""What is shown of the issuer's key, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One object as it was tried: decisions, to-be-signed octets and their SHA-256 (hex), fields, findings."""

    fields: Fields
    template: bytes
    sha256: str
    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether nothing stands against it."""
        return not standing(self.findings)

    def rows(self) -> tuple[Row, ...]:
        """What is shown of it; what is the throw-away key's says so."""
        return (*(one.row() for one in self.compared), *finding_rows(self.findings))


@dataclass(frozen=True, slots=True)
class _Ca:
    """A CA within the trial: its certificate, and the key that signs for it; `stand_in` where it is not its own."""

    certificate: bytes
    key: PrivateKey
    stand_in: bool


def octets_needed(policy: Policy, planned: Iterable[Planned]) -> int:
    """How many random octets the serial numbers of the planned certificates take."""
    return sum(serial_octets(policy.certificates[one.profile].serial.value) for one in _certificates(policy, planned))


def trial(
    policy: Policy,
    mode: Mode,
    planned: Iterable[Planned],
    *,
    moment: dt.datetime,
    octets: bytes,
    issuers: Mapping[str, bytes] | None = None,
    taken: Iterable[str] = (),
) -> tuple[Tried, ...]:
    """The planned objects in their order, each after its issuer, decided at `moment` (UTC).

    `taken` are serial numbers (DER octets in hex) that certificates have already, as far as they are known.

    `octets` are `octets_needed` random octets, for the serial numbers; `issuers` the certificates (DER) of CAs that
    exist already, by name. Raises `Refusal` where something cannot be built at all, and for an issuer that is neither
    planned before nor given (CER-ISSUER); everything else that is wrong is a finding.
    """
    todo = tuple(planned)
    list(_certificates(policy, todo))
    cas = {name: _existing(der) for name, der in (issuers or {}).items()}
    left = octets
    used = set(taken)
    tried: list[Tried] = []
    for one in todo:
        if not isinstance(one, PlannedRequest):
            _must_have_issuer(one, cas)
        match one:
            case PlannedRequest():
                tried.append(_request(policy, mode, one))
            case PlannedCertificate():
                size = serial_octets(policy.certificates[one.profile].serial.value)
                serial = serial_from(policy.certificates[one.profile].serial.value, left[:size], used)
                left = left[size:]
                used.add(serial)
                result, cas[one.name] = _certificate(policy, mode, one, moment, serial, cas)
                tried.append(result)
            case PlannedCrl():
                tried.append(_crl(policy, mode, one, moment, cas[one.issued_by]))
    return tuple(tried)


def _certificate(
    policy: Policy, mode: Mode, one: PlannedCertificate, moment: dt.datetime, serial: str, cas: Mapping[str, _Ca]
) -> tuple[Tried, _Ca]:
    profile = policy.certificates[one.profile]
    above = cas.get(one.issued_by) if one.issued_by != one.name else None
    subject = one.subject or profile.subject_in(mode)
    ca = None if above is None else authority_of(above.certificate)
    start, end = period(profile.validity.value, moment, None if ca is None else ca.not_after)
    fields = CertificateFields(
        name=one.name,
        profile=one.profile,
        issued_by=one.issued_by,
        issuer=subject if ca is None else ca.parts,
        serial=serial,
        subject=subject,
        not_before=text(start),
        not_after=text(end),
        key=one.key,
        strings=one.strings,
    )
    key = throwaway_key(one.key)
    spki = base64.b64decode(one.spki) if one.spki else spki_of(key)
    der, tried = _try(policy, mode, fields, above or _Ca(b"", key, stand_in=False), spki, known=bool(one.spki))
    return tried, _Ca(der, key, stand_in=bool(one.spki))


def _request(policy: Policy, mode: Mode, one: PlannedRequest) -> Tried:
    if (profile := policy.certificates.get(one.profile)) is None:
        raise no_profile(policy, one.profile, one.name)
    fields = RequestFields(
        name=one.name,
        profile=one.profile,
        issued_by="",
        issuer=(),
        subject=profile.subject_in(mode),
        key=one.key,
        signature=usual_scheme(one.key),
        asks=one.asks,
    )
    key = throwaway_key(one.key)
    return _try(policy, mode, fields, _Ca(b"", key, stand_in=False), spki_of(key))[1]


def _crl(policy: Policy, mode: Mode, one: PlannedCrl, moment: dt.datetime, ca: _Ca) -> Tried:
    if (profile := policy.crls.get(one.profile)) is None:
        raise no_profile(policy, one.profile, one.name)
    fields = CrlFields(
        name=one.name,
        profile=one.profile,
        issued_by=one.issued_by,
        issuer=authority_of(ca.certificate).parts,
        number=one.number if one.number >= 0 else profile.number.value,
        this_update=text(moment),
        next_update=text(days_later(moment, profile.next_update_days.value)),
        revoked=one.revoked,
    )
    return _try(policy, mode, fields, ca, b"", previous=one.previous)[1]


def _try(
    policy: Policy, mode: Mode, fields: Fields, ca: _Ca, spki: bytes, *, known: bool = False, previous: bytes = b""
) -> tuple[bytes, Tried]:
    """The object under the throw-away signature, and what is said of it; `known` where its key is the real one."""
    wanted = issuance(policy, mode, fields, spki=spki, issuer=ca.certificate, previous=previous)
    der = wanted.builder()(ca.key)
    template = wanted.tbs(der)
    passing = (frozenset() if known else _OWN_KEY) | (frozenset() if ca.stand_in else _ISSUER_KEY)
    return der, Tried(
        fields=fields,
        template=template,
        sha256=hashlib.sha256(template).hexdigest(),
        compared=tuple(_marked(one) if one.field in passing else one for one in wanted.compared(der)),
        findings=wanted.linted(der, stand_in=ca.stand_in),
    )


def _marked(one: Compared) -> Compared:
    """A field that the real key will change, said to be the throw-away key's."""
    if one.signed == "absent":
        return one
    return msgspec.structs.replace(one, signed=f"{one.signed} (of the throw-away key)")


def _existing(der: bytes) -> _Ca:
    return _Ca(der, stand_in_key(authority_of(der).key), stand_in=True)


def _certificates(policy: Policy, planned: Iterable[Planned]) -> list[PlannedCertificate]:
    """The certificates among the planned objects; raises `Refusal` (CER-PROFILE) for a profile that there is not."""
    found = [one for one in planned if isinstance(one, PlannedCertificate)]
    for one in found:
        if one.profile not in policy.certificates:
            raise no_profile(policy, one.profile, one.name)
    return found


def _must_have_issuer(one: PlannedCertificate | PlannedCrl, cas: Mapping[str, _Ca]) -> None:
    """Raise `Refusal` (CER-ISSUER) for an issuer that is neither planned before nor given."""
    own = isinstance(one, PlannedCertificate) and one.issued_by == one.name
    if one.issued_by not in cas and not own:
        raise Refusal(
            "CER-ISSUER",
            f"{one.name} is issued by {one.issued_by}, which is neither planned before it nor given.",
            "Plan the issuer's certificate first, or bring the certificate that exists.",
        )
