"""Why somebody does not agree: one sentence, which becomes the deviation that follows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.ui.blocks import named
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone


class Dissent(QWidget):
    """The sentence, asked for while somebody is about to sign that they do not agree."""

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._asked = False
        self._why = Line("Why I do not agree", parent=self)
        self._why.setMaxLength(1000)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        named(column, "Why I do not agree, in one sentence: it becomes part of the deviation", self._why)
        self._why.textChanged.connect(self.altered)
        self.hide()

    def ask(self, *, asked: bool) -> None:
        """Ask for the sentence, or forget it."""
        self._asked = asked
        if not asked:
            self._why.clear()
        self.setVisible(asked)
        if asked:
            self._why.setFocus()

    def gaps(self) -> tuple[Gap, ...]:
        """The sentence, while it is asked for."""
        wanted = self._asked and not self._why.text().strip()
        return (Gap("why you do not agree", self._why),) if wanted else ()

    def is_empty(self) -> bool:
        """Whether no sentence was begun."""
        return not self._why.text()

    def open_deviation(self, person: Someone, title: str) -> None:
        """The step is stopped by the signature; say what it was about."""
        happened = f"{person.name} does not agree: {self._why.text().strip()}"
        self._presenter.ask(
            self._presenter.desk.deviate("failure", person.number, f"{title} agrees.", happened),
        )
