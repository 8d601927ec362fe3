"""What people choose from: Enter moves on, the wheel changes nothing, long answers take several lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ceremony_app.ui.focus import moves_on

if TYPE_CHECKING:
    from ceremony_app.ui.roster import Someone


_MARK = 0.62
"""Width of the mark of an answer, in heights of a line."""

_AROUND = 30
"""Padding, ring and distance around mark and text, in pixels (see the style sheet)."""


def lines_of(button: QAbstractButton, text: str, width: int) -> list[str]:
    """The text beside the mark of a button of this width, broken between words."""
    metrics = button.fontMetrics()
    room = width - int(_MARK * metrics.height()) - _AROUND
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def show_lines(button: QAbstractButton, text: str) -> None:
    """Show the text as it breaks at the present width."""
    button.setText("\n".join(lines_of(button, text, button.width())).replace("&", "&&"))


def height_for(button: QAbstractButton, text: str, width: int, now: int) -> int:
    """The height that the text takes at a width; `now` is what it takes as it is shown."""
    more = len(lines_of(button, text, width)) - 1 - button.text().count("\n")
    return now + more * button.fontMetrics().lineSpacing()


def flowing() -> QSizePolicy:
    """The size policy of what takes several lines where it is narrow."""
    policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    policy.setHeightForWidth(True)
    return policy


class Option(QRadioButton):
    """One answer of several."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._whole = text
        self.setProperty("entry", True)
        self.setAccessibleName(text)
        self.setSizePolicy(flowing())
        self.setText(text.replace("&", "&&"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on and chooses nothing."""
        if not moves_on(self, event):
            super().keyPressEvent(event)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the width asks for."""
        return height_for(self, self._whole, width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """It breaks into lines, so it needs little width."""
        return QSize(120, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text for the new width."""
        super().resizeEvent(event)
        show_lines(self, self._whole)

    def changeEvent(self, event: QEvent) -> None:
        """Break the text for the new font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            show_lines(self, self._whole)


class Tick(QCheckBox):
    """Something that is so, or is not."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = text
        self.setProperty("entry", True)
        self.setAccessibleName(text)
        self.setSizePolicy(flowing())
        self.setText(text.replace("&", "&&"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on and ticks nothing."""
        if not moves_on(self, event):
            super().keyPressEvent(event)

    def heightForWidth(self, width: int) -> int:
        """As many lines as the width asks for."""
        return height_for(self, self._whole, width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """It breaks into lines, so it needs little width."""
        return QSize(120, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the text for the new width."""
        super().resizeEvent(event)
        show_lines(self, self._whole)

    def changeEvent(self, event: QEvent) -> None:
        """Break the text for the new font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            show_lines(self, self._whole)


class Options(QWidget):
    """Several answers, none chosen to begin with: the arrow keys go to one, Space chooses it."""

    chosen = Signal()

    def __init__(self, name: str, answers: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for value, text in answers:
            option = Option(text, self)
            self._group.addButton(option, len(self._values))
            self._values.append(value)
            layout.addWidget(option)
        self._group.idToggled.connect(lambda _id, on: self.chosen.emit() if on else None)

    def value(self) -> str:
        """The chosen value, or empty."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else ""

    def choose(self, value: str) -> None:
        """Choose a value."""
        self._group.button(self._values.index(value)).setChecked(True)

    def allow(self, values: Sequence[str]) -> None:
        """Offer these answers and hide the others; an answer that goes is not chosen any more."""
        for number, value in enumerate(self._values):
            option = self._group.button(number)
            option.setVisible(value in values)
            if option.isChecked() and value not in values:
                self._group.setExclusive(False)
                option.setChecked(False)
                self._group.setExclusive(True)

    def first(self) -> QWidget:
        """Where the keyboard goes: the chosen answer, or the first that is offered."""
        offered = (option for option in self._group.buttons() if not option.isHidden())
        return self._group.checkedButton() or next(offered, self)


class Chooser(QComboBox):
    """A closed list of which one is chosen; opens with Space or Alt+Down."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    def offer(self, entries: Sequence[tuple[str, str]], invitation: str = "") -> None:
        """Offer values with their texts; keeps the chosen one if it is still there."""
        before = self.value()
        wanted = ([("", invitation)] if invitation else []) + list(entries)
        if wanted == [(self.itemData(i), self.itemText(i)) for i in range(self.count())]:
            return
        self.blockSignals(True)
        self.clear()
        for value, text in wanted:
            self.addItem(text, value)
        self.setCurrentIndex(max(0, self.findData(before)))
        self.blockSignals(False)
        if self.value() != before:
            self.currentIndexChanged.emit(self.currentIndex())

    def value(self) -> str:
        """The chosen value, or empty."""
        chosen = self.currentData()
        return chosen if isinstance(chosen, str) else ""

    def choose(self, value: str) -> None:
        """Choose a value, if it is offered."""
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, and a sign that it opens."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self.fontMetrics().height() * 0.22
        middle = QPointF(self.width() - 3.2 * size - 6, self.height() / 2)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.6))
        painter.drawPolyline(
            [middle + QPointF(-size, -size / 2), middle + QPointF(0, size / 2), middle + QPointF(size, -size / 2)]
        )

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A turn of the wheel must not change who did something."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on."""
        if not moves_on(self, event):
            super().keyPressEvent(event)


class WhoBox(Chooser):
    """Who did it: the people in the room. Before anybody is enrolled it offers nobody and answers 0."""

    def show_people(self, people: Sequence[Someone], prefer: str = "", last: int = 0) -> None:
        """Offer these people; at first the one who holds the role `prefer`, or else the `last` one."""
        fresh = self.count() == 0
        self.offer([(str(person.number), person.called) for person in people] or [("0", "nobody is enrolled yet")])
        if fresh:
            holders = [person.number for person in people if prefer in person.roles]
            if holders and last not in holders:
                self.choose(str(holders[0]))
            else:
                self.choose(str(last))

    def number(self) -> int:
        """The person's number."""
        return int(self.value() or 0)
