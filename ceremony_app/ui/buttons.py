"""Buttons that say what they do, and that only Space, a click or their own shortcut can press."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

Kind = Literal["usual", "primary", "equal", "plain"]

_LONGEST = {"primary": 34, "equal": 34, "usual": 64, "plain": 64}
"""From how many characters on a button of a kind takes two lines."""


class Button(QPushButton):
    """Verb and object, always in words. Enter does nothing here: a barcode scanner ends every scan with it."""

    def __init__(
        self,
        text: str,
        pressed: Callable[[], object],
        kind: Kind = "usual",
        parent: QWidget | None = None,
        *,
        key: str = "",
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._longest = _LONGEST[kind]
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.say(text)
        self.clicked.connect(lambda _=False: pressed())

    def say(self, text: str) -> None:
        """Change the words; long ones take two lines, the shortcut stands after them or below."""
        shown = f"{text}  {self._key}".rstrip()
        if self._key and len(text) <= self._longest < len(shown):
            shown = f"{text}\n{self._key}"
        self.setText(two_lines(shown, self._longest).replace("&", "&&"))
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Swallow Enter, whatever the desktop's theme thinks of it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)


def two_lines(text: str, longest: int) -> str:
    """The text with a line break near its middle, if it is longer than that."""
    if len(text) <= longest or "\n" in text:
        return text
    blanks = [i for i, character in enumerate(text) if character == " "]
    if not blanks:
        return text
    middle = min(blanks, key=lambda i: abs(i - len(text) // 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"
