"""The people's means of signing are named in the binding, told apart, and allowed by the policy."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ceremony_app.check.credentials import credential_notes, require_credentials
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import BoundPerson, BoundToken
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from tests.check.test_check import checked, everybody, shipped

CARD = BoundToken(module="/opt/card.so", module_sha256="5" * 64, serial="C-1")


def room(mode: Mode = Mode.PRODUCTION, **changes: Any) -> Plan:  # noqa: ANN401 - whatever a person has
    """Everybody with a key file of their own, and one person changed: who is first in the roll."""
    plan = shipped("root-ca", mode=mode)
    people = tuple(
        msgspec.structs.replace(person, method="file", key=f"{person.number:064x}") for person in everybody(plan)
    )
    people = (msgspec.structs.replace(people[0], **changes), *people[1:])
    return with_people(plan, people)


def with_people(plan: Plan, people: tuple[BoundPerson, ...]) -> Plan:
    return msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=people))


def told(plan: Plan) -> list[tuple[str, str]]:
    return [(note.rule, note.where) for note in credential_notes(plan)]


def test_key_files_and_cards_that_are_named_are_fine() -> None:
    assert not told(room())
    assert not told(room(method="card", card=CARD))
    require_credentials(room())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"method": "card"}, "CER-BINDING"),
        ({"card": CARD}, "CER-BINDING"),
        ({"method": "card", "card": CARD, "key": ""}, "CER-BINDING"),
        ({"key": ""}, "CER-BINDING"),
        ({"key": "abc"}, "CER-BINDING"),
        ({"key": "A" * 64}, "CER-BINDING"),
        ({"key": f"{2:064x}"}, "CER-KEY"),
    ],
)
def test_what_is_not_named_or_named_twice_is_found(changes: dict[str, Any], rule: str) -> None:
    plan = room(**changes)
    found = told(plan)
    assert [name for name, _ in found] == [rule]
    assert found[0][1] in ("person 1", "person 2")
    assert rule in {note.rule for note in checked(plan, bound=True).notes if note.unfit}
    with pytest.raises(Refusal) as caught:
        require_credentials(plan)
    assert caught.value.rule == rule


def test_a_rehearsal_needs_no_digests() -> None:
    assert not told(room(Mode.REHEARSAL, key=""))
    assert not told(room(Mode.REHEARSAL, method="card", card=CARD, key=""))
    assert told(room(Mode.REHEARSAL, method="card")) == [("CER-BINDING", "person 1")]


def test_a_means_that_the_policy_does_not_allow_for_the_role_is_found() -> None:
    plan = room()
    credential = msgspec.structs.replace(
        plan.policy.rules.credential, value={plan.binding.people[0].roles[0]: ("card",)}
    )
    rules = msgspec.structs.replace(plan.policy.rules, credential=credential)
    strict = msgspec.structs.replace(plan, policy=msgspec.structs.replace(plan.policy, rules=rules))
    assert told(strict) == [("CER-METHOD", "person 1")]


def test_who_must_approve_what_cannot_be_undone_does_not_do_it_with_a_room_key() -> None:
    plan = room()
    needed = {
        role
        for step in plan.definition.steps
        if step.action is not None and step.action.irreversible
        for role in plan.definition.quorums[step.action.quorum].all
    }
    rooms = tuple(
        msgspec.structs.replace(person, method="room", key="") if person.roles[0] in needed else person
        for person in plan.binding.people
    )
    found = told(with_people(plan, rooms))
    assert {where for _, where in found} == {f"person {p.number}" for p in rooms if p.method == "room"}
    assert {rule for rule, _ in found} == {"CER-METHOD"}
    rehearsal = msgspec.structs.replace(plan.binding, mode=Mode.REHEARSAL, people=rooms)
    assert not told(msgspec.structs.replace(plan, binding=rehearsal))
