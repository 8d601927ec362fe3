"""A key that was brought, as rows A to H: its owner holds them against a paper of their own."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.ui.blocks import clear, section
from ceremony_app.ui.choices import Tick
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE
from ceremony_app.ui.whoishere import short_name

_BOUND = "✓  The program has compared it with the digest that the binding names: it is the same, to the last digit."
_UNBOUND = "The binding names no digest for this person: only the paper that the person brought tells whose key it is."
_DIFFERS = "If a row differs, do not go on: open a deviation (F8)."


class KeyCheck(QWidget):
    """Shown after a key file or a card was enrolled.

    Where the binding names the digest, the program has compared it; otherwise the next person waits until the owner of
    the key has read the rows.
    """

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._shown = ""
        self._tick: Tick | None = None
        self._rows: HashBlock | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE - 4)
        self.hide()

    def ask(self, number: int) -> None:
        """Show the key of somebody who was just enrolled; nothing for a key that was made in the room."""
        someone = next((one for one in self._presenter.view.people if one.number == number), None)
        if someone is not None and someone.method in ("card", "file"):
            self._show(someone)
        else:
            self.put_away()

    def rows(self) -> QWidget | None:
        """The rows, where they are shown: they have the keyboard first, to be read."""
        return self._rows

    def put_away(self) -> None:
        """The rows are read."""
        clear(self._column)
        self._tick, self._rows, self._shown = None, None, ""
        self.hide()

    def gaps(self) -> tuple[Gap, ...]:
        """That the rows were read from paper."""
        if self._tick is None or self._tick.isChecked():
            return ()
        return (Gap(f"rows A to H read by {self._shown}", self._tick),)

    def _show(self, someone: Someone) -> None:
        self.put_away()
        bound = self._presenter.view.plan.binding.person(someone.number)
        pinned = bound is not None and bound.key == someone.key
        self._shown = someone.name
        section(self._column, f"Key of {someone.name}: {short_name(someone.key)}", self)
        self._column.addWidget(Text(_BOUND if pinned else _UNBOUND, parent=self))
        self._rows = HashBlock(someone.key, parent=self)
        self._column.addWidget(self._rows)
        if not pinned:
            self._tick = Tick(f"{someone.name} has read rows A to H from paper, and they are the same", self)
            self._tick.toggled.connect(self.altered)
            self._column.addWidget(self._tick)
        self._column.addWidget(Text(_DIFFERS, parent=self))
        self.show()
        self.altered.emit()
