"""Rules of roll-call, presence and signing."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Checkpoint, SignOff
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.values import Leaf, Mode
from tests.core.table import Table, short_plan

LEAF = Leaf("ab" * 32)


def test_cer_enrol_only_people_of_the_binding_and_once(table: Table) -> None:
    table.play_to(p.Enrolment)
    table.refused(table.enrolment(9, ("administrator",)), "CER-ENROL")
    table.good(table.enrolment(1))
    table.refused(table.enrolment(1), "CER-ENROL")


def test_cer_role_as_the_binding_gives_them(table: Table) -> None:
    table.play_to(p.Enrolment)
    table.refused(table.enrolment(1, ("external-witness",)), "CER-ROLE")
    table.refused(table.enrolment(1, ()), "CER-ROLE")


def test_cer_separate_roles_that_must_be_apart() -> None:
    plan = short_plan(people=(BoundPerson(number=1, roles=("administrator", "internal-witness")),))
    table = Table(plan)
    table.open()
    table.play_to(p.Enrolment)
    table.refused(table.enrolment(1), "CER-SEPARATE")
    table.good(table.enrolment(1, ("administrator",)))


def test_cer_method_the_policy_says_how_a_role_signs(table: Table) -> None:
    rules = table.plan.policy.rules
    said = msgspec.structs.replace(rules.credential, value={"administrator": ("card",)})
    policy = msgspec.structs.replace(table.plan.policy, rules=msgspec.structs.replace(rules, credential=said))
    strict = Table(msgspec.structs.replace(table.plan, policy=policy))
    strict.open()
    strict.play_to(p.Enrolment)
    answer = strict.refused(strict.enrolment(1), "CER-METHOD")
    assert "card" in answer.what_to_do


def test_cer_method_irreversible_steps_in_production() -> None:
    plan = short_plan(Mode.PRODUCTION)
    rules = plan.policy.rules
    said = msgspec.structs.replace(rules.irreversible, value=("card",))
    policy = msgspec.structs.replace(plan.policy, rules=msgspec.structs.replace(rules, irreversible=said))
    table = Table(msgspec.structs.replace(plan, policy=policy))
    table.open()
    table.play_to("initialise")
    table.play_to(p.Approve)
    table.refused(table.signature(2, "internal-witness", "go"), "CER-METHOD")


def test_cer_key_one_person_one_key(table: Table) -> None:
    table.play_to(p.Enrolment)
    first = table.enrolment(1)
    table.good(first)
    second = table.enrolment(2)
    table.refused(msgspec.structs.replace(second, key=first.key, spki=first.spki), "CER-KEY")


def test_cer_key_the_bound_one_where_one_is_bound() -> None:
    people = (BoundPerson(number=1, roles=("administrator",), method="room", key="aa" * 32),)
    table = Table(short_plan(people=people))
    table.open()
    table.play_to(p.Enrolment)
    table.refused(table.enrolment(1), "CER-KEY")


def test_cer_roll_call_every_role_is_filled(table: Table) -> None:
    table.play_to(p.Enrolment)
    for number in (1, 2, 3, 5):
        table.good(table.enrolment(number))
    answer = table.refused(c.CompleteRollCall(person=1), "CER-ROLL-CALL")
    assert "Internal witness" in answer.why
    table.good(table.enrolment(4))
    table.good(c.Go(person=4))
    table.refused(c.CompleteRollCall(person=1), "CER-ROLL-CALL")
    table.good(c.Come(person=4))
    table.good(c.CompleteRollCall(person=1))


def test_cer_present_people_who_are_there(table: Table) -> None:
    table.play_to("watch")
    table.refused(c.Go(person=9), "CER-PRESENT")
    table.refused(c.Come(person=1), "CER-PRESENT")
    table.good(c.Go(person=2))
    table.refused(c.ReadWatch(typed="10:00:00", shown="10:00:00", person=2), "CER-PRESENT")
    table.refused(c.ReadWatch(typed="10:00:00", shown="10:00:00", person=0), "CER-PRESENT")
    table.refused(c.Deviate(kind="note", by=9, expected=LEAF, happened=LEAF), "CER-PRESENT")
    table.refused(table.signature(9, "internal-witness"), "CER-STAGE")


def test_roles_and_keys_stay_the_same_after_a_restart(table: Table) -> None:
    table.play_to("label")
    old = table.state.person(2)
    assert old is not None
    table.good(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    table.refused(table.enrolment(2, ("crypto-officer",)), "CER-ROLE")
    wish = table.enrolment(2)
    table.refused(msgspec.structs.replace(wish, key=old.key), "CER-KEY")
    table.good(wish)
    new = table.state.person(2)
    assert new is not None
    assert new.enrolments == 2
    assert not new.void


@pytest.fixture
def signing(table: Table) -> Table:
    """At the sign-off of the captured values, nobody has signed."""
    table.play_to("label")
    table.play_to(p.Approve)
    return table


def test_cer_stage_nothing_to_sign_yet(table: Table) -> None:
    table.play_to("label")
    table.refused(table.signature(2, "internal-witness"), "CER-STAGE")
    table.play_to("initialise")
    table.refused(table.signature(2, "internal-witness", "go"), "CER-STAGE")


def test_cer_stage_a_result_is_not_signed_before_the_action(table: Table) -> None:
    table.play_to("generate")
    table.play_to(p.Approve)
    table.refused(table.signature(2, "internal-witness", "result"), "CER-STAGE")


def test_cer_role_and_cer_not_needed(signing: Table) -> None:
    signing.refused(signing.signature(2, "external-witness"), "CER-ROLE")
    signing.refused(signing.signature(5, "crypto-officer"), "CER-NOT-NEEDED")
    signing.good(signing.signature(2, "internal-witness"))
    signing.refused(signing.signature(4, "internal-witness"), "CER-NOT-NEEDED")


def test_cer_twice_one_person_counts_once(table: Table) -> None:
    table.play_to("activate")
    table.play_to(p.Approve)
    table.good(table.signature(2, "crypto-officer", "go"))
    table.refused(table.signature(2, "crypto-officer", "go"), "CER-TWICE")
    now = table.now
    assert isinstance(now, p.Approve)
    assert now.missing == {"crypto-officer": 1, "external-witness": 1}


def test_cer_two_roles_in_one_step(table: Table) -> None:
    table.play_to("generate")
    table.play_to(p.Approve)
    table.good(table.signature(2, "crypto-officer", "go"))
    table.play_to(p.Busy)
    table.good(table.move())
    now = table.now
    assert isinstance(now, p.Approve)
    assert now.purpose == "result"
    table.refused(table.signature(2, "internal-witness", "result"), "CER-TWO-ROLES")
    table.good(table.signature(4, "internal-witness", "result"))


def test_cer_statement_dead_as_soon_as_something_is_recorded(signing: Table) -> None:
    stale = signing.signature(2, "internal-witness")
    signing.good(c.Go(person=5))
    signing.refused(stale, "CER-STATEMENT")
    signing.refused(signing.signature(2, "internal-witness", text="I agree.\n"), "CER-STATEMENT")


def test_a_statement_of_another_decision_or_role_is_not_taken(signing: Table) -> None:
    agree = signing.signature(2, "internal-witness")
    signing.refused(msgspec.structs.replace(agree, decision="DISAGREE"), "CER-STATEMENT")


def test_cer_key_and_cer_signature(signing: Table) -> None:
    wish = signing.signature(2, "internal-witness")
    signing.refused(msgspec.structs.replace(wish, key="00" * 32), "CER-KEY")
    signing.refused(msgspec.structs.replace(wish, valid=False), "CER-SIGNATURE")


def test_disagreeing_stops_the_step_and_is_recorded(signing: Table) -> None:
    signing.good(signing.signature(2, "internal-witness"))
    signing.good(signing.signature(4, "internal-witness", decision="DISAGREE"))
    assert isinstance(signing.now, p.Halted)
    signing.refused(signing.signature(3, "external-witness"), "CER-HALTED")
    signing.good(signing.deviation())
    signing.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    now = signing.now
    assert isinstance(now, p.Approve)
    assert now.missing == {"internal-witness": 1, "external-witness": 1}, "what was signed before is void"
    shown = [row.label for row in now.rows]
    assert "Deviation D-1 expected" in shown
    assert "Decision on D-1" in shown


def test_the_quorum_is_complete_only_with_everybody(table: Table) -> None:
    table.play_to("activate")
    table.play_to(p.Approve)
    for number, role in ((2, "crypto-officer"), (5, "crypto-officer")):
        table.refused(c.Begin(op="a" * 32, call="activate", parameters={}), "CER-QUORUM")
        table.good(table.signature(number, role, "go"))
    table.refused(c.Begin(op="a" * 32, call="activate", parameters={}), "CER-QUORUM")
    table.good(table.signature(3, "external-witness", "go"))
    table.good(c.Begin(op="a" * 32, call="activate", parameters={}))


def enrolment_of(table: Table, number: int, **changes: object) -> c.EnrolPerson:
    return msgspec.structs.replace(table.enrolment(number), **changes)


def test_cer_identity_somebody_else_of_the_room_has_seen_it(table: Table) -> None:
    table.play_to(p.Enrolment)
    for seer in (1, 9):
        table.refused(enrolment_of(table, 1, seen_by=seer), "CER-IDENTITY")
    table.good(enrolment_of(table, 1, seen_by=0))
    assert table.state.people[0].seen_by == 0


def test_cer_identity_in_production_somebody_must() -> None:
    table = Table(short_plan(Mode.PRODUCTION))
    table.open()
    table.play_to(p.Enrolment)
    table.refused(enrolment_of(table, 1, seen_by=0), "CER-IDENTITY")
    table.good(enrolment_of(table, 1, seen_by=4))
    assert table.state.people[0].seen_by == 4


@pytest.mark.parametrize("details", [{"proxy-for": LEAF}, {"authority": LEAF}, {"authority": LEAF, "paper": LEAF}])
def test_cer_proxy_is_named_with_the_authority_or_not_at_all(table: Table, details: dict[str, Leaf]) -> None:
    table.play_to(p.Enrolment)
    table.refused(enrolment_of(table, 1, details=details), "CER-PROXY")
    table.good(enrolment_of(table, 1, details=details | {"proxy-for": LEAF, "authority": LEAF}))


def test_cer_field_an_enrolment_has_no_other_details(table: Table) -> None:
    table.play_to(p.Enrolment)
    table.refused(enrolment_of(table, 1, details={"number": LEAF}), "CER-FIELD")


def test_the_tally_counts_every_signature_also_one_that_said_no(table: Table) -> None:
    """It stands in the checkpoint, and so in what the closing statements are about."""
    table.play_to("initialise")
    table.play_to(p.Approve)
    table.good(table.signature(2, "internal-witness", "go", "DISAGREE"))
    table.play_to("close")
    table.play_to(p.Approve)
    point = next(entry.event for entry in table.entries if isinstance(entry.event, Checkpoint))
    given = Counter(entry.event.person for entry in table.entries if isinstance(entry.event, SignOff))
    told = {row.label: row.value for row in point.tally}
    assert told == {f"Signatures so far by person {n}: {given[n]}": ("aa" * 32) for n in range(1, 6)}
    now = table.now
    assert isinstance(now, p.Approve)
    assert set(point.tally) <= set(now.rows)
    assert any(entry.event.decision == "DISAGREE" for entry in table.entries if isinstance(entry.event, SignOff))
