"""The two forms of a deviation: what was expected and what happened; and, later, what was decided."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.state import Problem
from ceremony_app.ui.blocks import named, section
from ceremony_app.ui.choices import Chooser, Options, WhoBox
from ceremony_app.ui.desk import Answer, Cause, Effect, Way
from ceremony_app.ui.fields import Prose
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.theme import SPACE

CAUSES: dict[Cause, str] = {
    "script": "The script is wrong or unclear",
    "failure": "Something failed",
    "differently": "Something was done differently",
    "person": "About a person or a role",
    "note": "A note; nothing went wrong",
}
WAYS: dict[Way, str] = {
    "go-on": "Go on with this step as it stands",
    "repeat": "Hold this step again, as a new attempt",
    "abort": "Abort the ceremony, and close it in order",
}
EFFECTS: dict[Effect, str] = {
    "none": "None",
    "assess": "Must be assessed afterwards",
    "unusable": "What was made is not to be used",
}


class DeviationForm(QWidget):
    """Kind, expectation, what happened, and who says so; saved with one sentence, completed by the decision."""

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        self._happened = Prose("What happened?", parent=self)
        self._expected = Prose("What was expected?", parent=self)
        self._cause = Chooser("Kind", self)
        self._cause.offer([(cause, CAUSES[cause]) for cause in get_args(Cause)])
        self._by = WhoBox("Reported by", self)
        self._by.show_people(presenter.view.here(), "", presenter.last_typist)
        named(column, "What happened?", self._happened)
        named(column, "What was expected?", self._expected)
        named(column, "Kind", self._cause)
        if presenter.view.here():
            named(column, "Reported by", self._by)
        else:
            self._by.hide()
        self._prefilled = ("", "")
        for prose in (self._happened, self._expected):
            prose.textChanged.connect(self.altered)

    def prefill(self, cause: Cause, expected: str, happened: str) -> None:
        """Put in what the program knows."""
        self._cause.choose(cause)
        self._expected.setPlainText(expected)
        self._happened.setPlainText(happened)
        self._prefilled = (expected, happened)

    def first(self) -> QWidget:
        """What happened."""
        return self._happened

    def gaps(self) -> tuple[Gap, ...]:
        """Both sentences."""
        asked = (("what happened", self._happened), ("what was expected", self._expected))
        return tuple(Gap(words, prose) for words, prose in asked if not prose.text())

    def is_empty(self) -> bool:
        """Whether nobody has typed anything."""
        return (self._expected.text(), self._happened.text()) in (self._prefilled, ("", ""))

    def answer(self) -> Answer:
        """Open the deviation."""
        cause: Cause = next(known for known in CAUSES if known == self._cause.value())
        return self._presenter.desk.deviate(cause, self._by.number(), self._expected.text(), self._happened.text())


class DecisionForm(QWidget):
    """What is done now, what it means for the keys, why, and who decides."""

    altered = Signal()

    def __init__(self, presenter: Presenter, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._number = problem.opened.deviation
        view = presenter.view
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        section(column, f"What is decided on D-{self._number}?", self)
        self._way = Options("What is done now", [(way, WAYS[way]) for way in get_args(Way)], self)
        self._way.chosen.connect(self._chosen)
        column.addWidget(self._way)
        self._again = Chooser("Hold an earlier step again first", self)
        held = dict.fromkeys(run.id for run in view.state.runs if run.done)
        steps = [view.plan.definition.step(step_id) for step_id in held]
        self._again.offer([(s.id, f"{s.number}  {s.title}") for s in steps], "no earlier step, this one only")
        self._before = QWidget(self)
        inner = QVBoxLayout(self._before)
        inner.setContentsMargins(0, 0, 0, 0)
        named(inner, "Hold an earlier step again first?", self._again)
        self._before.hide()
        column.addWidget(self._before)
        self._text = Prose("The decision and its reason", parent=self)
        named(column, "The decision and its reason", self._text)
        self._effect = Chooser("Effect on the keys", self)
        self._effect.offer([(effect, EFFECTS[effect]) for effect in get_args(Effect)])
        named(column, "Effect on the keys", self._effect)
        self._by = WhoBox("Decided by", self)
        self._by.show_people(view.here(), "", presenter.last_typist)
        if view.here():
            named(column, "Decided by", self._by)
        else:
            self._by.hide()
        self._text.textChanged.connect(self.altered)

    def first(self) -> QWidget:
        """The ways."""
        return self._way.first()

    def gaps(self) -> tuple[Gap, ...]:
        """A way and a reason."""
        found = []
        if not self._way.value():
            found.append(Gap("what is done now", self._way.first()))
        if not self._text.text():
            found.append(Gap("the decision and its reason", self._text))
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nothing was chosen or typed."""
        return not self._way.value() and not self._text.text()

    def words(self) -> str:
        """The decision as a button says it."""
        which = f"D-{self._number}"
        return {
            "go-on": f"Decide {which}: go on with the step",
            "repeat": f"Decide {which}: hold the step again",
            "abort": f"Decide {which}: abort the ceremony",
        }.get(self._way.value(), f"Record the decision on {which}")

    def answer(self) -> Answer:
        """Decide."""
        way: Way = next(known for known in WAYS if known == self._way.value())
        effect: Effect = next(known for known in EFFECTS if known == self._effect.value())
        again = self._again.value() if way == "repeat" else ""
        return self._presenter.desk.settle(self._number, way, effect, self._by.number(), self._text.text(), again)

    def _chosen(self) -> None:
        self._before.setVisible(self._way.value() == "repeat" and self._again.count() > 1)
        self.altered.emit()
