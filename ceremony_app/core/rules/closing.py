"""Rules of the end: nothing open, the head on paper, everybody's word, and then nothing more."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core.events import Checkpoint, Close, Event
from ceremony_app.core.outlook import world
from ceremony_app.core.rules.need import require, stage
from ceremony_app.core.script import Conclude, Plan, TakeCheckpoint
from ceremony_app.core.state import State
from ceremony_app.core.tally import tally
from ceremony_app.core.world import left_on


def head_fixed(plan: Plan, state: State) -> tuple[Event, ...]:
    """The checkpoint, with everybody's tally: only when no deviation is undecided and nothing is left on or open."""
    _, run, _ = stage(plan, state, TakeCheckpoint)
    _all_decided(state)
    loose = left_on(world(plan, state))
    require(
        state.aborting or not loose,
        "CER-LEFT-ON",
        f"This is still so: {', '.join(loose)}.",
        "Do the steps that end it, or open a deviation and abort.",
    )
    return (Checkpoint(step=run.number, attempt=run.attempt, length=state.length, rows=tally(state)),)


def finished(plan: Plan, state: State, wish: c.Finish) -> tuple[Event, ...]:
    """The last entry."""
    _, run, _ = stage(plan, state, Conclude)
    _all_decided(state)
    return (
        Close(
            step=run.number,
            attempt=run.attempt,
            outcome="aborted" if state.aborting else "completed",
            deviations=len(state.problems),
            statement=wish.statement,
        ),
    )


def _all_decided(state: State) -> None:
    """No deviation waits for its decision (CER-DEVIATION)."""
    waiting = [f"D-{problem.opened.deviation}" for problem in state.undecided()]
    require(
        not waiting,
        "CER-DEVIATION",
        f"Not decided yet: {', '.join(waiting)}.",
        "Decide every deviation before the ceremony is closed.",
    )
