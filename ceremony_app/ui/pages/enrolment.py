"""Roll-call: who is here, and one person after another is enrolled with a key of their own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.commands import CompleteRollCall
from ceremony_app.core.prompts import Enrolment
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import clear, evidence, section
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.enrolform import EnrolForm
from ceremony_app.ui.keycheck import KeyCheck
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import script
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import counted, expected, role_title
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, Role
from ceremony_app.ui.whoishere import who_rows


class EnrolmentPage(StepPage):
    """A table of those who are here, the form for the next person, and in a rehearsal a button for each sample."""

    def __init__(self, presenter: Presenter, prompt: Enrolment, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        script(self.body, prompt.step, self)
        self._check = KeyCheck(presenter, self)
        self._check.altered.connect(self.altered)
        self.body.addWidget(self._check)
        section(self.body, "Enrol a person", self)
        self._form = EnrolForm(presenter, self)
        self._last = 0
        self._form.altered.connect(self.altered)
        self.body.addWidget(self._form)
        self._samples = QVBoxLayout()
        self._samples.setSpacing(GAP)
        self.body.addLayout(self._samples)
        self._here = evidence(self.body, "Who is here", (), self)
        self._missing = Text("", parent=self)
        self.body.addWidget(self._missing)
        self.body.addStretch(1)
        self._show()

    def deeds(self) -> tuple[Deed, ...]:
        """Enrol the person in the form; when all are here and the form is empty, end the roll-call."""
        if self._complete():
            return (Deed("Record that everyone is here", self._finish),)
        number = self._form.number()
        return (Deed(f"Enrol person {number}" if number else "Enrol this person", self._enrol),)

    def gaps(self) -> tuple[Gap, ...]:
        """What the form lacks; first of all, that the last key was read from its owner's paper."""
        return (*self._check.gaps(), *(() if self._complete() else self._form.gaps()))

    def needed(self) -> tuple[str, ...]:
        """The roles that nobody holds yet."""
        return self.view.prompt.needed

    def first(self) -> QWidget:
        """What is missing first, or the heading when all are here."""
        gaps = self.gaps()
        return gaps[0].where if gaps else self.heading

    def refresh(self) -> None:
        """Somebody was enrolled, came or left."""
        self._show()

    def is_empty(self) -> bool:
        """Whether the form is empty."""
        return self._form.is_empty()

    def _complete(self) -> bool:
        prompt = self.view.prompt
        return isinstance(prompt, Enrolment) and not prompt.missing and self._form.is_empty()

    def _show(self) -> None:
        view = self.view
        rows = who_rows(view, self.presenter.desk.entries())
        self._here.show_rows(rows or [("nobody yet", "Enrol the first person in the form above.", "")])
        missing = view.prompt.missing if isinstance(view.prompt, Enrolment) else {}
        still = f"Still to come: {counted(view.plan, missing)}."
        self._missing.setText(still if missing else "✓  Every role is filled.")
        left = expected(view.plan, view.state)
        self._form.show_people(left)
        self._form.setVisible(bool(left))
        self._show_samples(left)
        self.altered.emit()

    def _show_samples(self, left: tuple[BoundPerson, ...]) -> None:
        clear(self._samples)
        if not self.view.rehearsal or not left:
            return
        self._samples.addWidget(Text("Rehearsal: simulated people", Role.LABEL, parent=self))
        names = [self.presenter.cast.coming(person).name for person in left]
        for person, name in zip(left, names, strict=True):
            titles = " and ".join(role_title(self.view.plan, role) for role in person.roles)
            words = f"Enrol {name}" if titles in name else f"Enrol {name}, {titles}"
            words += f", person {person.number}" if names.count(name) > 1 else ""
            button = Button(words, partial(self._sample, person), "plain", self)
            self._samples.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _enrol(self) -> None:
        self._last = self._form.number()
        self.send(self._form.answer(), self._enrolled)

    def _sample(self, person: BoundPerson) -> None:
        if not self.waiting:
            self._last = person.number
            credential = self.presenter.played(person.number)
            if credential is not None:
                coming = self.presenter.cast.coming(person)
                self.send(self.presenter.desk.enrol(coming, credential), self._enrolled)

    def _enrolled(self, refused: Refused | None) -> None:
        if refused is None:
            self._form.empty()
            self._check.ask(self._last)
            self._show()
        target = (self._check.rows() if refused is None else None) or self.first()
        target.setFocus()
        self.bring_into_sight(self._check if self._check.isAncestorOf(target) else target)

    def _finish(self) -> None:
        self.send(self.presenter.desk.do(CompleteRollCall(person=self._leader())))

    def _leader(self) -> int:
        """Who ends the roll-call: the step's own role, or the first person here."""
        here = self.view.here()
        holder = next((p.number for p in here if self.step.who in p.roles), 0)
        return holder or (here[0].number if here else 0)
