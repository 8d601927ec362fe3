"""The record's account of interrupted calls: what was found on the device, and what people decided about it."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.actions.device_rows import object_line
from ceremony_app.chronicle.history import History
from ceremony_app.core.attempt import Call, Run
from ceremony_app.core.events import Decision, Entry, Reconcile
from ceremony_app.record.document import Block, Fact, Facts, Heading, Text

REMEDIES = {
    "destroy": "destroyed before the step is held again",
    "adopt": "taken over, after proof",
    "quarantine": "left on the token, never to be used",
}
"""What people can decide about objects that a call left."""


def interrupted_calls(history: History) -> tuple[Block, ...]:
    """Every call whose end was not known at once."""
    blocks: list[Block] = []
    for run in history.state.runs:
        for call in run.calls:
            if call.found is not None or call.outcome is None or call.outcome.result == "unknown":
                title = f"{run.number}  {call_name(run, call)}"
                blocks += (Heading(text=title, level=3), Facts(rows=tuple(_facts(history, run, call))))
    return tuple(blocks) or (Text(text="none"),)


def call_name(run: Run, call: Call) -> str:
    """A call by its name, and by its attempt where that is not the first."""
    return call.intent.call if run.attempt == 1 else f"{call.intent.call} (attempt {run.attempt})"


def _facts(history: History, run: Run, call: Call) -> Iterator[Fact]:
    """From the intent to the decision, in the order in which it happened."""
    op = call.intent.op
    intended = next(entry.seq for entry in run.entries if entry.event is call.intent)
    if call.intent.token:
        yield Fact(label="Token", value=history.plan.definition.tokens[call.intent.token].title)
    yield Fact(label="Intent", value=f"entry {intended}, operation {op}")
    if call.outcome is None:
        yield Fact(label="Answer", value="none was recorded: the program ended during the call")
    else:
        for row in call.outcome.rows:
            yield history.fact(row)
    looks = [entry for entry in run.entries if isinstance(entry.event, Reconcile) and entry.event.op == op]
    for entry in looks:
        if isinstance(entry.event, Reconcile):
            yield from _look(history, entry, entry.event)
    if not looks:
        yield Fact(label="Looked at", value="NOT LOOKED AT")
    yield from _decided(history, run, looks[-1].seq if looks else intended)


def _look(history: History, entry: Entry, found: Reconcile) -> Iterator[Fact]:
    yield Fact(label="Looked at", value=f"entry {entry.seq}, {entry.utc[11:19]} UTC")
    for row in found.rows:
        yield history.fact(row)
    told = [row.value for row in found.rows]
    for line in map(object_line, found.left):
        if line not in told:
            yield Fact(label="Left on the token", value=line)


def _decided(history: History, run: Run, after: int) -> Iterator[Fact]:
    """What was decided in the same attempt after the last look; each is printed in full on its exception sheet."""
    decisions = [e for e in run.entries if isinstance(e.event, Decision) and e.seq > after]
    for entry in decisions:
        if isinstance(entry.event, Decision):
            taken = entry.event
            by = history.person(taken.by)
            yield Fact(label="Decided", value=f"{taken.action}, on D-{taken.deviation}, by {by}, entry {entry.seq}")
            if taken.remedy:
                yield Fact(label="What was left is", value=REMEDIES[taken.remedy])
    if not decisions:
        yield Fact(label="Decided", value="NOT DECIDED")
