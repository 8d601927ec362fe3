"""Digests on paper: the rows drawn anew from the head, and what was typed held against the digest itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ceremony_app.core.events import Answer, Entry
from ceremony_app.core.script import Transcribe
from ceremony_app.core.words import hash_rows
from ceremony_app.verify.audit_attempt import Attempt
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """`written` once, where there is a digest; then the drawn rows, each typed until it is right."""
    event, attempt = entry.event, book.attempt
    stage = attempt.stage() if attempt else None
    if not isinstance(event, Answer) or attempt is None or not isinstance(stage, Transcribe):
        return
    digest = _digest(book, attempt, stage)
    if event.item == "written":
        if attempt.written or not digest:
            yield "CER-READ-BACK", "written a second time" if attempt.written else "there is no digest to write down"
        if (event.value, event.good) != ("all rows", True):
            yield "CER-READ-BACK", "not all rows stand on paper"
        return
    row = event.item.removeprefix("row ")
    if event.item == row or row not in attempt.drawn:
        drawn = ", ".join(attempt.drawn) or "none"
        yield "CER-READ-BACK", f"{event.item} is typed, and these rows are to be: {drawn}"
        return
    right = {one.letter: one.hex for one in hash_rows(digest)}[row] if digest else ""
    if event.good is not (event.value == right):
        yield "CER-READ-BACK", f"row {row} is {right}, and “{event.value}” was typed"
    person = book.people.get(event.person)
    if person is not None and stage.typist and stage.typist not in person.enrol.roles:
        yield "CER-ROLE", f"row {row} is typed by the {stage.typist}, not by person {event.person}"


def _digest(book: Book, attempt: Attempt, stage: Transcribe) -> str:
    """The SHA-256 that was to be written: of the evidence of another step, or the head at the checkpoint."""
    found = book.evidence.get(stage.source, {}).get(stage.value, "") if stage.source else attempt.checkpoint
    return found if isinstance(found, str) and _DIGEST.fullmatch(found) else ""
