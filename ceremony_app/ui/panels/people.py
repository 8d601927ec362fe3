"""F7: who is in the room; arrivals and departures are recorded as they happen, and who comes late is enrolled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.commands import Come, Go
from ceremony_app.core.prompts import Enrolment
from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import clear, evidence, section
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.enrolform import EnrolForm
from ceremony_app.ui.focus import focused
from ceremony_app.ui.keycheck import KeyCheck
from ceremony_app.ui.pages.base import Deed, Gap
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import expected
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, Role
from ceremony_app.ui.waiting import waited_for
from ceremony_app.ui.whoishere import who_rows


class PeoplePanel(Panel):
    """A table of all who were enrolled, a button for each to leave or return, and the form for who comes late."""

    def __init__(self, presenter: Presenter, leave: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(presenter, "Who is in the room", leave, parent)
        self._waits = Text("", Role.WARN, parent=self)
        self.body.addWidget(self._waits)
        self._table = evidence(self.body, "People", (), self)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(GAP)
        self.body.addLayout(self._buttons)
        self.body.addWidget(Text("When somebody leaves, the quorums are counted anew.", parent=self))
        self._check = KeyCheck(presenter, self)
        self._check.altered.connect(self.altered)
        self.body.addWidget(self._check)
        self._late: EnrolForm | None = None
        self._last = 0
        if self._somebody_may_come_late():
            section(self.body, "Enrol somebody who has come late", self)
            self._late = EnrolForm(presenter, self)
            self._late.altered.connect(self.altered)
            self.body.addWidget(self._late)
        self.body.addStretch(1)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """Leave; or enrol the person in the form, once something stands in it."""
        late = self._late
        if late is None or late.is_empty():
            return super().deeds()
        return (Deed(f"Enrol person {late.number()}", self._enrol), *super().deeds())

    def gaps(self) -> tuple[Gap, ...]:
        """What the form lacks, if it was begun; that a key was read from its owner's paper."""
        late = self._late
        return (*self._check.gaps(), *(late.gaps() if late is not None and not late.is_empty() else ()))

    def needed(self) -> tuple[str, ...]:
        """Whom the step waits for, and what the form lacks."""
        waits = waited_for(self.view)
        return (*((waits.told(),) if waits.roles else ()), *super().needed())

    def is_empty(self) -> bool:
        """Whether nothing was begun."""
        return self._late is None or self._late.is_empty()

    def refresh(self) -> None:
        """Somebody came or left."""
        people, step = self.view.people, self.view.step
        waits = waited_for(self.view)
        where = f"Step {step.number}: " if step is not None else ""
        self._waits.setText(f"▲  {where}{waits.told()}." if waits.roles else "")
        self._waits.setVisible(bool(waits.roles))
        rows = who_rows(self.view, self.presenter.desk.entries())
        self._table.show_rows(rows or [("nobody", "Nobody is enrolled yet.", "")])
        inside = focused(self)
        elsewhere = inside is not None and inside is not self.heading and isinstance(inside, Button)
        clear(self._buttons)
        for person in people:
            words = f"Record that {person.name} {'leaves' if person.present else 'is back'}"
            move = partial(self._move, person.number, leaving=person.present)
            self._buttons.addWidget(Button(words, move, "plain", self), 0, Qt.AlignmentFlag.AlignLeft)
        if elsewhere and self.isVisible():
            self.heading.setFocus()
        if self._late is not None:
            left = expected(self.view.plan, self.view.state)
            self._late.show_people(left)
            self._late.setVisible(bool(left))

    def _somebody_may_come_late(self) -> bool:
        """Whether a place of the binding is free, and it is not the roll-call itself that asks for people."""
        roll_call = isinstance(self.view.prompt, Enrolment)
        return bool(self.view.people) and not roll_call and bool(expected(self.view.plan, self.view.state))

    def _move(self, number: int, *, leaving: bool) -> None:
        if not self.waiting:
            self.send(self.presenter.desk.do(Go(person=number) if leaving else Come(person=number)))

    def _enrol(self) -> None:
        if self._late is not None and not self.waiting:
            self._last = self._late.number()
            self.send(self._late.answer(), self._enrolled)

    def _enrolled(self, refused: Refused | None) -> None:
        if refused is None and self._late is not None:
            self._late.empty()
            self._check.ask(self._last)
            self.refresh()
            (self._check.rows() or self.heading).setFocus()
