"""The parts that pages are made from: what is said and done, fields under their names, warnings, deviations as rows."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.device import LAST_TRY, LOCKED
from ceremony_app.core.script import Step
from ceremony_app.core.state import Problem
from ceremony_app.core.values import Row, plain
from ceremony_app.ui.blocks import doing, framed, ruled, saying
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.deviationform import CAUSES
from ceremony_app.ui.pages.base import Page
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role
from ceremony_app.ui.view import View

SAID = ("Say", "Do")
"""Labels of rows that repeat the script; pages show them as what they are."""

KEYPAD = "Enter the PIN at the token's own keypad when it asks for it."


def script(layout: QVBoxLayout, step: Step, parent: QWidget) -> None:
    """What is read aloud, and what is done."""
    if step.say:
        layout.addWidget(saying(step.say, parent))
    if step.do:
        layout.addWidget(doing(step.do, parent))


def correcting(layout: QVBoxLayout, page: Page) -> None:
    """A button that leads to the correction of an entry."""
    row = QHBoxLayout()
    row.addWidget(Button("Correct an entry…", page.correction_wanted.emit, "plain", page))
    row.addStretch(1)
    layout.addLayout(row)


def unsaid(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows without those that repeat the script."""
    return tuple(row for row in rows if row.label not in SAID)


def at_keypad(parent: QWidget) -> QFrame:
    """That the PIN is entered at the token, large and alone."""
    frame, layout = framed("say", parent)
    layout.addWidget(Text(KEYPAD, Role.SAY, parent=frame))
    return frame


def tries(layout: QVBoxLayout, rows: Iterable[Row], parent: QWidget, more: str = "") -> bool:
    """A box that cannot be overlooked, where the rows say that the last try of a PIN is next, or that none is left."""
    values = {row.value for row in rows}
    if LAST_TRY in values:
        text = "The next wrong PIN locks the token. Make sure of the PIN before it is entered."
        layout.addWidget(ruled("▲  ONE try is left for the PIN.", f"{text} {more}".rstrip(), parent, Role.GRAVE))
    elif LOCKED in values:
        text = "The token takes no further try of it, whatever is entered."
        layout.addWidget(ruled("✗  The PIN is locked.", text, parent, Role.GRAVE))
    return bool(values & {LAST_TRY, LOCKED})


def told(problem: Problem) -> str:
    """A deviation's name and kind."""
    return f"Deviation D-{problem.opened.deviation}: {CAUSES[problem.opened.kind].lower()}"


def lines(view: View, problem: Problem) -> Lines:
    """A deviation as rows of evidence."""
    opened = problem.opened
    rows = (
        ("At step", f"{opened.step}, attempt {opened.attempt}", ""),
        ("Expected", view.text_of(opened.expected.leaf) or plain(opened.expected), ""),
        ("Happened", view.text_of(opened.happened.leaf) or plain(opened.happened), ""),
        ("Reported by", view.named(opened.by), ""),
    )
    return (*rows, *view.lines(tuple(Row(row.label, row.value, row.leaf) for row in opened.facts)))
