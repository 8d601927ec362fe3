"""Sentences of the policy document that cannot be true beside its own profiles (`check` names them)."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.policy import Claim, Policy
from ceremony_app.pki.findings import Finding

_NUMBERING: Final = {"7.1.1": "certificate-version", "7.2.1": "crl-version"}
"""What the sections on versions are about in the outline of RFC 3647, section 6."""

_LAST_VERSION: Final = {"certificate-version": 3, "crl-version": 2}
"""X.509 knows certificates up to v3 and CRLs up to v2 (RFC 5280, 4.1.2.1 and 5.1.2.1)."""

_TOLD: Final = {"certificate-version": "the version of certificates", "crl-version": "the version of CRLs"}


def contradictions(policy: Policy) -> tuple[Finding, ...]:
    """What the document's claims and the pack's profiles cannot both mean; for a person to settle."""
    return tuple(finding for claim in policy.claims for finding in _of_claim(claim, policy))


def _of_claim(claim: Claim, policy: Policy) -> tuple[Finding, ...]:
    found = []
    said = f"version {claim.value}, said of {_TOLD[claim.subject]}"
    outline = _NUMBERING.get(claim.section, claim.subject)
    if outline != claim.subject:
        profiled = _profiled(policy, outline)
        versions = ", ".join(sorted({str(value) for _, value in profiled})) or str(_LAST_VERSION[outline])
        expected = f"{_TOLD[outline]} by RFC 3647's outline, which is {versions} in the profiles"
        found.append(_finding(claim, expected, said))
    if not 1 <= claim.value <= _LAST_VERSION[claim.subject]:
        found.append(
            _finding(claim, f"a version up to {_LAST_VERSION[claim.subject]}, the last that X.509 knows", said)
        )
    found += [
        _finding(claim, f"version {value} as in the profile {name}", said)
        for name, value in _profiled(policy, claim.subject)
        if value != claim.value
    ]
    return tuple(found)


def _profiled(policy: Policy, subject: str) -> list[tuple[str, int]]:
    """The versions that the profiles state."""
    if subject == "crl-version":
        return [(name, profile.version.value) for name, profile in policy.crls.items()]
    return [(name, profile.version.value) for name, profile in policy.certificates.items()]


def _finding(claim: Claim, expected: str, found: str) -> Finding:
    said = f"{found}: {claim.note}" if claim.note else found
    return Finding(rule="CER-CLAIM", field="version number", expected=expected, found=said, section=claim.section)
