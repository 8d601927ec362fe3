"""The form that decides a deviation: what is done now, what becomes of what was left, what it means for the keys."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.prompts import Inspect
from ceremony_app.core.state import Problem
from ceremony_app.ui.blocks import evidence, named, section
from ceremony_app.ui.choices import Chooser, Options, WhoBox
from ceremony_app.ui.desk import Answer, Effect, Remedy, Way
from ceremony_app.ui.fields import Prose
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE, Role
from ceremony_app.ui.view import View

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
REMEDIES: dict[Remedy, str] = {
    "destroy": "Destroy them first, each in a call of its own",
    "quarantine": "Leave them on the token, never to be used",
    "adopt": "Take this pair over, after it has proven itself",
}
_ONLY_ABORT = "As long as nobody knows what the call did, the ceremony can be aborted, and nothing else can be decided."


class DecisionForm(QWidget):
    """What is done now, what becomes of objects that a call left, what it means for the keys, why, and who decides."""

    altered = Signal()

    def __init__(self, presenter: Presenter, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._number = problem.opened.deviation
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        view = presenter.view
        if view.left:
            evidence(column, "Left on the token by a call that was interrupted", objects(view), self)
        section(column, f"What is decided on D-{self._number}?", self)
        self._only = Text(_ONLY_ABORT, Role.BODY, parent=self)
        column.addWidget(self._only)
        self._way = Options("What is done now", [(way, WAYS[way]) for way in get_args(Way)], self)
        self._way.chosen.connect(self._chosen)
        column.addWidget(self._way)
        self._fate = QWidget(self)
        self._remedy = Options("What becomes of these objects?", list(REMEDIES.items()), self._fate)
        self._remedy.chosen.connect(self.altered)
        self._lay_out_fate()
        column.addWidget(self._fate)
        self._again = Chooser("Hold an earlier step again first", self)
        held = dict.fromkeys(run.id for run in view.state.runs if run.done)
        steps = [view.plan.definition.step(step_id) for step_id in held]
        self._again.offer([(s.id, f"{s.number}  {s.title}") for s in steps], "no earlier step, this one only")
        self._before = QWidget(self)
        inner = QVBoxLayout(self._before)
        inner.setContentsMargins(0, 0, 0, 0)
        named(inner, "Hold an earlier step again first?", self._again)
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
        self.refresh()

    def first(self) -> QWidget:
        """The ways."""
        return self._way.first()

    def gaps(self) -> tuple[Gap, ...]:
        """A way, what becomes of the objects, and a reason."""
        found = []
        if not self._way.value():
            found.append(Gap("what is done now", self._way.first()))
        if self._asks_for_remedy() and not self._remedy.value():
            found.append(Gap("what becomes of the objects", self._remedy.first()))
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
        chosen = self._remedy.value() if self._asks_for_remedy() else ""
        remedy: Remedy = next((known for known in REMEDIES if known == chosen), "")
        by, text = self._by.number(), self._text.text()
        return self._presenter.desk.settle(self._number, way, effect, by, text, again, remedy)

    def refresh(self) -> None:
        """Offer what can be decided now."""
        looking = isinstance(self._presenter.view.prompt, Inspect)
        self._way.allow(("abort",) if looking else tuple(WAYS))
        self._only.setVisible(looking)
        self._remedy.allow(self._presenter.view.remedies)
        self._chosen()

    def _asks_for_remedy(self) -> bool:
        """Whether the step is held again, and something is on the token that a call of it left."""
        return self._way.value() == "repeat" and bool(self._presenter.view.remedies)

    def _chosen(self) -> None:
        self._fate.setVisible(self._asks_for_remedy())
        self._before.setVisible(self._way.value() == "repeat" and self._again.count() > 1)
        self.altered.emit()

    def _lay_out_fate(self) -> None:
        """The question, and under it the answers, set in from the left."""
        inner = QVBoxLayout(self._fate)
        inner.setContentsMargins(SPACE, 0, 0, 0)
        inner.setSpacing(GAP)
        section(inner, "What becomes of these objects?", self._fate)
        inner.addWidget(self._remedy)


def objects(view: View) -> Lines:
    """What was left on the token, a line each."""
    return tuple((f"Object {number}", thing.told(), "") for number, thing in enumerate(view.left, start=1))
