"""The bar at the bottom: never covered, never disabled; it says what is still needed and does what comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ceremony_app.ui.buttons import Button
from ceremony_app.ui.pages.base import Deed
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE, Role

KEY = "Ctrl+Return"
_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Openers:
    """What opens the panels that are always there."""

    deviation: Callable[[], None]
    pause: Callable[[], None]
    people: Callable[[], None]
    why: Callable[[], None]
    abort: Callable[[], None]


class BottomBar(QFrame):
    """Panels at the left, what is needed in the middle, the deeds at the right; two rows where one is too narrow."""

    def __init__(self, openers: Openers, act: Callable[[Deed], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "bar")
        self._act = act
        self.setAccessibleName("What can be done at any time, and what comes next")
        self.deviation = Button("Deviation… F8", openers.deviation, parent=self)
        self.pause = Button("Pause… F9", openers.pause, parent=self)
        self.others = (
            Button("People… F7", openers.people, parent=self),
            Button("Why… F1", openers.why, parent=self),
            Button("Abort ceremony…", openers.abort, parent=self),
        )
        self._needed = Text("", Role.BODY, parent=self)
        self._needed.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._deeds: tuple[Deed, ...] = ()
        self._buttons: list[Button] = []
        self._left = QHBoxLayout()
        self._left.setSpacing(2)
        for button in (self.deviation, self.pause, *self.others):
            self._left.addWidget(button)
        self._left.addStretch(1)
        self._right = QHBoxLayout()
        self._right.setSpacing(GAP)
        self._second = QHBoxLayout()
        self._second.setSpacing(SPACE)
        self._second.addWidget(self._needed, 1)
        self._second.addLayout(self._right)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(SPACE, GAP, SPACE, GAP)
        self._rows.setSpacing(GAP)
        self._rows.addLayout(self._left)
        self._rows.addLayout(self._second)

    def show_deeds(self, deeds: tuple[Deed, ...], needed: tuple[str, ...]) -> None:
        """Offer these deeds, and list what is needed."""
        things = tuple(dict.fromkeys(needed))
        more = f" and {len(things) - _MOST} more" if len(things) > _MOST else ""
        text = f"Still needed: {' · '.join(things[:_MOST])}{more}" if things else "Nothing is missing."
        self._needed.setText(text)
        self._needed.setToolTip("\n".join(things))
        if [(d.text, d.kind) for d in deeds] != [(d.text, d.kind) for d in self._deeds]:
            self._make_buttons(deeds)
        self._deeds = deeds
        self._arrange()

    def first_deed(self) -> Deed | None:
        """What Ctrl+Return does."""
        return self._deeds[0] if self._deeds else None

    def needed(self) -> str:
        """The sentence of what is needed."""
        return self._needed.text()

    def buttons(self) -> tuple[Button, ...]:
        """The deeds' buttons."""
        return tuple(self._buttons)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One row or two."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """One row or two, at the new text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The panels' buttons, or the deeds: whichever is wider."""
        return QSize(self._left.minimumSize().width() + 2 * SPACE, super().minimumSizeHint().height())

    def _make_buttons(self, deeds: tuple[Deed, ...]) -> None:
        focused = next((i for i, button in enumerate(self._buttons) if button.hasFocus()), -1)
        for button in self._buttons:
            self._right.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for i, deed in enumerate(deeds):
            button = Button(deed.text, partial(self._do, i), deed.kind, self, key=KEY if i == 0 else "")
            self._right.addWidget(button)
            self._buttons.append(button)
        if 0 <= focused < len(self._buttons):
            self._buttons[focused].setFocus()

    def _do(self, number: int) -> None:
        if number < len(self._deeds):
            self._act(self._deeds[number])

    def _even_out(self) -> None:
        """Equal deeds get buttons of equal size, at whatever text size."""
        if self._deeds and all(deed.kind == "equal" for deed in self._deeds):
            hints = [button.sizeHint() for button in self._buttons]
            for button in self._buttons:
                button.setFixedSize(max(h.width() for h in hints), max(h.height() for h in hints))

    def _arrange(self) -> None:
        """All in one row, if the sentence keeps enough room; else the panels' buttons above."""
        self._even_out()
        buttons = sum(b.sizeHint().width() + GAP for b in (self.deviation, self.pause, *self.others, *self._buttons))
        roomy = buttons + 22 * self.fontMetrics().averageCharWidth() + 4 * SPACE < self.width()
        wanted = QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom
        if self._rows.direction() != wanted:
            self._rows.setDirection(wanted)
        self._needed.setAlignment(
            Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if roomy else Qt.AlignmentFlag.AlignLeft)
        )
        self._rows.setStretch(0, 0)
        self._rows.setStretch(1, 1)
