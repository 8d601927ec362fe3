"""Where a secret is typed: dots on the screen, bytes in memory that are overwritten, and no other way in or out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ceremony_app.core.secret import Secret
from ceremony_app.ui.focus import moves_on
from ceremony_app.ui.theme import RING

_LONGEST = 256


class SecretEntry(QWidget):
    """Takes keys and nothing else: no clipboard, no drag, no undo, no selection, no input method, no text to read out.

    A key's text passes through Qt and Python as it is typed; those copies are short-lived and out of reach.
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
        self._typed = bytearray()

    def take(self) -> Secret:
        """Hand over what was typed, and be empty again."""
        secret = Secret(self._typed)
        self.wipe()
        return secret

    def wipe(self) -> None:
        """Overwrite what was typed."""
        for i in range(len(self._typed)):
            self._typed[i] = 0
        self._typed.clear()
        self._show()

    def fill(self, secret: Secret) -> None:
        """Put in a rehearsal's sample."""
        self.wipe()
        self._typed.extend(secret.reveal())
        self._show()

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return not self._typed

    def same_as(self, other: SecretEntry) -> bool:
        """Whether the two hold the same."""
        mine, theirs = Secret(self._typed), Secret(other._typed)
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
        elif event.text().isprintable() and event.text() and not control and len(self._typed) < _LONGEST:
            self._typed.extend(event.text().encode("utf-8"))
            self._show()
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
        size = self.fontMetrics().height() * 0.36
        step, left = size * 1.7, 12.0
        room = int((self.width() - 2 * left) / step)
        count = sum(1 for byte in self._typed if byte & 0xC0 != 0x80)  # noqa: PLR2004 - first bytes of UTF-8 characters
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().brush(role.Text))
        middle = self.height() / 2
        for i in range(min(count, room)):
            painter.drawEllipse(QRectF(left + i * step, middle - size / 2, size, size))
        if self.hasFocus():
            painter.drawRect(QRectF(left + min(count, room) * step, middle - size, 1.5, 2 * size))

    def _shorten(self) -> None:
        """Take the last character away, all its bytes."""
        while self._typed:
            last = self._typed[-1]
            self._typed[-1] = 0
            del self._typed[-1]
            if last & 0xC0 != 0x80:  # noqa: PLR2004 - see paintEvent
                break
        self._show()

    def _show(self) -> None:
        self.update()
        self.changed.emit()
