"""What holds in the room, and what holds a step back: both read from the entries of its attempts."""

from __future__ import annotations

from ceremony_app.core.attempt import Call, Run
from ceremony_app.core.events import Answer, Decision, Deviation, Outcome, Recovery, SignOff, StepEntry
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from ceremony_app.core.world import World, changed


def world(plan: Plan, state: State) -> World:
    """The facts that hold now.

    A step's changes count when it is done, an action's as soon as its last call has succeeded. A restart of the
    program ends every activation, since no worker of the old process lives, and takes what was split and not used; a
    halt may name what ended with it.
    """
    facts: World = frozenset()
    for run in state.runs:
        step = plan.definition.step(run.id)
        for entry in run.turns:
            match entry.event:
                case Recovery():
                    facts = frozenset(fact for fact in facts if not fact.endswith((":activated", ":split")))
                case StepEntry(state="halted", ended=ended):
                    facts -= frozenset(ended)
                case Outcome(result="done", complete=True):
                    facts = changed(facts, step.ensures)
                case StepEntry(state="done") if step.action is None:
                    facts = changed(facts, step.ensures)
                case _:
                    pass
    return facts


def open_call(state: State) -> Call | None:
    """The intent of which nobody knows yet what it did; what cannot be found out, the decision to abort leaves open."""
    for run in reversed(state.runs):
        for call in run.unsettled:
            if not (state.aborting and call.out_of_sight):
                return call
    return None


def halted(state: State) -> str:
    """Why the current attempt cannot go on without a decision; empty where it can.

    Only a decision lifts it: an answer that was not the wanted one, an action that did not succeed, a person who
    does not agree, a row that was read back wrongly twice.
    """
    run = state.run
    why = ""
    for entry in run.turns if run else ():
        match entry.event:
            case StepEntry(state="halted", why=reason):
                why = reason
            case Recovery():
                why = "The program stopped in this step and was started again."
            case Outcome(result="failed" | "unknown", again=False):
                why = "The action did not succeed."
            case SignOff(decision="DISAGREE"):
                why = "A person does not agree."
            case Answer(good=False, item=item) if not item.startswith("row "):
                why = f"The answer to “{item}” is not the one that lets the step go on."
            case Decision():
                why = ""
            case _:
                pass
    return why or (_row_failed_twice(run) if run else "")


def _row_failed_twice(run: Run) -> str:
    """Why the reading back has stopped, if a row was typed wrongly twice since the last decision."""
    wrong: dict[str, int] = {}
    for entry in run.turns:
        match entry.event:
            case Decision():
                wrong.clear()
            case Answer(good=False, item=item) if item.startswith("row "):
                wrong[item] = wrong.get(item, 0) + 1
            case _:
                pass
    return next(
        (f"{item.capitalize()} read back from the paper differs twice." for item, n in wrong.items() if n > 1), ""
    )


def step_problems(run: Run) -> tuple[int, ...]:
    """The numbers of the deviations that were opened in this attempt."""
    return tuple(event.deviation for event in run.of(Deviation))
