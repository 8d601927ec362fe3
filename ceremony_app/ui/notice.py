"""The line above the bottom bar in which a refusal is told: never a dialog, always with its rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ceremony_app.ui.announce import announce
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE

if TYPE_CHECKING:
    from ceremony_app.core.rules import Refused


class Notice(QFrame):
    """A sentence with a sign and a word in front of it; stays until the next thing succeeds or it is put away."""

    def __init__(self, put_away: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "notice")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Message")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, GAP, GAP)
        row.setSpacing(SPACE)
        self._text = Text("", parent=self)
        row.addWidget(self._text, 1)
        row.addWidget(Button("Hide this message", put_away, "plain", self), 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, refused: Refused) -> None:
        """Show a refusal."""
        self._say(f"✗  Not done. {refused.paragraph()}", "notice")

    def ask_for(self, missing: tuple[str, ...]) -> None:
        """Say what is missing before the deed can be done."""
        self._say(f"○  Still missing: {', '.join(missing)}.", "ask")

    def text(self) -> str:
        """What is shown, or empty."""
        return "" if self.isHidden() else self._text.text()

    def _say(self, text: str, part: str) -> None:
        if self.property("part") != part:
            self.setProperty("part", part)
            self.style().unpolish(self)
            self.style().polish(self)
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self.show()
        announce(self, text, urgent=True)
