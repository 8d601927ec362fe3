"""The profile that a definition names, out of the pack that it names."""

from __future__ import annotations

from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import CertificateProfile


def certificate_profile(policy: Policy, name: str) -> CertificateProfile:
    """The certificate profile of this name; raises `Refusal` (CER-PROFILE) where the pack has none."""
    if (profile := policy.certificates.get(name)) is None:
        raise no_profile(policy, name)
    return profile


def no_profile(policy: Policy, name: str, what: str = "") -> Refusal:
    """The refusal of a profile that the pack does not have; `what` was to be made or held by it."""
    wanted = f" for {what}" if what else ""
    return Refusal(
        "CER-PROFILE",
        f"The policy pack {policy.id} has no profile {name!r} of this kind{wanted}.",
        "Correct the profile's name in the definition, or use the pack that has it.",
    )
