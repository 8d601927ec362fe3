"""A wrong entry of this attempt is replaced by a new one; the old one stays in the journal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ceremony_app.core.shown import field_label
from ceremony_app.ui.blocks import evidence, named
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.correctable import correctable
from ceremony_app.ui.fields import Line, Prose
from ceremony_app.ui.pages.base import Deed, Gap
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text


class CorrectionPanel(Panel):
    """Which entry, what it should be, and why."""

    def __init__(self, presenter: Presenter, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(presenter, "Correct an entry", leave, parent)
        view = self.view
        values = correctable(view)
        step = view.step
        labels = {item: field_label(step, item) if step else item for item in values}
        self.body.addWidget(
            Text("The old entry stays in the journal. Sign-offs on this step are given again.", parent=self)
        )
        evidence(self.body, "Entries of this attempt", [(labels[i], v, "") for i, v in values.items()], self)
        self._item = Chooser("Entry", self)
        self._item.offer(list(labels.items()))
        self._value = Line("What it should be", parent=self)
        self._why = Prose("Why it was wrong", parent=self)
        named(self.body, "Entry", self._item)
        named(self.body, "What it should be", self._value)
        named(self.body, "Why it was wrong", self._why)
        self._value.textChanged.connect(self.altered)
        self._why.textChanged.connect(self.altered)
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Correct it, or leave."""
        return (Deed("Record the correction", self._correct), *super().deeds())

    def gaps(self) -> tuple[Gap, ...]:
        """Value and reason."""
        found = [] if self._value.text().strip() else [Gap("what it should be", self._value)]
        if not self._why.text():
            found.append(Gap("why it was wrong", self._why))
        return tuple(found)

    def first(self) -> QWidget:
        """The entries."""
        return self._item

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self._value.text() and not self._why.text()

    def _correct(self) -> None:
        answer = self.presenter.desk.correct(self._item.value(), self._value.text().strip(), self._why.text())
        self.send(answer, self.leave_if_done)
