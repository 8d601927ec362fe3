"""The part of an enrolment that says who somebody is: seen by whom, on which paper, in whose place."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.coming import Coming
from ceremony_app.core.room import BoundPerson
from ceremony_app.ui.blocks import named, side_by_side
from ceremony_app.ui.choices import Chooser, Tick
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.roster import Someone, place
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role
from ceremony_app.ui.view import View

_ABOUT = (
    "The one who sees the paper compares face and photograph. Only the kind and the issuing country are written, such"
    " as “passport, Norway”: never the number of the paper."
)
_NUMBER = re.compile(r"\d(?:[\s./-]?\d){4,}")
"""Five digits and more, however they are grouped: no kind of paper and no country has them."""

_NOBODY = "0"


class IdentityFields(QWidget):
    """Who saw the identity paper, and which one; and, where somebody stands in for another, for whom and by what."""

    altered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        self._seen_by = Chooser("Identity seen by", self)
        self._paper = Line("Identity paper", parent=self)
        fields = (("Identity seen by", self._seen_by), ("Identity paper: kind and issuing country", self._paper))
        column.addLayout(side_by_side(*fields))
        column.addWidget(Text(_ABOUT, Role.QUIET, parent=self))
        self._proxy = Tick("This person stands in for somebody who is absent", self)
        column.addWidget(self._proxy)
        self._more = QWidget(self)
        inner = QVBoxLayout(self._more)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(SPACE - 4)
        self._absent = Line("Stands in for", parent=self)
        self._authority = Line("By what authority", parent=self)
        named(inner, "Stands in for (name of the absent person)", self._absent)
        named(inner, "By what authority (letter or rule, its date, who signed it)", self._authority)
        self._more.hide()
        column.addWidget(self._more)
        self._proxy.toggled.connect(self._show_more)
        self._seen_by.currentIndexChanged.connect(self.altered)
        for line in (self._paper, self._absent, self._authority):
            line.textChanged.connect(self.altered)

    def show_others(self, view: View, person: BoundPerson | None) -> None:
        """Offer everybody else of the binding, by name where it is known; in a rehearsal nobody yet, too."""
        names = {one.number: one.called for one in view.people}
        others = [one for one in view.plan.binding.people if person is not None and one.number != person.number]
        offered = [(str(one.number), names.get(one.number) or place(view.plan, one)) for one in others]
        nobody = [(_NOBODY, "nobody yet (in a rehearsal only)")] if view.rehearsal else []
        self._seen_by.offer([*offered, *nobody], "choose who saw the identity paper")

    def prefill(self, someone: Someone) -> None:
        """What was said at the first enrolment; who sees the paper is asked anew."""
        self._paper.setText(someone.paper)
        self._absent.setText(someone.proxy_for)
        self._authority.setText(someone.authority)
        self._proxy.setChecked(bool(someone.proxy_for))

    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, in the order of entry."""
        found = []
        paper = self._paper.text()
        if not self._seen_by.value():
            found.append(Gap("who saw the identity paper", self._seen_by))
        if self._seen_by.value() not in ("", _NOBODY) and not paper.strip():
            found.append(Gap("the kind of identity paper", self._paper))
        if _NUMBER.search(paper):
            found.append(Gap("the identity paper without its number", self._paper))
        if self._proxy.isChecked():
            asked = (("who is absent", self._absent), ("the proxy's authority", self._authority))
            found += [Gap(words, line) for words, line in asked if not line.text().strip()]
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        lines = (self._paper, self._absent, self._authority)
        return not self._seen_by.value() and not self._proxy.isChecked() and not any(line.text() for line in lines)

    def empty(self) -> None:
        """Forget what was entered."""
        for line in (self._paper, self._absent, self._authority):
            line.clear()
        self._proxy.setChecked(False)
        self._seen_by.choose("")

    def added_to(self, who: Coming) -> Coming:
        """The same person, with what was entered here."""
        proxy = self._proxy.isChecked()
        return replace(
            who,
            seen_by=int(self._seen_by.value() or 0),
            paper=self._paper.text().strip(),
            proxy_for=self._absent.text().strip() if proxy else "",
            authority=self._authority.text().strip() if proxy else "",
        )

    def _show_more(self, stands_in: bool) -> None:  # noqa: FBT001 - the slot of a signal
        self._more.setVisible(stands_in)
        self.altered.emit()
