"""Touching a device or a file: prepared, approved by the whole quorum, once, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ceremony_app.core.events import Entry, Intent, Outcome, Reconcile, StepEntry
from ceremony_app.core.names import is_name
from ceremony_app.core.script import Act
from ceremony_app.verify.audit_attempt import Attempt
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken

_OPERATION: Final = re.compile(r"[0-9a-f]{32}")


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """Preparations and stops, intents, outcomes and inspections."""
    attempt = book.attempt
    if attempt is None:
        return
    match entry.event:
        case StepEntry(state="prepared" | "halted" as state):
            if not isinstance(attempt.stage(), Act):
                yield "CER-ORDER", f"{state}, where no action is due"
            elif state == "prepared" and attempt.operation:
                yield "CER-ORDER", "prepared after the action has begun"
            if any(not name.endswith(":activated") for name in entry.event.ended):
                yield "CER-WORLD", "a stop ends more than activations"
        case Intent() as event:
            yield from _intent(book, attempt, event)
        case Outcome() as event:
            yield from _outcome(book, event)
        case Reconcile(op=op):
            operation = book.operations.get(op)
            if operation is None or operation.settled:
                yield "CER-INTENT", "inspects after no operation whose end is unknown"
        case _:
            pass


def _intent(book: Book, attempt: Attempt, event: Intent) -> Iterator[Broken]:
    """Nothing is touched that was not shown and, where a quorum locks it, agreed to."""
    act = attempt.stage()
    if not isinstance(act, Act):
        yield "CER-ORDER", "an intent, where no action is due"
        return
    if attempt.prepared is None:
        yield "CER-ORDER", "an intent for what was not shown before"
    if event.token != act.device:
        yield "CER-INTENT", f"about the token {event.token or 'none'}, and the step is about {act.device or 'none'}"
    if event.op in book.operations or not _OPERATION.fullmatch(event.op):
        yield "CER-INTENT", "an operation without an id of its own"
    lacking = attempt.lacking("go") if act.quorum or attempt.grave else {}
    if lacking:
        roles = ", ".join(f"{n} × {role}" for role, n in lacking.items())
        yield "CER-QUORUM", f"step {attempt.number} is done without the word of {roles}"


def _outcome(book: Book, event: Outcome) -> Iterator[Broken]:
    """One outcome for an intent; what it made has names that nothing had before."""
    operation = book.operations.get(event.op)
    if operation is None or operation.end != "open":
        yield "CER-INTENT", "the outcome of no operation that is under way"
    if event.again and event.result != "failed":
        yield "CER-INTENT", "may be tried again, and did not fail"
    names = [artifact.name for artifact in event.artifacts]
    for name in names:
        if not is_name(name) or name in book.artifacts or names.count(name) > 1:
            yield "CER-ARTIFACT", f"the name {name} is none, or in use already"
