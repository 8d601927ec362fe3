"""The record's steps: as the reviewed file says them, with what was entered, done, found and signed."""

from __future__ import annotations

from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.words import marker
from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Deviation, SignOff
from ceremony_app.core.progress import stages_of
from ceremony_app.core.script import Act, Attest, Step
from ceremony_app.core.shown import shown_rows
from ceremony_app.record.document import Block, Heading, StepRecord
from ceremony_app.record.document import SignOff as PrintedSignOff


def step_records(history: History) -> tuple[Block, ...]:
    """Every step of the definition, held or not, in the order of the script; repeated attempts follow each other."""
    blocks: list[Block] = []
    for number, act in enumerate(history.plan.definition.acts, start=1):
        blocks.append(Heading(text=act, number=str(number), new_page=number == 1))
        for step in history.plan.definition.steps:
            if step.act == act:
                blocks.extend(_records(history, step))
    return tuple(blocks)


def _records(history: History, step: Step) -> list[StepRecord]:
    runs = [run for run in history.state.runs if run.id == step.id]
    if not runs:
        return [StepRecord(number=step.number, title=step.title, state="NOT HELD", marker=marker(step), said=step.say)]
    return [_record(history, step, run) for run in runs]


def _record(history: History, step: Step, run: Run) -> StepRecord:
    start, end = history.times(run)
    spoken = len(step.say) + len(step.do)
    rows = shown_rows(step, run, "result")[spoken:]
    wants = any(
        isinstance(stage, Attest) or (isinstance(stage, Act) and stage.quorum)
        for stage in stages_of(history.plan, step, run)
    )
    first, last = (run.entries[0].seq, run.entries[-1].seq) if run.entries else (0, 0)
    return StepRecord(
        number=step.number,
        title=step.title if run.attempt == 1 else f"{step.title} (attempt {run.attempt})",
        state="DONE" if run.done else _unfinished(history, run),
        start=start,
        end=end or ("closed" if history.state.close and run is history.state.run else ""),
        attempts=run.attempt,
        entries=f"{first} to {last}",
        marker=marker(step),
        said=step.say,
        done=step.do,
        facts=tuple(history.fact(row) for row in rows),
        sign_offs=tuple(
            _signed(history, entry.event, entry.utc) for entry in run.entries if isinstance(entry.event, SignOff)
        ),
        wants_sign_offs=wants,
        deviations=tuple(f"D-{event.deviation}" for event in run.of(Deviation)),
    )


def _unfinished(history: History, run: Run) -> str:
    """What became of an attempt that was not completed."""
    if history.state.close is not None and run is history.state.run:
        return "CLOSED"
    return "GIVEN UP" if run is not history.state.run else "UNDER WAY"


def _signed(history: History, event: SignOff, utc: str) -> PrintedSignOff:
    return PrintedSignOff(
        role=history.plan.definition.roles[event.role].title,
        name=history.person(event.person),
        purpose="before it was done" if event.purpose == "go" else "over the result",
        decision=event.decision,
        utc=utc[11:19],
        method=event.method,
        key=f"{event.key[:16]} …",
    )
