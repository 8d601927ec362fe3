"""Every profile of a shipped pack in one plan: roots, what they sign, what the issuing CA signs, and the CRLs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ceremony_app.core.policy import Policy
from ceremony_app.pki.trial import Planned, PlannedCertificate, PlannedCrl

CAS: Final = MappingProxyType(
    {
        "s1spki-foc": ("operator-root", "operator-issuing"),
        "smki-organisation": ("root-oca", "issuing-oca"),
        "general": ("root", "issuing-ca"),
    }
)
"""The root and the issuing CA of each pack, by the names of their profiles."""

BELOW_THE_ROOT: Final = frozenset({"operator-root-link", "operator-cross", "root-link", "cross"})


def issuer_of(policy: Policy, profile: str) -> str:
    """The profile of the CA that signs what has a profile; its own where it signs itself."""
    root, issuing = CAS[policy.id]
    if profile in policy.crls:
        return issuing if "issuing" in profile else root
    if policy.certificates[profile].issuer.value == "self":
        return profile
    return root if profile == issuing or profile in BELOW_THE_ROOT else issuing


def planned_for(policy: Policy, *profiles: str) -> tuple[Planned, ...]:
    """Objects of these profiles, each under its profile's name and after the CAs that it needs."""
    names: dict[str, None] = {}
    for profile in profiles:
        chain = [profile]
        while (above := issuer_of(policy, chain[-1])) != chain[-1]:
            chain.append(above)
        names |= dict.fromkeys(reversed(chain))
    return tuple(_planned(policy, name) for name in names)


def whole(policy: Policy) -> tuple[Planned, ...]:
    """One object of every profile."""
    return planned_for(policy, *policy.certificates, *policy.crls)


def _planned(policy: Policy, profile: str) -> Planned:
    issuer = issuer_of(policy, profile)
    if profile in policy.crls:
        return PlannedCrl(name=profile, profile=profile, issued_by=issuer)
    key = policy.certificates[profile].key.value
    return PlannedCertificate(name=profile, profile=profile, issued_by=issuer, key=key)
