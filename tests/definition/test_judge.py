"""A clause is met only where a step claims it and the evidence that it names holds in the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
import pytest

from ceremony_app.actions import KINDS
from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import (
    Answer,
    Clock,
    Close,
    Deviation,
    Enrol,
    Entry,
    Genesis,
    Intent,
    Outcome,
    SignOff,
    StepEntry,
)
from ceremony_app.core.evidence import Evidence, Term, evidence_of, found
from ceremony_app.core.requirements import Catalogue, Clause, Judged, judge, uncovered
from ceremony_app.core.script import Plan, Step
from ceremony_app.core.state import State, fold
from ceremony_app.core.values import Leaf
from ceremony_app.definition.requirements import catalogues
from tests.definition.held import SHELF, Held, definition, journal, plan, state_without

FOC = "s1spki-foc-operator-root"
Which = Callable[[Entry], bool]


def judged(name: str, state: State | None = None) -> dict[str, Judged]:
    """The verdicts of every catalogue of a shipped ceremony, by claim."""
    found = definition(name)
    state = state or journal(name).state
    return {
        catalogue.claim(one.clause): one
        for catalogue in catalogues(found)
        for one in judge(plan(name), state, catalogue)
    }


def without(which: Which) -> State:
    """The Operator Root ceremony's state without some of its entries."""
    room = journal(FOC)
    gone = [entry.seq for entry in room.entries if which(entry)]
    assert gone
    return state_without(room, *gone)


def step(step_id: str) -> Step:
    """A step of the Operator Root ceremony."""
    return definition(FOC).step(step_id)


def shows(text: str, *claiming: str, state: State | None = None, of: Plan | None = None) -> tuple[int, ...] | None:
    """What the Operator Root ceremony shows of one piece of evidence."""
    steps = tuple(step(name) for name in claiming)
    return found(of or plan(FOC), state or journal(FOC).state, steps, evidence_of(text))


def in_step(entry: Entry, step_id: str) -> bool:
    """Whether an entry belongs to a step."""
    return getattr(entry.event, "step", "") == step(step_id).number


@pytest.mark.parametrize("name", SHELF)
def test_a_ceremony_held_as_written_meets_all_that_a_machine_can_see(name: str) -> None:
    verdicts = judged(name)
    assert {claim: one.lacking for claim, one in verdicts.items() if one.verdict == "not met"} == {}
    for claim, one in verdicts.items():
        person = any(evidence.term is Term.PERSON for evidence in one.clause.evidence)
        assert one.verdict == ("for a person" if person else "met"), claim
        assert (one.steps and one.entries) or not one.clause.for_machine, claim


@pytest.mark.parametrize("name", SHELF)
def test_nothing_is_met_before_anything_happened(name: str) -> None:
    verdicts = judged(name, State())
    assert bool(verdicts) is bool(definition(name).requirements)
    for one in verdicts.values():
        assert one.verdict == ("not met" if one.clause.for_machine else "for a person"), one.clause


@pytest.mark.parametrize("name", SHELF)
def test_the_entries_named_are_entries_of_the_journal(name: str) -> None:
    last = journal(name).state.length
    for one in judged(name).values():
        assert list(one.entries) == sorted(set(one.entries))
        assert all(0 <= seq < last for seq in one.entries)


def test_a_claim_alone_is_not_enough() -> None:
    state = without(lambda e: isinstance(e.event, Outcome) and in_step(e, "generate-root"))
    one = judged(FOC, state)["br/5.4.1-1-key"]
    assert one.verdict == "not met"
    assert one.steps == (step("generate-root").number,)
    assert one.lacking == ("outcome:generate-key",)


def test_evidence_alone_is_not_enough() -> None:
    clause = Clause(id="x", section="1", text="x", provenance="unverified", evidence=(evidence_of("closed"),))
    nobody = Catalogue(id="none", title="", version="", date="", source="", clauses=(clause,))
    one = judge(plan(FOC), journal(FOC).state, nobody)[0]
    assert one.verdict == "not met"
    assert one.steps == ()
    assert one.lacking == ()
    assert uncovered(definition(FOC), nobody) == (clause,)


def test_what_a_person_judges_is_still_not_met_without_its_evidence() -> None:
    claim = "br/6.1.1.1-witness"
    assert judged(FOC)[claim].verdict == "for a person"
    state = without(
        lambda e: isinstance(e.event, SignOff) and in_step(e, "generate-root") and e.event.purpose == "result"
    )
    assert judged(FOC, state)[claim].verdict == "not met"
    assert judged(FOC, state)[claim].lacking == ("signed",)


def test_bound_files() -> None:
    assert shows("bound:script.pdf") == (0,)
    assert shows("bound:other.txt") is None
    assert shows("bound:script.pdf", state=without(lambda e: isinstance(e.event, Genesis))) is None


def test_duties_of_every_role() -> None:
    assert shows("duties") == (0,)
    silent = msgspec.structs.replace(plan(FOC).definition.roles["observer"], after=())
    roles = {**plan(FOC).definition.roles, "observer": silent}
    changed = msgspec.structs.replace(plan(FOC), definition=msgspec.structs.replace(plan(FOC).definition, roles=roles))
    assert shows("duties", of=changed) is None


def test_enrolled_means_everybody() -> None:
    there = shows("enrolled")
    assert there is not None
    assert [journal(FOC).entries[seq].event.type for seq in there] == ["answer"]
    custodian = next(
        e.seq for e in journal(FOC).entries if isinstance(e.event, Enrol) and "key-custodian" in e.event.roles
    )
    assert shows("enrolled", state=without(lambda e: e.seq == custodian)) is None
    assert shows("enrolled", state=without(lambda e: e.seq in there)) is None


def test_clock_in_every_step_that_claims_it() -> None:
    assert len(shows("clock", "clock-start", "clock-end") or ()) == 2
    once = without(lambda e: isinstance(e.event, Clock) and in_step(e, "clock-end"))
    assert shows("clock", "clock-start", state=once) is not None
    assert shows("clock", "clock-start", "clock-end", state=once) is None
    assert shows("clock", "safety") is None
    assert shows("clock") is None


def test_answers_are_all_there_and_the_wanted_ones() -> None:
    asked = shows("answers", "room", "safety")
    assert len(asked or ()) == 6
    assert shows("answers", "safety") is None
    assert (
        shows("answers", "room", state=without(lambda e: isinstance(e.event, Answer) and e.seq == (asked or ())[0]))
        is None
    )


@pytest.mark.parametrize(
    ("step_id", "item", "value"), [("room", "door", "not locked"), ("equipment", "boot-serial#2", "BT-0000")]
)
def test_another_answer_is_no_evidence(step_id: str, item: str, value: str) -> None:
    def other(entry: Entry) -> Entry:
        event = entry.event
        if isinstance(event, Answer) and event.item == item and in_step(entry, step_id):
            return msgspec.structs.replace(entry, event=msgspec.structs.replace(event, value=value, good=False))
        return entry

    assert shows("answers", step_id) is not None
    assert shows("answers", step_id, state=fold(map(other, journal(FOC).entries))) is None


def test_both_entries_are_needed_where_there_are_two() -> None:
    second = without(lambda e: isinstance(e.event, Answer) and e.event.item == "boot-serial#2")
    assert shows("answers", "equipment", state=second) is None


def test_a_private_answer_counts_as_it_was_judged_when_given() -> None:
    def bad(entry: Entry) -> Entry:
        event = entry.event
        if isinstance(event, Answer) and isinstance(event.value, Leaf):
            return msgspec.structs.replace(entry, event=msgspec.structs.replace(event, good=False))
        return entry

    assert shows("answers", "identity") is not None
    assert shows("answers", "identity", state=fold(map(bad, journal(FOC).entries))) is None


def test_signed_means_the_whole_quorum() -> None:
    signed = shows("signed", "identity")
    assert len(signed or ()) == 2
    assert shows("signed", "identity", state=without(lambda e: e.seq == (signed or ())[0])) is None
    assert shows("signed", "safety") is None


def test_outcome_of_every_step_of_a_kind() -> None:
    inventories = shows("outcome:inventory")
    assert len(inventories or ()) == 2
    assert shows("outcome:inventory", state=without(lambda e: e.seq == (inventories or ())[0])) is None
    assert shows("outcome:destroy-key") is None


def test_go_counts_what_was_signed_before_the_intent() -> None:
    agreed = shows("go:generate-key")
    assert len(agreed or ()) == 4
    intent = next(e.seq for e in journal(FOC).entries if isinstance(e.event, Intent) and in_step(e, "generate-root"))
    assert max(agreed or (intent,)) < intent
    assert shows("go:generate-key", state=without(lambda e: e.seq == (agreed or ())[0])) is None
    assert shows("go:inspect-token") is None

    def late(entry: Entry) -> int:
        return intent + 1 if entry.seq in (agreed or ()) else entry.seq

    assert shows("go:generate-key", state=fold(sorted(journal(FOC).entries, key=late))) is None


def test_one_person_is_no_quorum() -> None:
    found = plan(FOC).definition
    quorums = {
        **found.quorums,
        "root-activation": msgspec.structs.replace(found.quorums["root-activation"], all={"external-witness": 1}),
    }
    alone = msgspec.structs.replace(plan(FOC), definition=msgspec.structs.replace(found, quorums=quorums))
    agreed = shows("go:generate-key") or ()
    rest = without(lambda e: e.seq in agreed and isinstance(e.event, SignOff) and e.event.role == "key-custodian")
    assert shows("go:generate-key", of=alone) is not None
    assert shows("go:generate-key", of=alone, state=rest) is None


def test_a_deviation_after_the_outcome_does_not_undo_the_agreement_before_it() -> None:
    room = Held(FOC)
    room.open()
    room.play_to("generate-root", limit=2000)
    while not (isinstance(room.now, p.Approve) and room.now.purpose == "result"):
        room.good(room.move())
    room.good(c.Deviate(kind="note", by=1, expected=Leaf("00" * 32), happened=Leaf("11" * 32)))
    assert shows("go:generate-key", state=room.state) is not None
    assert shows("signed", "generate-root", state=room.state) is None


def test_read_back_needs_the_rows_that_were_drawn() -> None:
    rows = shows("read-back:generate-key")
    assert rows is not None
    typed = [s for s in rows if getattr(journal(FOC).entries[s].event, "item", "").startswith("row ")]
    assert len(typed) == 3
    assert shows("read-back:generate-key", state=without(lambda e: e.seq == typed[1])) is None
    assert shows("read-back:inspect-token") is None


def test_the_head_of_the_journal_is_read_back_in_the_closing_step() -> None:
    assert shows("read-back:close") is not None
    rows = without(lambda e: isinstance(e.event, Answer) and in_step(e, "closing") and e.event.item.startswith("row "))
    assert shows("read-back:close", state=rows) is None


def test_followed_means_every_step_in_its_turn_to_the_end() -> None:
    last = journal(FOC).state.length - 1
    assert shows("followed") == (last,)
    assert shows("followed", state=without(lambda e: isinstance(e.event, Close))) is None
    skipped = without(lambda e: isinstance(e.event, StepEntry) and e.event.id == "rules" and e.event.state == "done")
    assert shows("followed", state=skipped) is None

    first, second = step("duties"), step("rules")
    turn = {first.number: second.number, second.number: first.number}

    def other_way_round(entry: Entry) -> tuple[int, ...]:
        number = getattr(entry.event, "step", "")
        return (steps[turn.get(number, number)], entry.seq) if number in steps else (-1, entry.seq)

    steps = {each.number: i for i, each in enumerate(definition(FOC).steps)}
    state = fold(sorted(journal(FOC).entries, key=other_way_round))
    assert {run.id for run in state.runs if run.done} >= {"duties", "rules", "wind-down"}
    assert shows("followed", state=state) is None


def ended(outcome: Literal["completed", "aborted"]) -> State:
    """The Operator Root ceremony's state with this word in its last entry."""

    def last(entry: Entry) -> Entry:
        event = entry.event
        if isinstance(event, Close):
            return msgspec.structs.replace(entry, event=msgspec.structs.replace(event, outcome=outcome))
        return entry

    return fold(map(last, journal(FOC).entries))


def test_what_was_aborted_was_not_followed() -> None:
    assert shows("followed", state=ended("completed")) is not None
    assert shows("followed", state=ended("aborted")) is None
    assert shows("closed", state=ended("aborted")) is not None


def test_closed_with_an_undecided_deviation_is_no_close() -> None:
    entries = list(journal(FOC).entries)
    at = next(i for i, e in enumerate(entries) if isinstance(e.event, Answer) and in_step(e, "safety"))
    opened = Deviation(
        deviation=1, step="1.1", attempt=1, kind="note", by=0, expected=Leaf("00" * 32), happened=Leaf("11" * 32)
    )
    entries.insert(at, msgspec.structs.replace(entries[at], event=opened))
    assert shows("closed") is not None
    assert shows("closed", state=fold(entries)) is None


def test_an_aborted_ceremony_is_closed_and_not_followed() -> None:
    room = Held(FOC)
    room.open()
    room.play_to("room")
    room.good(c.Deviate(kind="failure", by=1, expected=Leaf("00" * 32), happened=Leaf("11" * 32)))
    room.good(c.Settle(deviation=1, action="abort", effect="none", by=1, text=Leaf("22" * 32), again=""))
    while not isinstance(room.now, p.Closed):
        room.good(room.move())
    verdicts = judged(FOC, room.state)
    assert verdicts["webtrust/4.1-sign-off"].verdict == "met"
    assert verdicts["webtrust/4.1-deviations"].verdict == "met"
    assert verdicts["br/6.1.1.1-script"].verdict == "not met"
    assert verdicts["br/5.4.1-1-key"].verdict == "not met"


def test_closed_by_a_role() -> None:
    officers = shows("closed:security-officer")
    assert officers is not None
    assert officers[-1] == journal(FOC).state.length - 1
    assert shows("closed:observer") is None
    missing = without(
        lambda e: isinstance(e.event, SignOff) and in_step(e, "closing") and e.event.role == "internal-witness"
    )
    assert shows("closed", state=missing) is None


def test_a_person_is_never_found_in_a_journal() -> None:
    assert shows("person", "closing") is None


@pytest.mark.parametrize(
    "text", ["", "met", "outcome", "outcome:", "go", "bound", "read-back", "person:x", "signed:x", "Closed"]
)
def test_a_word_that_is_not_of_the_vocabulary(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        evidence_of(text)


@pytest.mark.parametrize("text", ["closed", "closed:auditor", "outcome:generate-key", "bound:script.pdf", "person"])
def test_a_word_of_the_vocabulary_is_written_as_it_is_read(text: str) -> None:
    assert str(evidence_of(text)) == text
    assert evidence_of(text) == Evidence(evidence_of(text).term, text.partition(":")[2])


@pytest.mark.parametrize("name", SHELF)
def test_catalogues_speak_of_kinds_roles_and_files_that_there_are(name: str) -> None:
    for catalogue in catalogues(definition(name)):
        for evidence in (e for clause in catalogue.clauses for e in clause.evidence):
            match evidence.term:
                case Term.OUTCOME | Term.GO | Term.READ_BACK:
                    assert evidence.of in KINDS, evidence
                case Term.CLOSED if evidence.of:
                    assert evidence.of in definition(FOC).roles, evidence
                case Term.BOUND:
                    genesis = journal(name).state.genesis
                    assert genesis is not None
                    assert evidence.of in genesis.files, evidence
                case _:
                    pass
