"""What people type into: Enter moves on, Tab always leaves."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from ceremony_app.ui.focus import ENTER, moves_on


class Line(QLineEdit):
    """One line of text."""

    def __init__(self, name: str, *, mono: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)
        self.setAccessibleName(name)
        if mono:
            self.setProperty("form", "mono")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on; a blank that begins an empty field is taken for a slip."""
        if moves_on(self, event) or (event.text() == " " and not self.text()):
            return
        super().keyPressEvent(event)


class Prose(QPlainTextEdit):
    """A sentence or two: wraps on the screen, and is one line of text all the same."""

    def __init__(self, name: str, *, rows: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self._rows = rows

    def text(self) -> str:
        """What was typed, without blanks at its ends."""
        return self.toPlainText().strip()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What is pasted becomes one line."""
        self.insertPlainText(" ".join(source.text().split()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, with Shift too: there are no line breaks here."""
        plain = QKeyEvent(event.type(), event.key(), Qt.KeyboardModifier.NoModifier)
        shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier and event.key() in ENTER
        if not moves_on(self, plain if shifted else event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(240, self.fontMetrics().lineSpacing() * self._rows + 24)

    def minimumSizeHint(self) -> QSize:
        """Never lower than its rows."""
        return QSize(120, self.sizeHint().height())
