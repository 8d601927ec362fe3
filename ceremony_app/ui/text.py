"""The only maker of labels: whatever a label shows is plain text, never markup."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ceremony_app.ui.theme import Role


class Text(QLabel):
    """Plain text in one of the theme's roles; it wraps unless told otherwise."""

    def __init__(self, text: str, role: Role = Role.BODY, *, wrap: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", str(role))
        self.setWordWrap(wrap)
        self.setIndent(0)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            self.setMinimumWidth(1)
        self.setText(text)


class OneLine(Text):
    """A text that keeps to one line: what does not fit is cut with an ellipsis, and stands whole in the tooltip."""

    def __init__(self, text: str, role: Role = Role.BODY, *, parent: QWidget | None = None) -> None:
        self._whole = text
        super().__init__(text, role, wrap=False, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def whole(self) -> str:
        """The text without its ellipsis."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        super().setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(self.width(), 40)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self.setText(self._whole)

    def changeEvent(self, event: QEvent) -> None:
        """Cut anew in the new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setText(self._whole)


class Heading(Text):
    """The title of a page: takes the keyboard when the page opens, so that it is read out."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, Role.TITLE, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(text)


def caption(text: str, buddy: QWidget, *, beside: bool = False) -> Text:
    """A label that names a field, for the eye and for a screen reader; above it, or beside it."""
    label = Text(text, Role.LABEL, wrap=not beside)
    label.setBuddy(buddy)
    buddy.setAccessibleName(text)
    return label
