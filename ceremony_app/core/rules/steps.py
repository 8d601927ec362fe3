"""Rules of what people say, enter, read and type in a step."""

from __future__ import annotations

import re

from ceremony_app.core import commands as c
from ceremony_app.core.attempt import Run
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Answer, Clock, Correction, Event
from ceremony_app.core.progress import rows_to_type, transcribed_digest, unanswered
from ceremony_app.core.rules.flow import first_step
from ceremony_app.core.rules.need import fit_text, require, someone, stage, under_way
from ceremony_app.core.script import Ask, Field, Plan, Tell, Transcribe, WatchClock
from ceremony_app.core.state import State
from ceremony_app.core.values import Leaf
from ceremony_app.core.words import hash_rows, typed_row

_DAY = 24 * 60 * 60


def opened(plan: Plan, wish: c.Open) -> tuple[Event, ...]:
    """The first entry and the first step; the genesis entry is about the definition that is held."""
    require(
        wish.genesis.definition == plan.definition.id and wish.genesis.mode == plan.binding.mode,
        "CER-OPEN",
        "The first entry does not name this definition and mode.",
        "Open the ceremony with the definition and binding that were checked.",
    )
    return (wish.genesis, first_step(plan))


def read_aloud(plan: Plan, state: State, wish: c.ReadAloud) -> tuple[Event, ...]:
    """What is to be said or done has been said or done."""
    _, run, _ = stage(plan, state, Tell)
    someone(state, wish.person)
    return (Answer(step=run.number, attempt=run.attempt, item="read", value="done", person=wish.person),)


def given(plan: Plan, state: State, wish: c.Give) -> tuple[Event, ...]:
    """An answer to one of the step's items: of the right form, and the second of two by another person."""
    _, run, ask = stage(plan, state, Ask)
    field = next((field for field, item in unanswered(ask, run) if item == wish.item), None)
    if field is None:
        require(wish.item not in run.answers, "CER-ALREADY", "This is answered.", "Correct it, if it is wrong.")
        raise _no_item(wish.item)
    person = someone(state, wish.person)
    good = _fit(field, wish.value, wish.text)
    if wish.item.endswith("#2"):
        first = next((answer for answer in run.of(Answer) if answer.item == field.name), None)
        require(
            first is not None,
            "CER-BLIND",
            "The first entry is not made yet.",
            "Type the first entry, then let another person make the second.",
        )
        require(
            person is None or first is None or first.person != wish.person,
            "CER-BLIND",
            "The same person cannot make both entries.",
            "Let another person type it, without seeing the first entry.",
        )
        good = good and wish.value == run.answers[field.name]
    answer = Answer(
        step=run.number, attempt=run.attempt, item=wish.item, value=wish.value, person=wish.person, good=good
    )
    return (answer,)


def corrected(plan: Plan, state: State, wish: c.Correct) -> tuple[Event, ...]:
    """A wrong entry of this attempt is replaced; the old one stays in the journal."""
    step, run = under_way(plan, state)
    fields = [f for s in step.stages if isinstance(s, Ask) for f in s.fields]
    field = next((f for f in fields if f.name == wish.item.partition("#")[0]), None)
    old = [e for e in run.entries if isinstance(e.event, Answer | Correction) and e.event.item == wish.item]
    if field is None or not old:
        raise _no_item(wish.item)
    require(
        _fit(field, wish.value, wish.text),
        "CER-FIELD",
        "The new value is not one that lets the step go on.",
        "Open a deviation instead.",
    )
    return (
        Correction(
            step=run.number,
            attempt=run.attempt,
            item=wish.item,
            value=wish.value,
            entry=old[-1].seq,
            why=wish.why,
        ),
    )


def _no_item(item: str) -> Refusal:
    """The refusal of an item that the step does not have."""
    return Refusal("CER-FIELD", f"This step has no item {item}.", "Answer the items that are shown.")


def _fit(field: Field, value: str | Leaf, text: str) -> bool:
    """Whether the value is the wanted one; refuses one that has not the field's form (CER-FIELD, CER-TEXT)."""
    require(
        isinstance(value, Leaf) is field.private,
        "CER-FIELD",
        f"“{field.label}” {'is personal and must be a leaf' if field.private else 'is not personal'}.",
        "This is a fault of the program; open a deviation.",
    )
    content = text if isinstance(value, Leaf) else value
    fit_text(content, f"“{field.label}”")
    require(content, "CER-FIELD", f"“{field.label}” is empty.", "Type a value.")
    if field.choices:
        require(
            content in field.choices,
            "CER-FIELD",
            f"“{content}” is not one of the answers to “{field.label}”.",
            f"Choose one of: {', '.join(field.choices)}.",
        )
    if field.pattern:
        require(
            re.fullmatch(field.pattern, content) is not None,
            "CER-FIELD",
            f"“{field.label}” does not have the form that is asked.",
            field.hint or "Type it exactly as it stands on the label.",
        )
    return not field.wanted or content == field.wanted


def watch_read(plan: Plan, state: State, wish: c.ReadWatch) -> tuple[Event, ...]:
    """The time of a watch that is not this computer's, and the difference in seconds (shortest way round)."""
    _, run, clock = stage(plan, state, WatchClock)
    person = someone(state, wish.person)
    require(
        person is None or clock.by in person.roles,
        "CER-ROLE",
        f"The watch is read by the {clock.by}.",
        "Let that person type the time.",
    )
    typed, shown = _seconds(wish.typed), _seconds(wish.shown)
    difference = (typed - shown + _DAY // 2) % _DAY - _DAY // 2
    return (
        Clock(
            step=run.number,
            attempt=run.attempt,
            typed=wish.typed,
            shown=wish.shown,
            difference=difference,
            person=wish.person,
        ),
    )


def _seconds(text: str) -> int:
    """Seconds since midnight of HH:MM:SS."""
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", text)
    if match is None:
        raise Refusal("CER-FIELD", f"“{text}” is not a time.", "Type it as HH:MM:SS in UTC.")
    hours, minutes, seconds = (int(part) for part in match.groups())
    return (hours * 60 + minutes) * 60 + seconds


def written(plan: Plan, state: State, wish: c.WriteDown) -> tuple[Event, ...]:
    """The rows stand on paper: from here on they are hidden, and the rows to be read back are drawn."""
    _, run, transcribe = stage(plan, state, Transcribe)
    require(not run.written_head, "CER-ALREADY", "The rows stand on paper already.", "Type the drawn rows.")
    require(
        transcribed_digest(state, run, transcribe),
        "CER-STAGE",
        "There is no value to write down.",
        "The step it comes from did not succeed. Open a deviation.",
    )
    someone(state, wish.person)
    return (Answer(step=run.number, attempt=run.attempt, item="written", value="all rows", person=wish.person),)


def row_typed(plan: Plan, state: State, wish: c.TypeRow) -> tuple[Event, ...]:
    """A drawn row, typed by one person as another one reads it; wrong or right, it is recorded."""
    _, run, transcribe = stage(plan, state, Transcribe)
    require(run.written_head, "CER-STAGE", "The rows are not written yet.", "Write rows A to H on paper first.")
    require(
        wish.letter in rows_to_type(state, run, transcribe),
        "CER-ROW",
        f"Row {wish.letter} is not to be read back.",
        "Type the rows that were drawn.",
    )
    _apart(state, wish, transcribe, run)
    typed = typed_row(wish.text)
    if typed is None:
        raise Refusal("CER-FIELD", "That is not a row.", "Type eight hex digits or four words.")
    digest = transcribed_digest(state, run, transcribe)
    expected = {row.letter: row.hex for row in hash_rows(digest)}[wish.letter]
    return (
        Answer(
            step=run.number,
            attempt=run.attempt,
            item=f"row {wish.letter}",
            value=typed,
            person=wish.person,
            good=typed == expected,
        ),
    )


def _apart(state: State, wish: c.TypeRow, transcribe: Transcribe, run: Run) -> None:
    """Reader and typist are two people, in the roles that the step names."""
    typist, reader = someone(state, wish.person), someone(state, wish.reader)
    require(
        typist is None or reader is None or typist.number != reader.number,
        "CER-READER",
        "The same person cannot read and type.",
        "One person reads from the paper, another one types.",
    )
    for person, role in ((typist, transcribe.typist), (reader, transcribe.reader)):
        require(
            person is None or not role or role in person.roles,
            "CER-ROLE",
            f"In step {run.number} this is done by the {role}.",
            "Let that person do it.",
        )
