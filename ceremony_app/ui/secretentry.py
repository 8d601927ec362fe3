"""Where a secret is typed: dots on the screen, bytes in memory that are overwritten, and no other way in or out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ceremony_app.core.secret import Secret
from ceremony_app.ui.focus import moves_on
from ceremony_app.ui.theme import RING

LEFT = 12.0
"""Pixels between the frame and the first dot."""

_LONGEST = 256
_TOP_BITS, _FOLLOWING = 0xC0, 0x80


def first_of_character(byte: int) -> bool:
    """Whether a byte begins a character of UTF-8."""
    return byte & _TOP_BITS != _FOLLOWING


class SecretEntry(QWidget):
    """Takes keys and nothing else: no clipboard, no drag, no undo, no selection, no input method, no text to read out.

    A key's text passes through Qt and Python as it is typed; those copies are short-lived, of one character each, and
    out of reach. The bytes stand in a buffer of fixed size: one that grew would leave copies of them behind.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)
        self.setAccessibleName(name)
        self.setAccessibleDescription("Secret entry. What is typed is not read out.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAcceptDrops(False)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buffer = bytearray(_LONGEST)
        self._length = 0

    def take(self) -> Secret:
        """Hand over what was typed, and be empty again."""
        secret = self.copy()
        self.wipe()
        return secret

    def copy(self) -> Secret:
        """What is typed, for somebody who erases it after use."""
        typed = self._buffer[: self._length]
        secret = Secret(typed)
        typed[:] = bytes(len(typed))
        return secret

    def wipe(self) -> None:
        """Overwrite what was typed."""
        self._buffer[:] = bytes(_LONGEST)
        self._length = 0
        self._show()

    def fill(self, secret: Secret) -> None:
        """Put in a rehearsal's sample, as much of it as there is room for."""
        self.wipe()
        self._add(secret.reveal()[:_LONGEST])

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self._length

    def same_as(self, other: SecretEntry) -> bool:
        """Whether the two hold the same."""
        mine, theirs = self.copy(), other.copy()
        same = mine.matches(theirs)
        mine.erase()
        theirs.erase()
        return same

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A printing character is added, Backspace takes the last one away, Delete all; shortcuts go on."""
        control = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if moves_on(self, event):
            return
        if event.key() == Qt.Key.Key_Backspace:
            self._shorten()
        elif event.key() == Qt.Key.Key_Delete:
            self.wipe()
        elif event.text().isprintable() and event.text() and not control:
            self._add(event.text().encode("utf-8"))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep plain characters from being taken for shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
            if plain and event.text().isprintable() and event.text():
                event.accept()
                return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        """As high as a line of text with room around it."""
        return QSize(self.fontMetrics().averageCharWidth() * 24, self.fontMetrics().height() + 16)

    def minimumSizeHint(self) -> QSize:
        """Room for some dots."""
        return QSize(self.fontMetrics().averageCharWidth() * 8, self.sizeHint().height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Draw without the ring."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame, a dot for each character, and where the next one goes."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole
        width = RING if self.hasFocus() else 1
        painter.setPen(QPen(self.palette().color(role.Highlight if self.hasFocus() else role.Dark), width))
        painter.setBrush(self.palette().brush(role.Base))
        inset = 1 + width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
        self._paint_typed(painter)

    def _paint_typed(self, painter: QPainter) -> None:
        """A dot for each character, and where the next one goes."""
        size = self.fontMetrics().height() * 0.36
        room = int((self.width() - 2 * LEFT) / (size * 1.7))
        self._paint_dots(painter, size, min(self._characters(), room))

    def _paint_dots(self, painter: QPainter, size: float, count: int) -> None:
        """So many dots of this diameter."""
        step, middle = size * 1.7, self.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().brush(QPalette.ColorRole.Text))
        for i in range(count):
            painter.drawEllipse(QRectF(LEFT + i * step, middle - size / 2, size, size))
        if self.hasFocus():
            painter.drawRect(QRectF(LEFT + count * step, middle - size, 1.5, 2 * size))

    def _characters(self) -> int:
        """How many characters are typed."""
        return sum(1 for byte in self._typed() if first_of_character(byte))

    def _typed(self) -> memoryview:
        """The bytes that are typed, without a copy."""
        return memoryview(self._buffer)[: self._length]

    def _add(self, octets: bytes) -> None:
        """Add what was typed; what finds no room is left out."""
        if self._length + len(octets) <= _LONGEST:
            self._buffer[self._length : self._length + len(octets)] = octets
            self._length += len(octets)
            self._show()

    def _shorten(self) -> None:
        """Take the last character away, all its bytes."""
        while self._length:
            self._length -= 1
            last, self._buffer[self._length] = self._buffer[self._length], 0
            if first_of_character(last):
                break
        self._show()

    def _show(self) -> None:
        self.update()
        self.changed.emit()
