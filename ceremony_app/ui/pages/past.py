"""Another step than the current one, to read: what the script says of it, and what has happened there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ceremony_app.core.attempt import Run
from ceremony_app.core.script import Step
from ceremony_app.core.shown import shown_rows
from ceremony_app.ui.blocks import evidence
from ceremony_app.ui.pages.base import Deed, StepPage
from ceremony_app.ui.pages.parts import script, unsaid
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role


class PastPage(StepPage):
    """Read-only; nothing can be entered here."""

    def __init__(
        self, presenter: Presenter, step: Step, leave: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(presenter, step, None, parent, warn=False)
        self._leave = leave
        script(self.body, step, self)
        attempts = self.view.attempts(step.id)
        for run in attempts:
            begun = self.view.begun_at(run)[:19].replace("T", " ")
            title = f"Attempt {run.attempt}, begun {begun} UTC" if begun else f"Attempt {run.attempt}"
            evidence(self.body, title, self._recorded(run), self)
        if not attempts:
            self.body.addWidget(Text("This step has not been held.", Role.QUIET, parent=self))
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Back to the current step."""
        current = self.view.step
        return (Deed(f"Return to step {current.number}" if current else "Return to the ceremony", self._leave),)

    def needed(self) -> tuple[str, ...]:
        """Nothing is needed here."""
        return ()

    def _recorded(self, run: Run) -> Lines:
        """What was shown, entered and found in an attempt, and who signed it."""
        view = self.view
        rows = view.lines(unsaid(shown_rows(self.step, run, "result")))
        signed = tuple(
            (f"Signed, {role_title(view.plan, s.role)}", f"{view.named(s.person)}: {s.decision}, {s.purpose}", "")
            for purpose in ("go", "result")
            for s in run.signed("go" if purpose == "go" else "result")
        )
        return (*rows, *signed) or (("Recorded", "nothing beyond its being held", ""),)
