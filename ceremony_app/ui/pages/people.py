"""Pages about people alone: new keys after a restart, and the return from a pause."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ceremony_app.core.commands import Go, GoOn
from ceremony_app.core.prompts import EnrolAgain, Paused
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Step
from ceremony_app.ui.blocks import saying, section
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.choices import Tick
from ceremony_app.ui.enrolform import EnrolForm
from ceremony_app.ui.pages.base import Deed, Gap, Page
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, listed
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role


class EnrolAgainPage(Page):
    """After a restart every room key is gone: the people make new ones, before anything else."""

    def __init__(self, presenter: Presenter, prompt: EnrolAgain, parent: QWidget | None = None) -> None:
        del prompt
        super().__init__(presenter, "The program was started again", parent)
        text = "Keys made at roll-call ended with the restart. Each person makes a new one; the journal links the two."
        self.body.addWidget(Text(text, Role.LEAD, parent=self))
        self._left = Text("", parent=self)
        self.body.addWidget(self._left)
        section(self.body, "Enrol again", self)
        self._form = EnrolForm(presenter, self)
        self._form.altered.connect(self.altered)
        self._form.other.connect(self._known)
        self.body.addWidget(self._form)
        gone = Button("Record that this person has left", self._left_the_room, "plain", self)
        self.body.addWidget(gone, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)
        self.offer_samples(self._sample, "Enrol with the sample PIN")
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """One: the person in the form."""
        return (Deed(f"Enrol person {self._form.number()} again", lambda: self.send(self._form.answer(), self._heard)),)

    def gaps(self) -> tuple[Gap, ...]:
        """What the form lacks."""
        return self._form.gaps()

    def needed(self) -> tuple[str, ...]:
        """The people whose keys are void."""
        return tuple(f"a new key of {person.name}" for person in self._void())

    def first(self) -> QWidget:
        """The heading: why this is asked is read first."""
        return self.heading

    def refresh(self) -> None:
        """Those whose key is still void."""
        void = self._void()
        self._left.setText(f"Still to come: {listed(p.name for p in void)}.")
        self._form.show_people(tuple(BoundPerson(number=p.number, roles=p.roles) for p in void))
        if self._form.is_empty():
            self._known()
        self.altered.emit()

    def is_empty(self) -> bool:
        """Whether the form is empty."""
        return self._form.is_empty()

    def _void(self) -> tuple[Someone, ...]:
        return tuple(person for person in self.view.people if person.void and person.present)

    def _known(self) -> None:
        """What the chosen person said the first time; only the secret and who sees the paper are asked anew."""
        person = next((one for one in self._void() if one.number == self._form.number()), None)
        if person is not None:
            self._form.prefill(person)

    def _heard(self, refused: Refused | None) -> None:
        if refused is None:
            self._form.empty()
            self.refresh()
        self._form.first().setFocus()

    def _sample(self) -> None:
        person = next((p for p in self._void() if p.number == self._form.number()), None)
        if person is not None and not self.waiting:
            cast = self.presenter.cast
            bound = BoundPerson(number=person.number, roles=person.roles, method="room")
            answer = self.presenter.desk.enrol(cast.coming(bound), cast.credential(person.number))
            self.send(answer, self._heard)

    def _left_the_room(self) -> None:
        if not self.waiting:
            self.send(self.presenter.desk.do(Go(person=self._form.number())), self._heard)


class PausedPage(Page):
    """The ceremony rests. Who is back is said by name; then what was last done is read aloud."""

    def __init__(self, presenter: Presenter, prompt: Paused, parent: QWidget | None = None) -> None:
        super().__init__(presenter, "The ceremony is paused", parent)
        self._prompt = prompt
        kind = "Attended pause: these people stay in the room" if prompt.kind == "attended" else "Sealed pause"
        stay = listed(self.view.named(number) for number in prompt.stay) or "everyone has left"
        self.head.addWidget(Text(f"{kind}: {stay}", Role.QUIET, parent=self))
        step = self.view.step
        if step is not None:
            self.body.addWidget(saying((_where(step),), self))
        section(self.body, "Who is in the room?", self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(0, 200)
        self.body.addLayout(self._grid)
        self._ticks: dict[int, Tick] = {}
        self._buttons: dict[int, Button] = {}
        for person in self.view.people:
            if person.present:
                self._add(person)
        self.body.addStretch(1)
        self.offer_samples(self._everyone, "Tick everyone")

    def deeds(self) -> tuple[Deed, ...]:
        """One: go on where it stopped."""
        step = self.view.step
        return (Deed(f"Resume step {step.number}" if step else "Resume the ceremony", self._resume),)

    def gaps(self) -> tuple[Gap, ...]:
        """Everybody who has not been recorded as gone."""
        return tuple(
            Gap(self.view.named(number), tick)
            for number, tick in self._ticks.items()
            if tick.isVisibleTo(self) and not tick.isChecked()
        )

    def needed(self) -> tuple[str, ...]:
        """The people who are not ticked."""
        return tuple(gap.text for gap in self.gaps())

    def refresh(self) -> None:
        """Somebody was recorded as gone."""
        present = {person.number for person in self.view.people if person.present}
        for number, tick in self._ticks.items():
            tick.setVisible(number in present)
            self._buttons[number].setVisible(number in present)
        self.altered.emit()

    def first(self) -> QWidget:
        """The heading."""
        return self.heading

    def _add(self, person: Someone) -> None:
        tick = Tick(f"{person.called}: is in the room", self)
        tick.toggled.connect(self.altered)
        leave = Button(f"Record that {person.name} has left", lambda: self._left(person.number), "plain", self)
        row = len(self._ticks)
        self._grid.addWidget(tick, row, 0)
        self._grid.addWidget(leave, row, 1)
        self._ticks[person.number], self._buttons[person.number] = tick, leave

    def _left(self, number: int) -> None:
        if not self.waiting:
            self.send(self.presenter.desk.do(Go(person=number)))

    def _everyone(self) -> None:
        for tick in self._ticks.values():
            tick.setChecked(True)

    def _resume(self) -> None:
        here = tuple(number for number, tick in self._ticks.items() if tick.isChecked() and tick.isVisibleTo(self))
        self.send(self.presenter.desk.do(GoOn(present=here)))


def _where(step: Step) -> str:
    return f"We stopped in step {step.number}, {step.title}. We go on at the beginning of what was interrupted."
