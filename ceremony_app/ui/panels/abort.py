"""Abort: a deviation whose decision is to end the ceremony in order. It has no shortcut."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import evidence, named, ruled
from ceremony_app.ui.choices import Chooser, WhoBox
from ceremony_app.ui.decisionform import EFFECTS
from ceremony_app.ui.desk import Effect
from ceremony_app.ui.fields import Line, Prose
from ceremony_app.ui.pages.base import Deed, Gap
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter


class AbortPanel(Panel):
    """What exists, why it ends, a typed phrase; then the closing steps follow."""

    def __init__(self, presenter: Presenter, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(presenter, "Abort this ceremony", leave, parent)
        view = self.view
        self._phrase = f"ABORT {view.run.number}" if view.run else "ABORT"
        self.body.addWidget(
            ruled(
                "▲  An abort cannot be taken back.",
                "It is recorded as a deviation. The ceremony goes to its closing step and is closed in order.",
                self,
            )
        )
        made = [(a.name, f"{a.size} bytes, SHA-256 {a.sha256}", "") for a in view.state.artifacts]
        evidence(self.body, "What exists now", made or [("Files", "none", "")], self)
        self._reason = Prose("Reason", parent=self)
        named(self.body, "Reason", self._reason)
        self._effect = Chooser("Effect on the keys", self)
        self._effect.offer([(effect, words) for effect, words in EFFECTS.items()])
        self._effect.choose("assess")
        named(self.body, "Effect on the keys", self._effect)
        self._by = WhoBox("Decided by", self)
        self._by.show_people(view.here(), "", presenter.last_typist)
        if view.here():
            named(self.body, "Decided by", self._by)
        else:
            self._by.hide()
        self._typed = Line("The phrase that aborts", mono=True, parent=self)
        named(self.body, f"Type  {self._phrase}", self._typed)
        self._reason.textChanged.connect(self.altered)
        self._typed.textChanged.connect(self.altered)
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Leave comes first here: Ctrl+Return never aborts."""
        return (*super().deeds(), Deed("Abort the ceremony", self._abort, "equal"))

    def gaps(self) -> tuple[Gap, ...]:
        """Reason and phrase."""
        found = [] if self._reason.text() else [Gap("the reason", self._reason)]
        if self._typed.text().strip() != self._phrase:
            found.append(Gap(f"the phrase {self._phrase}", self._typed))
        return tuple(found)

    def first(self) -> QWidget:
        """The heading."""
        return self.heading

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self._reason.text() and not self._typed.text()

    def _abort(self) -> None:
        state = self.view.state
        waiting = state.undecided()
        if waiting:
            self._settle(waiting[0].opened.deviation)
            return
        step = self.view.step
        expected = f"Step {step.number} goes as the script says." if step else "The ceremony goes on."
        number = len(state.problems) + 1
        answer = self.presenter.desk.deviate("differently", self._by.number(), expected, self._reason.text())
        self.send(answer, lambda refused: self._settle(number) if refused is None else None)

    def _settle(self, number: int) -> None:
        effect: Effect = next(known for known in EFFECTS if known == self._effect.value())
        by, text = self._by.number(), self._reason.text()
        self.send(self.presenter.desk.settle(number, "abort", effect, by, text), self._done)

    def _done(self, refused: Refused | None) -> None:
        self.leave_if_done(refused)
