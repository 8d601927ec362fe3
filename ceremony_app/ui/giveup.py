"""The way out when a token does not answer any more: in two steps, and on no key that is pressed in passing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.ui.blocks import ruled
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.theme import GAP

TITLE = "Give up waiting for the token?"
_MEANS = (
    "The process that drives the token is ended, and the login with it. The token itself may go on working. "
    "Nobody knows then what the call did: the token is inspected next, and nothing is repeated."
)


class GiveUp(QWidget):
    """First a button that asks for it, then what it means with the button that does it; either can be left again.

    `turned` is called when the question was put (true) or withdrawn: the keyboard was on a button that is gone.
    """

    def __init__(
        self, give_up: Callable[[], None], turned: Callable[[bool], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._turned = turned
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        ask = Button("Give up waiting…", lambda: self._show(asked=True), "plain", self)
        self._box = ruled(TITLE, _MEANS, self)
        stay = Button("Go on waiting", lambda: self._show(asked=False), "plain", self)
        leave = Button("Give up waiting and end the process", give_up, "plain", self)
        self._first, self._choice = QWidget(self), QWidget(self)
        for place, buttons in ((self._first, (ask,)), (self._choice, (stay, leave))):
            row = QHBoxLayout(place)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(GAP)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        for widget in (self._first, self._box, self._choice):
            column.addWidget(widget)
        self._box.hide()
        self._choice.hide()

    def _show(self, *, asked: bool) -> None:
        self._first.setVisible(not asked)
        self._box.setVisible(asked)
        self._choice.setVisible(asked)
        self._turned(asked)
