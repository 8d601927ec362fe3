"""What people said, entered and read from a watch: the item that was asked, of the right form, by somebody here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ceremony_app.core.events import Answer, Clock, Correction, Entry
from ceremony_app.core.names import unfit_character
from ceremony_app.core.script import Act, Ask, Field, HandOut, RollCall, Tell, Transcribe, WatchClock
from ceremony_app.core.values import Leaf
from ceremony_app.verify.audit_attempt import Attempt, asked
from ceremony_app.verify.audit_book import Book
from ceremony_app.verify.audit_gate import Broken

_LONGEST: Final = 2000
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII)
_DAY: Final = 24 * 60 * 60


def judge(book: Book, entry: Entry) -> Iterator[Broken]:
    """Answers, corrections and clock entries; rows of a digest are judged elsewhere."""
    if book.attempt is None:
        return
    match entry.event:
        case Answer() as event:
            yield from _answer(book, book.attempt, event)
        case Correction() as event:
            yield from _correction(book, book.attempt, event)
        case Clock() as event:
            yield from _clock(book, book.attempt, event)
        case _:
            pass


def _answer(book: Book, attempt: Attempt, event: Answer) -> Iterator[Broken]:
    """The answer to what the attempt's stage asks for."""
    stage = attempt.stage()
    if not book.able(event.person) and not isinstance(stage, HandOut):
        yield "CER-ENROL", f"person {event.person} is not here with a good key"
    match stage:
        case Tell():
            if (event.item, event.value, event.good) != ("read", "done", True):
                yield "CER-ORDER", f"the item {event.item}, where something is to be read aloud or done"
        case RollCall():
            if (event.item, event.value, event.good) != ("roll-call", "complete", True):
                yield "CER-ORDER", f"the item {event.item}, where the roll-call is to be completed"
        case Ask() as stage:
            yield from _asked(book, attempt, stage, event)
        case Transcribe() | HandOut():
            return
        case Act() if event.item.startswith("share "):
            return
        case _:
            yield "CER-ORDER", f"the item {event.item}, which nothing asks for here"


def _asked(book: Book, attempt: Attempt, stage: Ask, event: Answer) -> Iterator[Broken]:
    """An item of the stage, once, of the field's form; the second of two entries by another person."""
    name, second, _ = event.item.partition("#")
    field = next((one for one in stage.fields if one.name == name), None)
    if field is None or event.item not in asked(stage) or event.item in attempt.items:
        yield "CER-ORDER", f"the item {event.item}, which is not asked, or answered already"
        return
    unfit, wanted = _fit(book, field, event.value)
    if unfit:
        yield "CER-FIELD", f"“{field.label}”: {unfit}"
        return
    if second:
        first = attempt.items.get(name)
        if first is None:
            yield "CER-BLIND", f"the second entry of {name} comes before the first"
            return
        if first.person == event.person and event.person:
            yield "CER-BLIND", f"person {event.person} made both entries of {name}"
        yield from _second(book, event, first.value, good=wanted)
    elif wanted is not None and event.good is not wanted:
        yield "CER-FIELD", f"“{field.label}”: the answer is {'the wanted one' if wanted else 'not the wanted one'}"


def _second(book: Book, event: Answer, first: str | Leaf, *, good: bool | None) -> Iterator[Broken]:
    """A second entry is good if it is the first one again. Of personal texts only a false `good` can be told."""
    a, b = _text(book, first), _text(book, event.value)
    if a is None or b is None or good is None:
        return
    same = a == b and good
    if event.good is not same and not (isinstance(event.value, Leaf) and not event.good):
        yield "CER-FIELD", f"the two entries of {event.item} {'agree' if same else 'do not agree'}"


def _correction(book: Book, attempt: Attempt, event: Correction) -> Iterator[Broken]:
    """A new value for an item that was answered, naming the entry that it replaces."""
    fields = [one for stage in attempt.stages() if isinstance(stage, Ask) for one in stage.fields]
    field = next((one for one in fields if one.name == event.item.partition("#")[0]), None)
    old = attempt.items.get(event.item)
    if field is None or old is None:
        yield "CER-ORDER", f"corrects the item {event.item}, which has no answer in this attempt"
        return
    if event.entry != old.entry:
        yield "CER-FIELD", f"replaces entry {event.entry}, and the value stands in entry {old.entry}"
    unfit, wanted = _fit(book, field, event.value)
    if unfit or wanted is False:
        yield "CER-FIELD", f"“{field.label}”: {unfit or 'the new value is not the wanted one'}"


def _fit(book: Book, field: Field, value: str | Leaf) -> tuple[str, bool | None]:
    """What is wrong with the form of a value, and whether it is the wanted one; None where the text is withheld."""
    if isinstance(value, Leaf) is not field.private:
        return ("personal, and no leaf" if field.private else "a leaf, and not personal"), None
    text = _text(book, value)
    if text is None:
        return "", None
    if not text or len(text) > _LONGEST or unfit_character(text) is not None:
        return "empty, too long, or with characters that do not show", None
    if field.choices and text not in field.choices:
        return f"“{text}” is not one of the choices", None
    if field.pattern and re.fullmatch(field.pattern, text) is None:
        return "not of the form that is asked", None
    return "", not field.wanted or text == field.wanted


def _text(book: Book, value: str | Leaf) -> str | None:
    """The text of a value; None where it is withheld."""
    return book.texts.get(value.leaf) if isinstance(value, Leaf) else value


def _clock(book: Book, attempt: Attempt, event: Clock) -> Iterator[Broken]:
    """Two times, and the difference between them the shortest way round the clock."""
    stage = attempt.stage()
    if not isinstance(stage, WatchClock):
        yield "CER-ORDER", "a watch is read where none is asked for"
        return
    person = book.people.get(event.person)
    if not book.able(event.person):
        yield "CER-ENROL", f"person {event.person} is not here with a good key"
    elif person is not None and stage.by not in person.enrol.roles:
        yield "CER-ROLE", f"the watch is read by the {stage.by}, not by person {event.person}"
    typed, shown = _seconds(event.typed), _seconds(event.shown)
    if typed is None or shown is None:
        yield "CER-FIELD", "not two times of the form HH:MM:SS"
    elif event.difference != (typed - shown + _DAY // 2) % _DAY - _DAY // 2:
        yield "CER-FIELD", f"{event.typed} and {event.shown} do not differ by {event.difference} s"


def _seconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]) if match else None
