"""What stands before every entry: not closed, not paused, nobody without a key, nothing unknown, nothing stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony_app.core.events import (
    Answer,
    Arrival,
    Checkpoint,
    Clock,
    Close,
    Decision,
    Departure,
    Deviation,
    Enrol,
    Entry,
    Event,
    Intent,
    Outcome,
    Reconcile,
    Recovery,
    Resumption,
    SignOff,
    StepEntry,
)
from ceremony_app.core.world import missing
from ceremony_app.verify.audit_book import Book

Broken = tuple[str, str]
"""The id of the rule that an entry breaks, and how."""

_ANY_TIME: Final = (Deviation, Departure, Arrival, Recovery)
_PAUSED: Final = (*_ANY_TIME, Decision, Resumption)
_UNKNOWN: Final = (*_ANY_TIME, Outcome, Reconcile)
_NO_KEY: Final = (*_ANY_TIME, Decision, Reconcile, Enrol, Resumption)
_FORWARD: Final = (Answer, Clock, Intent, SignOff, Checkpoint, Close)


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """Whether the entry may stand here at all, whatever it is about in particular."""
    event = entry.event
    if book.closed:
        yield "CER-CLOSED", f"an entry of type {event.type} stands after the close"
        return
    follows = isinstance(event, StepEntry) and event.state in ("begun", "done")
    if book.owes_deviation and not isinstance(event, Deviation | Recovery):
        yield "CER-DEVIATION", "a restart is followed by a deviation of its own"
    if book.pause is not None and not follows and not isinstance(event, _PAUSED) and not _enrolled_again(book, event):
        yield "CER-PAUSED", f"an entry of type {event.type} during a pause"
    if book.unsettled and not isinstance(event, _UNKNOWN) and not _beside_the_unknown(book, event):
        yield "CER-INTENT", f"it is not known yet what the operation {book.unsettled} did"
    if not follows and not isinstance(event, _NO_KEY):
        void = [str(number) for number, person in book.people.items() if person.void and person.present]
        if void:
            yield "CER-ENROL", f"the keys of these people ended with the restart: {', '.join(void)}"
    yield from _forward(book, event)


def _beside_the_unknown(book: Book, event: Event) -> bool:
    """What may stand while it is not known what a call did.

    That the login was lost; that shares are entered to look at it; and the way out once the device was looked at in
    vain: the abort, and its closing step.
    """
    match event:
        case StepEntry(state="halted", ended=ended) if ended:
            return True
        case Answer() if _for_a_look(book, event):
            return True
        case Decision(action="abort"):
            return book.operations[book.unsettled].end == "unseen"
        case Enrol():
            return book.operations[book.unsettled].end == "unseen" and _enrolled_again(book, event)
        case _:
            return book.aborting


def _for_a_look(book: Book, event: Event) -> bool:
    """Whether a share is entered to look at a device, of which nobody knows what it did: the step does not go on."""
    share = isinstance(event, Answer) and event.item.startswith("share ") and event.item.endswith(" entered")
    return share and bool(book.unsettled)


def _enrolled_again(book: Book, event: Event) -> bool:
    """Whether somebody whose key ended with a restart gets a new one."""
    return isinstance(event, Enrol) and event.person in book.people and book.people[event.person].void


def _forward(book: Book, event: Event) -> Iterator[Broken]:
    """A stopped attempt goes on by a decision only, and a step only where the room is as it requires."""
    prepared = isinstance(event, StepEntry) and event.state == "prepared"
    done = isinstance(event, StepEntry) and event.state == "done"
    attempt = book.attempt
    if attempt is None or _for_a_look(book, event) or not (prepared or done or isinstance(event, _FORWARD)):
        return
    if attempt.stop:
        yield "CER-DEVIATION", f"the attempt was stopped, and nobody decided that it goes on ({attempt.stop})"
    if done or attempt.step is None or book.aborting or attempt.acted:
        return
    lacking = missing(frozenset(book.world), attempt.step.requires)
    if lacking:
        yield "CER-WORLD", f"the step needs that {' and that '.join(fact.told() for fact in lacking)}"
