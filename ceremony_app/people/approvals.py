"""The approvals brought to a ceremony, held against its definition and its policy pack with their signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ceremony_app.core.approval import Papers, SignedApproval
from ceremony_app.core.approved import ApprovalCount, count_approvals
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Policy
from ceremony_app.core.script import Definition, Plan
from ceremony_app.core.values import Mode
from ceremony_app.people.signatures import verify


def papers_of(definition: Definition, policy: Policy, digests: Mapping[str, str]) -> Papers:
    """What is approved; `digests` are the SHA-256 of `ceremony.toml` and `policy.toml` by these names."""
    return Papers(
        definition=definition.id,
        definition_sha256=digests["ceremony.toml"],
        policy=policy.id,
        policy_sha256=digests["policy.toml"],
    )


def counted(
    definition: Definition, policy: Policy, digests: Mapping[str, str], given: Iterable[SignedApproval]
) -> ApprovalCount | None:
    """What the approvals come to; None where the pack asks for none."""
    rule = policy.rules.approval
    return None if rule is None else count_approvals(papers_of(definition, policy, digests), rule.value, given, verify)


def require_approved(plan: Plan, digests: Mapping[str, str], given: Iterable[SignedApproval]) -> None:
    """A ceremony may be opened with these approvals; a rehearsal with whatever there is.

    Raises `Refusal` (CER-APPROVAL) in production, where fewer keys than the pack asks for have approved, or one of
    them has refused.
    """
    found = counted(plan.definition, plan.policy, digests, given)
    if found is not None and not found.enough and plan.binding.mode is Mode.PRODUCTION:
        lost = [f"{one.told}: {one.why_not}" for one in found.judged if one.why_not]
        unlike = f" Not counted: {'; '.join(lost)}." if lost else ""
        raise Refusal(
            "CER-APPROVAL",
            f"Definition and policy pack are approved {found.words}.{unlike}",
            "Nothing was opened. Look at them with `ceremony approve DEF --show FILE ...`, and bring those that are"
            " wanting with `ceremony run DEF --approval FILE ...`.",
        )
