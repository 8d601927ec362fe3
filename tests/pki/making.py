"""Packs, keys and whole objects for the tests of pki."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ceremony_app.core.algorithms import Algorithm, Scheme, usual_scheme
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile, CrlProfile, Said
from ceremony_app.core.values import Mode
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.issuance import Issuance, issuance, prepare, sign
from ceremony_app.pki.signer import PrivateKey, signing_with
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from ceremony_app.pki.trial import Planned, PlannedCertificate, PlannedCrl, Tried, octets_needed, trial

RESOURCES = Path(__file__).parents[2] / "resources" / "policies"
MOMENT = dt.datetime(2026, 11, 23, 12, 0, 0, 987_000, tzinfo=dt.UTC)


def pack(name: str) -> Policy:
    """A shipped pack."""
    return msgspec.toml.decode((RESOURCES / f"{name}.toml").read_bytes(), type=Policy, strict=True)


def random_octets(policy: Policy, planned: tuple[Planned, ...], seed: str = "") -> bytes:
    """As many octets as the trial asks for, the same each time."""
    return hashlib.shake_256(f"serial {seed}".encode()).digest(octets_needed(policy, planned))


def root_and_crl(algorithm: Algorithm = Algorithm.P384) -> tuple[Planned, ...]:
    """The two objects of the general pack's ceremony."""
    return (
        PlannedCertificate(name="root", profile="root", issued_by="root", key=algorithm),
        PlannedCrl(name="root-crl", profile="root-crl", issued_by="root"),
    )


def only_root(policy: Policy) -> Policy:
    """The general pack with no certificate profile but the root's."""
    return msgspec.structs.replace(policy, certificates={"root": policy.certificates["root"]})


def said(profile: CertificateProfile | CrlProfile, field: str, value: object) -> dict[str, Said[object]]:
    """A statement of a profile with another value."""
    return {field: msgspec.structs.replace(getattr(profile, field), value=value)}


def with_algorithm(policy: Policy, algorithm: Algorithm, scheme: Scheme | None = None) -> Policy:
    """The general pack for another kind of key, and its usual scheme if none is named."""
    scheme = scheme or usual_scheme(algorithm)
    root, crl = policy.certificates["root"], policy.crls["root-crl"]
    return msgspec.structs.replace(
        policy,
        certificates={
            "root": msgspec.structs.replace(root, **said(root, "key", algorithm), **said(root, "signature", scheme))
        },
        crls={"root-crl": msgspec.structs.replace(crl, **said(crl, "signature", scheme))},
    )


@dataclass
class SoftToken:
    """Stands in for a token: signs what it is asked with a software key, and counts."""

    key: PrivateKey
    calls: int = 0

    def sign(self, scheme: Scheme, data: bytes) -> bytes:
        self.calls += 1
        return signing_with(self.key)(scheme, data)


@dataclass
class Made:
    """A whole chain: what was tried, and what was signed, by name."""

    policy: Policy
    tried: tuple[Tried, ...]
    keys: Mapping[str, PrivateKey]
    der: Mapping[str, bytes]
    approved: Mapping[str, str]

    def fields(self, name: str) -> Tried:
        return next(one for one in self.tried if one.fields.name == name)


def make(policy: Policy, planned: tuple[Planned, ...], mode: Mode = Mode.PRODUCTION) -> Made:
    """Trial, keys, preparation and signature of everything planned; fails where anything stands against it."""
    tried = trial(policy, mode, planned, moment=MOMENT, octets=random_octets(policy, planned))
    keys = {one.name: throwaway_key(one.key) for one in planned if isinstance(one, PlannedCertificate)}
    der: dict[str, bytes] = {}
    approved: dict[str, str] = {}
    for plan, one in zip(planned, tried, strict=True):
        assert one.good, one.findings
        own = plan.issued_by == plan.name
        wanted = issuance(
            policy,
            mode,
            one.fields,
            spki=spki_of(keys[plan.name]) if plan.name in keys else b"",
            issuer=b"" if own else der[plan.issued_by],
        )
        prepared = prepare(wanted, one.template)
        assert prepared.good, prepared.findings
        signed = sign(wanted, prepared.sha256, SoftToken(keys[plan.issued_by]).sign)
        assert signed.good, signed.findings
        der[plan.name], approved[plan.name] = signed.der, prepared.sha256
    return Made(policy, tried, keys, der, approved)


def root_issuance(root: Made) -> tuple[Issuance, SoftToken]:
    """The root to be signed once more, and the token that holds its key."""
    key = root.keys["root"]
    wanted = issuance(root.policy, Mode.PRODUCTION, root.fields("root").fields, spki=spki_of(key))
    return wanted, SoftToken(key)


def named(findings: tuple[Finding, ...]) -> set[str]:
    """The fields that a profile lint names."""
    assert all(one.rule == "CER-PROFILE" and one.expected and one.found for one in findings)
    return {one.field for one in findings}


def changed_root(policy: Policy, field: str, value: object) -> Policy:
    """The general pack with one statement about its root changed."""
    root = policy.certificates["root"]
    altered = msgspec.structs.replace(root, **said(root, field, value))
    return msgspec.structs.replace(policy, certificates={"root": altered})
