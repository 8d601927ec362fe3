"""A device or a file is at work, or what will be done is being worked out: how long, and that the worker lives."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QWidget

from ceremony_app.core.prompts import Busy, Preparing
from ceremony_app.ui.blocks import evidence, framed
from ceremony_app.ui.pages.base import Deed, StepPage
from ceremony_app.ui.pages.parts import script, unsaid
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role

_EVERY_MS = 500


class BusyPage(StepPage):
    """Elapsed time and heartbeat; no percentage, since nobody knows one, and no way to cancel."""

    def __init__(self, presenter: Presenter, prompt: Busy | Preparing, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=False)
        self._since = moment(prompt.since) if isinstance(prompt, Busy) else presenter.desk.clock()
        device = isinstance(prompt, Busy)
        frame, layout = framed("well", self)
        bar = QProgressBar(frame)
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("At work")
        self._what = Text(
            prompt.call if isinstance(prompt, Busy) else "What will be done is being worked out.", Role.LEAD
        )
        self._elapsed = Text("", Role.SAY)
        self._alive = Text("", Role.QUIET)
        for widget in (self._what, bar, self._elapsed, self._alive):
            layout.addWidget(widget)
        if device:
            layout.addWidget(Text("Do not touch the device. This cannot be cancelled.", Role.WARN))
        self.body.addWidget(frame)
        if prompt.run.prepared is not None:
            rows = self.view.lines(unsaid(prompt.run.prepared.rows))
            if rows:
                evidence(self.body, "What is being done", rows, self)
        else:
            script(self.body, prompt.step, self)
        self.body.addStretch(1)
        timer = QTimer(self)
        timer.timeout.connect(self.refresh)
        timer.start(_EVERY_MS)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """None: there is nothing to do but to wait, or to record a deviation."""
        return ()

    def refresh(self) -> None:
        """Show the time that has passed and the last sign of life."""
        working = self.presenter.desk.working()
        if working is not None:
            self._what.setText(working.call[:1].upper() + working.call[1:])
        now = self.presenter.desk.clock()
        since = f"started {self._since:%H:%M:%S} UTC"
        self._elapsed.setText(f"{lasted(now - self._since)} so far  ·  {since}")
        beat = working.last_heartbeat if working is not None else None
        self._alive.setText(
            f"The worker last reported at {beat:%H:%M:%S} UTC." if beat else "The program waits for the answer."
        )


def moment(utc: str) -> dt.datetime:
    """The time of an entry (RFC 3339 with `Z`)."""
    return dt.datetime.fromisoformat(utc)


def lasted(time: dt.timedelta) -> str:
    """A duration as MM:SS, or H:MM:SS."""
    seconds = max(0, int(time.total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes:02}:{seconds % 60:02}"
