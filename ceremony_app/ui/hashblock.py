"""A SHA-256 as eight lettered rows of hex and words: the same block wherever people compare one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ceremony_app.core.words import HashRow, hash_rows
from ceremony_app.ui.appearance import face

_DIGITS = {
    "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine", "a": "alfa", "b": "bravo", "c": "charlie", "d": "delta", "e": "echo", "f": "foxtrot",
}  # fmt: skip
_ON_PAPER = "read it from the paper"
_BESIDE, _UNDER, _TWO_AND_TWO = 1, 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Faces:
    letter: QFont
    hex: QFont
    words: QFont


class HashBlock(QWidget):
    """Rows A to H. Hidden rows are not painted and not given to a screen reader; nothing can be copied."""

    def __init__(self, digest: str, hidden: Collection[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = tuple(row if row.letter not in hidden else None for row in hash_rows(digest))
        self._letters = tuple(row.letter for row in hash_rows(digest))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Rows A to H")
        self.setAccessibleDescription(
            " ".join(spoken(letter, row) for letter, row in zip(self._letters, self._rows, strict=True))
        )
        self._fit()

    def lines(self) -> tuple[str, ...]:
        """What is painted, row by row, as text."""
        return tuple(
            f"{letter} {row.groups} {' '.join(row.words)}" if row else f"{letter} {_ON_PAPER}"
            for letter, row in zip(self._letters, self._rows, strict=True)
        )

    def changeEvent(self, event: QEvent) -> None:
        """Take the room that a new text size needs."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words go under the digits where the width does not suffice."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Width of a whole row; height as it is laid out."""
        return QSize(self._left() + self._hex_width() + sum(self._columns()), self.height())

    def minimumSizeHint(self) -> QSize:
        """Digits on one line, words under them, two and two."""
        return QSize(self._left() + self._hex_width(), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Letter, digits, words; a rule under every row, a hatched box in place of what is hidden."""
        del event
        painter = QPainter(self)
        faces, role, height = self._faces(), QPalette.ColorRole, self._row_height()
        for i, (letter, row) in enumerate(zip(self._letters, self._rows, strict=True)):
            top = i * height
            band = QRect(0, top, self.width(), height)
            if i % 2 == 0:
                painter.fillRect(band, self.palette().brush(role.AlternateBase))
            line = QRect(0, top, self.width(), self._line_height())
            painter.setPen(self.palette().color(role.Text))
            painter.setFont(faces.letter)
            painter.drawText(line.adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, letter)
            if row is None:
                self._paint_hidden(painter, line)
                continue
            painter.setFont(faces.hex)
            painter.drawText(line.adjusted(self._left(), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, row.groups)
            painter.setFont(faces.words)
            for place, word in zip(self._places(line), row.words, strict=True):
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)
        painter.setPen(self.palette().color(role.Highlight if self.hasFocus() else role.Dark))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))

    def _paint_hidden(self, painter: QPainter, line: QRect) -> None:
        role = QPalette.ColorRole
        box = QRect(self._left(), line.top() + 6, self._hex_width() - 24, line.height() - 12)
        painter.fillRect(box, Qt.BrushStyle.BDiagPattern)
        painter.setPen(self.palette().color(role.Dark))
        painter.drawRect(box)
        painter.setPen(self.palette().color(role.Text))
        painter.setFont(self._faces().words)
        painter.drawText(line.adjusted(box.right() + 18, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, _ON_PAPER)

    def _places(self, line: QRect) -> tuple[QRect, ...]:
        """Where the four words go: beside the digits, under them, or two and two under them."""
        columns, shape = self._columns(), self._shape()
        if shape == _TWO_AND_TWO:
            half = max(columns[0], columns[2])
            return tuple(
                QRect(self._left() + (i % 2) * half, line.bottom() + (i // 2) * line.height(), half, line.height())
                for i in range(4)
            )
        left = self._left() + (self._hex_width() if shape == _BESIDE else 0)
        top = line.top() if shape == _BESIDE else line.bottom()
        starts = (left + sum(columns[:i]) for i in range(4))
        return tuple(QRect(start, top, columns[i], line.height()) for i, start in enumerate(starts))

    def _fit(self) -> None:
        height = self._row_height() * len(self._rows) + 1
        if height != self.height():
            self.setFixedHeight(height)

    def _shape(self) -> int:
        """How many lines a row takes at this width."""
        words = sum(self._columns())
        if self.width() >= self._left() + self._hex_width() + words:
            return _BESIDE
        return _UNDER if self.width() >= self._left() + words else _TWO_AND_TWO

    def _row_height(self) -> int:
        return self._line_height() * self._shape()

    def _line_height(self) -> int:
        return int(QFontMetrics(self._faces().hex).height() * 1.32)

    def _left(self) -> int:
        return QFontMetrics(self._faces().letter).horizontalAdvance("H") + 34

    def _hex_width(self) -> int:
        return QFontMetrics(self._faces().hex).horizontalAdvance("0000 0000") + 28

    def _columns(self) -> tuple[int, ...]:
        """The width of each column of words: as wide as the widest word that is shown."""
        metrics = QFontMetrics(self._faces().words)
        shown = [row.words for row in self._rows if row is not None]
        air = metrics.horizontalAdvance("mi")
        return tuple(max((metrics.horizontalAdvance(w[i]) for w in shown), default=0) + air for i in range(4))

    def _faces(self) -> _Faces:
        size = self.font().pointSizeF()
        return _Faces(letter=face(size * 1.18, bold=True), hex=face(size * 1.3, mono=True), words=face(size))


def spoken(letter: str, row: HashRow | None) -> str:
    """A row for a screen reader: digits by name, then the words."""
    if row is None:
        return f"Row {letter}: hidden, {_ON_PAPER}."
    first, second = (" ".join(_DIGITS[digit] for digit in group) for group in row.groups.split())
    return f"Row {letter}. {first}. {second}. Words: {', '.join(row.words)}."
