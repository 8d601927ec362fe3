"""A device or a file is at work, or what will be done is being worked out: how long, and that its process lives."""

from __future__ import annotations

import datetime as dt

from PySide6.QtWidgets import QWidget

from ceremony_app.core.asked import asked_at_token
from ceremony_app.core.outlook import open_call
from ceremony_app.core.prompts import Busy, Preparing
from ceremony_app.ui.announce import announce
from ceremony_app.ui.atwork import AtWork, lasted
from ceremony_app.ui.blocks import evidence
from ceremony_app.ui.calls import called
from ceremony_app.ui.giveup import TITLE, GiveUp
from ceremony_app.ui.pages.base import Deed, StepPage
from ceremony_app.ui.pages.parts import script, unsaid
from ceremony_app.ui.presenter import Presenter

_LATE = 3
"""After so many times the estimate people may give up waiting."""

_LEAST = 60
"""Seconds that a call is given at least, whatever a rehearsal on a fast token took."""


class BusyPage(StepPage):
    """What is at work and for how long. After a long time a token can be given up, and never by accident."""

    def __init__(self, presenter: Presenter, prompt: Busy | Preparing, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=False)
        call = open_call(self.view.state)
        token = call.intent.token if call is not None and isinstance(prompt, Busy) else ""
        if isinstance(prompt, Busy):
            act = prompt.step.action
            keypad = act is not None and asked_at_token(self.view.plan, act)
            self._work = AtWork(
                presenter,
                called(self.view, prompt.step, prompt.call),
                dt.datetime.fromisoformat(prompt.since),
                usual=self._usual(),
                warning=_warning(token, keypad=keypad),
                keypad=keypad,
                parent=self,
            )
        else:
            self._work = AtWork(
                presenter, "What will be done is being worked out.", presenter.desk.clock(), parent=self
            )
        self.body.addWidget(self._work)
        self._way_out: GiveUp | None = None
        if token:
            self._way_out = GiveUp(self._give_up, self._turned, self)
            self.body.addWidget(self._way_out)
            self._work.ticked.connect(self._offer_way_out)
        if prompt.run.prepared is not None:
            rows = self.view.lines(unsaid(prompt.run.prepared.rows))
            if rows:
                evidence(self.body, "What is being done", rows, self)
        else:
            script(self.body, prompt.step, self)
        self.body.addStretch(1)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """None: there is nothing to do but to wait, or to record a deviation; Ctrl+Return never gives up."""
        return ()

    def refresh(self) -> None:
        """Show the time that has passed and, of a batch, how far it has come."""
        now = self.view.prompt
        if isinstance(now, Busy) and now.of:
            self._work.come(now.number, now.of)
        self._work.refresh()

    def _offer_way_out(self) -> None:
        """Once it has been at work for long."""
        if self._way_out is not None:
            allowed = max(_LEAST, self.view.expected(self.step)) * _LATE
            self._way_out.setVisible(self._work.lasts().total_seconds() >= allowed)

    def _usual(self) -> str:
        """How long the whole step took in the rehearsal, or may take by the script; empty where neither says."""
        seconds = self.view.expected(self.step)
        if not seconds:
            return ""
        rehearsed = self.step.id in self.view.plan.binding.estimates
        whose = "In the rehearsal the whole step took" if rehearsed else "The script allows for the whole step"
        return f"{whose} {lasted(dt.timedelta(seconds=seconds))}."

    def _give_up(self) -> None:
        if not self.waiting:
            self.send(self.presenter.desk.give_up())

    def _turned(self, asked: bool) -> None:  # noqa: FBT001 - a callback's only word
        """The question was put or withdrawn: it is read out, and the keyboard is on no button."""
        self.heading.setFocus()
        if asked:
            announce(self, TITLE, urgent=True)


def _warning(token: str, *, keypad: bool) -> str:
    """What is not to be touched meanwhile."""
    if keypad:
        return "Leave the token connected. This cannot be cancelled."
    return "Do not touch the device. This cannot be cancelled." if token else "This cannot be cancelled."
