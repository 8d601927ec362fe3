"""A device at work: what it does, for how long, how long it took in the rehearsal, and whether its process lives."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from ceremony_app.ui.announce import announce
from ceremony_app.ui.blocks import framed
from ceremony_app.ui.pages.parts import at_keypad
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role

SILENT = 5
"""Seconds without a sign of life after which the page says so."""

_EVERY_MS = 500


class AtWork(QWidget):
    """Elapsed time and heartbeat, and no way to cancel; how far it has come only where somebody counts.

    `usual` says how long it may take, in words; `keypad` that the token asks for a PIN meanwhile. `ticked` comes with
    every new time.
    """

    ticked = Signal()

    def __init__(
        self,
        presenter: Presenter,
        what: str,
        since: dt.datetime,
        *,
        usual: str = "",
        warning: str = "",
        keypad: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = presenter.desk
        self._since = since
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        if keypad:
            column.addWidget(at_keypad(self))
        frame, layout = framed("well", self)
        self._bar = bar = QProgressBar(frame)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("At work")
        self._counted = Text("", Role.BODY, parent=frame)
        self._elapsed = Text("", Role.SAY, parent=frame)
        self._alive = Text("", Role.BODY, parent=frame)
        self._silent = Text("", Role.WARN, parent=frame)
        layout.addWidget(Text(what, Role.LEAD, parent=frame))
        layout.addWidget(bar)
        layout.addWidget(self._counted)
        self._counted.hide()
        layout.addWidget(self._elapsed)
        if usual:
            layout.addWidget(Text(usual, parent=frame))
        for text in (self._alive, self._silent):
            layout.addWidget(text)
        if warning:
            layout.addWidget(Text(warning, Role.WARN, parent=frame))
        column.addWidget(frame)
        timer = QTimer(self)
        timer.timeout.connect(self.refresh)
        timer.start(_EVERY_MS)
        self.refresh()

    def come(self, number: int, of: int) -> None:
        """Show that it is at this one of so many."""
        self._bar.setRange(0, of)
        self._bar.setValue(number)
        self._bar.setAccessibleName(f"{number} of {of}")
        self._counted.setText(f"{number:,} of {of:,}")
        self._counted.show()

    def lasts(self) -> dt.timedelta:
        """How long it has been at work."""
        return self._desk.clock() - self._since

    def refresh(self) -> None:
        """Show the time that has passed and the last sign of life."""
        self._show()
        self.ticked.emit()

    def _show(self) -> None:
        self._elapsed.setText(f"{lasted(self.lasts())} so far  ·  started {self._since:%H:%M:%S} UTC")
        working = self._desk.working()
        beat = working.last_heartbeat if working is not None else None
        silence = (self._desk.clock() - beat).total_seconds() if beat is not None else 0.0
        silent = silence > SILENT
        if silent and self._silent.isHidden():
            announce(self, "No sign of life from the token's process.", urgent=True)
        self._alive.setVisible(not silent)
        self._silent.setVisible(silent)
        if beat is None:
            self._alive.setText("The program waits for the answer.")
        elif silent:
            self._silent.setText(f"⚠  No sign of life for {int(silence)} s; the last was at {beat:%H:%M:%S} UTC.")
        else:
            self._alive.setText(
                f"The process answers, the token is still working. Last sign of life {beat:%H:%M:%S} UTC."
            )


def lasted(time: dt.timedelta) -> str:
    """A duration as MM:SS, or H:MM:SS."""
    seconds = max(0, int(time.total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes:02}:{seconds % 60:02}"
