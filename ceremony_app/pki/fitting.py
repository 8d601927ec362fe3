"""Which profile of a pack an object of others is meant to follow: by CA, issuer, key usage and form of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeVar

from ceremony_app.core.distinguished_name import attribute_kind, short_name
from ceremony_app.core.names import escaped
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile, CrlProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki import checks
from ceremony_app.pki import extension_values as values
from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.issued import signs_itself
from ceremony_app.pki.key_kinds import kind_told
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.misleading import shown
from ceremony_app.pki.spki import spki_findings

P = TypeVar("P", CertificateProfile, CrlProfile)

MOST_DIFFERENCES: Final = 1
"""A profile is still taken for the one that was meant where so many of its marks differ; a CA is always a mark."""

_CA: Final = "CA"
_BY: Final = MappingProxyType({"self": "issued by itself", "issuer": "issued by another"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A mark by which a profile is told, where the object differs from it."""

    mark: str
    profile: str
    object: str
    section: str

    def told(self) -> str:
        """The difference as a clause."""
        return f"{self.mark}: expected {self.profile}, found {escaped(self.object)} ({self.section})"


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a profile fits: its name in the pack, the marks in which it differs, and what else fits as well."""

    profile: str
    differences: tuple[Difference, ...]
    decisive: bool = False
    also: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the object can be taken for one of this profile."""
        return not self.decisive and len(self.differences) <= MOST_DIFFERENCES


def certificate_fits(policy: Policy, read: x.Certificate) -> tuple[Fit, ...]:
    """Every certificate profile of the pack, the best fitting first; of those that differ in as much the one with the
    fewest findings, then the one that stands first.
    """

    def findings(profile: CertificateProfile) -> int:
        return len(CertificateLint(read, profile, Mode.PRODUCTION).findings())

    return _ranked(policy.certificates, lambda profile: tuple(_certificate_marks(read, profile)), findings)


def crl_fits(policy: Policy, read: x.Crl) -> tuple[Fit, ...]:
    """Every CRL profile of the pack, ranked likewise."""
    return _ranked(
        policy.crls,
        lambda profile: tuple(_crl_marks(read, profile)),
        lambda profile: len(CrlLint(read, profile).findings()),
    )


def request_fits(policy: Policy, read: x.Request) -> tuple[Fit, ...]:
    """Every certificate profile of the pack, ranked likewise by what a request says of the certificate to be."""
    return _ranked(policy.certificates, lambda profile: tuple(_request_marks(read, profile)), lambda _: 0)


def _ranked(
    profiles: dict[str, P], marks: Callable[[P], tuple[Difference, ...]], findings: Callable[[P], int]
) -> tuple[Fit, ...]:
    fits = {name: marks(profile) for name, profile in profiles.items()}
    ranks = {
        name: (_decisive(differences), len(differences), findings(profiles[name])) for name, differences in fits.items()
    }
    return tuple(
        Fit(name, fits[name], _decisive(fits[name]), tuple(o for o in ranks if o != name and ranks[o] == ranks[name]))
        for name in sorted(ranks, key=ranks.__getitem__)
    )


def _decisive(differences: tuple[Difference, ...]) -> bool:
    return any(one.mark == _CA for one in differences)


def _certificate_marks(read: x.Certificate, profile: CertificateProfile) -> Iterator[Difference]:
    yield from _ca_mark(read, profile)
    own = "self" if signs_itself(read) else "issuer"
    if own != profile.issuer.value:
        yield Difference("issuer", _BY[profile.issuer.value], _BY[own], profile.issuer.section)
    yield from _usage_mark(read, profile)
    yield from _form_mark(read.subject, profile)


def _request_marks(read: x.Request, profile: CertificateProfile) -> Iterator[Difference]:
    """What is not asked for is the profile's to give, and no mark."""
    if read.extension(values.BASIC_CONSTRAINTS) is not None or read.extension(values.KEY_USAGE) is not None:
        yield from _ca_mark(read, profile)
    if profile.issuer.value == "self":
        yield Difference("issuer", _BY["self"], "a request, which another answers", profile.issuer.section)
    if spki_findings(read.key.der, profile.key.value):
        yield Difference("key", profile.key.value.value, kind_told(read.key), profile.key.section)
    if read.extension(values.KEY_USAGE) is not None:
        yield from _usage_mark(read, profile)
    yield from _form_mark(read.subject, profile)


def _ca_mark(read: x.Certificate | x.Request, profile: CertificateProfile) -> Iterator[Difference]:
    said = profile.basic_constraints
    if (is_ca := _is_ca(read)) is not said.value.ca:
        yield Difference(_CA, _ca(said.value.ca), _ca(is_ca), said.section)


def _usage_mark(read: x.Certificate | x.Request, profile: CertificateProfile) -> Iterator[Difference]:
    said, usages = profile.key_usage, _usages(read)
    if set(usages) != set(said.value.usages):
        yield Difference("keyUsage", ", ".join(said.value.usages), ", ".join(usages) or "none", said.section)


def _form_mark(subject: x.Name, profile: CertificateProfile) -> Iterator[Difference]:
    form = [[attribute.oid for attribute in one] for one in subject.relative]
    parts = [part.type for part in profile.subject.value]
    if form != [[getattr(attribute_kind(part), "oid", "")] for part in parts]:
        found = ", ".join("+".join(short_name(oid) for oid in one) for one in form) or "an empty name"
        yield Difference("form of the subject", ", ".join(parts), found, profile.subject.section)
        return
    faults = profile.subject_form(Mode.PRODUCTION).faults(subject.pairs())
    if (fault := next((one for one in faults if one.varies), None)) is not None:
        told = f"{fault.type}={shown(fault.found)}"
        yield Difference("form of the subject", f"{fault.type}: {fault.expected}", told, profile.section_of(fault))


def _crl_marks(read: x.Crl, profile: CrlProfile) -> Iterator[Difference]:
    wanted = profile.signature.value
    if checks.SIGNATURE_IDENTIFIERS[wanted] != read.inner.der.hex():
        yield Difference("signature", wanted.value, read.inner.oid, profile.signature.section)
    present = read.extension(values.AUTHORITY_KEY_IDENTIFIER) is not None
    said = profile.authority_key_identifier
    if present is not said.value.present:
        yield Difference("authorityKeyIdentifier", _there(said.value.present), _there(present), said.section)


def _is_ca(read: x.Certificate | x.Request) -> bool:
    """Whether it is meant to be a CA's: it says so, or its key may sign certificates."""
    one = read.extension(values.BASIC_CONSTRAINTS)
    try:
        says = one is not None and values.basic_constraints(one.value).ca
    except MalformedError:
        says = False
    return says or "keyCertSign" in _usages(read)


def _usages(read: x.Certificate | x.Request) -> tuple[str, ...]:
    one = read.extension(values.KEY_USAGE)
    try:
        return () if one is None else values.key_usage(one.value)
    except MalformedError:
        return ()


def _ca(is_one: bool) -> str:  # noqa: FBT001 - the words for it
    return "a CA" if is_one else "no CA"


def _there(present: bool) -> str:  # noqa: FBT001 - the words for it
    return "present" if present else "absent"
