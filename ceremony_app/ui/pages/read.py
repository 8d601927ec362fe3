"""Something is read aloud and done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ceremony_app.core.commands import ReadAloud
from ceremony_app.core.prompts import Read
from ceremony_app.ui.blocks import named
from ceremony_app.ui.choices import WhoBox
from ceremony_app.ui.pages.base import Deed, StepPage
from ceremony_app.ui.pages.parts import script
from ceremony_app.ui.presenter import Presenter


class ReadPage(StepPage):
    """The words of the script, and who says that they were said and done."""

    def __init__(self, presenter: Presenter, prompt: Read, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        script(self.body, prompt.step, self)
        self.body.addStretch(1)
        self._who = WhoBox("Recorded by", self)
        self._who.show_people(self.view.here(), prompt.step.who, presenter.last_typist)
        if self.view.here():
            named(self.body, "Recorded by", self._who)
        else:
            self._who.hide()

    def deeds(self) -> tuple[Deed, ...]:
        """One: it is done."""
        words = "said and done" if self.step.say and self.step.do else "said" if self.step.say else "done"
        return (Deed(f"Record step {self.step.number} as {words}", self._record),)

    def refresh(self) -> None:
        """People may have come or gone."""
        self._who.show_people(self.view.here(), self.step.who)

    def _record(self) -> None:
        self.presenter.last_typist = self._who.number()
        self.send(self.presenter.desk.do(ReadAloud(person=self._who.number())))
