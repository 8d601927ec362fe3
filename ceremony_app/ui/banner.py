"""The band at the top: which mode, which ceremony, where it stands, what time it is, and what is open."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.outlook import world
from ceremony_app.core.words import hash_rows
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.outline import position
from ceremony_app.ui.text import OneLine, Text
from ceremony_app.ui.theme import GAP, SPACE, Role, chrome, points
from ceremony_app.ui.view import View

_STRIPE = 26


class Banner(QFrame):
    """Dark and plain in production; amber with diagonal stripes and REHEARSAL at both ends in a rehearsal."""

    def __init__(self, view: View, station: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Where the ceremony stands")
        self._rehearsal = view.rehearsal
        self._station = station
        self._colours: tuple[QColor, QColor, QColor] | None = None
        mode = "REHEARSAL" if self._rehearsal else "PRODUCTION"
        self._marks = [Text(mode, Role.LEAD, wrap=False, parent=self) for _ in range(2 if self._rehearsal else 1)]
        self._title = OneLine(view.plan.definition.title, Role.LEAD, parent=self)
        self._place = OneLine("", parent=self)
        self._facts = Text("", Role.BODY, parent=self)
        self._utc = Text("", Role.TIME, wrap=False, parent=self)
        self._local = Text("", Role.BODY, wrap=False, parent=self)
        self._journal = Text("", Role.BODY, wrap=False, parent=self)
        right = Qt.AlignmentFlag.AlignRight
        for text in (self._utc, self._local, self._journal):
            text.setAlignment(right)
        middle = QVBoxLayout()
        middle.setSpacing(1)
        for text in (self._title, self._place, self._facts):
            middle.addWidget(text)
        clock = QVBoxLayout()
        clock.setSpacing(0)
        for text in (self._utc, self._local, self._journal):
            clock.addWidget(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, GAP, SPACE, GAP)
        row.setSpacing(SPACE + GAP)
        row.addWidget(self._marks[0], 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(middle, 1)
        row.addLayout(clock)
        if self._rehearsal:
            row.addWidget(self._marks[1], 0, Qt.AlignmentFlag.AlignVCenter)
        self.refresh(view)

    def wear(self, appearance: Appearance) -> None:
        """Take colours and text sizes."""
        theme, size = appearance.theme, chrome(appearance.size)
        ground, stripe, ink = (
            (theme.amber, theme.stripe, theme.on_amber)
            if self._rehearsal
            else (theme.banner, theme.banner, theme.on_banner)
        )
        self._colours = (QColor(ground), QColor(stripe), QColor(ink))
        sizes = "".join(f'QLabel[role="{role}"] {{ font-size: {points(role, size)}pt; }}' for role in Role)
        self.setStyleSheet(f"QLabel {{ color: {ink}; }} {sizes}")
        for mark in self._marks:
            mark.setStyleSheet(
                f"background: {ink}; color: {ground}; padding: 6px 12px; border-radius: 3px; letter-spacing: 2px;"
            )
        self.update()

    def refresh(self, view: View) -> None:
        """Show where the ceremony stands now."""
        step = view.step
        if step is None:
            self._place.setText(f"{'closed' if view.state.close else 'not open'}  ·  {_deviations(view)}")
        else:
            n, total = position(view.plan, step)
            act = step.number.partition(".")[0]
            self._place.setText(
                f"Act {act} {step.act}  ·  step {step.number}  ({n} of {total})  ·  {_deviations(view)}"
            )
        self._facts.setText("  ·  ".join(self._told(view)))
        self._journal.setText(f"journal {view.state.length:04} {hash_rows(view.state.head)[0].groups}")
        self.setAccessibleDescription(self.spoken())

    def show_time(self, utc: dt.datetime) -> None:
        """Show the time: UTC large, local small."""
        self._utc.setText(f"{utc:%H:%M:%S} UTC")
        self._local.setText(f"{utc.astimezone():%H:%M} local, {utc:%Y-%m-%d}")

    def spoken(self) -> str:
        """Everything the band says, in one line."""
        lines = (self._title.whole(), self._place.whole(), self._facts.text(), self._utc.text(), self._journal.text())
        return ", ".join((self._marks[0].text(), *lines))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground, and in a rehearsal its stripes."""
        if self._colours is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        ground, stripe, ink = self._colours
        painter.fillRect(self.rect(), ground)
        if self._rehearsal:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(stripe)
            height = self.height()
            for x in range(-height, self.width(), 2 * _STRIPE):
                painter.drawPolygon(_slanted(x, height))
        painter.fillRect(0, self.height() - 1, self.width(), 1, ink)

    def _told(self, view: View) -> list[str]:
        """Air gap and tokens."""
        state = view.state
        parts = [self._station] if self._station else []
        facts = world(view.plan, state)
        for role, token in view.plan.binding.tokens.items():
            known = [quality for quality in ("connected", "activated") if f"token:{role}:{quality}" in facts]
            parts.append(f"token {token.serial} {known[-1] if known else 'not connected'}")
        return parts


def _deviations(view: View) -> str:
    """How many deviations there are, and how many wait for their decision."""
    count, waiting = len(view.state.problems), len(view.state.undecided())
    return f"deviations {count}, {waiting} open" if waiting else f"deviations {count}"


def _slanted(x: int, height: int) -> QPolygon:
    """One stripe, leaning to the right."""
    return QPolygon(
        [QPoint(x, height), QPoint(x + height, 0), QPoint(x + height + _STRIPE, 0), QPoint(x + _STRIPE, height)]
    )
