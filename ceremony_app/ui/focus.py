"""Where the keyboard is, and where Enter takes it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def moves_on(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether the key was a plain Enter; then the next field has the keyboard."""
    if event.key() not in ENTER or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    following = widget.nextInFocusChain()
    while following is not None and following is not widget and not _takes_entries(following, widget):
        following = following.nextInFocusChain()
    if following is not None:
        following.setFocus(Qt.FocusReason.TabFocusReason)
    event.accept()
    return True


def _takes_entries(candidate: QWidget, origin: QWidget) -> bool:
    """Whether a widget is the next thing of the same window that somebody enters something into."""
    return (
        candidate.isVisibleTo(origin.window())
        and candidate.isEnabled()
        and candidate.property("entry") is True
        and candidate.focusProxy() is None
    )


def focused(inside: QWidget) -> QWidget | None:
    """What has, or last had, the keyboard inside a widget; the stubs leave the None out."""
    found: QWidget | None = inside.focusWidget()
    return found
