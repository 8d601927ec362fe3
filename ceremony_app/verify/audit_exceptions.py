"""What was not planned: deviations and their decisions, pauses, restarts, and the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ceremony_app.core.events import (
    Checkpoint,
    Close,
    Decision,
    Deviation,
    Entry,
    Pause,
    Recovery,
    Resumption,
)
from ceremony_app.core.script import Conclude, TakeCheckpoint
from ceremony_app.core.world import left_on
from ceremony_app.verify.audit_attempt import Attempt
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken
from ceremony_app.verify.audit_order import lacking

_FEWEST: Final = 2


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """Deviations, decisions, pauses, restarts, the checkpoint and the close."""
    match entry.event:
        case Deviation() as event:
            yield from _deviation(book, event)
        case Decision() as event:
            yield from _decision(book, event)
        case Pause() as event:
            yield from _pause(book, event)
        case Resumption(present=present):
            away = [str(n) for n, one in book.people.items() if one.present and n not in present]
            if book.pause is None or away:
                yield "CER-PAUSED", f"goes on without {', '.join(away)}" if away else "goes on, and was not paused"
        case Recovery(head=head):
            if head != book.head:
                yield "CER-CHAIN", "a restart that names another head than the one before it"
        case Checkpoint() as event:
            yield from _checkpoint(book, event)
        case Close() as event:
            yield from _close(book, event)
        case _:
            pass


def _deviation(book: Book, event: Deviation) -> Iterator[Broken]:
    """Numbered from 1; opened by the program or by somebody enrolled; after a restart by the program."""
    if event.deviation != len(book.deviations) + 1:
        yield "CER-DEVIATION", f"D-{event.deviation} is not the next number"
    if event.by and event.by not in book.people:
        yield "CER-ENROL", f"person {event.by} is not enrolled"
    if book.owes_deviation and (event.by, event.kind) != (0, "failure"):
        yield "CER-DEVIATION", "not the deviation that the program opens after a restart"


def _decision(book: Book, event: Decision) -> Iterator[Broken]:
    """About a deviation that is undecided, by somebody here; nothing that changed a token is passed over."""
    if book.deviations.get(event.deviation) is not False:
        yield "CER-DEVIATION", f"there is no undecided deviation D-{event.deviation}"
    if book.people and (event.by == 0 or not book.able(event.by)):
        yield "CER-ENROL", f"person {event.by} is not here with a good key"
    if book.aborting and event.action != "abort":
        yield "CER-DEVIATION", "the ceremony is being aborted, and only its end is left"
    if event.again and (event.action != "repeat" or event.again not in book.completed):
        yield "CER-DEVIATION", f"the step {event.again} cannot be held again"
    attempt = book.attempt
    if attempt is not None and attempt.step is not None:
        open_to = book.remedies(attempt.step.id) if event.action == "repeat" else ()
        if event.remedy not in (open_to or ("",)):
            yield "CER-REMEDY", f"decides “{event.remedy}” of what an interrupted call left; open: {list(open_to)}"
    if event.action == "go-on" and attempt is not None and _passed_over(book, attempt):
        yield "CER-REPEAT", f"step {attempt.number} goes on, and its action failed on a token or has no known end"


def _passed_over(book: Book, attempt: Attempt) -> bool:
    """Whether an action was begun, did not succeed, and cannot be done without."""
    act = attempt.action
    if act is None or not attempt.operation or attempt.acted:
        return False
    return act.mutates or book.operations[attempt.operation].end != "failed"


def _pause(book: Book, event: Pause) -> Iterator[Broken]:
    """Between operations; attended by two people at least, all of whom are here."""
    if book.pause is not None:
        yield "CER-PAUSED", "paused already"
    if event.kind == "attended" and len(set(event.stay)) < _FEWEST:
        yield "CER-PAUSED", "an attended pause with fewer than two people"
    gone = [str(number) for number in event.stay if number == 0 or not book.able(number)]
    if gone:
        yield "CER-ENROL", f"people stay who are not here with a good key: {', '.join(gone)}"


def _checkpoint(book: Book, event: Checkpoint) -> Iterator[Broken]:
    """Nothing undecided, nothing left on, and the number of entries before it."""
    attempt = book.attempt
    if attempt is None or not isinstance(attempt.stage(), TakeCheckpoint):
        yield "CER-ORDER", "a checkpoint where none is due"
    if book.undecided:
        yield "CER-DEVIATION", f"{book.undecided} deviations are undecided at the checkpoint"
    loose = left_on(frozenset(book.world))
    if loose and not book.aborting:
        yield "CER-LEFT-ON", f"this is still so at the checkpoint: {', '.join(loose)}"
    if event.length != book.size:
        yield "CER-CHAIN", f"says {event.length} entries, and there are {book.size}"
    people = sorted(book.people.items())
    told = [(f"Signatures so far by person {n}: {book.signatures.get(n, 0)}", one.enrol.name.leaf) for n, one in people]
    if event.tally and [(row.label, row.value) for row in event.tally if row.leaf] != told:
        yield "CER-TALLY", "the tally of signatures is not that of the journal"


def _close(book: Book, event: Close) -> Iterator[Broken]:
    """The last stage of the last step; the outcome and the number of deviations are what they were."""
    attempt = book.attempt
    stage = attempt.stage() if attempt else None
    if attempt is not None and attempt.step is not None and not isinstance(stage, Conclude):
        yield from lacking(attempt, stage)
        if attempt.step.id != book.closing:
            yield "CER-ORDER", "a close where none is due"
    if book.undecided:
        yield "CER-DEVIATION", f"{book.undecided} deviations are undecided at the close"
    if event.deviations != len(book.deviations):
        yield "CER-DEVIATION", f"says {event.deviations} deviations, and there were {len(book.deviations)}"
    if event.outcome != ("aborted" if book.aborting else "completed"):
        yield "CER-ORDER", f"says {event.outcome}"
    undone = set(book.order) - book.completed - {book.closing}
    if undone and not book.aborting:
        yield "CER-ORDER", f"closed, and these steps were never completed: {', '.join(sorted(undone))}"
