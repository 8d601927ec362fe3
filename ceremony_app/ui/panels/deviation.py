"""F8: a deviation is opened from anywhere, and those that are open can be decided."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ceremony_app.core.state import Problem
from ceremony_app.ui.blocks import evidence, section
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.decisionform import DecisionForm
from ceremony_app.ui.deviationform import DeviationForm
from ceremony_app.ui.pages.base import Deed, Gap
from ceremony_app.ui.pages.parts import lines, told
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role


class DeviationPanel(Panel):
    """Time, step and what is expected are filled in; one sentence is enough to save it."""

    def __init__(
        self,
        presenter: Presenter,
        leave: Callable[[], None],
        decide: Callable[[Problem], None],
        parent: QWidget | None = None,
    ) -> None:
        view = presenter.view
        number = len(view.state.problems) + 1
        step = view.step
        where = f" at step {step.number}" if step else ""
        super().__init__(presenter, f"Deviation D-{number}{where}", leave, parent)
        self.head.addWidget(
            Text(f"Opened {presenter.desk.clock():%H:%M:%S} UTC. It can be decided later.", Role.QUIET, parent=self)
        )
        self._form = DeviationForm(presenter, self)
        self._form.prefill("failure", f"Step {step.number} goes as the script says." if step else "", "")
        self._form.altered.connect(self.altered)
        self.body.addWidget(self._form)
        waiting = view.state.undecided()
        if waiting:
            section(self.body, "Open deviations", self)
        for problem in waiting:
            name = f"D-{problem.opened.deviation}"
            evidence(self.body, told(problem), lines(view, problem), self)
            button = Button(f"Decide {name}…", partial(decide, problem), "plain", self)
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Save it, or leave."""
        return (Deed("Save the deviation", self._save), *super().deeds())

    def gaps(self) -> tuple[Gap, ...]:
        """What the form lacks."""
        return self._form.gaps()

    def first(self) -> QWidget:
        """What happened."""
        return self._form.first()

    def is_empty(self) -> bool:
        """Whether nobody has typed anything."""
        return self._form.is_empty()

    def _save(self) -> None:
        self.send(self._form.answer(), self.leave_if_done)


class DecisionPanel(Panel):
    """What is decided on an open deviation."""

    def __init__(
        self, presenter: Presenter, problem: Problem, leave: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(presenter, f"Decide D-{problem.opened.deviation}", leave, parent)
        evidence(self.body, told(problem), lines(self.view, problem), self)
        self._form = DecisionForm(presenter, problem, self)
        self._form.altered.connect(self.altered)
        self.body.addWidget(self._form)
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Record the decision, or leave."""
        return (
            Deed(self._form.words(), lambda: self.send(self._form.answer(), self.leave_if_done)),
            *super().deeds(),
        )

    def gaps(self) -> tuple[Gap, ...]:
        """What the form lacks."""
        return self._form.gaps()

    def first(self) -> QWidget:
        """The heading: the deviation is read first."""
        return self.heading

    def is_empty(self) -> bool:
        """Whether nothing was chosen or typed."""
        return self._form.is_empty()

    def refresh(self) -> None:
        """What can be decided may have changed."""
        self._form.refresh()
