"""The parts that pages are made from: what is said, what is done, evidence, and fields under their names."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.script import Step
from ceremony_app.core.values import Row
from ceremony_app.ui.blocks import doing, saying
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.pages.base import Page

SAID = ("Say", "Do")
"""Labels of rows that repeat the script; pages show them as what they are."""


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
