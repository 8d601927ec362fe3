"""The words of a share on the screen, for its holder's eyes: painted letter by letter, and wiped when they go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHideEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ceremony_app.core.secret import Secret
from ceremony_app.ui.appearance import face
from ceremony_app.ui.desk import SheetRow

_LONGEST_WORD = 8
_PLACES = _LONGEST_WORD + 2
"""Characters of the list's longest word, and of a column."""

_NUMBER, _APART = 4, 2
"""Characters for the number of the row, and between the fourth word and the check word."""

_WIDE = _NUMBER + 5 * _PLACES + _APART
_LARGEST = 1.5
_LINE, _HEAD = 1.42, 1.25
"""Heights of a row and of the line above the rows, in heights of their letters."""

_BLANK = 0x20


class ShareWords(QWidget):
    """Number, four words, and the check word set apart. No text of it can be selected, copied, dragged or read out.

    The words stand in buffers of this widget alone, and are painted one letter at a time: no text is made of them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[bytearray] = []
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The share, for its holder's eyes only")
        self.setAccessibleDescription("The words are painted and not read out.")

    def show_rows(self, rows: Sequence[SheetRow]) -> None:
        """Show these rows; they are erased."""
        self.wipe()
        for row in rows:
            words = (*row.words, row.check)
            line = bytearray(sum(len(word) + 1 for word in words))
            place = 0
            for word in words:
                line[place : place + len(word)] = word.encode("ascii")
                line[place + len(word)] = _BLANK
                place += len(word) + 1
            self._rows.append(line)
            row.erase()
        self._fit()
        self.update()

    def is_empty(self) -> bool:
        """Whether no words are here."""
        return not self._rows

    def copied(self) -> Secret:
        """What its holder writes on the sheet, rows ended by LF, for somebody who erases it."""
        whole = bytearray(b"\n".join(self._rows))
        secret = Secret(whole)
        whole[:] = bytes(len(whole))
        return secret

    def wipe(self) -> None:
        """Overwrite the words."""
        for line in self._rows:
            line[:] = bytes(len(line))
        self._rows.clear()
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen is not here."""
        self.wipe()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Letters as large as the width allows."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that a new text size needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def sizeHint(self) -> QSize:
        """As wide as it can get; the height follows."""
        return QSize(400, self.height())

    def minimumSizeHint(self) -> QSize:
        """The letters shrink before anything is cut."""
        return QSize(320, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """What stands where in the line on top; then the rows."""
        del event
        painter, role = QPainter(self), QPalette.ColorRole
        painter.fillRect(self.rect(), self.palette().brush(role.Base))
        letters, heads = self._letters(), self._heads()
        wide, high = QFontMetricsF(letters).horizontalAdvance("M"), self._line(letters)
        top = self._head(heads)
        check = (_NUMBER + 4 * _PLACES + _APART / 2) * wide
        painter.fillRect(
            QRectF(check, 0, self.width() - check, self.height()), self.palette().brush(role.AlternateBase)
        )
        painter.setPen(self.palette().color(role.PlaceholderText))
        painter.setFont(heads)
        for column, name in enumerate(("1", "2", "3", "4", "check word")):
            place = QRectF(self._left(column, wide), 0, self.width(), top)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
        for number, line in enumerate(self._rows, start=1):
            y = top + (number - 1) * high
            painter.setPen(self.palette().color(role.Mid))
            painter.drawLine(0, int(y), self.width(), int(y))
            painter.setPen(self.palette().color(role.Text))
            painter.setFont(face(letters.pointSizeF() * 0.8))
            painter.drawText(QRectF(wide * 0.8, y, 3 * wide, high), Qt.AlignmentFlag.AlignVCenter, str(number))
            painter.setFont(letters)
            self._paint_line(painter, line, y, wide)
        painter.setPen(self.palette().color(role.Dark))
        painter.drawLine(int(check), 0, int(check), self.height())
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_line(self, painter: QPainter, line: bytearray, y: float, wide: float) -> None:
        """The words of a row in capitals, as they are written on the sheet."""
        column, place = 0, 0
        for byte in line:
            if byte == _BLANK:
                column, place = column + 1, 0
                continue
            box = QRectF(self._left(column, wide) + place * wide, y, 2 * wide, self._line(painter.font()))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, chr(byte).upper())
            place += 1

    def _left(self, column: int, wide: float) -> float:
        """Where a column of words begins; the last one is the check word's."""
        apart = _APART if column == 4 else 0  # noqa: PLR2004 - after four words
        return (_NUMBER + column * _PLACES + apart) * wide

    def _letters(self) -> QFont:
        """A font of fixed width, as large as is good to copy from, or as the width allows."""
        size = self.font().pointSizeF() * _LARGEST
        needed = QFontMetricsF(face(size, mono=True, bold=True)).horizontalAdvance("M") * _WIDE
        return face(size * min(1.0, self.width() / needed), mono=True, bold=True)

    def _heads(self) -> QFont:
        return face(min(self.font().pointSizeF(), self._letters().pointSizeF()) * 0.8)

    def _line(self, letters: QFont) -> float:
        return QFontMetricsF(letters).height() * _LINE

    def _head(self, heads: QFont) -> float:
        return QFontMetricsF(heads).height() * _HEAD

    def _fit(self) -> None:
        """As high as five rows are."""
        height = int(self._head(self._heads()) + 5 * self._line(self._letters())) + 1
        if height != self.height():
            self.setFixedHeight(height)
