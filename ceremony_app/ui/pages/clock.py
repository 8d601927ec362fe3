"""A witness reads a watch that is not this computer's, and types what it shows."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget

from ceremony_app.core.prompts import TypeTime
from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import named
from ceremony_app.ui.choices import WhoBox
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import script
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role

_FORM = re.compile(r"\d\d:\d\d:\d\d")


class ClockPage(StepPage):
    """The time of the watch; this computer's time is taken at the moment of recording."""

    def __init__(self, presenter: Presenter, prompt: TypeTime, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        title = role_title(self.view.plan, prompt.by)
        self._by = prompt.by
        script(self.body, prompt.step, self)
        self.body.addWidget(
            Text(f"The {title} reads the watch, not this screen, and types its time.", Role.LEAD, parent=self)
        )
        self._time = Line("Time of the watch, in UTC", mono=True, parent=self)
        self._time.setMaxLength(8)
        self._time.textEdited.connect(self._group)
        self._time.textChanged.connect(self.altered)
        named(self.body, "Time of the watch, in UTC", self._time, "HH:MM:SS, for example 10:42:07")
        self._who = WhoBox("Typed by", self)
        self._who.show_people(self.view.here(), prompt.by, presenter.last_typist)
        if self.view.here():
            named(self.body, f"Read and typed by ({title})", self._who)
        else:
            self._who.hide()
        self.body.addStretch(1)
        self.offer_samples(self._fill)

    def deeds(self) -> tuple[Deed, ...]:
        """One: the time is compared and recorded."""
        return (Deed("Record the time of the watch", self._record),)

    def gaps(self) -> tuple[Gap, ...]:
        """A whole time."""
        whole = _FORM.fullmatch(self._time.text())
        return () if whole else (Gap("the time of the watch as HH:MM:SS", self._time),)

    def needed(self) -> tuple[str, ...]:
        """The time."""
        return tuple(gap.text for gap in self.gaps())

    def first(self) -> QWidget:
        """The field."""
        return self._time

    def refresh(self) -> None:
        """People may have come or gone."""
        self._who.show_people(self.view.here(), self._by)

    def is_empty(self) -> bool:
        """Whether no time was begun."""
        return not self._time.text()

    def _group(self, text: str) -> None:
        """Put the colons in while six digits are typed."""
        digits = re.sub(r"\D", "", text)[:6]
        grouped = ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
        if text.endswith(":") and len(digits) in (2, 4):
            grouped += ":"
        if grouped != text:
            self._time.setText(grouped)

    def _fill(self) -> None:
        self._time.setText(self.presenter.desk.clock().strftime("%H:%M:%S"))
        self._time.setFocus()

    def _record(self) -> None:
        self.presenter.last_typist = self._who.number()
        self.send(self.presenter.desk.read_watch(self._time.text(), self._who.number()), self._heard)

    def _heard(self, refused: Refused | None) -> None:
        if refused is not None:
            self._time.setFocus()
