"""The definitions on the shelf: they load, they can be held, and they are written as the people need them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from ceremony_app.core.script import Act, Ask, Definition, Step, Transcribe
from ceremony_app.core.world import World, changed, left_on, missing
from ceremony_app.definition.requirements import catalogues, hold_claims
from tests.definition.held import ALL, SHELF, definition, journal, plan

FOC = "s1spki-foc-operator-root"
LONGEST_SENTENCE = 15


def pause_points(found: Definition) -> list[Step]:
    return [step for step in found.steps if step.kind == "pause-point"]


def questions(step: Step) -> tuple[str, ...]:
    return tuple(field.label for stage in step.stages if isinstance(stage, Ask) for field in stage.fields)


@pytest.mark.parametrize("name", ALL)
def test_loads_with_its_pack_under_its_own_id(name: str) -> None:
    assert definition(name).id == name
    assert plan(name).policy.id == definition(name).policy


@pytest.mark.parametrize("name", ALL)
def test_no_step_requires_what_no_earlier_step_ensures_and_nothing_is_left_on(name: str) -> None:
    world: World = frozenset()
    for step in definition(name).steps:
        assert missing(world, step.requires) == (), step.id
        world = changed(world, step.ensures)
    assert left_on(world) == ()


@pytest.mark.parametrize("name", ALL)
def test_nobody_signs_before_the_roll_call(name: str) -> None:
    called = False
    for step in definition(name).steps:
        called = called or step.kind == "roll-call"
        quorums = (step.action.quorum if step.action else "", step.attest.quorum if step.attest else "")
        assert called or not any(quorums), step.id


@pytest.mark.parametrize("name", ALL)
def test_can_be_held_to_its_end(name: str) -> None:
    room = journal(name)
    assert room.state.close is not None
    assert room.state.close.outcome == "completed"
    assert room.state.problems == ()
    assert {run.id for run in room.state.runs} == {step.id for step in definition(name).steps}


@pytest.mark.parametrize("name", SHELF)
def test_every_claim_is_a_clause(name: str) -> None:
    found = definition(name)
    assert any(step.meets for step in found.steps) is bool(found.requirements)
    hold_claims(found, catalogues(found))


@pytest.mark.parametrize("name", SHELF)
def test_what_cannot_be_undone_comes_right_after_a_pause_point_and_is_armed_by_a_phrase_of_its_own(name: str) -> None:
    phrases = []
    for before, step in pairwise(definition(name).steps):
        if step.action is not None and step.action.irreversible:
            assert before.kind == "pause-point", step.id
            assert "external-witness" in definition(name).quorums[step.action.quorum].all, step.id
            phrases.append(step.action.phrase)
    touched = {step.kind for step in definition(name).steps} & {"generate-key", "self-sign", "change-pin", "issue-crl"}
    assert len(phrases) == len(set(phrases)) >= bool(touched)
    assert all(phrases)


@pytest.mark.parametrize("name", SHELF)
def test_pause_points_are_short_and_end_with_the_invitation_to_object(name: str) -> None:
    points = pause_points(definition(name))
    assert 3 <= len(points) <= 7
    for point in points:
        asked = questions(point)
        assert 5 <= len(asked) <= 9, point.id
        assert asked[-1].startswith("Does anybody "), point.id


@pytest.mark.parametrize("name", SHELF)
def test_what_is_said_can_be_said(name: str) -> None:
    for step in definition(name).steps:
        assert step.say, step.id
        for sentence in (part for line in step.say for part in re.split(r"(?<=[.!?:;]) ", line)):
            assert len(sentence.split()) <= LONGEST_SENTENCE, (step.id, sentence)


@pytest.mark.parametrize("name", SHELF)
def test_every_step_has_somebody_who_does_it_and_an_estimate(name: str) -> None:
    for step in definition(name).steps:
        assert step.who in definition(name).roles, step.id
        assert step.minutes > 0, step.id


@pytest.mark.parametrize("name", SHELF)
def test_roles_have_duties_during_and_after_and_separations_go_both_ways(name: str) -> None:
    roles = definition(name).roles
    for role, told in roles.items():
        assert told.duties, role
        assert told.after, role
        assert all(role in roles[other].separate for other in told.separate), role
    assert {told.side for told in roles.values()} == {"internal", "external"}


@pytest.mark.parametrize("name", SHELF)
def test_key_and_certificate_are_read_back_by_three_rows(name: str) -> None:
    found = definition(name)
    rows = {stage.value: stage.rows for step in found.steps for stage in step.stages if isinstance(stage, Transcribe)}
    kinds = [step.kind for step in found.steps]
    assert ("generate-key" in kinds) is ("spki-sha256" in rows)
    read = {rows[value] for value in ("spki-sha256", "certificate-sha256") if value in rows}
    assert read == (set() if name.startswith("custody-") else {3})


@pytest.mark.parametrize("name", SHELF)
def test_answers_that_a_rehearsal_gives_let_the_step_go_on(name: str) -> None:
    for step in definition(name).steps:
        for field in (f for stage in step.stages if isinstance(stage, Ask) for f in stage.fields):
            assert field.sample or field.choices, (step.id, field.name)
            assert not field.sample or not field.choices or field.sample in field.choices, (step.id, field.name)
            assert not field.wanted or field.sample == field.wanted, (step.id, field.name)
            assert field.choices or field.pattern, (step.id, field.name)
            assert field.choices or field.hint, (step.id, field.name)


def test_the_operator_root_ceremony_has_its_acts() -> None:
    found = definition(FOC)
    assert 40 <= len(found.steps) <= 60
    assert len(found.acts) == 8
    assert found.quorums["root-activation"].all == {"key-custodian": 3, "external-witness": 1}
    assert [name for name, role in found.roles.items() if role.count] == list(found.quorums["everybody"].all)
    assert found.keys["operator-root"].backup == "none"
    assert found.requirements == ("br", "webtrust", "etsi-319-411-1")


def test_the_operator_root_ceremony_tells_why_and_what_if_not() -> None:
    for step in definition(FOC).steps:
        assert step.why or step.kind == "say", step.id
        assert step.on_failure or step.kind in ("say", "capture", "pause-point", "disconnect"), step.id


def test_the_operator_root_ceremony_has_everything_that_a_room_needs() -> None:
    found = definition(FOC)
    kinds = [step.kind for step in found.steps]
    assert kinds[0] == "say"
    assert kinds.count("clock-check") == 2
    assert {asset.tag for asset in found.assets.values() if asset.kind == "medium"} == {"green square", "blue circle"}
    blind = [f for s in found.steps for stage in s.stages if isinstance(stage, Ask) for f in stage.fields if f.blind]
    assert sum("erial number" in field.label for field in blind) >= 6
    closing = found.steps[-1]
    assert closing.attest is not None
    assert closing.attest.quorum == "everybody"
    assert all(word in closing.attest.sentence for word in ("present throughout", "recorded deviations", "true"))


def test_the_two_ceremonies_share_nothing_that_is_welded() -> None:
    one, other = definition(FOC), definition("root-ca")
    assert one.policy != other.policy
    assert not set(one.keys) & set(other.keys)
    assert {key.algorithm for key in one.keys.values()} != {key.algorithm for key in other.keys.values()}


def test_the_short_ceremony_is_the_smallest() -> None:
    kinds = [step.kind for step in definition("short").steps]
    acts = [stage for step in definition("short").steps for stage in step.stages if isinstance(stage, Act)]
    assert len(kinds) == len(set(kinds)) == 11
    assert sum(act.irreversible for act in acts) == 3
