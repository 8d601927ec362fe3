"""The strip that says: you are looking at another step than the current one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ceremony_app.core.script import Step
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE, Role


class Strip(QFrame):
    """Words and the way back."""

    def __init__(self, go_back: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "strip")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP - 4, GAP, GAP - 4)
        self._text = Text("", Role.LEAD, parent=self)
        row.addWidget(self._text, 1)
        self._back = Button("", go_back, parent=self)
        row.addWidget(self._back)
        self.hide()

    def tell(self, looked_at: Step, current: Step | None) -> None:
        """Say which step is looked at, and which one is current."""
        now = f" Current is {current.number}." if current else ""
        self._text.setText(f"You are looking at {looked_at.number}.{now}")
        self._back.say(f"Return to {current.number}  Ctrl+G" if current else "Return  Ctrl+G")
        self.show()

    def text(self) -> str:
        """What is shown, or empty."""
        return "" if self.isHidden() else self._text.text()
