"""The step is stopped: the deviation is opened, and then it is decided what is done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Outcome, Reconcile
from ceremony_app.core.prompts import Halted
from ceremony_app.core.values import Row
from ceremony_app.ui.blocks import evidence, ruled
from ceremony_app.ui.decisionform import DecisionForm, objects
from ceremony_app.ui.deviationform import DeviationForm
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import lines, told, tries
from ceremony_app.ui.presenter import Presenter


class HaltedPage(StepPage):
    """Why it is stopped, what the machine knows, and the form that comes next."""

    def __init__(self, presenter: Presenter, prompt: Halted, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=False)
        self.body.addWidget(ruled("✗  This step is stopped.", prompt.why, self))
        known, seen = _known(prompt.run), _seen(prompt.run)
        tries(self.body, (*known, *seen), self)
        if known:
            evidence(self.body, "What the program knows", self.view.lines(known), self)
        if seen:
            evidence(self.body, "What the inspection found", self.view.lines(seen), self)
        self._form: DeviationForm | DecisionForm
        if prompt.problem is None:
            if prompt.debris:
                evidence(self.body, "Left on the token by the interrupted call", objects(self.view), self)
            self._form = DeviationForm(presenter, self)
            expected = f"Step {prompt.step.number} goes as the script says."
            self._form.prefill("failure", expected, prompt.why)
        else:
            evidence(self.body, told(prompt.problem), lines(self.view, prompt.problem), self)
            self._form = DecisionForm(presenter, prompt.problem, self)
        self._form.altered.connect(self.altered)
        self.body.addWidget(self._form)
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Open the deviation, or decide it."""
        words = self._form.words() if isinstance(self._form, DecisionForm) else "Open the deviation"
        return (Deed(words, lambda: self.send(self._form.answer())),)

    def gaps(self) -> tuple[Gap, ...]:
        """What the form lacks."""
        return self._form.gaps()

    def first(self) -> QWidget:
        """The heading: why it stopped is read first."""
        return self.heading

    def refresh(self) -> None:
        """What can be decided may have changed."""
        if isinstance(self._form, DecisionForm):
            self._form.refresh()

    def is_empty(self) -> bool:
        """Whether the form is empty."""
        return self._form.is_empty()


def _known(run: Run) -> tuple[Row, ...]:
    """What came of the last call, if it did not succeed."""
    outcomes = run.of(Outcome)
    return outcomes[-1].rows if outcomes and outcomes[-1].result != "done" else ()


def _seen(run: Run) -> tuple[Row, ...]:
    """What the device showed when it was looked at after the last call."""
    found = run.calls[-1].found if run.calls else None
    return found.rows if isinstance(found, Reconcile) else ()
