"""Certificates, requests and CRLs of others held against a policy pack: one object in, all that is to be said out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Final, assert_never

import msgspec

from ceremony_app.core.errors import Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CrlProfile
from ceremony_app.core.values import Mode
from ceremony_app.pki import structures as x
from ceremony_app.pki.case import Case
from ceremony_app.pki.chain import certificate_links, crl_links, self_signed
from ceremony_app.pki.compare import Compared, compared_certificate, compared_crl
from ceremony_app.pki.conformance import conformance
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.extension_values import AUTHORITY_KEY_IDENTIFIER, extension_name
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.fitting import certificate_fits, crl_fits, request_fits
from ceremony_app.pki.judging import Judged, told
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.lint_request import request_held, request_itself
from ceremony_app.pki.received import LABELS, NOUNS, Kind, Received, alone, kind_of
from ceremony_app.pki.strict_der import hold_to_der
from ceremony_app.pki.survey import breach, surveyed

MOST_ENTRIES: Final = 100
"""How many entries of a CRL are told one by one."""

_THE_ISSUERS: Final = frozenset({"Issuer", extension_name(AUTHORITY_KEY_IDENTIFIER)})


def judge(policy: Policy, received: Received, *, profile: str = "", issuer: x.Certificate | None = None) -> Judged:
    """An object held against a pack: `profile` of it, or the one that fits best; `issuer` is the issuer's certificate.

    What is no such object at all is judged `unusable`. Raises `Unusable` (CER-PROFILE) where the pack has no profile
    of that name for the object's kind, or none at all.
    """
    if received.fault:
        return _unusable(received.fault)
    try:
        kind = kind_of(received.octets)
    except MalformedError as fault:
        return _unusable(str(fault))
    survey = surveyed(received.octets, kind)
    one = Case(policy, kind, alone(received.octets), (*_mislabelled(received, kind), *survey.breaches), profile)
    match survey.read:
        case None:
            unread = "It cannot be read far enough to be held against a profile."
            return one.judged((*one.breaches, *one.linted("")), fit=unread)
        case x.Certificate() as read:
            return _certificate(one, read, issuer)
        case x.Crl() as read:
            return _crl(one, read, issuer)
        case x.Request() as read:
            return _request(one, read, issuer)
        case unknown:
            assert_never(unknown)


def _certificate(one: Case, read: x.Certificate, issuer: x.Certificate | None) -> Judged:
    one = _conforming(one, read)
    profiles = one.policy.certificates
    fits = certificate_fits(one.policy, read)
    links = self_signed(read) if issuer is None else certificate_links(read, issuer)
    if (fit := one.chosen(fits, profiles)) is None:
        return one.none_fits(fits, links)
    profile = profiles[fit.profile]
    found = CertificateLint(read, profile, Mode.PRODUCTION, issuer).findings()
    compared = compared_certificate(read, profile, Mode.PRODUCTION)
    if issuer is None and profile.issuer.value == "issuer":
        capped = {"Not after"} if profile.validity.value.capped else set()
        compared = _not_held(compared, _THE_ISSUERS | capped)
    return one.fitted(fit, profile, compared, found, links)


def _crl(one: Case, read: x.Crl, issuer: x.Certificate | None) -> Judged:
    one = _conforming(one, read)
    profiles = one.policy.crls
    fits = crl_fits(one.policy, read)
    links = () if issuer is None else crl_links(read, issuer)
    if (fit := one.chosen(fits, profiles)) is None:
        return one.none_fits(fits, links)
    profile = profiles[fit.profile]
    found = CrlLint(read, profile, issuer).findings()
    compared = tuple(_first_entries(read, profile))
    if issuer is None:
        compared = _not_held(compared, _THE_ISSUERS)
    return one.fitted(fit, profile, compared, found, links)


def _request(one: Case, read: x.Request, issuer: x.Certificate | None) -> Judged:
    if issuer is not None:
        raise Unusable(
            "CER-ISSUER",
            "A certification request has no issuer yet, so it is held against none.",
            "Leave --issuer out; hold the certificate against its issuer once it is issued.",
        )
    own, links = request_itself(read)
    one = _conforming(one, read, *_not_der(one), *own)
    profiles = one.policy.certificates
    fits = request_fits(one.policy, read)
    if (fit := one.chosen(fits, profiles)) is None:
        return one.none_fits(fits, links)
    profile = profiles[fit.profile]
    found, compared = request_held(read, profile)
    return one.fitted(fit, profile, compared, found, links)


def _not_der(one: Case) -> tuple[Finding, ...]:
    """The first breach of DER in a request that nothing else has named: nobody signs what two readers read twice."""
    try:
        hold_to_der(one.octets, "certification request")
    except MalformedError as fault:
        return () if one.breaches else (breach(one.kind, "X.690, 10; 11", str(fault)),)
    return ()


def _conforming(one: Case, read: x.Certificate | x.Crl | x.Request, *further: Finding) -> Case:
    """The object with what RFC 5280 itself finds wrong with it."""
    breaches = (*one.breaches, *further, *conformance(read, one.kind))
    return Case(one.policy, one.kind, one.octets, breaches, one.asked)


def _first_entries(read: x.Crl, profile: CrlProfile) -> Iterable[Compared]:
    """The fields of a CRL with its first entries; the findings speak of all."""
    shown = dataclasses.replace(read, revoked=read.revoked[:MOST_ENTRIES])
    for one in compared_crl(shown, profile):
        if one.field == "Revoked certificates" and len(read.revoked) > MOST_ENTRIES:
            yield msgspec.structs.replace(one, signed=f"{len(read.revoked)}, of which the first {MOST_ENTRIES} follow")
        else:
            yield one


def _not_held(compared: tuple[Compared, ...], fields: frozenset[str]) -> tuple[Compared, ...]:
    """The fields, those marked that only an issuer's certificate could confirm."""
    return tuple(
        msgspec.structs.replace(one, signed=f"{one.signed} (not held against an issuer's certificate)")
        if one.field in fields and one.signed != "absent"
        else one
        for one in compared
    )


def _mislabelled(received: Received, kind: Kind) -> tuple[Finding, ...]:
    """PEM says what is in it (RFC 7468, 5 to 7)."""
    if not received.label or LABELS.get(received.label) == kind:
        return ()
    return (breach(kind, "RFC 7468, 2", f"label: {received.label} stands before a {NOUNS[kind]}"),)


def _unusable(why: str) -> Judged:
    fault = Finding(rule="CER-DER", field="object", expected="a certificate, a request or a CRL", found=why)
    return Judged(kind="", profile="", fields=(), findings=(told(fault),), verdict="unusable")
