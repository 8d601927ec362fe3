"""What actions gave: evidence held against what was shown, against the files, and against what was to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ceremony_app.actions import action
from ceremony_app.actions.base import Action, Context
from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Answer, Correction, Decision, Entry, Genesis, Intent, Outcome, Reconcile, StepEntry
from ceremony_app.core.script import Plan, Step
from ceremony_app.core.state import State
from ceremony_app.core.values import ArtifactRef
from ceremony_app.verify import evidence
from ceremony_app.verify.evidence import Broken
from ceremony_app.verify.verdict import Finding


def check_artifacts(
    plan: Plan, entries: Sequence[Entry], files: Mapping[str, bytes], *, told: Callable[[str], None] = lambda _: None
) -> Iterator[Finding]:
    """Every preparation, intent, outcome and inspection of every action, each in the state that it was made in.

    `files` are those of the folder by path; `told` is given the number of each step as it is come to.
    """
    artifacts = {name.removeprefix("artifacts/"): data for name, data in files.items() if name.startswith("artifacts/")}
    for entry, kind, context in _places(plan, entries):
        if isinstance(entry.event, Outcome):
            told(f"step {context.run.number}")
        for rule, what in _judged(entry, kind, context, artifacts, files):
            yield Finding(rule=rule, where=f"entry {entry.seq}", what=what)


def _judged(
    entry: Entry, kind: Action, context: Context, artifacts: Mapping[str, bytes], files: Mapping[str, bytes]
) -> Iterator[Broken]:
    """One entry; whatever a kind cannot make sense of is a finding, and never the end of the judge."""
    try:
        match entry.event:
            case StepEntry() as event:
                yield from evidence.prepared(kind, context, event, artifacts, files)
            case Intent() as event:
                yield from evidence.intended(kind, context, event)
            case Outcome(result="done"):
                yield from evidence.done(kind, context, entry, artifacts)
            case Outcome() as event:
                yield from evidence.not_done(event)
            case Reconcile() as event:
                yield from evidence.inspected(context, event)
            case _:
                pass
    except Exception as fault:  # noqa: BLE001 - evidence comes from outside, and a kind expects its own
        yield "CER-EVIDENCE", f"cannot be made sense of: {type(fault).__name__} {fault}"


def _places(plan: Plan, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Action, Context]]:
    """The entries of actions, each with its kind and the state before it.

    The state holds what kinds look up and no more: the first entry, the artifacts, and the attempts in which something
    was touched, with the entries that say what, what people answered, and what was decided about it.
    """
    steps = {step.id: step for step in plan.definition.steps}
    genesis: Genesis | None = None
    made: list[ArtifactRef] = []
    past: list[Run] = []
    step: Step | None = None
    run: Run | None = None
    for entry in entries:
        event = entry.event
        match event:
            case Genesis():
                genesis = event
            case StepEntry(state="begun"):
                if run is not None and run.calls:
                    past.append(run)
                step, run = steps.get(event.id), Run(id=event.id, number=event.step, attempt=event.attempt)
            case StepEntry(state="prepared") | Intent() | Outcome() | Reconcile() if (
                step is not None and run is not None and step.action is not None
            ):
                state = State(genesis=genesis, length=entry.seq, runs=(*past, run), artifacts=tuple(made))
                yield entry, action(step.kind), Context(plan=plan, state=state, step=step, run=run)
            case _:
                pass
        noted = isinstance(event, StepEntry | Answer | Correction | Intent | Outcome | Reconcile | Decision)
        if run is not None and noted:
            run = run.after(entry)
        if isinstance(event, Outcome):
            made.extend(event.artifacts)
