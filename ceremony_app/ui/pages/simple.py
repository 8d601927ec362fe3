"""Pages with one thing to press: fix the journal's head, close the ceremony."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ceremony_app.core.commands import FixHead
from ceremony_app.core.prompts import Conclusion, FixTheHead
from ceremony_app.ui.blocks import evidence
from ceremony_app.ui.pages.base import Deed, StepPage
from ceremony_app.ui.pages.parts import script
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text


class FixTheHeadPage(StepPage):
    """The journal's head is fixed, so that it can stand on paper."""

    def __init__(self, presenter: Presenter, prompt: FixTheHead, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        script(self.body, prompt.step, self)
        state = self.view.state
        rows = (
            ("Entries so far", str(state.length), ""),
            ("Deviations", f"{len(state.problems)}, {len(state.undecided())} of them undecided", ""),
        )
        evidence(self.body, "The journal now", rows, self)
        self.body.addWidget(
            Text("The head that is fixed here is written on paper and read back. It stands for every entry before it.")
        )
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """One: fix it."""
        return (Deed("Fix the journal's head", lambda: self.send(self.presenter.desk.do(FixHead()))),)


class ConclusionPage(StepPage):
    """The last entry. Then the record is made, and nothing is added any more."""

    def __init__(self, presenter: Presenter, prompt: Conclusion, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        script(self.body, prompt.step, self)
        state = self.view.state
        held = sum(1 for run in state.runs if run.done)
        rows = (
            ("Steps held", str(held), ""),
            ("Deviations", str(len(state.problems)), ""),
            ("Undecided", str(len(state.undecided())) if state.undecided() else "none", ""),
            ("Files made", str(len(state.artifacts)), ""),
            ("Outcome", "aborted" if state.aborting else "completed", ""),
        )
        evidence(self.body, "The ceremony as it is closed", rows, self)
        self.body.addWidget(
            Text("After this entry nothing can be added. The record is made from the journal.", parent=self)
        )
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """One: close it."""
        return (Deed("Close the ceremony", lambda: self.send(self.presenter.desk.finish())),)
