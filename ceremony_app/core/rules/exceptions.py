"""Rules of what was not planned: deviations and their decisions, pauses, and restarts."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core.attempt import Run
from ceremony_app.core.events import (
    Decision,
    Deviation,
    Event,
    Pause,
    Recovery,
    Resumption,
)
from ceremony_app.core.leftover import remedies
from ceremony_app.core.outlook import open_call
from ceremony_app.core.rules.actions import go_on_allowed
from ceremony_app.core.rules.need import require, someone
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State


def _run(state: State) -> Run:
    """The attempt under way (CER-OPEN)."""
    run = state.run
    require(run is not None, "CER-OPEN", "No ceremony is open.", "Open one from a definition.")
    if run is None:  # pragma: no cover - refused above
        raise AssertionError
    return run


def deviated(state: State, wish: c.Deviate) -> tuple[Event, ...]:
    """A deviation can be opened at any time, by anybody who is here or by the program."""
    run = _run(state)
    if wish.by:
        require(
            state.person(wish.by) is not None,
            "CER-PRESENT",
            f"Person {wish.by} is not enrolled.",
            "Choose a person who is here.",
        )
    return (
        Deviation(
            deviation=len(state.problems) + 1,
            step=run.number,
            attempt=run.attempt,
            kind=wish.kind,
            by=wish.by,
            expected=wish.expected,
            happened=wish.happened,
            facts=wish.facts,
        ),
    )


def settled(plan: Plan, state: State, wish: c.Settle) -> tuple[Event, ...]:
    """A deviation is decided once, by a person who is here, and not while a device works."""
    run = _run(state)
    problem = next((p for p in state.problems if p.opened.deviation == wish.deviation), None)
    require(
        problem is not None and problem.decision is None,
        "CER-DEVIATION",
        f"There is no undecided deviation D-{wish.deviation}.",
        "Decide one of those that are open.",
    )
    call = open_call(state)
    require(
        call is None or (wish.action == "abort" and call.out_of_sight),
        "CER-BUSY",
        "A device or file operation is under way, or its end is not known.",
        "Wait for its answer, or inspect the device, before anything is decided.",
    )
    if state.people:
        someone(state, wish.by, may_be_nobody=False)
    require(
        wish.action == "abort" or not state.aborting,
        "CER-ABORT",
        "The ceremony is being aborted.",
        "Close it; a new ceremony can repeat what is missing.",
    )
    if wish.action == "go-on":
        go_on_allowed(plan, state)
    if wish.again:
        _held_before(state, wish)
    _remedied(plan, state, wish)
    return (
        Decision(
            deviation=wish.deviation,
            step=run.number,
            attempt=run.attempt,
            action=wish.action,
            effect=wish.effect,
            by=wish.by,
            text=wish.text,
            again=wish.again,
            remedy=wish.remedy,
        ),
    )


def _remedied(plan: Plan, state: State, wish: c.Settle) -> None:
    """Objects that an interrupted call left are decided on, with the decision to repeat its step and no other."""
    open_to = remedies(state, _run(state).id, adopts=plan.policy.rules.adopts) if wish.action == "repeat" else ()
    require(
        wish.remedy in open_to or (not open_to and not wish.remedy),
        "CER-REMEDY",
        f"An interrupted call left objects on the token. It can be decided to: {', '.join(open_to)}."
        if open_to
        else "There is nothing on the token to decide about here.",
        "Decide what becomes of them before the step is held again."
        if open_to
        else "Decide without saying what becomes of anything on the token.",
    )


def _held_before(state: State, wish: c.Settle) -> None:
    """Only a step that was completed can be held again, and only as part of repeating the present one."""
    require(
        wish.action == "repeat" and any(run.id == wish.again and run.done for run in state.runs),
        "CER-AGAIN",
        f"The step {wish.again} cannot be held again.",
        "Choose a step that was completed, with the decision to repeat.",
    )


def paused(state: State, wish: c.TakeBreak) -> tuple[Event, ...]:
    """A pause between operations; an attended one with at least two people who stay."""
    require(state.pause is None, "CER-PAUSED", "The ceremony is paused already.", "Resume it.")
    if wish.kind == "attended":
        require(
            len(set(wish.stay)) > 1,
            "CER-PAUSED",
            "At least two people stay during an attended pause.",
            "Name them, or seal everything and leave together.",
        )
    for number in wish.stay:
        someone(state, number, may_be_nobody=False)
    return (Pause(kind=wish.kind, stay=wish.stay, reason=wish.reason),)


def resumed(state: State, wish: c.GoOn) -> tuple[Event, ...]:
    """The end of a pause: every enrolled person is either back or recorded as gone."""
    require(state.pause is not None, "CER-PAUSED", "The ceremony is not paused.", "Go on with the step.")
    missing = [p.number for p in state.people if p.present and p.number not in wish.present]
    require(
        not missing,
        "CER-PRESENT",
        f"Not back yet: {', '.join(map(str, missing))}.",
        "Wait for them, or record that they have left.",
    )
    return (Resumption(present=wish.present),)


def recovered(state: State, wish: c.Recover) -> tuple[Event, ...]:
    """A restart: recorded with what was set aside, and a deviation of its own on the step it interrupted."""
    run = _run(state)
    recovery = Recovery(boot=wish.boot, torn=wish.torn, set_aside=wish.set_aside, head=state.head)
    deviation = Deviation(
        deviation=len(state.problems) + 1,
        step=run.number,
        attempt=run.attempt,
        kind="failure",
        by=0,
        expected=wish.expected,
        happened=wish.happened,
    )
    return (recovery, deviation)
