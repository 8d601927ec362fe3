"""The sample plan with a token that people log in to: at the keyboard, or at the token's own keypad."""

from __future__ import annotations

import msgspec

from ceremony_app.core.profiles import Said
from ceremony_app.core.script import Act, Plan, SecretAsk, Step
from ceremony_app.core.values import Mode
from ceremony_app.core.world import Fact
from tests.ui.sample_plan import ADMIN, STEPS, sample_plan

CONNECTED, ACTIVATED = Fact("token:hsm:connected"), Fact("token:hsm:activated")

ACTIVATE = Step(
    number="2.3", id="activate", kind="activate", title="Activate the HSM", act="Environment",
    stages=(
        Act(
            button="Activate the HSM",
            device="hsm",
            secrets=(SecretAsk(name="pin", label="Activation PIN", by=ADMIN, at_token=True),),
        ),
    ),
    requires=(CONNECTED,), ensures=(ACTIVATED,),
)  # fmt: skip


def token_plan(mode: Mode = Mode.REHEARSAL) -> Plan:
    """The PIN is entered at the keyboard; a pair of an interrupted generation may be taken over."""
    plan, replace = sample_plan(mode), msgspec.structs.replace
    steps = [replace(step, requires=(CONNECTED, ACTIVATED)) if step.id == "generate" else step for step in STEPS]
    steps.insert(1 + [step.id for step in steps].index("connect"), ACTIVATE)
    rules = replace(plan.policy.rules, adopt=Said(value=True, section="1", provenance="unverified"))
    return replace(
        plan,
        definition=replace(plan.definition, steps=tuple(steps)),
        policy=replace(plan.policy, rules=rules),
        binding=replace(plan.binding, estimates={"generate": 90}),
    )


def keypad_plan(mode: Mode = Mode.REHEARSAL) -> Plan:
    """The PIN is entered at the token's own keypad."""
    plan, replace = token_plan(mode), msgspec.structs.replace
    token = replace(plan.binding.tokens["hsm"], pin_entry="token")
    return replace(plan, binding=replace(plan.binding, tokens={"hsm": token}))
