"""The only place that says no: `decide(plan, state, command)` gives the events that follow, or why not.

Every rule has an id; the same id stands in its refusal, in its test and in resources/handbook.md.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from ceremony_app.core import commands as c
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Event
from ceremony_app.core.rules import actions, closing, exceptions, people, shares, signoffs, steps
from ceremony_app.core.rules.flow import carried_on
from ceremony_app.core.rules.gate import gate
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State


class Refused(msgspec.Struct, frozen=True):
    """A command that a rule forbids: the rule's id, why, and what to do instead."""

    rule: str
    why: str
    what_to_do: str

    def paragraph(self) -> str:
        """One readable paragraph with the rule id."""
        return f"{self.why} {self.what_to_do} [{self.rule}]"


def decide(plan: Plan, state: State, command: c.Command) -> tuple[Event, ...] | Refused:
    """The events that a command leads to, or the rule that forbids it. Nothing else is consulted or changed."""
    try:
        gate(plan, state, command)
        return carried_on(plan, state, _events(plan, state, command))
    except Refusal as refusal:
        return Refused(refusal.rule, refusal.why, refusal.what_to_do)


def _events(plan: Plan, state: State, command: c.Command) -> tuple[Event, ...]:
    """The events of a command itself, before the step is carried on."""
    match command:
        case c.Open():
            return steps.opened(plan, command)
        case c.EnrolPerson():
            return people.enrolled(plan, state, command)
        case c.CompleteRollCall():
            return people.roll_called(plan, state, command)
        case c.Come() | c.Go():
            return people.moved(state, command)
        case c.ReadAloud():
            return steps.read_aloud(plan, state, command)
        case c.Give():
            return steps.given(plan, state, command)
        case c.Correct():
            return steps.corrected(plan, state, command)
        case c.ReadWatch():
            return steps.watch_read(plan, state, command)
        case c.WriteShare() | c.ProveShare() | c.CombineShares() | c.TakeShare():
            return shares.about_shares(plan, state, command)
        case c.WriteDown():
            return steps.written(plan, state, command)
        case c.TypeRow():
            return steps.row_typed(plan, state, command)
        case c.Prepare() | c.Halt():
            return actions.prepared(plan, state, command)
        case c.Begin():
            return actions.begun(plan, state, command)
        case c.Report():
            return actions.reported(state, command)
        case c.Find():
            return actions.found(state, command)
        case c.Sign():
            return signoffs.signed(plan, state, command)
        case c.Deviate():
            return exceptions.deviated(state, command)
        case c.Settle():
            return exceptions.settled(plan, state, command)
        case c.TakeBreak():
            return exceptions.paused(state, command)
        case c.GoOn():
            return exceptions.resumed(state, command)
        case c.Recover():
            return exceptions.recovered(state, command)
        case c.FixHead():
            return closing.head_fixed(plan, state)
        case c.Finish():
            return closing.finished(plan, state, command)
        case _:
            assert_never(command)
