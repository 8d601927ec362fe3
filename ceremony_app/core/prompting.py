"""Which prompt it is: what the room must do now, from the plan and the state and nothing else."""

from __future__ import annotations

from typing import assert_never

from ceremony_app.core.events import Intent, Outcome, Purpose, Recovery
from ceremony_app.core.outlook import halted, open_call, world
from ceremony_app.core.progress import (
    act_complete,
    current_stage,
    current_step,
    quorum_of,
    rows_to_type,
    still_to_sign,
    transcribed_digest,
    unanswered,
)
from ceremony_app.core.prompts import (
    AnyPrompt,
    Approve,
    Busy,
    Closed,
    Conclusion,
    EnrolAgain,
    Enrolment,
    Enter,
    FixTheHead,
    Halted,
    Inspect,
    NotOpen,
    Paused,
    Perform,
    Preparing,
    Read,
    TypeRows,
    TypeTime,
    WriteRows,
)
from ceremony_app.core.script import (
    Act,
    Ask,
    Attest,
    Conclude,
    Plan,
    RollCall,
    Step,
    TakeCheckpoint,
    Tell,
    Transcribe,
    WatchClock,
)
from ceremony_app.core.shown import shown_artifacts, shown_rows
from ceremony_app.core.state import Run, State
from ceremony_app.core.values import Row
from ceremony_app.core.words import drawn_rows
from ceremony_app.core.world import missing


def prompt(plan: Plan, state: State) -> AnyPrompt:
    """What the room must do now. Graver things come first: pause, restart, an unknown end, a stop."""
    step, run = current_step(plan, state), state.run
    if state.close is not None:
        return Closed(outcome=state.close.outcome)
    if step is None or run is None:
        return NotOpen()
    if state.pause is not None:
        return Paused(kind=state.pause.kind, stay=state.pause.stay, needed=("the people who left",))
    return _unplanned(plan, state, step, run) or _planned(plan, state, step, run)


def _unplanned(plan: Plan, state: State, step: Step, run: Run) -> AnyPrompt | None:
    """What must be settled before the step goes on, if anything."""
    call = open_call(state)
    if call is not None:
        unknown = call.outcome is not None or state.recoveries > _recoveries_before(state, call.intent.op)
        if unknown:
            return Inspect(
                step=step, run=run, op=call.intent.op, call=call.intent.call, needed=("the device's inventory",)
            )
        since = next(e.utc for e in run.entries if e.event is call.intent)
        return Busy(step=step, run=run, call=call.intent.call, since=since, needed=("the device's answer",))
    void = tuple(person.number for person in state.people if person.void and person.present)
    if void:
        return EnrolAgain(people=void, needed=tuple(f"a new key of person {number}" for number in void))
    why = halted(state) or _impossible(plan, state, step, run)
    if why:
        problem = next((p for p in state.undecided() if p.opened.step == run.number), None)
        needed = f"a decision on D-{problem.opened.deviation}" if problem else "a deviation"
        return Halted(step=step, run=run, why=why, problem=problem, needed=(needed,))
    return None


def _impossible(plan: Plan, state: State, step: Step, run: Run) -> str:
    """Why the step cannot be held in the room as it is, such as an activation that a restart has ended."""
    if state.aborting or act_complete(run):
        return ""
    stage = current_stage(plan, state)
    if isinstance(stage, Transcribe) and stage.source and not transcribed_digest(state, run, stage):
        return "There is no value to write down: the step that gives it was passed over."
    lacking = missing(world(plan, state), step.requires)
    return f"It needs that {' and that '.join(fact.told() for fact in lacking)}." if lacking else ""


def _recoveries_before(state: State, op: str) -> int:
    """How many restarts there had been when an operation began."""
    count = 0
    for run in state.runs:
        for entry in run.entries:
            if isinstance(entry.event, Recovery):
                count += 1
            if isinstance(entry.event, Intent) and entry.event.op == op:
                return count
    return count


def _planned(plan: Plan, state: State, step: Step, run: Run) -> AnyPrompt:
    """What the step's next stage asks for."""
    stage = current_stage(plan, state)
    match stage:
        case Tell() | None:
            return Read(step=step, run=run, needed=("what is to be said and done",))
        case Ask():
            left = unanswered(stage, run)
            field, item = left[0]
            return Enter(
                step=step,
                run=run,
                field=field,
                item=item,
                second=item.endswith("#2"),
                left=len(left),
                aloud=stage.aloud,
                needed=tuple(f.label + (" again" if i.endswith("#2") else "") for f, i in left),
            )
        case RollCall():
            missing = _absent(plan, state)
            needed = tuple(f"{n} × {plan.definition.roles[role].title}" for role, n in missing.items())
            return Enrolment(step=step, run=run, missing=missing, needed=needed or ("the end of the roll-call",))
        case WatchClock():
            return TypeTime(step=step, run=run, by=stage.by, needed=("the time of the watch",))
        case Act():
            return _act(plan, step, run, stage)
        case Transcribe():
            return _transcribe(state, step, run, stage)
        case TakeCheckpoint():
            open_ones = tuple(f"a decision on D-{problem.opened.deviation}" for problem in state.undecided())
            return FixTheHead(step=step, run=run, needed=open_ones or ("the checkpoint",))
        case Attest():
            return _approve(plan, step, run, "result")
        case Conclude():
            return Conclusion(step=step, run=run, needed=("the end of the ceremony",))
        case _:
            assert_never(stage)


def _absent(plan: Plan, state: State) -> dict[str, int]:
    """How many people of each role are still missing."""
    here = {
        name: sum(1 for person in state.people if person.present and name in person.roles)
        for name in plan.definition.roles
    }
    return {name: role.count - here[name] for name, role in plan.definition.roles.items() if here[name] < role.count}


def _act(plan: Plan, step: Step, run: Run, act: Act) -> AnyPrompt:
    """An action: prepared, then approved, then done."""
    if run.prepared is None:
        return Preparing(step=step, run=run, needed=("what will be done",))
    if act.quorum and still_to_sign(plan, run, "go"):
        return _approve(plan, step, run, "go")
    needed = [secret.label for secret in act.secrets]
    if act.phrase:
        needed.append(f"the phrase {act.phrase}")
    return Perform(
        step=step,
        run=run,
        act=act,
        rows=shown_rows(step, run, "go"),
        secrets=act.secrets,
        phrase=act.phrase,
        failed=_failed(run),
        needed=tuple(needed) or (act.button,),
    )


def _failed(run: Run) -> tuple[Row, ...]:
    """What came of the last call, if it failed."""
    outcomes = run.of(Outcome)
    return outcomes[-1].rows if outcomes and outcomes[-1].result == "failed" else ()


def _approve(plan: Plan, step: Step, run: Run, purpose: Purpose) -> Approve:
    """Who signs what."""
    missing = still_to_sign(plan, run, purpose)
    titles = plan.definition.roles
    return Approve(
        step=step,
        run=run,
        purpose=purpose,
        rows=shown_rows(step, run, purpose),
        artifacts=shown_artifacts(run, purpose),
        quorum=quorum_of(plan, run, purpose),
        missing=missing,
        needed=tuple(f"{n} × {titles[role].title}" for role, n in missing.items()),
    )


def _transcribe(state: State, step: Step, run: Run, stage: Transcribe) -> AnyPrompt:
    """First written, then read back."""
    digest = transcribed_digest(state, run, stage)
    label = stage.label or "SHA-256"
    if not run.written_head:
        return WriteRows(step=step, run=run, digest=digest, label=label, needed=("rows A to H on paper",))
    left = rows_to_type(state, run, stage)
    return TypeRows(
        step=step,
        run=run,
        digest=digest,
        label=label,
        drawn=drawn_rows(run.written_head, run.number, run.attempt, stage.rows),
        left=left,
        reader=stage.reader,
        typist=stage.typist,
        needed=tuple(f"row {letter}" for letter in left),
    )
