"""For each statement of a profile the same profile saying something else there, so that what is built by it differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Final, TypeAlias

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.profiles import (
    CertificateProfile,
    CrlProfile,
    SerialRule,
)
from ceremony_app.core.values import Mode
from tests.pki import altered_extensions as extensions
from tests.pki.altering import CRL_EXTENSIONS, OTHER, Altered, saying, without
from tests.pki.breaking import v1, version

Certificates: TypeAlias = Callable[[CertificateProfile], Iterator[Altered]]
Crls: TypeAlias = Callable[[CrlProfile], Iterator[Altered]]


def _version(profile: CertificateProfile) -> Iterator[Altered]:
    yield Altered("v2", profile, ("version",), version)


def _serial(profile: CertificateProfile) -> Iterator[Altered]:
    rule = profile.serial.value
    if rule.octets < 20:
        longer = SerialRule(octets=20, random_bits=159)
        yield Altered("longer", saying(profile, "serial", longer), ("serialNumber",))
    shorter = SerialRule(octets=rule.octets, random_bits=64)
    yield Altered("fewer random bits", saying(profile, "serial", shorter), ("serialNumber",))


def _signature(profile: CertificateProfile) -> Iterator[Altered]:
    for scheme in _others(profile.signature.value):
        yield Altered(scheme.value, saying(profile, "signature", scheme), ("signature", "signatureAlgorithm"))


def _others(scheme: Scheme) -> list[Scheme]:
    return [one for one in Scheme if one.family == scheme.family and one is not scheme]


def _issuer(profile: CertificateProfile) -> Iterator[Altered]:
    if profile.issuer.value == "self":
        yield Altered("another's", saying(profile, "issuer", "issuer"), ("issuer",), by=OTHER)
        return
    free = saying(profile, "validity", msgspec.structs.replace(profile.validity.value, capped=False))
    yield Altered("its own", saying(free, "issuer", "self"), ("issuer",), by="self")


def _subject(profile: CertificateProfile) -> Iterator[Altered]:
    parts = profile.subject.value
    more = (*parts, NamePart(type="L", value="Here"))
    yield Altered("another attribute", saying(profile, "subject", more), ("subject",))
    if len(parts) > 1:
        yield Altered("order", saying(profile, "subject", parts[::-1]), ("subject",))
    varies = profile.subject_form(Mode.PRODUCTION).varies
    for i, part in enumerate(parts):
        if part.type not in varies:
            value = "FR" if part.type == "C" else f"{part.value[:-1]}~"
            other = (*parts[:i], NamePart(type=part.type, value=value), *parts[i + 1 :])
            yield Altered(part.type, saying(profile, "subject", other), ("subject", f"subject.{part.type}"))


def _subject_varies(profile: CertificateProfile) -> Iterator[Altered]:
    form = profile.subject_form(Mode.PRODUCTION)
    for kind in form.varies:
        for value in ("FF", "00", "zz", "g~", "gb"):
            parts = _with(profile.subject.value, kind, value)
            if parts and profile.subject_faults(parts, Mode.PRODUCTION):
                loose = msgspec.structs.replace(profile, subject_varies=None)
                yield Altered(f"{kind}={value}", loose, (f"subject.{kind}",), subject=parts)


def _with(parts: tuple[NamePart, ...], kind: str, value: str) -> tuple[NamePart, ...]:
    """The name with another value; empty where no name can have it."""
    try:
        return tuple(NamePart(type=kind, value=value) if one.type == kind else one for one in parts)
    except ValueError:
        return ()


def _validity(profile: CertificateProfile) -> Iterator[Altered]:
    rule = profile.validity.value
    for years in (rule.years + 1, rule.years - 1):
        if years > 0:
            other = msgspec.structs.replace(rule, years=years, capped=False)
            yield Altered(f"{years} years", saying(profile, "validity", other), ("validity",))
    until = msgspec.structs.replace(rule, years=0, until="99991231235959Z", capped=False)
    yield Altered("no end", saying(profile, "validity", until), ("validity",))


def _key(profile: CertificateProfile) -> Iterator[Altered]:
    key = profile.key.value
    for other in (Algorithm.P256, Algorithm.P384, Algorithm.ED25519):
        if other is not key and (profile.issuer.value == "issuer" or other.family == key.family):
            yield Altered(other.value, saying(profile, "key", other), ("subjectPublicKeyInfo",))
    if key.is_rsa:
        yield Altered("RSA-3072", saying(profile, "key", Algorithm.RSA3072), ("subjectPublicKeyInfo",))


def _crl_version(profile: CrlProfile) -> Iterator[Altered]:
    yield Altered("v1", profile, ("version",), v1)


def _crl_signature(profile: CrlProfile) -> Iterator[Altered]:
    for scheme in _others(profile.signature.value):
        yield Altered(scheme.value, saying(profile, "signature", scheme), ("signature", "signatureAlgorithm"))


def _next_update_days(profile: CrlProfile) -> Iterator[Altered]:
    for days in (profile.next_update_days.value + 1, profile.next_update_days.value - 1):
        yield Altered(f"{days} days", saying(profile, "next_update_days", days), ("nextUpdate",))


def _number(profile: CrlProfile) -> Iterator[Altered]:
    yield Altered("0", saying(profile, "number", profile.number.value - 1), ("cRLNumber",))
    yield Altered("missing", profile, ("cRLNumber",), without(CRL_EXTENSIONS["number"]))


CERTIFICATES: Final[MappingProxyType[str, Certificates]] = MappingProxyType(
    {
        "version": _version,
        "serial": _serial,
        "signature": _signature,
        "issuer": _issuer,
        "subject": _subject,
        "subject-varies": _subject_varies,
        "validity": _validity,
        "key": _key,
        "basic-constraints": extensions.basic_constraints,
        "key-usage": extensions.key_usage,
        "extended-key-usage": extensions.extended_key_usage,
        "subject-key-identifier": extensions.subject_key_identifier,
        "authority-key-identifier": extensions.authority_key_identifier,
        "certificate-policies": extensions.certificate_policies,
        "crl-distribution-points": extensions.crl_distribution_points,
        "authority-information-access": extensions.authority_information_access,
    }
)
"""By the name of the statement in the pack; a statement that has none here fails its test."""

CRLS: Final[MappingProxyType[str, Crls]] = MappingProxyType(
    {
        "version": _crl_version,
        "signature": _crl_signature,
        "next-update-days": _next_update_days,
        "number": _number,
        "authority-key-identifier": extensions.authority_key_identifier,
    }
)
