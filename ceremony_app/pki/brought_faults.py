"""What is wrong with a certificate or CRL that somebody brought, by its profile, its standard and its issuer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki import extension_values as values
from ceremony_app.pki import general
from ceremony_app.pki import structures as x
from ceremony_app.pki.authority import authority_of
from ceremony_app.pki.chain import crl_links, self_signed
from ceremony_app.pki.conformance import conformance
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issued import may_issue
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.profiles_there import no_profile
from ceremony_app.pki.revoked import number_of, revoked_in
from ceremony_app.pki.validity import text
from ceremony_app.pki.verifying import signature_fault

_LARGEST: Final = 2**53 - 2
"""The next number must be one that the journal can hold."""


def certificate_faults(
    der: bytes, read: x.Certificate, policy: Policy, profile: str, mode: Mode
) -> tuple[Finding, ...]:
    """By its profile (none where `profile` is empty), RFC 5280, the general linter, and its own key if it names none.

    In a rehearsal it may be a rehearsal's or a real one: the one name or the other. Raises `Refusal` (CER-PROFILE)
    where the pack has no such profile.
    """
    held: tuple[Finding, ...] = ()
    if profile:
        if (found := policy.certificates.get(profile)) is None:
            raise no_profile(policy, profile)
        modes = (mode,) if mode is Mode.PRODUCTION else (Mode.REHEARSAL, Mode.PRODUCTION)
        held = min((CertificateLint(read, found, one).findings() for one in modes), key=len)
    own = tuple(one for link in self_signed(read) for one in link.findings)
    return (
        *held,
        *conformance(read, "certificate"),
        *general.certificate_findings(der, profile, policy.lint_rules),
        *own,
    )


def crl_faults(der: bytes, read: x.Crl, issuer: x.Certificate, policy: Policy, profile: str) -> tuple[Finding, ...]:
    """By its profile (none where `profile` is empty), RFC 5280 and the general linter; raises likewise."""
    held: tuple[Finding, ...] = ()
    if profile:
        if (found := policy.crls.get(profile)) is None:
            raise no_profile(policy, profile)
        held = CrlLint(read, found, issuer).findings()
    return (
        *held,
        *conformance(read, "crl"),
        *general.crl_findings(der, profile, policy.lint_rules),
    )


def crl_of_another(read: x.Crl, issuer: x.Certificate) -> tuple[Finding, ...]:
    """In what a CRL is not the one of the CA whose certificate is `issuer`."""
    return tuple(one for link in crl_links(read, issuer) for one in link.findings)


def must_be_authority(der: bytes, read: x.Certificate) -> None:
    """Raise `Refusal` (CER-ISSUER, CER-KEY) for a certificate under which nothing can be issued."""
    authority_of(der)
    against = tuple(tuple(may_issue(read, usage)) for usage in ("keyCertSign", "cRLSign"))
    if all(against):
        raise Refusal(
            "CER-ISSUER",
            f"This certificate cannot stand as an issuer: {against[0][0].told()}",
            "Bring the CA's own certificate; for one that is only to be revoked, the definition says `ca = false`.",
        )


def period_fault(read: x.Certificate, moment: dt.datetime) -> str:
    """Why a certificate is not valid at a moment, in words; empty where it is (RFC 5280, 4.1.2.5: both ends count)."""
    start, end = read.not_before.instant(), read.not_after.instant()
    if moment < start:
        return f"it begins at {text(start)}, and this computer's clock says {text(moment)}"
    if moment > end:
        return f"it ended at {text(end)}, and this computer's clock says {text(moment)}"
    return ""


def goes_on(read: x.Crl) -> None:
    """Raise `Refusal` (CER-CRL) for a CRL from which no complete next one can go on without losing anything."""
    revoked_in(read)
    for one in read.extensions:
        if one.oid != values.CRL_NUMBER and one.critical:
            raise _no_next(f"it carries the critical extension {values.extension_name(one.oid)}: it is not complete")
    if not 0 <= (number := number_of(read)) <= _LARGEST:
        raise _no_next(f"its number is {number}, and the next one could not be written in the journal")


def issued_by(read: x.Certificate, issuer: x.Certificate) -> Iterator[str]:
    """Why a certificate was not issued by a CA, in words: its name there, octet for octet, and its signature."""
    if read.issuer.der != issuer.subject.der:
        yield "it names another issuer"
    if fault := signature_fault(read.tbs, read.outer, read.signature, issuer.key):
        yield f"its signature is not that CA's: {fault}"


def _no_next(why: str) -> Refusal:
    return Refusal(
        "CER-CRL",
        f"No next CRL can go on from this one: {why}.",
        "Bring the complete CRL that was issued last by this CA.",
    )
