"""The order of steps and of what belongs to them: begun when due, completed when nothing is lacking."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.core.events import (
    Entry,
    Event,
    Genesis,
    Recovery,
    StepEntry,
)
from ceremony_app.core.script import Act, Attest, Stage, Transcribe
from ceremony_app.verify.audit_attempt import Attempt
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """An entry belongs to the attempt under way; a step begins when it is due and nothing stands between."""
    event = entry.event
    begins = isinstance(event, StepEntry) and event.state == "begun"
    if book.due and not begins and not isinstance(event, Recovery):
        yield "CER-ORDER", f"the step {book.due} is due, and nothing stands before its beginning"
    if begins and isinstance(event, StepEntry):
        yield from _begun(book, event)
        return
    place = place_of(event)
    attempt = book.attempt
    if place is not None and (attempt is None or place != (attempt.number, attempt.attempt)):
        yield "CER-ORDER", f"about step {place[0]}, attempt {place[1]}, which is not under way"
    elif attempt is not None and isinstance(event, StepEntry):
        if attempt.step is None or event.id != attempt.step.id:
            yield "CER-ORDER", f"{event.id} is not the id of step {event.step}"
        elif event.state == "done":
            yield from lacking(attempt, attempt.stage())


def place_of(event: Event) -> tuple[str, int] | None:
    """Step and attempt that an entry is about; None for one that belongs to no step."""
    step, attempt = getattr(event, "step", None), getattr(event, "attempt", None)
    return (step, attempt) if isinstance(step, str) and isinstance(attempt, int) else None


def _begun(book: Book, event: StepEntry) -> Iterator[Broken]:
    """The step that is due, under its number, as the next of its attempts."""
    step = book.steps.get(event.id)
    if step is None or step.number != event.step:
        yield "CER-ORDER", f"the definition has no step {event.step} of the id {event.id}"
    if event.id != book.due:
        yield "CER-ORDER", f"the step {event.id} begins, and {book.due or 'none'} is due"
    if event.attempt != book.attempts.get(event.id, 0) + 1:
        yield "CER-ORDER", f"attempt {event.attempt} is not the next one"


def lacking(attempt: Attempt, stage: Stage | None) -> Iterator[Broken]:
    """What an attempt that is said to be completed still lacks."""
    match stage:
        case None:
            return
        case Attest():
            roles = ", ".join(f"{n} × {role}" for role, n in attempt.lacking("result").items())
            yield "CER-QUORUM", f"step {attempt.number} ends, and over its result there lacks the word of {roles}"
        case Act():
            yield "CER-INTENT", f"step {attempt.number} ends, and its action is neither complete nor passed over"
        case Transcribe():
            rows = ", ".join(attempt.drawn) or "none was drawn"
            yield "CER-READ-BACK", f"step {attempt.number} ends, and rows were not typed back: {rows}"
        case _:
            yield "CER-ORDER", f"step {attempt.number} ends, and its stage {type(stage).__name__} is not complete"


def genesis(book: Book, entry: Entry) -> Iterator[Broken]:
    """The first entry, once: about this definition, policy pack and binding."""
    event = entry.event
    if not isinstance(event, Genesis):
        if entry.seq == 0:
            yield "CER-GENESIS", f"the first entry is of type {event.type}"
        return
    plan = book.plan
    if entry.seq:
        yield "CER-GENESIS", "a second beginning"
        return
    if (event.definition, event.title) != (plan.definition.id, plan.definition.title):
        yield "CER-GENESIS", f"about the definition {event.definition}, “{event.title}”"
    if event.mode is not plan.binding.mode:
        yield "CER-GENESIS", f"{event.mode}, and the binding says {plan.binding.mode}"
    if sorted(event.files) != sorted(BOUND):
        yield "CER-GENESIS", f"binds {', '.join(sorted(event.files))}"
    if plan.definition.policy_sha256 not in ("", event.files.get("policy.toml")):
        yield "CER-GENESIS", "the policy pack is not the one whose digest the definition names"
    if plan.binding.definition_sha256 not in ("", event.files.get("ceremony.toml")):
        yield "CER-GENESIS", "the binding was made for another definition"
    if len(event.ceremony) != _ID_DIGITS or not set(event.ceremony) <= set("0123456789abcdef"):
        yield "CER-GENESIS", "the ceremony's id is not 128 bits in hex"


BOUND = ("FORMAT.md", "binding.toml", "ceremony.toml", "context.json", "policy.toml", "script.pdf", "verify_journal.py")
"""The files that the first entry binds by SHA-256."""

_ID_DIGITS = 32
