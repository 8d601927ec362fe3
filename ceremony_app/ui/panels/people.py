"""F7: who is in the room; arrivals and departures are recorded as they happen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.commands import Come, Go
from ceremony_app.ui.blocks import clear, evidence
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.focus import focused
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP


class PeoplePanel(Panel):
    """A table of all who were enrolled, and a button for each to leave or to return."""

    def __init__(self, presenter: Presenter, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(presenter, "Who is in the room", leave, parent)
        self._table = evidence(self.body, "People", (), self)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(GAP)
        self.body.addLayout(self._buttons)
        self.body.addWidget(
            Text(
                "When somebody leaves, the quorums are counted anew. People are enrolled at the roll-call.", parent=self
            )
        )
        self.body.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Somebody came or left."""
        people = self.view.people
        rows = [
            (" and ".join(p.titles), f"{p.name}, {p.organisation}: {'in the room' if p.present else 'has left'}", "")
            for p in people
        ]
        self._table.show_rows(rows or [("nobody", "Nobody is enrolled yet.", "")])
        inside = focused(self)
        elsewhere = inside is not None and inside is not self.heading
        clear(self._buttons)
        for person in people:
            words = f"Record that {person.name} {'leaves' if person.present else 'is back'}"
            move = partial(self._move, person.number, leaving=person.present)
            self._buttons.addWidget(Button(words, move, "plain", self), 0, Qt.AlignmentFlag.AlignLeft)
        if elsewhere and self.isVisible():
            self.heading.setFocus()

    def _move(self, number: int, *, leaving: bool) -> None:
        if not self.waiting:
            self.send(self.presenter.desk.do(Go(person=number) if leaving else Come(person=number)))
