"""The statement on paper before it is signed: a button, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from ceremony_app.core.events import Purpose, Verdict
from ceremony_app.core.rules import Refused
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role

_ABOUT = "If you like: the same text on paper, to be compared line by line. The journal does not record that."
_FAILED = "The slip was not printed. The statement can be signed all the same."


class Slip(QWidget):
    """Prints what the chosen person would sign now; signing never waits for the printer."""

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._wanted: tuple[int, str, Purpose, Verdict] | None = None
        self._told = Text(_ABOUT, Role.QUIET, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        button = Button("Print the statement slip", self._print, "plain", self)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._told)
        self.hide()

    def offer(self, wanted: tuple[int, str, Purpose, Verdict] | None) -> None:
        """Offer the slip of this person, role, purpose and decision; or none, where nobody is chosen."""
        if wanted != self._wanted:
            self._told.setText(_ABOUT)
        self._wanted = wanted
        self.setVisible(wanted is not None)

    def _print(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        self._told.setText("Printing…")

        def heard(refused: Refused | None) -> None:
            if isValid(self) and wanted == self._wanted:
                at = f"{self._presenter.desk.clock():%H:%M:%S} UTC"
                sent = f"The slip was sent to the printer at {at}. Compare it with the screen, then sign."
                self._told.setText(sent if refused is None else _FAILED)

        self._presenter.ask(self._presenter.desk.print_slip(*wanted), heard)
