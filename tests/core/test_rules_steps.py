"""Rules of what is entered, read and typed, of actions, and of deviations."""

from __future__ import annotations

import msgspec

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.values import ArtifactRef, Leaf
from ceremony_app.core.words import hash_rows
from tests.core.table import Table

LEAF = Leaf("ab" * 32)


def give(item: str, text: str, person: int = 1) -> c.Give:
    """An answer that is not personal."""
    return c.Give(item=item, value=text, person=person, text=text)


def test_cer_stage_only_what_the_step_needs_now(table: Table) -> None:
    table.refused(give("serial", "H7A2", 0), "CER-STAGE")
    table.refused(c.CompleteRollCall(person=0), "CER-STAGE")
    table.refused(c.WriteDown(person=0), "CER-STAGE")
    table.refused(c.FixHead(), "CER-STAGE")
    table.refused(c.Finish(statement="x"), "CER-STAGE")


def test_cer_field_the_form_of_a_value(table: Table) -> None:
    table.play_to("label")
    table.refused(give("serial", "h7a2"), "CER-FIELD")
    table.refused(give("serial", ""), "CER-FIELD")
    table.refused(give("nothing", "x"), "CER-FIELD")
    table.refused(c.Give(item="serial", value=LEAF, person=1, text="H7A2"), "CER-FIELD")
    table.good(give("serial", "H7A2"))
    table.refused(give("guest", "A. Guest"), "CER-FIELD")


def test_cer_field_choices_and_times(table: Table) -> None:
    table.play_to("watch")
    for text in ("25:00:00", "10:00", "soon"):
        table.refused(c.ReadWatch(typed=text, shown="10:00:00", person=2), "CER-FIELD")
    table.refused(c.ReadWatch(typed="10:00:00", shown="10:00:00", person=3), "CER-ROLE")
    table.play_to("ready")
    table.refused(give("item-1", "perhaps"), "CER-FIELD")


def test_the_difference_of_two_clocks_goes_the_short_way_round(table: Table) -> None:
    table.play_to("watch")
    table.good(c.ReadWatch(typed="23:59:58", shown="00:00:03", person=2))
    event = table.entries[-3].event if table.entries[-1].event.type == "step" else table.entries[-1].event
    assert getattr(event, "difference", None) == -5


def test_cer_text_characters_that_do_not_show(table: Table) -> None:
    table.play_to("label")
    table.good(give("serial", "H7A2"))
    table.good(give("serial#2", "H7A2", 2))
    for text in ("Eve\u202egnp.exe", "a\nb", "zero\u200bwidth", "\x1b[2J", "x" * 2001):
        table.refused(c.Give(item="guest", value=LEAF, person=1, text=text), "CER-TEXT")
    table.good(c.Give(item="guest", value=LEAF, person=1, text="Ægir Þórsdóttir"))


def test_cer_blind_the_second_entry_is_somebody_elses(table: Table) -> None:
    table.play_to("label")
    table.good(give("serial", "H7A2", 1))
    table.refused(give("serial#2", "H7A2", 1), "CER-BLIND")
    table.good(give("serial#2", "H7A3", 2))
    assert isinstance(table.now, p.Halted), "two entries that differ stop the step"


def test_cer_already_and_corrections(table: Table) -> None:
    table.play_to("label")
    table.good(give("serial", "H7A2", 1))
    table.refused(give("serial", "H7A9", 1), "CER-ALREADY")
    table.refused(c.Correct(item="guest", value=LEAF, why=LEAF, text="x"), "CER-FIELD")
    table.refused(c.Correct(item="serial", value="bad", why=LEAF, text="bad"), "CER-FIELD")
    table.good(c.Correct(item="serial", value="H7B2", why=LEAF, text="H7B2"))
    run = table.state.run
    assert run is not None
    assert run.answers["serial"] == "H7B2"
    table.good(give("serial#2", "H7B2", 2))
    assert not isinstance(table.now, p.Halted)


def test_cer_prepared_and_cer_phrase(table: Table) -> None:
    table.play_to("initialise")
    table.refused(c.Begin(op="a" * 32, call="x", parameters={}, phrase="INITIALISE root"), "CER-PREPARED")
    table.play_to(p.Perform)
    for phrase in ("", "initialise root", "INITIALISE root "):
        table.refused(c.Begin(op="a" * 32, call="x", parameters={}, phrase=phrase), "CER-PHRASE")
    table.good(c.Begin(op="a" * 32, call="x", parameters={}, phrase="INITIALISE root"))


def test_cer_intent_every_operation_has_an_id_of_its_own(table: Table) -> None:
    table.play_to("inspect")
    used = next(call.intent.op for run in table.state.runs for call in run.calls)
    table.play_to(p.Perform)
    for op in (used, "short", "G" * 32):
        table.refused(c.Begin(op=op, call="x", parameters={}), "CER-INTENT")


def report(op: str, result: str = "done", **more: object) -> c.Report:
    """An outcome."""
    wish = c.Report(op=op, result="done", complete=True, evidence={}, rows=())
    return msgspec.structs.replace(wish, result=result, **more)


def test_cer_outcome_one_for_each_intent(table: Table) -> None:
    table.play_to(p.Busy)
    table.refused(report("e" * 32), "CER-OUTCOME")
    op = next(call.intent.op for run in table.state.runs for call in run.calls)
    table.good(report(op, "unknown", complete=False))
    table.refused(report(op), "CER-OUTCOME")
    assert isinstance(table.now, p.Inspect)
    table.good(c.Find(op=op, finding="not-executed", evidence={}, rows=()))
    table.refused(c.Find(op=op, finding="executed", evidence={}, rows=()), "CER-OUTCOME")


def test_cer_artifact_nothing_is_made_twice(table: Table) -> None:
    table.play_to(p.Busy)
    op = next(call.intent.op for run in table.state.runs for call in run.calls)
    for name in ("../up", "a b", ""):
        bad = ArtifactRef(name=name, sha256="ab" * 32, size=1)
        table.refused(report(op, artifacts=(bad,)), "CER-ARTIFACT")
    table.good(report(op, artifacts=(ArtifactRef(name="a.der", sha256="ab" * 32, size=1),)))
    table.play_to(p.Busy)
    op = next(call.intent.op for run in table.state.runs for call in run.calls if not call.settled)
    table.refused(report(op, artifacts=(ArtifactRef(name="a.der", sha256="ab" * 32, size=1),)), "CER-ARTIFACT")


def test_a_failed_call_that_may_be_tried_again_does_not_stop_the_step(table: Table) -> None:
    table.play_to("activate")
    table.play_to(p.Busy)
    op = next(call.intent.op for run in table.state.runs for call in run.calls if not call.settled)
    table.good(report(op, "failed", complete=False, again=True))
    now = table.now
    assert isinstance(now, p.Perform), "the quorum's agreement still stands"
    table.good(c.Begin(op="b" * 32, call="activate", parameters={}))


def test_cer_repeat_a_token_that_was_to_be_changed_is_not_passed_over(table: Table) -> None:
    table.play_to("generate")
    table.play_to(p.Busy)
    op = next(call.intent.op for run in table.state.runs for call in run.calls if not call.settled)
    table.good(report(op, "failed", complete=False))
    table.good(table.deviation())
    table.refused(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF), "CER-REPEAT")
    table.good(c.Settle(deviation=1, action="repeat", effect="none", by=1, text=LEAF))
    assert isinstance(table.now, p.Preparing)
    run = table.state.run
    assert run is not None
    assert run.attempt == 2
    assert run.signed("go") == ()


def test_cer_row_and_cer_reader(table: Table) -> None:
    table.play_to(p.WriteRows)
    first = table.now
    assert isinstance(first, p.WriteRows)
    table.refused(c.TypeRow(letter="A", text="00000000", person=2, reader=3), "CER-STAGE")
    table.good(c.WriteDown(person=1))
    table.refused(c.WriteDown(person=1), "CER-ALREADY")
    now = table.now
    assert isinstance(now, p.TypeRows)
    rows = {row.letter: row for row in hash_rows(now.digest)}
    other = next(letter for letter in rows if letter not in now.drawn)
    table.refused(c.TypeRow(letter=other, text=rows[other].hex, person=2, reader=3), "CER-ROW")
    letter = now.left[0]
    table.refused(c.TypeRow(letter=letter, text=rows[letter].hex, person=2, reader=2), "CER-READER")
    table.refused(c.TypeRow(letter=letter, text=rows[letter].hex, person=3, reader=2), "CER-ROLE")
    table.refused(c.TypeRow(letter=letter, text="hello", person=2, reader=3), "CER-FIELD")
    table.good(c.TypeRow(letter=letter, text=" ".join(rows[letter].words).upper(), person=2, reader=3))


def test_a_row_read_wrongly_twice_stops_the_step(table: Table) -> None:
    table.play_to(p.TypeRows)
    now = table.now
    assert isinstance(now, p.TypeRows)
    wrong = c.TypeRow(letter=now.left[0], text="00 00 00 00", person=2, reader=3)
    table.good(wrong)
    assert isinstance(table.now, p.TypeRows), "the first time it is read again"
    table.good(wrong)
    assert isinstance(table.now, p.Halted)
    table.good(table.deviation())
    table.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    assert isinstance(table.now, p.TypeRows)


def test_cer_deviation_and_cer_again(table: Table) -> None:
    table.play_to("bag")
    table.refused(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF), "CER-DEVIATION")
    table.good(table.deviation())
    for action, again in (("go-on", "people"), ("repeat", "connect"), ("repeat", "nonsense")):
        wish = c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF, again=again)
        table.refused(msgspec.structs.replace(wish, action=action), "CER-AGAIN")
    table.good(c.Settle(deviation=1, action="repeat", effect="none", by=1, text=LEAF, again="watch"))
    run = table.state.run
    assert run is not None
    assert (run.id, run.attempt) == ("watch", 2)
    table.play_to("bag")
    run = table.state.run
    assert run is not None
    assert run.attempt == 2, "after the step that was held again, the interrupted one begins anew"
    table.refused(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF), "CER-DEVIATION")


def test_a_step_that_deviated_is_signed_even_where_nobody_was_asked(table: Table) -> None:
    table.play_to("bag")
    table.good(table.deviation())
    table.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    table.play_to(p.Approve)
    now = table.now
    assert isinstance(now, p.Approve)
    assert now.step.id == "bag"
    assert now.quorum == {"internal-witness": 1, "external-witness": 1}


def test_a_restart_during_a_call_asks_for_an_inspection_first(table: Table) -> None:
    table.play_to("generate")
    table.play_to(p.Busy)
    table.good(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    assert isinstance(table.now, p.Inspect)
    op = next(call.intent.op for run in table.state.runs for call in run.calls if not call.settled)
    table.refused(c.Settle(deviation=1, action="repeat", effect="none", by=1, text=LEAF), "CER-BUSY")
    table.good(c.Find(op=op, finding="not-executed", evidence={}, rows=()))
    assert isinstance(table.now, p.EnrolAgain)
    table.play_to(p.Halted)
    table.refused(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF), "CER-REPEAT")
    table.play_to(p.Closed)
    ended = [run for run in table.state.runs if run.id == "activate"]
    assert len(ended) == 2, "the activation that the restart ended was given again"


def test_a_deviation_while_a_device_works_asks_for_the_quorum_again(table: Table) -> None:
    """Found by the random room: the prompt once offered a button that the rules refused."""
    table.play_to("activate")
    table.play_to(p.Busy)
    table.good(table.deviation())
    op = next(call.intent.op for run in table.state.runs for call in run.calls if not call.settled)
    table.good(report(op, "failed", complete=False, again=True))
    assert isinstance(table.now, p.Approve)
    table.play_to(p.Closed)


def test_a_pause_survives_a_restart(table: Table) -> None:
    """Found by the random room: nobody could resume, since nobody had a key, and nobody could be enrolled."""
    table.play_to("label")
    table.good(c.TakeBreak(kind="sealed", stay=(), reason=LEAF))
    table.good(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    table.good(c.GoOn(present=(1, 2, 3, 4, 5)))
    assert isinstance(table.now, p.EnrolAgain)
    table.play_to(p.Closed)


def test_a_restart_before_the_step_that_ends_an_activation(table: Table) -> None:
    """Found by the random room: the step needs what the restart ended, and no other step brings it back."""
    table.play_to(p.TypeRows)
    table.good(c.Recover(boot="b", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    table.play_to(p.Closed)
    assert [run.attempt for run in table.state.runs if run.id == "activate"] == [1, 2]


def test_cer_repeat_what_cannot_be_undone_is_not_passed_over_before_it_begins_either(table: Table) -> None:
    table.play_to("generate")
    table.good(c.Halt(why="The token does not answer."))
    table.good(table.deviation())
    table.refused(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF), "CER-REPEAT")


def test_an_inspection_may_be_passed_over_and_what_needs_it_says_so(table: Table) -> None:
    table.play_to("inspect")
    table.good(c.Halt(why="The token does not answer."))
    table.good(table.deviation())
    table.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    table.play_to("initialise")
    now = table.now
    assert isinstance(now, p.Halted)
    assert "inspected" in now.why
