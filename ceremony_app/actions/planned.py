"""The certificates and CRLs that a ceremony is going to make, read from its definition."""

from __future__ import annotations

from ceremony_app.core.script import Plan, Step
from ceremony_app.core.values import Mode


def signing_steps(plan: Plan) -> tuple[Step, ...]:
    """The steps that will have something signed by a ceremony's own key, in their order."""
    return tuple(step for step in plan.definition.steps if step.kind in ("self-sign", "issue-crl"))


def setting(step: Step, name: str) -> str:
    """One of a step's own settings as text; empty where it is not there."""
    value = step.parameters.get(name, "")
    return value if isinstance(value, str) else ""


def trial_step(plan: Plan) -> Step | None:
    """The step in which everything is built with throw-away keys first."""
    return next((step for step in plan.definition.steps if step.kind == "trial-chain"), None)


def file_stem(plan: Plan, name: str) -> str:
    """What a file is called; in a rehearsal its name says so."""
    return f"REHEARSAL-{name}" if plan.binding.mode is Mode.REHEARSAL else name
