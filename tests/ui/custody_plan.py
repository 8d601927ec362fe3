"""The sample plan with a token whose activation PIN three custodians hold: in shares, or by the device's cards."""

from __future__ import annotations

import msgspec

from ceremony_app.core.room import BoundPerson
from ceremony_app.core.script import Act, Custody, HandOut, Plan, SecretAsk, ShareAsk, Split, Step, TokenRole
from ceremony_app.core.values import Mode
from ceremony_app.core.world import Fact
from tests.ui.sample_plan import CUSTODIAN, sample_plan
from tests.ui.token_plan import ACTIVATED, CONNECTED

SPLIT = Split(role=CUSTODIAN, threshold=2, shares=3)
CARDS = Split(role=CUSTODIAN, threshold=2, shares=3, by="device")
CUSTODIANS = (4, 5, 6)

DRAW = Step(
    number="2.3", id="split", kind="split-activation", title="Split the PINs of the token: HSM", act="Environment",
    stages=(Act(button="Draw and split the PINs", device="hsm"), HandOut(token="hsm", whose="activation", split=SPLIT)),
    parameters={"token": "hsm"}, ensures=(Fact("token:hsm:split"),),
    say=("Each custodian comes forward alone, writes the own share, and types it back.",),
    do=("Lay one numbered worksheet and one bag before every custodian.",),
)  # fmt: skip

SET = Step(
    number="2.4", id="set", kind="initialise-token", title="Give the token its split PIN", act="Environment",
    stages=(
        Act(
            button="Give the token its split PIN",
            device="hsm",
            secrets=(SecretAsk(name="pin", label="New activation PIN", held="memory"),),
        ),
    ),
    requires=(CONNECTED, Fact("token:hsm:split")), ensures=(Fact("token:hsm:split", holds=False),),
)  # fmt: skip


def _activate(split: Split) -> Step:
    by_shares = split.by == "shares"
    pin = SecretAsk(name="pin", label="Activation PIN", at_token=not by_shares, held="shares" if by_shares else "")
    ask = ShareAsk(token="hsm", whose="activation")
    return Step(
        number="2.5", id="activate", kind="activate", title="Activate the HSM", act="Environment",
        stages=(Act(button="Activate the HSM", device="hsm", secrets=(pin,), shares=(ask,)),),
        requires=(CONNECTED,), ensures=(ACTIVATED,), say=("The custodians activate the token.",),
    )  # fmt: skip


def custody_plan(mode: Mode = Mode.REHEARSAL, split: Split = SPLIT) -> Plan:
    """The PIN is drawn and split; two of three custodians activate the token."""
    plan, replace = sample_plan(mode), msgspec.structs.replace
    steps = [
        replace(step, requires=(CONNECTED, ACTIVATED)) if step.id == "generate" else step
        for step in plan.definition.steps
        if step.id != "initialise"
    ]
    place = 1 + [step.id for step in steps].index("connect")
    steps[place:place] = [DRAW, SET, _activate(split)] if split.by == "shares" else [_activate(split)]
    roles = {**plan.definition.roles}
    roles[CUSTODIAN] = replace(roles[CUSTODIAN], count=3)
    tokens = {"hsm": TokenRole(title="HSM", custody=Custody(activation=split))}
    people = (*plan.binding.people, *(BoundPerson(number=n, roles=(CUSTODIAN,)) for n in CUSTODIANS[1:]))
    pin_entry = "keyboard" if split.by == "shares" else "token"
    bound = {role: replace(token, pin_entry=pin_entry) for role, token in plan.binding.tokens.items()}
    return replace(
        plan,
        definition=replace(plan.definition, steps=tuple(steps), roles=roles, tokens=tokens),
        binding=replace(plan.binding, people=people, tokens=bound),
    )


def device_plan(mode: Mode = Mode.REHEARSAL) -> Plan:
    """The device keeps the others out by cards of its own."""
    return custody_plan(mode, CARDS)
