"""`check`: what can be known before the day, in the definition and in this room."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from ceremony_app.actions import KINDS
from ceremony_app.check import Fitness, check
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import Binding, BoundPerson, BoundToken
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode
from ceremony_app.definition.files import load_policy
from ceremony_app.definition.load import load
from ceremony_app.definition.requirements import catalogues
from ceremony_app.definition.shelf import resources
from tests.core.table import SHORT

MOMENT = dt.datetime(2026, 11, 23, 10, 0, 0, tzinfo=dt.UTC)


def shipped(name: str, people: tuple[BoundPerson, ...] = (), mode: Mode = Mode.REHEARSAL) -> Plan:
    """A shipped definition with a binding to nobody in particular."""
    definition = load((resources() / "ceremonies" / f"{name}.toml").read_bytes(), KINDS)
    policy = load_policy((resources() / "policies" / f"{definition.policy}.toml").read_bytes())
    token = BoundToken(module="", module_sha256="", serial="")
    binding = Binding(
        format=1, definition=definition.id, mode=mode, tokens=dict.fromkeys(definition.tokens, token), people=people
    )
    return Plan(definition=definition, policy=policy, binding=binding)


def everybody(plan: Plan) -> tuple[BoundPerson, ...]:
    """One person for each place."""
    places = [name for name, role in plan.definition.roles.items() for _ in range(role.count)]
    return tuple(BoundPerson(number=n, roles=(role,)) for n, role in enumerate(places, start=1))


def checked(plan: Plan, *, bound: bool = False) -> Fitness:
    """The fitness of a plan."""
    return check(plan, catalogues(plan.definition), bound=bound, moment=MOMENT, octets=b"\x5a" * 4096)


def rules(fitness: Fitness) -> set[str]:
    """The rules of the notes that make it unfit."""
    return {note.rule for note in fitness.notes if note.unfit}


@pytest.mark.parametrize("name", ["s1spki-foc-operator-root", "root-ca"])
def test_shipped_definitions_are_fit_and_cover_every_clause(name: str) -> None:
    fitness = checked(shipped(name))
    assert fitness.fit, fitness.notes
    assert not [note for note in fitness.notes if note.rule == "CER-UNCOVERED"]


def test_unverified_statements_are_remarked_and_do_not_make_it_unfit() -> None:
    fitness = checked(shipped("s1spki-foc-operator-root"))
    assert [note.unfit for note in fitness.notes if note.rule == "CER-UNVERIFIED"] == [False]


def test_a_clause_that_no_step_claims_is_named() -> None:
    plan = shipped("root-ca")
    bare = tuple(msgspec.structs.replace(step, meets=()) for step in plan.definition.steps)
    plan = msgspec.structs.replace(plan, definition=msgspec.structs.replace(plan.definition, steps=bare))
    fitness = checked(plan)
    assert fitness.fit
    assert sum(note.rule == "CER-UNCOVERED" for note in fitness.notes) > 10


@pytest.mark.parametrize("lost", ["connect", "activate", "trial", "generate", "deactivate", "remove"])
def test_leaving_out_a_step_that_others_need_is_found(lost: str) -> None:
    plan = shipped("root-ca")
    kinds = {
        "connect": "connect",
        "activate": "activate",
        "trial": "trial-chain",
        "generate": "generate-key",
        "deactivate": "deactivate",
        "remove": "disconnect",
    }
    gone = next(step for step in plan.definition.steps if step.kind == kinds[lost])
    steps = tuple(step for step in plan.definition.steps if step is not gone)
    plan = msgspec.structs.replace(plan, definition=msgspec.structs.replace(plan.definition, steps=steps))
    assert rules(checked(plan)) & {"CER-WORLD", "CER-LEFT-ON", "CER-LINT"}


def test_cer_dual_one_person_alone_does_nothing_irreversible() -> None:
    text = SHORT.read_text(encoding="utf-8").replace(
        "[tokens.hsm]", "[quorums.alone]\nall = { external-witness = 1 }\n[tokens.hsm]", 1
    )
    text = text.replace('label = "root"\nsign_off = "witnessed"', 'label = "root"\nsign_off = "alone"')
    definition = load(text.encode(), KINDS)
    plan = msgspec.structs.replace(shipped("root-ca"), definition=definition)
    assert "CER-DUAL" in rules(checked(plan))


def test_a_room_with_too_few_people_is_found() -> None:
    plan = shipped("root-ca")
    people = everybody(plan)
    full = msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=people))
    assert checked(full, bound=True).fit
    few = msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=people[:-1]))
    assert {"CER-ROLL-CALL"} <= rules(checked(few, bound=True))


def test_one_person_for_two_places_of_a_quorum_is_found() -> None:
    """Two roles that may be held together still need two people where a step asks for both."""
    plan = shipped("root-ca")
    people = everybody(plan)
    roles = {role for person in people for role in person.roles}
    quorum = next(q for q in plan.definition.quorums.values() if len(q.all) > 1)
    first, second, *_ = quorum.all
    merged = tuple(
        msgspec.structs.replace(p, roles=(first, second)) if first in p.roles else p
        for p in people
        if second not in p.roles
    )
    assert roles
    plan = msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=merged))
    assert rules(checked(plan, bound=True)) & {"CER-QUORUM", "CER-SEPARATE", "CER-ROLL-CALL"}


def test_production_names_the_pack_by_digest_and_says_where_media_are() -> None:
    plan = shipped("s1spki-foc-operator-root", mode=Mode.PRODUCTION)
    plan = msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=everybody(plan)))
    assert {"CER-PLAN", "CER-BINDING"} <= rules(checked(plan, bound=True))


def test_a_profile_that_the_linters_find_fault_with_is_unfit_before_any_key_exists() -> None:
    plan = shipped("root-ca")
    policy: Policy = plan.policy
    root = policy.certificates["root"]
    usage = msgspec.structs.replace(
        root.key_usage, value=msgspec.structs.replace(root.key_usage.value, usages=("digitalSignature",))
    )
    wrong = msgspec.structs.replace(
        policy, certificates={**policy.certificates, "root": msgspec.structs.replace(root, key_usage=usage)}
    )
    assert "CER-LINT" in rules(checked(msgspec.structs.replace(plan, policy=wrong)))
