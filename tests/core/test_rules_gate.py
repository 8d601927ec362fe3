"""Rules that stand before every command, and those of the end."""

from __future__ import annotations

import msgspec

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.values import Leaf, Mode
from tests.core.table import SHORT, Table, short_plan

LEAF = Leaf("ab" * 32)


def test_cer_open_once_and_only_for_the_definition_that_is_held(table: Table) -> None:
    genesis = table.state.genesis
    assert genesis is not None
    table.refused(c.Open(genesis=genesis), "CER-OPEN")
    other = Table()
    other.refused(c.Open(genesis=msgspec.structs.replace(genesis, definition="another")), "CER-OPEN")
    other.refused(c.Open(genesis=msgspec.structs.replace(genesis, mode=Mode.PRODUCTION)), "CER-OPEN")
    other.refused(c.ReadAloud(person=0), "CER-OPEN")


def test_cer_closed_nothing_after_the_end(table: Table) -> None:
    table.play_to(p.Closed)
    table.refused(c.ReadAloud(person=1), "CER-CLOSED")
    table.refused(table.deviation(), "CER-CLOSED")


def test_cer_paused_only_people_and_deviations_during_a_pause(table: Table) -> None:
    table.play_to("watch")
    table.refused(c.TakeBreak(kind="attended", stay=(2,), reason=LEAF), "CER-PAUSED")
    table.good(c.TakeBreak(kind="attended", stay=(2, 3), reason=LEAF))
    table.refused(c.ReadWatch(typed="10:00:00", shown="10:00:00", person=2), "CER-PAUSED")
    table.refused(c.TakeBreak(kind="sealed", stay=(), reason=LEAF), "CER-PAUSED")
    table.good(table.deviation())
    table.good(c.Go(person=1))
    table.good(c.GoOn(present=(2, 3, 4, 5)))
    table.refused(c.GoOn(present=()), "CER-PAUSED")


def test_resuming_names_those_who_are_not_back(table: Table) -> None:
    table.play_to("watch")
    table.good(c.TakeBreak(kind="sealed", stay=(), reason=LEAF))
    answer = table.refused(c.GoOn(present=(1, 2)), "CER-PRESENT")
    assert "3, 4, 5" in answer.why


def test_cer_void_room_keys_end_with_a_restart(table: Table) -> None:
    table.play_to("label")
    table.good(c.Recover(boot="b2", torn="", set_aside=(), expected=LEAF, happened=LEAF))
    table.refused(c.Give(item="serial", value="H7A2", person=1, text="H7A2"), "CER-VOID")
    table.refused(table.signature(2, "internal-witness"), "CER-VOID")
    for number in (1, 2, 3, 4):
        table.good(table.enrolment(number))
    answer = table.refused(c.Give(item="serial", value="H7A2", person=1, text="H7A2"), "CER-VOID")
    assert "5" in answer.why
    table.good(table.enrolment(5))
    table.refused(c.Give(item="serial", value="H7A2", person=1, text="H7A2"), "CER-HALTED")


def test_cer_busy_nothing_goes_forward_while_a_device_works(table: Table) -> None:
    table.play_to(p.Busy)
    busy = table.now
    assert isinstance(busy, p.Busy)
    table.refused(c.Prepare(rows=()), "CER-BUSY")
    table.refused(c.Begin(op="f" * 32, call="again", parameters={}, phrase=""), "CER-BUSY")
    table.good(table.deviation())
    table.refused(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF), "CER-BUSY")


def test_cer_halted_until_it_is_decided(table: Table) -> None:
    table.play_to("ready")
    table.good(c.Give(item="item-1", value="concern", person=1, text="concern"))
    assert isinstance(table.now, p.Halted)
    table.refused(c.Give(item="item-1", value="none", person=1, text="none"), "CER-HALTED")
    table.good(table.deviation())
    table.good(c.Settle(deviation=1, action="repeat", effect="none", by=1, text=LEAF))
    assert table.state.run is not None
    assert table.state.run.attempt == 2
    assert isinstance(table.now, p.Enter)


def test_cer_world_a_step_needs_what_earlier_ones_bring_about() -> None:
    """A definition that activates a token which nobody connected: `check` would name it, and so does the day."""
    text = SHORT.read_text(encoding="utf-8")
    cut = text.index('[[acts.steps]]\nid = "connect"')
    end = text.index('[[acts.steps]]\nid = "ready"')
    table = Table(short_plan(text=text[:cut] + text[end:]))
    table.open()
    table.play_to("initialise")
    answer = table.refused(c.Prepare(rows=()), "CER-WORLD")
    assert "hsm" in answer.why
    assert "connected" in answer.why


def test_cer_left_on_and_undecided_deviations_keep_the_end_away() -> None:
    text = SHORT.read_text(encoding="utf-8")
    cut = text.index('[[acts.steps]]\nid = "seal"')
    end = text.index('[[acts]]\ntitle = "Closing"')
    table = Table(short_plan(text=text[:cut] + text[end:]))
    table.open()
    table.play_to(p.FixTheHead)
    table.good(table.deviation())
    answer = table.refused(c.FixHead(), "CER-DEVIATION")
    assert "D-1" in answer.why
    table.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    answer = table.refused(c.FixHead(), "CER-LEFT-ON")
    assert "bag:bag:open" in answer.why


def test_a_deviation_after_the_checkpoint_keeps_the_end_away_too(table: Table) -> None:
    table.play_to(p.Conclusion)
    table.good(table.deviation())
    table.good(c.Settle(deviation=1, action="go-on", effect="none", by=1, text=LEAF))
    table.play_to(p.Conclusion)
    table.good(table.deviation())
    table.refused(c.Finish(statement="x"), "CER-STAGE")


def test_cer_abort_leads_to_the_closing_step_and_nowhere_else(table: Table) -> None:
    table.play_to("bag")
    table.good(table.deviation())
    table.good(c.Settle(deviation=1, action="abort", effect="unusable", by=1, text=LEAF))
    assert table.state.run is not None
    assert table.state.run.id == "close"
    table.good(table.deviation())
    table.refused(c.Settle(deviation=2, action="repeat", effect="none", by=1, text=LEAF), "CER-ABORT")
    table.good(c.Settle(deviation=2, action="abort", effect="none", by=1, text=LEAF))
    table.play_to(p.Closed)
    assert table.state.close is not None
    assert table.state.close.outcome == "aborted"
    assert table.state.close.deviations == 2
