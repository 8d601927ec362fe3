"""For each statement about an extension the same profile saying something else there, or its extension changed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ceremony_app.core.profiles import (
    AuthorityInformationAccess,
    CertificateProfile,
    CrlDistributionPoints,
    ExtendedKeyUsage,
    KeyUsage,
    Said,
    Usage,
)
from ceremony_app.pki.extension_values import extension_name
from tests.pki.altering import Altered, P, as_critical, saying, without


def of_extension(profile: CertificateProfile, said: Said[object]) -> Iterator[Altered]:
    """An extension missing, and one of the other criticality; nothing where it is absent anyhow."""
    for oid, one in profile.extensions():
        if one is said:
            name = extension_name(oid)
            yield Altered("missing", profile, (name,), without(oid))
            yield Altered("criticality", profile, (name,), as_critical(oid))


def basic_constraints(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.basic_constraints
    yield from of_extension(profile, said)
    length = 3 if said.value.path_length != 3 else 0
    if said.value.ca:
        longer = msgspec.structs.replace(said.value, path_length=length)
        yield Altered("path length", saying(profile, "basic_constraints", longer), ("basicConstraints",))
        usage = saying(profile, "key_usage", KeyUsage(critical=True, usages=("digitalSignature",)))
        none = msgspec.structs.replace(said.value, ca=False, path_length=-1)
        yield Altered("no CA", saying(usage, "basic_constraints", none), ("basicConstraints",))
    else:
        ca = msgspec.structs.replace(said.value, ca=True, present=True)
        yield Altered("a CA", saying(profile, "basic_constraints", ca), ("basicConstraints",))
        there = msgspec.structs.replace(said.value, present=not said.value.present)
        yield Altered("presence", saying(profile, "basic_constraints", there), ("basicConstraints",))


def key_usage(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.key_usage
    yield from of_extension(profile, said)
    more: tuple[Usage, ...] = (*said.value.usages, "nonRepudiation")
    fewer: tuple[Usage, ...] = said.value.usages[1:] or ("keyEncipherment",)
    for usages in (more, fewer):
        other = KeyUsage(critical=said.value.critical, usages=usages)
        yield Altered(", ".join(usages), saying(profile, "key_usage", other), ("keyUsage",))


def extended_key_usage(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.extended_key_usage
    assert said is not None
    yield from of_extension(profile, said)
    for purposes in (("codeSigning",), (*said.value.purposes, "1.2.3.4"), said.value.purposes[1:] or ("1.2.3",)):
        other = ExtendedKeyUsage(purposes=purposes, critical=said.value.critical)
        yield Altered(", ".join(purposes), saying(profile, "extended_key_usage", other), ("extKeyUsage",))


def subject_key_identifier(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.subject_key_identifier
    yield from of_extension(profile, said)
    for method in ("sha1", "sha1-64", "sha256-160"):
        if method != said.value.method:
            other = msgspec.structs.replace(said.value, method=method)
            built = saying(profile, "subject_key_identifier", other)
            yield Altered(method, built, ("subjectKeyIdentifier",))


def authority_key_identifier(profile: P) -> Iterator[Altered]:
    said = profile.authority_key_identifier
    for other in (
        msgspec.structs.replace(said.value, present=not said.value.present),
        msgspec.structs.replace(said.value, present=True, critical=not said.value.critical),
    ):
        yield Altered(str(other), saying(profile, "authority_key_identifier", other), ("authorityKeyIdentifier",))


def certificate_policies(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.certificate_policies
    yield from of_extension(profile, said)
    for oids in (("1.2.3.4",), (*said.value.oids, "1.2.3.4"), ()):
        if oids != said.value.oids:
            other = msgspec.structs.replace(said.value, oids=oids)
            yield Altered(f"oids {oids}", saying(profile, "certificate_policies", other), ("certificatePolicies",))


def crl_distribution_points(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.crl_distribution_points
    assert said is not None
    yield from of_extension(profile, said)
    for uris in (("http://another.example/a.crl",), (*said.value.uris, "http://another.example/a.crl")):
        other = CrlDistributionPoints(uris=uris, critical=said.value.critical)
        yield Altered(" ".join(uris), saying(profile, "crl_distribution_points", other), ("cRLDistributionPoints",))


def authority_information_access(profile: CertificateProfile) -> Iterator[Altered]:
    said = profile.authority_information_access
    assert said is not None
    yield from of_extension(profile, said)
    for other in (
        AuthorityInformationAccess(ca_issuers=("http://another.example/a.cer",), ocsp=said.value.ocsp),
        AuthorityInformationAccess(ca_issuers=said.value.ocsp, ocsp=said.value.ca_issuers),
        AuthorityInformationAccess(ca_issuers=said.value.ca_issuers, ocsp=(*said.value.ocsp, "http://o.example")),
    ):
        built = saying(profile, "authority_information_access", other)
        yield Altered(str(other), built, ("authorityInfoAccess",))
