"""One row of a share as it is typed: four words and the check word, as dots, and as letters while a key is held."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QHideEvent, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from ceremony_app.ui.appearance import face
from ceremony_app.ui.focus import ENTER
from ceremony_app.ui.secretentry import LEFT, SecretEntry, first_of_character

SHOW_KEY, SHOW_KEY_NAME = Qt.Key.Key_F4, "F4"
WORDS = 5

_BLANK = 0x20
_CHARACTERS = 46
"""Five of the longest words, the blanks between them, and room for the cursor: so many dots always find room."""


class ShareRow(SecretEntry):
    """`moved_on` comes with Enter, `left` when the keyboard goes elsewhere."""

    moved_on = Signal()
    left = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(f"Row {number} of the share", parent)
        self.number = number
        self._open = False

    def words(self) -> int:
        """How many words are typed, the one that is being typed among them."""
        before, count = _BLANK, 0
        for byte in self._typed():
            count += before == _BLANK != byte
            before = byte
        return count

    def show_letters(self, *, on: bool) -> None:
        """Paint letters in place of dots, or dots again."""
        if self._open != on:
            self._open = on
            self.update()

    @property
    def open(self) -> bool:
        """Whether the letters can be read."""
        return self._open

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on; a blank after a blank is a slip; Ctrl+Backspace takes the last word away."""
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.key() in ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.accept()
            self.moved_on.emit()
        elif event.key() == SHOW_KEY and not event.modifiers():
            self.show_letters(on=True)
        elif event.key() == Qt.Key.Key_Backspace and control:
            self._drop_word()
        elif event.key() == Qt.Key.Key_Space and not event.modifiers() and self._ends_with_blank():
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Dots again, when the key is let go and does not merely repeat."""
        if event.key() == SHOW_KEY and not event.isAutoRepeat():
            self.show_letters(on=False)
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Dots again: the key may be let go elsewhere, or another window be before this one."""
        self.show_letters(on=False)
        super().focusOutEvent(event)
        self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen is not here."""
        self.show_letters(on=False)
        self.wipe()
        super().hideEvent(event)

    def _paint_typed(self, painter: QPainter) -> None:
        """Dots or letters, small enough for the longest row."""
        room = self.width() - 2 * LEFT
        if not self._open:
            size = min(self.fontMetrics().height() * 0.36, room / (_CHARACTERS * 1.7))
            self._paint_dots(painter, size, min(self._characters(), _CHARACTERS))
            return
        size = self.font().pointSizeF()
        needed = QFontMetricsF(face(size, mono=True)).horizontalAdvance("m") * max(self._characters(), _CHARACTERS)
        painter.setFont(face(size * min(1.0, room / needed), mono=True))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        wide = QFontMetricsF(painter.font()).horizontalAdvance("m")
        for place, character in enumerate(self._letters()):
            box = QRectF(LEFT + place * wide, 0, 2 * wide, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, character)

    def _letters(self) -> Iterator[str]:
        """What is typed, one character after another: never as a whole."""
        typed = self._typed()
        starts = [i for i, byte in enumerate(typed) if first_of_character(byte)]
        for start, end in pairwise((*starts, len(typed))):
            yield bytes(typed[start:end]).decode("utf-8", "replace")

    def _ends_with_blank(self) -> bool:
        typed = self._typed()
        return not typed or typed[-1] == _BLANK

    def _drop_word(self) -> None:
        """Take the last word away, with the blanks after it."""
        while not self.is_empty() and self._ends_with_blank():
            self._shorten()
        while not self._ends_with_blank():
            self._shorten()
