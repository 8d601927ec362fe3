"""What people type into and choose from: Enter moves on, Tab always leaves, the wheel changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ceremony_app.ui.focus import ENTER, moves_on
from ceremony_app.ui.roster import Someone


class Line(QLineEdit):
    """One line of text."""

    def __init__(self, name: str, *, mono: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)
        self.setAccessibleName(name)
        if mono:
            self.setProperty("form", "mono")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on; a blank that begins an empty field is taken for a slip."""
        if moves_on(self, event) or (event.text() == " " and not self.text()):
            return
        super().keyPressEvent(event)


class Prose(QPlainTextEdit):
    """A sentence or two: wraps on the screen, and is one line of text all the same."""

    def __init__(self, name: str, *, rows: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("entry", True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self._rows = rows

    def text(self) -> str:
        """What was typed, without blanks at its ends."""
        return self.toPlainText().strip()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What is pasted becomes one line."""
        self.insertPlainText(" ".join(source.text().split()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on, with Shift too: there are no line breaks here."""
        plain = QKeyEvent(event.type(), event.key(), Qt.KeyboardModifier.NoModifier)
        shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier and event.key() in ENTER
        if not moves_on(self, plain if shifted else event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        return QSize(240, self.fontMetrics().lineSpacing() * self._rows + 24)

    def minimumSizeHint(self) -> QSize:
        """Never lower than its rows."""
        return QSize(120, self.sizeHint().height())


class Option(QRadioButton):
    """One answer of several."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self.setProperty("entry", True)
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on and chooses nothing."""
        if not moves_on(self, event):
            super().keyPressEvent(event)


class Tick(QCheckBox):
    """Something that is so, or is not."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self.setProperty("entry", True)
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on and ticks nothing."""
        if not moves_on(self, event):
            super().keyPressEvent(event)


class Options(QWidget):
    """Several answers, one of which is chosen with the arrow keys or Space; none to begin with."""

    chosen = Signal()

    def __init__(self, name: str, answers: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._values: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
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

    def first(self) -> QWidget:
        """Where the keyboard goes: the chosen answer, or the first."""
        return self._group.checkedButton() or self._group.button(0)


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
