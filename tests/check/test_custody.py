"""A software quorum: a note for a rehearsal, a refusal in production, unless the policy says that it is accepted."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.check.custody import require_custody, software_quorums
from ceremony_app.core.errors import Refusal
from ceremony_app.core.policy import Said
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from tests.check.test_check import checked, everybody, rules, shipped

NAME = "root-ca-shares"


def saying(plan: Plan, accepted: bool) -> Plan:
    """The plan under a pack that says whether a software quorum is accepted."""
    replace = msgspec.structs.replace
    said = Said(value=accepted, section="6.2.2", provenance="verified")
    return replace(plan, policy=replace(plan.policy, rules=replace(plan.policy.rules, software_quorum=said)))


def test_a_rehearsal_is_told_and_goes_on() -> None:
    fitness = checked(shipped(NAME))
    assert fitness.fit
    assert "CER-SOFTWARE-QUORUM" in {note.rule for note in fitness.notes}


@pytest.mark.parametrize("accepted", [None, False, True])
def test_cer_software_quorum_production_needs_the_policys_word(accepted: bool | None) -> None:
    plan = shipped(NAME)
    plan = shipped(NAME, everybody(plan), Mode.PRODUCTION)
    plan = plan if accepted is None else saying(plan, accepted)
    assert ("CER-SOFTWARE-QUORUM" in rules(checked(plan, bound=True))) is not bool(accepted)
    if accepted:
        require_custody(plan)
        return
    with pytest.raises(Refusal) as refusal:
        require_custody(plan)
    assert refusal.value.rule == "CER-SOFTWARE-QUORUM"
    assert "hsm" in refusal.value.why


def test_a_devices_own_quorum_needs_nobodys_word() -> None:
    plan = shipped(NAME, (), Mode.PRODUCTION)
    replace = msgspec.structs.replace
    token = plan.definition.tokens["hsm"]
    custody = token.custody
    assert custody.activation is not None
    by_device = replace(custody, activation=replace(custody.activation, by="device"), officer=None)
    definition = replace(plan.definition, tokens={"hsm": replace(token, custody=by_device)})
    assert software_quorums(definition) == ()
    require_custody(replace(plan, definition=definition))


def test_definitions_without_shares_hear_nothing_of_it() -> None:
    assert "CER-SOFTWARE-QUORUM" not in {note.rule for note in checked(shipped("root-ca")).notes}
