"""One entry of an action beside what its kind makes of it today: what was shown, asked for, and came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NoReturn, cast

import msgspec

from ceremony_app.actions import action
from ceremony_app.actions.base import Action, Context, Ports, text
from ceremony_app.actions.device_rows import difference_rows
from ceremony_app.actions.failed import blind, outcome_rows
from ceremony_app.actions.looking import untouched
from ceremony_app.core.device import Inventory, TokenFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Entry, Intent, Outcome, Reconcile, StepEntry
from ceremony_app.core.holdings import holdings
from ceremony_app.core.ports import Clock, CustodyPort, Printer, Randomness, TokenPort, Workstation
from ceremony_app.core.values import ArtifactRef, Json, Row

Broken = tuple[str, str]
"""The id of the rule that an entry breaks, and how."""

_PROFILE = "CER-PROFILE"


class _NotHereError(Exception):
    """What a preparation looked at is not here any more: a device, a clock, a printer."""


class _NotHere:
    """Stands in place of a port."""

    def __getattr__(self, name: str) -> NoReturn:
        raise _NotHereError(name)


def prepared(
    kind: Action, context: Context, event: StepEntry, artifacts: Mapping[str, bytes], files: Mapping[str, bytes]
) -> Iterator[Broken]:
    """What was shown before is what would be shown again, wherever no device is needed to say it."""
    try:
        again = kind.prepare(context, _ports(artifacts, files))
    except _NotHereError:
        return
    except Refusal as refusal:
        yield "CER-EVIDENCE", f"what was shown before the action cannot be made again: {refusal.why}"
        return
    if again.rows != event.rows:
        yield "CER-SHOWN", f"shown before the action, and not what is to be done: {_first(event.rows, again.rows)}"
    if again.artifacts != event.artifacts:
        yield "CER-EVIDENCE", f"approved: {_named(event.artifacts)}; made again: {_named(again.artifacts)}"


def _ports(artifacts: Mapping[str, bytes], files: Mapping[str, bytes]) -> Ports:
    """The files of the folder, and nothing else."""

    def device(name: str) -> NoReturn:
        raise _NotHereError(name)

    nothing = _NotHere()
    return Ports(
        token=device,
        medium=device,
        input=device,
        printer=cast("Printer", nothing),
        station=cast("Workstation", nothing),
        clock=cast("Clock", nothing),
        randomness=cast("Randomness", nothing),
        custody=cast("CustodyPort", nothing),
        artifact=lambda name: _artifact(artifacts, name),
        document=lambda name: files[name] if name in files else device(name),
    )


def _artifact(artifacts: Mapping[str, bytes], name: str) -> bytes:
    if name not in artifacts:
        raise Refusal("CER-ARTIFACT", f"{name} is missing.", "Compare the copies.")
    return artifacts[name]


def intended(kind: Action, context: Context, event: Intent) -> Iterator[Broken]:
    """The intent is the call that was due, with the parameters that follow from plan and journal."""
    call = kind.next_call(context, event.op)
    if call is None:
        yield "CER-INTENT", f"{event.call}, where the action was complete"
    elif call.name != event.call or msgspec.to_builtins(call.parameters) != msgspec.to_builtins(event.parameters):
        yield "CER-INTENT", f"{event.call} {event.parameters}; due was {call.name} {dict(call.parameters)}"
    elif call.mutates is not bool(event.inventory):
        wanted = "needs" if call.mutates else "needs no"
        yield "CER-INTENT", f"{event.call} {wanted} inventory of the token before it"


def done(kind: Action, context: Context, entry: Entry, artifacts: Mapping[str, bytes]) -> Iterator[Broken]:
    """What was shown is the evidence; the evidence holds against the files; the action ends where its kind says so."""
    event = entry.event
    if not isinstance(event, Outcome):
        return
    guard = event.evidence.get("guard")
    rows = kind.rows(event.evidence)
    if isinstance(guard, Mapping):
        rows = (*rows, *difference_rows(guard))
    if rows != event.rows:
        yield "CER-SHOWN", f"shown, and not what the evidence says: {_first(event.rows, rows)}"
    for wrong in kind.holds(event.evidence, artifacts, context):
        yield _PROFILE if f"[{_PROFILE}]" in wrong else "CER-EVIDENCE", wrong
    intent = next((call.intent for call in reversed(context.run.calls) if call.intent.op == event.op), None)
    before = text(guard, "before") if isinstance(guard, Mapping) else ""
    if intent is not None and before != intent.inventory:
        yield "CER-EVIDENCE", "the inventory before the call is not the one of the intent"
    after = context.run.after(entry)
    state = msgspec.structs.replace(context.state, runs=(*context.state.runs[:-1], after))
    ended = kind.next_call(Context(plan=context.plan, state=state, step=context.step, run=after), event.op)
    if event.complete is not (ended is None):
        yield "CER-INTENT", f"{'complete' if event.complete else 'not complete'}, and the kind says otherwise"


def not_done(event: Outcome) -> Iterator[Broken]:
    """What is shown of a call that did not succeed is what was recorded of it."""
    rows = outcome_rows(event.evidence, unknown=event.result == "unknown")
    if event.rows != rows:
        yield "CER-SHOWN", f"shown, and not what the evidence says: {_first(event.rows, rows)}"


def inspected(context: Context, event: Reconcile) -> Iterator[Broken]:
    """What an inspection concludes follows from what the token showed, and from what was on it before."""
    intent = next((call.intent for call in context.run.calls if call.intent.op == event.op), None)
    if intent is None:
        return
    before = holdings(context.state, intent.token, before=event.op) if intent.token else None
    if event.finding in ("unhealthy", "unseen"):
        right = blind(event.finding, event.evidence)
    elif not intent.token:
        right = untouched()
    else:
        right = action(context.step.kind).look(context, intent, before, cast("TokenPort", Recorded(event.evidence)))
    if event.finding != right.finding:
        yield "CER-EVIDENCE", f"{event.finding}, and what the token showed says {right.finding}"
    if event.left != right.left:
        yield "CER-EVIDENCE", f"names {len(event.left)} objects as left over, and there were {len(right.left)}"
    if event.rows != right.rows:
        yield "CER-SHOWN", f"shown, and not what the token showed: {_first(event.rows, right.rows)}"


class Recorded:
    """A token as a piece of evidence shows it: what it said of itself, and what was on it."""

    def __init__(self, evidence: Mapping[str, Json]) -> None:
        self._evidence = evidence

    def facts(self) -> TokenFacts:
        """What it said of itself."""
        return msgspec.convert(dict(_table(self._evidence, "token")), TokenFacts)

    def inventory(self) -> Inventory:
        """What was on it; raises msgspec.ValidationError where the list is not the one of its digest."""
        listed = dict(_table(self._evidence, "inventory"))
        digest = listed.pop("sha256", "")
        inventory = msgspec.convert(listed, Inventory)
        if digest != inventory.digest():
            raise msgspec.ValidationError("the digest is not that of the inventory")
        return inventory


def _table(evidence: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = evidence.get(name)
    return value if isinstance(value, Mapping) else {}


def _first(shown: tuple[Row, ...], right: tuple[Row, ...]) -> str:
    """The first row in which two lists differ."""
    for said, must in zip(shown, right, strict=False):
        if said != must:
            return f"“{said.label}: {said.value}” for “{must.label}: {must.value}”"
    return f"{len(shown)} rows for {len(right)}"


def _named(artifacts: tuple[ArtifactRef, ...]) -> str:
    return ", ".join(f"{one.name} {one.sha256} {one.size} bytes" for one in artifacts) or "nothing"
