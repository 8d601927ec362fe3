"""The record's pages on what tokens hold: first and last inventory, call by call, interrupted, in quarantine."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import table
from ceremony_app.actions.device_rows import object_line
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record_interrupted import call_name, interrupted_calls
from ceremony_app.core.attempt import Call, Run
from ceremony_app.core.device import Difference, Inventory, ObjectFacts, difference
from ceremony_app.core.events import Entry, Intent, Outcome, Reconcile
from ceremony_app.core.holdings import first_and_last
from ceremony_app.core.leftover import quarantined
from ceremony_app.core.values import Json
from ceremony_app.record.document import Block, Bullets, Column, Fact, Facts, Grid, Heading, Text

_OBJECTS = (
    Column(title="Class", weight=12),
    Column(title="Label", weight=26),
    Column(title="Id", weight=26, kind="mono"),
    Column(title="Kind", weight=9),
    Column(title="Remark", weight=12),
)
_CHANGES = (
    Column(title="Step", weight=4),
    Column(title="Entries", weight=8),
    Column(title="Call", weight=17),
    Column(title="What it changed on the token", weight=41),
)


def token_inventories(history: History) -> tuple[Block, ...]:
    """What was on each token at the first and the last look, and every call between that could change it."""
    blocks: list[Block] = [Heading(text="Token inventories", new_page=True)]
    tokens = history.plan.definition.tokens
    for name, role in tokens.items():
        serial = history.plan.binding.tokens[name].serial
        blocks.append(Heading(text=f"{role.title}, serial {serial}", level=2))
        blocks += _whole(history, name)
        blocks.append(Heading(text="Call by call", level=3))
        blocks.append(Grid(columns=_CHANGES, rows=_changes(history, name), small=True))
    if not tokens:
        blocks.append(Text(text="none"))
    set_aside = tuple(object_line(thing) for thing in quarantined(history.state))
    return (
        *blocks,
        Heading(text="Interrupted calls", level=2),
        *interrupted_calls(history),
        Heading(text="In quarantine: left on a token, and never to be used", level=2),
        Bullets(items=set_aside),
    )


def _whole(history: History, token: str) -> tuple[Block, ...]:
    """The first and the last inventory, and the difference over the whole ceremony."""
    both = first_and_last(history.state, token)
    if both is None:
        return (Text(text="What is on this token is not known: no full inventory, or the end of a call is not known."),)
    first, last = both
    return (
        Text(
            text="First: after the token was initialised here, or at the first look. Last: at the journal's end.",
            weight="small",
        ),
        Facts(
            rows=(
                Fact(label="First inventory", value=_counted(first)),
                Fact(label="Its SHA-256", value=first.digest(), mono=True),
                Fact(label="Last inventory", value=_counted(last)),
                Fact(label="Its SHA-256", value=last.digest(), mono=True),
            )
        ),
        *_listed("First inventory", first.objects, ()),
        *_listed("Last inventory", last.objects, quarantined(history.state)),
        *_difference(difference(first, last)),
    )


def _counted(inventory: Inventory) -> str:
    count = len(inventory.objects)
    return "1 object" if count == 1 else f"{count or 'no'} objects"


def _listed(title: str, objects: tuple[ObjectFacts, ...], set_aside: tuple[ObjectFacts, ...]) -> tuple[Block, ...]:
    rows = tuple((t.kind.value, t.label, t.id, t.algorithm, _remark(t, set_aside)) for t in objects)
    return (Heading(text=title, level=3), Grid(columns=_OBJECTS, rows=rows, small=True))


def _remark(thing: ObjectFacts, set_aside: tuple[ObjectFacts, ...]) -> str:
    if thing in set_aside:
        return "in quarantine"
    return f"could not be read: {thing.fault}" if thing.fault else ""


def _difference(change: Difference) -> tuple[Block, ...]:
    return (Heading(text="Difference over the whole ceremony", level=3), Bullets(items=_lines(change)))


def _changes(history: History, token: str) -> tuple[tuple[str, ...], ...]:
    """A row for every call that could change the token, and for trials with throw-away keys."""
    return tuple(
        (run.number, _entries(run, call), call_name(run, call), "; ".join(_told(call)))
        for run in history.state.runs
        for call in run.calls
        if call.intent.token == token and (call.intent.inventory or _tried(call))
    )


def _tried(call: Call) -> Mapping[str, Json]:
    """What the trials of an inspection changed, if there were any."""
    return table(call.outcome.evidence, "before-trials") if call.outcome is not None else {}


def _entries(run: Run, call: Call) -> str:
    """The numbers of the entries from the intent to the last that tells of its end."""
    numbers = [entry.seq for entry in run.entries if _of(entry, call.intent.op)]
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def _of(entry: Entry, op: str) -> bool:
    return isinstance(entry.event, Intent | Outcome | Reconcile) and entry.event.op == op


def _told(call: Call) -> tuple[str, ...]:
    """What the call changed, by the inventories around it."""
    if call.outcome is None or call.outcome.result == "unknown":
        return ("its end was not known: see interrupted calls",)
    if call.outcome.result == "failed":
        return (f"nothing: it did not succeed [{call.outcome.evidence.get('rule', '')}]",)
    guard = table(call.outcome.evidence, "guard")
    meanwhile = [f"before this call, {line}" for line in _lines(_change(table(guard, "meanwhile")))]
    return (*meanwhile, *(_lines(_change(guard or _tried(call))) or ("nothing",)))


def _change(told: Mapping[str, Json]) -> Difference:
    """The change that a guard or an inspection recorded."""
    return msgspec.convert({name: told[name] for name in ("added", "removed") if name in told}, Difference)


def _lines(change: Difference) -> tuple[str, ...]:
    return (
        *(f"new: {object_line(thing)}" for thing in change.added),
        *(f"gone: {object_line(thing)}" for thing in change.removed),
    )
