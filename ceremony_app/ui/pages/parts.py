"""The parts that pages are made from: what is said, what is done, evidence, and fields under their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.script import Step
from ceremony_app.core.values import Row
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.pages.base import Page, framed
from ceremony_app.ui.sheet import Lines, Sheet
from ceremony_app.ui.text import Text, caption
from ceremony_app.ui.theme import GAP, SPACE, Role

SAID = ("Say", "Do")
"""Labels of rows that repeat the script; pages show them as what they are."""


def script(layout: QVBoxLayout, step: Step, parent: QWidget) -> None:
    """What is read aloud, and what is done."""
    if step.say:
        layout.addWidget(saying(step.say, parent))
    if step.do:
        layout.addWidget(doing(step.do, parent))


def saying(lines: Sequence[str], parent: QWidget) -> QWidget:
    """Sentences to read aloud, large, with a bar at their left."""
    frame, layout = framed("say", parent)
    layout.addWidget(Text("Say", Role.LABEL, parent=frame))
    for line in lines:
        layout.addWidget(Text(f"“{line}”", Role.SAY, parent=frame))
    return frame


def doing(lines: Sequence[str], parent: QWidget) -> QWidget:
    """What is done, numbered."""
    box = QWidget(parent)
    grid = QGridLayout(box)
    grid.setContentsMargins(SPACE + 4, 0, 0, 0)
    grid.setHorizontalSpacing(SPACE)
    grid.setVerticalSpacing(GAP)
    grid.setColumnStretch(1, 1)
    grid.addWidget(Text("Do", Role.LABEL, parent=box), 0, 0, 1, 2)
    for i, line in enumerate(lines, start=1):
        grid.addWidget(Text(str(i), Role.LEAD, wrap=False, parent=box), i, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(Text(line, parent=box), i, 1)
    return box


def section(layout: QVBoxLayout, title: str, parent: QWidget) -> None:
    """The name of what follows."""
    layout.addWidget(Text(title, Role.LEAD, parent=parent))


def evidence(layout: QVBoxLayout, title: str, lines: Lines, parent: QWidget) -> Sheet:
    """A titled block of rows."""
    section(layout, title, parent)
    sheet = Sheet(title, parent)
    sheet.show_rows(lines)
    layout.addWidget(sheet)
    return sheet


def correcting(layout: QVBoxLayout, page: Page) -> None:
    """A button that leads to the correction of an entry."""
    row = QHBoxLayout()
    row.addWidget(Button("Correct an entry…", page.correction_wanted.emit, "plain", page))
    row.addStretch(1)
    layout.addLayout(row)


def unsaid(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows without those that repeat the script."""
    return tuple(row for row in rows if row.label not in SAID)


def named(layout: QVBoxLayout, name: str, field: QWidget, hint: str = "") -> None:
    """A field under its name, with a hint below it."""
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(caption(name, field))
    column.addWidget(field)
    if hint:
        column.addWidget(Text(hint, Role.QUIET))
        field.setAccessibleDescription(hint)
    layout.addLayout(column)


def side_by_side(*columns: tuple[str, QWidget]) -> QHBoxLayout:
    """Fields beside each other, each under its name."""
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    for name, field in columns:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(caption(name, field))
        column.addWidget(field)
        row.addLayout(column, 1)
    return row
