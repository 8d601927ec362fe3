"""The certificates, requests and CRLs that a ceremony is going to sign, read from its definition."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.script import Definition, Plan, Step
from ceremony_app.core.values import Mode

SIGNING: Final = ("self-sign", "make-csr", "issue-certificate", "cross-certify", "issue-crl")
"""The kinds of steps that have one object signed by a key of the ceremony."""

ISSUING: Final = (*SIGNING, "issue-batch")
"""All kinds that have something signed by it: one object, or a batch."""

IMPORTING: Final = ("import-certificate", "import-csr", "import-crl", "import-requests")
"""The kinds of steps that bring something from outside."""


def signing_steps(plan: Plan) -> tuple[Step, ...]:
    """The steps that will have something signed by a ceremony's own key, in their order."""
    return tuple(step for step in plan.definition.steps if step.kind in SIGNING)


def steps_of(plan: Plan, *kinds: str) -> tuple[Step, ...]:
    """The steps of these kinds, in their order."""
    return tuple(step for step in plan.definition.steps if step.kind in kinds)


def profile_of(definition: Definition, step: Step) -> str:
    """The profile of what a signing step makes: its own, or its key's where it names none."""
    key = definition.keys.get(setting(step, "key"))
    return setting(step, "profile") or (key.profile if key else "")


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


def trial_stem(plan: Plan, name: str) -> str:
    """What the template of an object is called."""
    return file_stem(plan, f"trial-{name}")
