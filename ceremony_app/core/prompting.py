"""Which prompt it is: what the room must do now, from the plan and the state and nothing else."""

from __future__ import annotations

from typing import assert_never

from ceremony_app.core.asked import asked_at_token, asked_here
from ceremony_app.core.attempt import Run
from ceremony_app.core.custody import handed, share_left, shares_asked
from ceremony_app.core.events import Purpose
from ceremony_app.core.progress import (
    current_stage,
    current_step,
    rows_to_type,
    still_to_sign,
    transcribed_digest,
    unanswered,
    wanted_of,
)
from ceremony_app.core.prompts import (
    AnyPrompt,
    Approve,
    Closed,
    Conclusion,
    Enrolment,
    Enter,
    FixTheHead,
    HandOver,
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
    HandOut,
    Plan,
    RollCall,
    Step,
    TakeCheckpoint,
    Tell,
    Transcribe,
    WatchClock,
)
from ceremony_app.core.shown import shown_artifacts, shown_rows
from ceremony_app.core.state import State
from ceremony_app.core.unplanned import busy_with, shares_needed, unplanned
from ceremony_app.core.values import Row
from ceremony_app.core.words import drawn_rows


def prompt(plan: Plan, state: State) -> AnyPrompt:
    """What the room must do now. Graver things come first: pause, restart, an unknown end, a stop."""
    step, run = current_step(plan, state), state.run
    if state.close is not None:
        return Closed(outcome=state.close.outcome)
    if step is None or run is None:
        return NotOpen()
    if state.pause is not None:
        return Paused(kind=state.pause.kind, stay=state.pause.stay, needed=("the people who left",))
    return unplanned(plan, state, step, run) or _planned(plan, state, step, run)


def going_on(now: AnyPrompt) -> AnyPrompt:
    """The same prompt while an action is being done: between two of its calls nothing is asked of the room."""
    match now:
        case Perform(step=step, run=run) if run.calls and run.last is not None:
            goes_on = run.last.result == "done" and not run.last.complete
            return busy_with(step, run, run.calls[-1]) if goes_on else now
        case _:
            return now


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
            return _act(plan, state, step, run, stage)
        case HandOut():
            return _hand_over(plan, step, run, stage)
        case Transcribe():
            return _transcribe(state, step, run, stage)
        case TakeCheckpoint():
            open_ones = tuple(f"a decision on D-{problem.opened.deviation}" for problem in state.undecided())
            return FixTheHead(step=step, run=run, needed=open_ones or ("the checkpoint",))
        case Attest():
            return _approve(plan, state, step, run, "result")
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


def _hand_over(plan: Plan, step: Step, run: Run, stage: HandOut) -> HandOver:
    """The next share, to its holder."""
    index, holder = share_left(run, stage)
    others = tuple(h.person for h in handed(run, stage.whose, "written") if h.index != index)
    title = plan.definition.roles[stage.split.role].title
    return HandOver(
        step=step,
        run=run,
        stage=stage,
        index=index,
        holder=holder.person if holder else None,
        taken=others,
        needed=(f"share {index} of {stage.split.shares}, {'typed back' if holder else f'to a {title}'}",),
    )


def _act(plan: Plan, state: State, step: Step, run: Run, act: Act) -> AnyPrompt:
    """An action: prepared, then approved, then done."""
    if run.prepared is None:
        return Preparing(step=step, run=run, needed=("what will be done",))
    if (act.quorum or run.grave) and still_to_sign(plan, state, run, "go"):
        return _approve(plan, state, step, run, "go")
    secrets = asked_here(plan, act)
    shares = shares_asked(plan, state, run, act)
    needed = [secret.label for secret in secrets]
    needed += [shares_needed(plan, asked) for asked in shares if asked.left]
    if asked_at_token(plan, act):
        needed.append("the PIN at the token's own keypad")
    if act.phrase:
        needed.append(f"the phrase {act.phrase}")
    return Perform(
        step=step,
        run=run,
        act=act,
        rows=shown_rows(step, run, "go"),
        secrets=secrets,
        phrase=act.phrase,
        failed=_failed(run),
        shares=shares,
        needed=tuple(needed) or (act.button,),
    )


def _failed(run: Run) -> tuple[Row, ...]:
    """What came of the last call, if it failed."""
    return run.last.rows if run.last is not None and run.last.result == "failed" else ()


def _approve(plan: Plan, state: State, step: Step, run: Run, purpose: Purpose) -> Approve:
    """Who signs what."""
    missing = still_to_sign(plan, state, run, purpose)
    titles = plan.definition.roles
    return Approve(
        step=step,
        run=run,
        purpose=purpose,
        rows=shown_rows(step, run, purpose),
        artifacts=shown_artifacts(run, purpose),
        quorum=wanted_of(plan, state, run, purpose),
        missing=missing,
        needed=tuple(f"{n} × {titles[role].title}" for role, n in missing.items()),
    )


def _transcribe(state: State, step: Step, run: Run, stage: Transcribe) -> AnyPrompt:
    """First written, then read back."""
    digest = transcribed_digest(state, run, stage)
    label = stage.label or "SHA-256"
    if not run.written_head:
        wanted = "the paper that was brought, with rows A to H" if stage.brought else "rows A to H on paper"
        return WriteRows(step=step, run=run, digest=digest, label=label, brought=stage.brought, needed=(wanted,))
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
        brought=stage.brought,
        needed=tuple(f"row {letter}" for letter in left),
    )
