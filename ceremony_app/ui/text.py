"""The only maker of labels: whatever a label shows is plain text, never markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
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


class Heading(Text):
    """The title of a page: takes the keyboard when the page opens, so that it is read out."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, Role.TITLE, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(text)


def caption(text: str, buddy: QWidget) -> Text:
    """A label that names a field, for the eye and for a screen reader."""
    label = Text(text, Role.LABEL)
    label.setBuddy(buddy)
    buddy.setAccessibleName(text)
    return label
