"""Who has approved definition and pack before the day, and who is wanting."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.check.notes import Note
from ceremony_app.core.approved import ApprovalCount
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode


def approval_notes(plan: Plan, approved: ApprovalCount | None) -> Iterator[Note]:
    """What is wanting, as a remark: approvals are collected until the day.

    Where some were brought to be looked at with a production binding, they must be enough to open it.
    """
    if approved is None or approved.enough:
        return
    where = f"policy {plan.policy.id}"
    brought = bool(approved.judged) and plan.binding.mode is Mode.PRODUCTION
    then = "" if approved.judged else "; name them with --approval FILE"
    yield Note(rule="CER-APPROVAL", where=where, what=f"approved {approved.words}{then}", unfit=brought)
    for one in approved.judged:
        if one.why_not:
            yield Note(rule="CER-APPROVAL", where=where, what=f"not counted {one.told}: {one.why_not}", unfit=False)
