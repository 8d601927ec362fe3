"""How steps follow one another: done when their last stage is complete, and the next one begun."""

from __future__ import annotations

from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Close, Decision, Entry, Event, StepEntry
from ceremony_app.core.outlook import halted, open_call
from ceremony_app.core.progress import stage_done, stages_of
from ceremony_app.core.script import Conclude, Plan, Step
from ceremony_app.core.state import State, evolve

PENDING = "0" * 64


def carried_on(plan: Plan, state: State, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events of a command, and those that follow from them: step done, next step begun, step begun again."""
    after = state
    for event in events:
        after = _provisional(after, event)
    if any(isinstance(event, Close) for event in events):
        return events
    decided = next((event for event in events if isinstance(event, Decision)), None)
    if decided is not None and decided.action != "go-on":
        return (*events, _after_decision(plan, after, decided))
    return (*events, *_after_stages(plan, after))


def first_step(plan: Plan) -> StepEntry:
    """The entry that begins the first step."""
    return _begun(State(), plan.definition.steps[0])


def _provisional(state: State, event: Event) -> State:
    """The state with the event in it, before its line has been written."""
    return evolve(state, Entry(seq=state.length, utc="", mono=0, event=event, digest=PENDING))


def _after_decision(plan: Plan, state: State, decision: Decision) -> StepEntry:
    """A repeated step is a new attempt, after an earlier one that is held again; an abort goes to the closing step."""
    run = state.run
    if run is None:  # pragma: no cover - a decision needs an open ceremony
        raise Refusal("CER-OPEN", "No ceremony is open.", "Open one from a definition.")
    if decision.action == "repeat":
        return _begun(state, plan.definition.step(decision.again or run.id))
    return _begun(state, closing_step(plan))


def closing_step(plan: Plan) -> Step:
    """The step that closes the ceremony."""
    return next(step for step in plan.definition.steps if any(isinstance(s, Conclude) for s in step.stages))


def _after_stages(plan: Plan, state: State) -> tuple[Event, ...]:
    """Step done and the next one begun, once all stages are complete.

    The next one is the first that was never completed, so that after an earlier step was held again the ceremony
    goes on where it had stopped.
    """
    run = state.run
    if run is None or halted(state) or open_call(state) is not None:
        return ()
    step = plan.definition.step(run.id)
    if not all(stage_done(plan, state, run, stage) for stage in stages_of(plan, step, run)):
        return ()
    done = StepEntry(step=run.number, id=run.id, attempt=run.attempt, state="done")
    finished = {other.id for other in state.runs if other.done} | {run.id}
    following = next((other for other in plan.definition.steps if other.id not in finished), None)
    return (done,) if following is None else (done, _begun(state, following))


def _begun(state: State, step: Step) -> StepEntry:
    """The entry that begins the next attempt at a step."""
    attempt = 1 + sum(1 for run in state.runs if run.id == step.id)
    return StepEntry(step=step.number, id=step.id, attempt=attempt, state="begun")
