"""The step is stopped: the deviation is opened, and then it is decided what is done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ceremony_app.core.events import Outcome
from ceremony_app.core.prompts import Halted
from ceremony_app.core.state import Problem
from ceremony_app.core.values import Row, plain
from ceremony_app.ui.blocks import evidence, ruled
from ceremony_app.ui.deviationforms import CAUSES, DecisionForm, DeviationForm
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.view import View


class HaltedPage(StepPage):
    """Why it is stopped, what the machine knows, and the form that comes next."""

    def __init__(self, presenter: Presenter, prompt: Halted, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=False)
        self.body.addWidget(ruled("✗  This step is stopped.", prompt.why, self))
        known = prompt.run.of(Outcome)
        if known and known[-1].result != "done" and known[-1].rows:
            evidence(self.body, "What the program knows", self.view.lines(known[-1].rows), self)
        self._form: DeviationForm | DecisionForm
        if prompt.problem is None:
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

    def is_empty(self) -> bool:
        """Whether the form is empty."""
        return self._form.is_empty()


def told(problem: Problem) -> str:
    """A deviation's name and kind."""
    return f"Deviation D-{problem.opened.deviation}: {CAUSES[problem.opened.kind].lower()}"


def lines(view: View, problem: Problem) -> Lines:
    """A deviation as rows of evidence."""
    opened = problem.opened
    rows = (
        ("At step", f"{opened.step}, attempt {opened.attempt}", ""),
        ("Expected", view.text_of(opened.expected.leaf) or plain(opened.expected), ""),
        ("Happened", view.text_of(opened.happened.leaf) or plain(opened.happened), ""),
        ("Reported by", view.named(opened.by), ""),
    )
    return (*rows, *view.lines(tuple(Row(row.label, row.value, row.leaf) for row in opened.facts)))
