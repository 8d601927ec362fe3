"""Rules of touching a device or file: prepared, approved, armed, once; and what came of it."""

from __future__ import annotations

import re

from ceremony_app.core import commands as c
from ceremony_app.core.attempt import Call, Run
from ceremony_app.core.events import Event, Intent, Outcome, Reconcile, StepEntry
from ceremony_app.core.names import is_name
from ceremony_app.core.progress import act_complete, action_stopped, still_to_sign
from ceremony_app.core.rules.need import require, stage, under_way
from ceremony_app.core.rules.shares import enough
from ceremony_app.core.script import Act, Plan
from ceremony_app.core.state import State


def prepared(plan: Plan, state: State, wish: c.Prepare | c.Halt) -> tuple[Event, ...]:
    """What will be done is worked out, to be shown and approved; or it cannot be, and the step is stopped."""
    _, run, _ = stage(plan, state, Act)
    if isinstance(wish, c.Halt):
        return (_halted(run, wish),)
    require(not run.calls, "CER-PREPARED", "The action has begun already.", "Wait for its outcome.")
    require(
        plan.definition.deviations or not wish.grave,
        "CER-GRAVE",
        "This action needs the quorum that decides on deviations, and the definition names none.",
        "It cannot be done in this ceremony; use the spare token, or abort.",
    )
    return (
        StepEntry(
            step=run.number,
            id=run.id,
            attempt=run.attempt,
            state="prepared",
            rows=wish.rows,
            artifacts=wish.artifacts,
            grave=wish.grave,
        ),
    )


def _halted(run: Run, wish: c.Halt) -> StepEntry:
    """The stop of an action; of the world it may end activations and nothing else."""
    require(
        all(name.endswith(":activated") for name in wish.ended),
        "CER-WORLD",
        "A stop can end activations only.",
        "This is a fault of the program; open a deviation.",
    )
    return StepEntry(step=run.number, id=run.id, attempt=run.attempt, state="halted", why=wish.why, ended=wish.ended)


def begun(plan: Plan, state: State, wish: c.Begin) -> tuple[Event, ...]:
    """The intent: only after preparation, with the quorum's `go`, and the typed phrase where there is one."""
    _, run, act = stage(plan, state, Act)
    require(
        run.prepared is not None,
        "CER-PREPARED",
        "What will be done has not been shown yet.",
        "Wait until the step has been prepared.",
    )
    lacking = still_to_sign(plan, state, run, "go") if act.quorum or run.grave else {}
    require(
        not lacking,
        "CER-QUORUM",
        "The quorum has not agreed: " + ", ".join(f"{n} × {role}" for role, n in lacking.items()) + " missing.",
        "Let them read what will be done, and sign.",
    )
    if not run.calls or run.last is None or run.last.result != "done":
        enough(plan, state, run, act)
    require(
        run.calls or wish.phrase == act.phrase,
        "CER-PHRASE",
        "The phrase that arms this step was not typed.",
        f"Type exactly: {act.phrase}",
    )
    require(
        re.fullmatch(r"[0-9a-f]{32}", wish.op) and wish.op not in _operations(state),
        "CER-INTENT",
        "An operation needs an id of its own.",
        "This is a fault of the program; open a deviation.",
    )
    return (
        Intent(
            step=run.number,
            attempt=run.attempt,
            op=wish.op,
            call=wish.call,
            token=act.device,
            parameters=wish.parameters,
            inventory=wish.inventory,
        ),
    )


def _operations(state: State) -> set[str]:
    """The ids of all operations so far."""
    return {call.intent.op for run in state.runs for call in run.calls}


def _open(state: State, op: str) -> Call:
    """The operation of this id, if its end is still to be told (CER-OUTCOME)."""
    call = next((c for run in state.runs for c in run.unsettled if c.intent.op == op), None)
    require(
        call is not None,
        "CER-OUTCOME",
        "This answers no operation that is under way.",
        "A late or foreign answer is not taken.",
    )
    if call is None:  # pragma: no cover - refused above
        raise AssertionError
    return call


def reported(state: State, wish: c.Report) -> tuple[Event, ...]:
    """The outcome of the operation that is under way; artifacts get names that are not in use."""
    call = _open(state, wish.op)
    require(
        call.outcome is None and call.found is None,
        "CER-OUTCOME",
        "The outcome is recorded already, or the device was inspected since.",
        "A late answer is not taken; inspect the device.",
    )
    for artifact in wish.artifacts:
        require(
            is_name(artifact.name) and state.artifact(artifact.name) is None,
            "CER-ARTIFACT",
            f"An artifact named {artifact.name} cannot be added.",
            "Nothing is ever overwritten; repeat the step under another name.",
        )
    return (
        Outcome(
            step=call.intent.step,
            attempt=call.intent.attempt,
            op=wish.op,
            result=wish.result,
            complete=wish.complete,
            evidence=wish.evidence,
            rows=wish.rows,
            artifacts=wish.artifacts,
            again=wish.again and wish.result == "failed",
        ),
    )


def found(state: State, wish: c.Find) -> tuple[Event, ...]:
    """What an inspection shows of an operation whose end is not known."""
    call = _open(state, wish.op)
    return (
        Reconcile(
            step=call.intent.step,
            attempt=call.intent.attempt,
            op=wish.op,
            finding=wish.finding,
            evidence=wish.evidence,
            rows=wish.rows,
            left=wish.left,
        ),
    )


def go_on_allowed(plan: Plan, state: State) -> None:
    """What cannot be undone, changes a token, or has an unknown end is never passed over; other actions may be."""
    step, run = under_way(plan, state)
    act = step.action
    stopped = any(action_stopped(entry.event) for entry in run.entries)
    if act is None or act_complete(run) or not (run.calls or stopped):
        return
    last = run.calls[-1].outcome if run.calls else None
    unknown = bool(run.calls) and (last is None or last.result != "failed")
    require(
        not (act.mutates or act.irreversible or unknown),
        "CER-REPEAT",
        "This step cannot be undone or its end is not known: it cannot be passed over.",
        "Decide to repeat it, or to abort the ceremony.",
    )
