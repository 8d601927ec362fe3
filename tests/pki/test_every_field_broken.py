"""Done when: each statement of each profile broken in turn, and the trial refuses what comes of it, before any key is.

What there is to break is what `Policy.statements()` tells, so that a new statement cannot be forgotten here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import msgspec
import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.policy import CertificateProfile, CrlProfile, Policy
from ceremony_app.core.profiles import AuthorityInformationAccess, CrlDistributionPoints, ExtendedKeyUsage, Said
from ceremony_app.core.values import Mode
from ceremony_app.pki import trial as trial_module
from ceremony_app.pki.compare import Compared
from ceremony_app.pki.fields import Fields
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.issuance import Issuance, issuance
from ceremony_app.pki.signer import PrivateKey
from ceremony_app.pki.throwaway import throwaway_key
from ceremony_app.pki.trial import Planned, PlannedCertificate, trial
from tests.pki.alterations import CERTIFICATES, CRLS
from tests.pki.altering import OTHER, Altered
from tests.pki.breaking import broken, broken_crl
from tests.pki.making import MOMENT, pack, random_octets
from tests.pki.whole import CAS, planned_for

STATEMENTS = [
    (name, path)
    for name in ("s1spki-foc", "general")
    for path, _ in pack(name).statements()
    if path.startswith(("certificates.", "crls."))
]


@cache
def pooled(algorithm: Algorithm, number: int) -> PrivateKey:
    """Throw-away keys that serve again: RSA takes seconds."""
    return throwaway_key(algorithm)


@dataclass(frozen=True)
class Mixed:
    """An issuance that builds by one profile and judges by another."""

    built: Issuance
    judged: Issuance
    altered: Altered

    def builder(self) -> Callable[[PrivateKey], bytes]:
        build, change = self.built.builder(), self.altered.change

        def made(key: PrivateKey) -> bytes:
            if change is None:
                return build(key)
            return (broken_crl if isinstance(self.altered.built, CrlProfile) else broken)(build(key), change)

        return made

    def tbs(self, der: bytes) -> bytes:
        return self.judged.tbs(der)

    def compared(self, der: bytes) -> tuple[Compared, ...]:
        return self.judged.compared(der)

    def linted(self, der: bytes, *, stand_in: bool) -> tuple[Finding, ...]:
        return self.judged.linted(der, stand_in=stand_in)


def replaced(policy: Policy, name: str, profile: CertificateProfile | CrlProfile) -> Policy:
    """The pack with another profile of that name, and no waivers: they are for what it says."""
    if isinstance(profile, CrlProfile):
        return msgspec.structs.replace(policy, crls=policy.crls | {name: profile})
    return msgspec.structs.replace(policy, certificates=policy.certificates | {name: profile})


def plan_of(policy: Policy, name: str, altered: Altered) -> tuple[Policy, tuple[Planned, ...]]:
    """The chain down to an object of a profile, issued by somebody else where the alteration says so."""
    *above, last = planned_for(policy, name)
    if isinstance(last, PlannedCertificate) and isinstance(altered.built, CertificateProfile):
        last = msgspec.structs.replace(last, key=altered.built.key.value, subject=altered.subject)
        match altered.by:
            case "self":
                return policy, (msgspec.structs.replace(last, issued_by=last.name),)
            case other if other == OTHER:
                ca = policy.certificates[name]
                *parts, cn = ca.subject.value
                subject = (*parts, msgspec.structs.replace(cn, value="Oth2"))
                second = msgspec.structs.replace(ca, subject=msgspec.structs.replace(ca.subject, value=subject))
                planned = PlannedCertificate(name=OTHER, profile=OTHER, issued_by=OTHER, key=ca.key.value)
                return replaced(policy, OTHER, second), (planned, msgspec.structs.replace(last, issued_by=OTHER))
            case _:
                pass
    return policy, (*above, last)


def found_by_the_trial(
    monkeypatch: pytest.MonkeyPatch, policy: Policy, name: str, altered: Altered
) -> Iterator[Finding]:
    """What stands against an object that was built by the altered profile, judged by the pack's own."""
    policy, planned = plan_of(policy, name, altered)
    building = replaced(policy, name, altered.built)

    def issued(_: Policy, mode: Mode, fields: Fields, **more: bytes) -> Issuance | Mixed:
        built = issuance(building, mode, fields, **more)
        return Mixed(built, issuance(policy, mode, fields, **more), altered) if fields.profile == name else built

    keys = iter(range(len(planned)))
    monkeypatch.setattr(trial_module, "issuance", issued)
    monkeypatch.setattr(trial_module, "throwaway_key", lambda algorithm: pooled(algorithm, next(keys)))
    octets = random_octets(building, planned)
    tried = trial(building, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets)
    assert all(one.good for one in tried[:-1]), "the chain above it is as the pack says"
    yield from standing(tried[-1].findings)


@pytest.mark.parametrize(("pack_name", "path"), STATEMENTS, ids=[f"{name}:{path}" for name, path in STATEMENTS])
def test_a_statement_that_is_broken(monkeypatch: pytest.MonkeyPatch, pack_name: str, path: str) -> None:
    policy = pack(pack_name)
    said = dict(policy.statements())[path]
    _, name, statement = path.split(".", 2)
    altered = tuple(
        CRLS[statement](policy.crls[name])
        if path.startswith("crls.")
        else CERTIFICATES[statement](policy.certificates[name])
    )
    assert altered
    for one in altered:
        found = tuple(found_by_the_trial(monkeypatch, policy, name, one))
        named = {
            finding.field for finding in found if finding.rule == "CER-PROFILE" and finding.section == said.section
        }
        assert named & set(one.fields), (one.what, [finding.told() for finding in found])


@pytest.mark.parametrize("name", list(CAS))
def test_an_unaltered_profile_is_not_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The harness itself finds nothing where nothing is broken."""
    policy = pack(name)
    for profile in policy.certificates:
        same = Altered("the same", policy.certificates[profile], ())
        assert list(found_by_the_trial(monkeypatch, policy, profile, same)) == []
    for profile in policy.crls:
        unaltered = Altered("the same", policy.crls[profile], ())
        assert list(found_by_the_trial(monkeypatch, policy, profile, unaltered)) == []


MORE = {
    "extended_key_usage": (ExtendedKeyUsage(purposes=("clientAuth",)), "extKeyUsage"),
    "crl_distribution_points": (CrlDistributionPoints(uris=("http://a.example",)), "cRLDistributionPoints"),
    "authority_information_access": (AuthorityInformationAccess(ocsp=("http://a.example",)), "authorityInfoAccess"),
}


@pytest.mark.parametrize("member", MORE)
def test_an_extension_of_which_nothing_is_said_is_absent(monkeypatch: pytest.MonkeyPatch, member: str) -> None:
    value, field = MORE[member]
    policy = pack("s1spki-foc")
    profile = policy.certificates["operator-issuing"]
    more = msgspec.structs.replace(profile, **{member: Said(value=value, section="s", provenance="verified")})
    found = found_by_the_trial(monkeypatch, policy, "operator-issuing", Altered("one more", more, (field,)))
    assert [(one.rule, one.field, one.found) for one in found] == [("CER-PROFILE", field, "present")]


def test_a_validity_that_the_issuers_end_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not stop at the issuer's end is refused, to the second."""
    policy = pack("s1spki-foc")
    root, link = (policy.certificates[name] for name in ("operator-root", "operator-root-link"))
    longer = msgspec.structs.replace(link.validity, value=msgspec.structs.replace(link.validity.value, years=80))
    policy = replaced(policy, "operator-root-link", msgspec.structs.replace(link, validity=longer))
    assert root.validity.value.years < 80
    look = partial(found_by_the_trial, monkeypatch, policy, "operator-root-link")
    assert list(look(Altered("as it says", policy.certificates["operator-root-link"], ()))) == []
    ends = MOMENT.replace(microsecond=0, year=MOMENT.year + 50) - dt.timedelta(seconds=1)
    for seconds in (-1, 1):
        until = (ends + dt.timedelta(seconds=seconds)).strftime("%Y%m%d%H%M%SZ")
        value = msgspec.structs.replace(longer.value, years=0, until=until, capped=False)
        built = msgspec.structs.replace(link, validity=msgspec.structs.replace(longer, value=value))
        found = {(one.rule, one.field) for one in look(Altered(f"{seconds} seconds", built, ("validity",)))}
        assert ("CER-PROFILE", "validity") in found
