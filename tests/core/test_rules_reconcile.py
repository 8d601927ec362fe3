"""What follows a call of which nobody knows the end: looked at, decided, and never repeated by itself."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.device import Difference, Inventory, ObjectFacts, ObjectKind, in_order
from ceremony_app.core.events import Finding, Remedy
from ceremony_app.core.holdings import holdings
from ceremony_app.core.leftover import DESTROY, leftovers, quarantined
from ceremony_app.core.outlook import world
from ceremony_app.core.profiles import Said
from ceremony_app.core.values import Json, Leaf, Row
from ceremony_app.verify.audit import audit
from tests.core.table import Table, short_plan

LEAF = Leaf("ab" * 32)
HALF = ObjectFacts(kind=ObjectKind.PUBLIC, label="root#1", id="")
PAIR = (
    ObjectFacts(kind=ObjectKind.PUBLIC, label="root#1", id="01"),
    ObjectFacts(kind=ObjectKind.PRIVATE, label="root#1", id="01"),
)
ACTIVATED = "token:hsm:activated"


def adopting() -> Table:
    """A room whose policy lets a complete pair be taken over."""
    plan = short_plan()
    rules = msgspec.structs.replace(plan.policy.rules, adopt=Said(value=True, section="5", provenance="verified"))
    return Table(msgspec.structs.replace(plan, policy=msgspec.structs.replace(plan.policy, rules=rules)))


def generating(table: Table) -> str:
    """The key is being generated; answers the operation's id."""
    if table.state.genesis is None:
        table.open()
    table.play_to("generate")
    table.play_to(p.Busy)
    return table.state.runs[-1].calls[-1].intent.op


def lost(table: Table, finding: Finding, left: tuple[ObjectFacts, ...] = ()) -> str:
    """The call's end is not known, and this is what was found."""
    op = generating(table)
    table.good(c.Report(op=op, result="unknown", complete=False, evidence={}, rows=()))
    table.good(c.Find(op=op, finding=finding, evidence={}, rows=(Row("Seen", "so"),), left=left))
    return op


def decision(remedy: Remedy = "", action: Literal["go-on", "repeat", "abort"] = "repeat", again: str = "") -> c.Settle:
    """A decision on the first deviation."""
    return c.Settle(deviation=1, action=action, effect="none", by=1, text=LEAF, again=again, remedy=remedy)


@pytest.fixture
def room() -> Table:
    return adopting()


def judged(table: Table) -> None:
    """The second statement of the rules finds nothing, and the bytes fold to the same state."""
    assert list(audit(table.plan, table.entries, {}, signatures=False)) == []
    assert table.refolded() == table.state


def test_cer_remedy_what_was_left_is_decided_on_before_the_step_is_held_again(room: Table) -> None:
    lost(room, "partly", (HALF,))
    now = room.now
    assert isinstance(now, p.Halted)
    assert now.debris == (HALF,)
    assert now.remedies == ("destroy", "quarantine"), "half a pair is never taken over"
    room.good(room.deviation())
    room.refused(decision(""), "CER-REMEDY")
    room.refused(decision("adopt"), "CER-REMEDY")
    room.refused(decision("destroy", action="go-on"), "CER-REPEAT")
    room.good(decision("destroy"))
    assert [one.remedy for one in leftovers(room.state, "generate")] == ["destroy"]
    judged(room)


def test_cer_remedy_a_whole_pair_is_taken_over_only_where_the_policy_lets_it() -> None:
    table = Table()
    lost(table, "executed", PAIR)
    table.good(table.deviation())
    table.refused(decision("adopt"), "CER-REMEDY")
    allowed = adopting()
    lost(allowed, "executed", PAIR)
    allowed.good(allowed.deviation())
    allowed.good(decision("adopt"))
    judged(allowed)


def test_cer_remedy_nothing_left_is_nothing_to_decide_about(room: Table) -> None:
    lost(room, "not-executed")
    room.good(room.deviation())
    room.refused(decision("destroy"), "CER-REMEDY")
    room.good(decision(""))
    judged(room)


def test_cer_remedy_nothing_is_decided_about_objects_with_an_abort(room: Table) -> None:
    lost(room, "partly", (HALF,))
    room.good(room.deviation())
    room.refused(decision("quarantine", action="abort"), "CER-REMEDY")
    room.good(decision("", action="abort"))
    judged(room)


def test_objects_that_were_set_aside_stay_so_and_are_named(room: Table) -> None:
    lost(room, "partly", (HALF,))
    room.good(room.deviation())
    room.good(decision("quarantine"))
    assert quarantined(room.state) == (HALF,)
    room.play_to(p.Closed)
    assert quarantined(room.state) == (HALF,)
    judged(room)


def test_debris_that_was_destroyed_is_no_longer_asked_about(room: Table) -> None:
    lost(room, "partly", (HALF, *PAIR))
    room.good(room.deviation())
    room.good(decision("destroy"))
    room.play_to(p.Perform)
    for thing in (HALF, PAIR[0], PAIR[1]):
        op = room.op()
        now = room.now
        phrase = now.phrase if isinstance(now, p.Perform) else ""
        room.good(c.Begin(op=op, call=DESTROY, parameters={"object": msgspec.to_builtins(thing)}, phrase=phrase))
        room.good(c.Report(op=op, result="done", complete=False, evidence={"destroyed": {}}, rows=()))
    assert leftovers(room.state, "generate") == ()
    judged(room)


def test_a_pair_of_which_one_half_was_destroyed_is_no_pair(room: Table) -> None:
    lost(room, "executed", PAIR)
    room.good(room.deviation())
    room.good(decision("destroy"))
    room.play_to(p.Perform)
    now = room.now
    assert isinstance(now, p.Perform)
    op = room.op()
    room.good(c.Begin(op=op, call=DESTROY, parameters={"object": msgspec.to_builtins(PAIR[1])}, phrase=now.phrase))
    room.good(c.Report(op=op, result="done", complete=False, evidence={"destroyed": {}}, rows=()))
    op = room.op()
    room.good(c.Begin(op=op, call=DESTROY, parameters={"object": msgspec.to_builtins(PAIR[0])}, phrase=now.phrase))
    room.good(c.Report(op=op, result="failed", complete=False, evidence={}, rows=()))
    room.good(room.deviation())
    halted = room.now
    assert isinstance(halted, p.Halted)
    assert halted.debris == (PAIR[0],)
    assert "adopt" not in halted.remedies
    judged(room)


@pytest.mark.parametrize("finding", ["unseen", "unhealthy"])
def test_a_token_that_cannot_be_seen_is_looked_at_again_or_given_up(room: Table, finding: Finding) -> None:
    op = lost(room, finding)
    now = room.now
    assert isinstance(now, p.Inspect)
    assert now.last == (Row("Seen", "so"),)
    room.good(room.deviation())
    room.refused(decision(), "CER-BUSY")
    room.refused(decision(action="go-on"), "CER-BUSY")
    again = adopting()
    lost(again, finding)
    again.good(c.Find(op=op, finding="not-executed", evidence={}, rows=()))
    assert isinstance(again.now, p.Halted)
    room.good(decision(action="abort"))
    room.play_to(p.Closed)
    assert room.state.close is not None
    judged(room)
    judged(again)


def test_a_lost_login_ends_the_activation_and_the_step_goes_on_after_a_new_one(room: Table) -> None:
    op = generating(room)
    assert ACTIVATED in world(room.plan, room.state)
    room.good(c.Report(op=op, result="unknown", complete=False, evidence={}, rows=()))
    room.good(c.Halt(why="The login has ended.", ended=(ACTIVATED,)))
    assert ACTIVATED not in world(room.plan, room.state)
    now = room.now
    assert isinstance(now, p.Inspect)
    assert [ask.name for ask in now.secrets] == ["pin"], "nobody sees private objects without a login"
    room.good(c.Find(op=op, finding="not-executed", evidence={}, rows=()))
    room.good(room.deviation())
    room.good(decision(again="activate"))
    assert room.state.runs[-1].id == "activate"
    room.play_to(p.Closed)
    judged(room)


def test_cer_world_a_stop_ends_activations_and_nothing_else(room: Table) -> None:
    generating(room)
    room.refused(c.Halt(why="x", ended=("key:root:there",)), "CER-WORLD")
    room.refused(c.Halt(why="x"), "CER-BUSY")
    room.good(c.Halt(why="x", ended=(ACTIVATED,)))
    judged(room)


def test_cer_grave_the_last_try_needs_the_word_of_those_who_decide_on_deviations(room: Table) -> None:
    room.open()
    room.play_to("activate")
    assert isinstance(room.now, p.Preparing)
    room.good(c.Prepare(rows=(Row("PIN tries", "ONE"),), grave=True))
    now = room.now
    assert isinstance(now, p.Approve)
    assert now.quorum == {"crypto-officer": 2, "internal-witness": 1, "external-witness": 1}, "both quorums"
    room.refused(c.Begin(op=room.op(), call="activate", parameters={}), "CER-QUORUM")
    room.play_to(p.Perform)
    room.good(c.Begin(op=room.op(), call="activate", parameters={}))
    judged(room)


def test_cer_grave_is_refused_where_nobody_decides_on_deviations(room: Table) -> None:
    definition = msgspec.structs.replace(room.plan.definition, deviations="")
    table = Table(msgspec.structs.replace(room.plan, definition=definition))
    table.open()
    table.play_to("activate")
    table.refused(c.Prepare(rows=(), grave=True), "CER-GRAVE")


def test_after_a_restart_people_get_new_keys_to_give_up_a_token_that_cannot_be_seen(room: Table) -> None:
    op = generating(room)
    room.good(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    assert isinstance(room.now, p.Inspect), "first the device, then the people"
    room.refused(room.enrolment(1), "CER-BUSY")
    room.good(c.Find(op=op, finding="unseen", evidence={}, rows=(Row("Seen", "nothing"),)))
    assert isinstance(room.now, p.EnrolAgain)
    for person in room.state.people:
        room.good(room.enrolment(person.number))
    assert isinstance(room.now, p.Inspect)
    room.good(decision(action="abort"))
    room.play_to(p.Closed)
    judged(room)


def listed(*things: ObjectFacts) -> dict[str, Json]:
    """A full list as evidence."""
    return {"inventory": msgspec.to_builtins(Inventory(serial="1", objects=things))}


def told(table: Table, call: str, evidence: dict[str, Json], result: Literal["done", "unknown"] = "done") -> str:
    """One more call of the action that is due, and what came of it."""
    op = table.op()
    phrase = table.now.phrase if isinstance(table.now, p.Perform) else ""
    table.good(c.Begin(op=op, call=call, parameters={}, inventory="ab" * 32, phrase=phrase))
    table.good(c.Report(op=op, result=result, complete=False, evidence=evidence, rows=()))
    return op


def test_what_the_token_holds_is_the_last_list_and_every_change_since(room: Table) -> None:
    room.open()
    room.play_to("generate")
    room.play_to(p.Perform)
    assert holdings(room.state, "hsm") is None, "nobody has looked under a login yet"
    told(room, "look", listed(HALF))
    first = told(room, "make", {"guard": msgspec.to_builtins(Difference(added=PAIR))})
    told(room, "take", {"guard": msgspec.to_builtins(Difference(removed=(HALF,)))})
    told(room, "make", {"guard": {"added": [], "removed": [], "meanwhile": {"added": [msgspec.to_builtins(HALF)]}}})
    now = holdings(room.state, "hsm")
    assert now is not None
    assert now.objects == in_order((*PAIR, HALF))
    before = holdings(room.state, "hsm", before=first)
    assert before is not None
    assert before.objects == (HALF,)
    assert holdings(room.state, "other") is None


def test_after_a_call_with_an_unknown_end_nothing_is_known_until_somebody_looked(room: Table) -> None:
    room.open()
    room.play_to("generate")
    room.play_to(p.Perform)
    told(room, "look", listed(HALF))
    op = told(room, "make", {}, "unknown")
    assert holdings(room.state, "hsm") is None
    room.good(c.Find(op=op, finding="partly", evidence=listed(HALF, *PAIR), rows=(), left=PAIR))
    now = holdings(room.state, "hsm")
    assert now is not None
    assert now.objects == (HALF, *PAIR)


def test_an_initialised_token_is_empty_and_one_that_was_only_looked_at_is_not(room: Table) -> None:
    room.open()
    room.play_to("generate")
    room.play_to(p.Perform)
    told(room, "look", listed(HALF))
    told(room, "initialise-token", {"token": {"serial": "1"}})
    now = holdings(room.state, "hsm")
    assert now is not None
    assert now.objects == ()
    op = told(room, "initialise-token", {}, "unknown")
    evidence = {"token": {"serial": "1"}, **listed(HALF)}
    room.good(c.Find(op=op, finding="not-executed", evidence=evidence, rows=()))
    now = holdings(room.state, "hsm")
    assert now is not None
    assert now.objects == (HALF,), "it was not initialised after all"
