"""The form that opens a deviation: what was expected, and what happened."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.ui.blocks import named
from ceremony_app.ui.choices import Chooser, WhoBox
from ceremony_app.ui.desk import Answer, Cause
from ceremony_app.ui.fields import Prose
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.theme import SPACE

CAUSES: dict[Cause, str] = {
    "script": "The script is wrong or unclear",
    "failure": "Something failed",
    "differently": "Something was done differently",
    "person": "About a person or a role",
    "note": "A note; nothing went wrong",
}


class DeviationForm(QWidget):
    """Kind, expectation, what happened, and who says so; saved with one sentence, completed by the decision."""

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        self._happened = Prose("What happened?", parent=self)
        self._expected = Prose("What was expected?", parent=self)
        self._cause = Chooser("Kind", self)
        self._cause.offer([(cause, CAUSES[cause]) for cause in get_args(Cause)])
        self._by = WhoBox("Reported by", self)
        self._by.show_people(presenter.view.here(), "", presenter.last_typist)
        named(column, "What happened?", self._happened)
        named(column, "What was expected?", self._expected)
        named(column, "Kind", self._cause)
        if presenter.view.here():
            named(column, "Reported by", self._by)
        else:
            self._by.hide()
        self._prefilled = ("", "")
        for prose in (self._happened, self._expected):
            prose.textChanged.connect(self.altered)

    def prefill(self, cause: Cause, expected: str, happened: str) -> None:
        """Put in what the program knows."""
        self._cause.choose(cause)
        self._expected.setPlainText(expected)
        self._happened.setPlainText(happened)
        self._prefilled = (expected, happened)

    def first(self) -> QWidget:
        """What happened."""
        return self._happened

    def gaps(self) -> tuple[Gap, ...]:
        """Both sentences."""
        asked = (("what happened", self._happened), ("what was expected", self._expected))
        return tuple(Gap(words, prose) for words, prose in asked if not prose.text())

    def is_empty(self) -> bool:
        """Whether nobody has typed anything."""
        return (self._expected.text(), self._happened.text()) in (self._prefilled, ("", ""))

    def answer(self) -> Answer:
        """Open the deviation."""
        cause: Cause = next(known for known in CAUSES if known == self._cause.value())
        return self._presenter.desk.deviate(cause, self._by.number(), self._expected.text(), self._happened.text())
