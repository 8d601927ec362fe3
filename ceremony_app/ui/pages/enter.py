"""The next item of a step is answered: a value is typed, or one of several answers chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.prompts import Enter
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Ask, Field
from ceremony_app.core.values import Leaf
from ceremony_app.ui.blocks import framed, named
from ceremony_app.ui.choices import Options, WhoBox
from ceremony_app.ui.correctable import correctable
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import correcting, script
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, role_title
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role

_LONG = 32


class EnterPage(StepPage):
    """All items of the step in their order; the present one in a frame, with its field."""

    def __init__(self, presenter: Presenter, prompt: Enter, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        self._prompt = prompt
        field = prompt.field
        script(self.body, prompt.step, self)
        if prompt.aloud:
            self.body.addWidget(Text("Pause point: read each line aloud, and let it be answered aloud.", Role.LEAD))
        self._entry: Line | Options = (
            Options(field.label, [(choice, choice) for choice in field.choices], self)
            if field.choices
            else Line(field.label, mono=bool(field.pattern), parent=self)
        )
        self._who = WhoBox("Typed by", self)
        self._items(self.body)
        if correctable(self.view):
            correcting(self.body, self)
        self.body.addStretch(1)
        if isinstance(self._entry, Options):
            self._entry.chosen.connect(self.altered)
        else:
            self._entry.textChanged.connect(self.altered)
        self._who.show_people(self._typists(), field.by, 0 if prompt.second else presenter.last_typist)
        self._who.currentIndexChanged.connect(self.altered)
        if field.sample:
            self.offer_samples(self._fill)

    def deeds(self) -> tuple[Deed, ...]:
        """One: the answer is recorded."""
        label = self._prompt.field.label
        return (Deed("Record the answer" if len(label) > _LONG else f"Record “{label}”", self._record),)

    def gaps(self) -> tuple[Gap, ...]:
        """The answer."""
        return () if self._text() else (Gap(self._called(), self.first()),)

    def needed(self) -> tuple[str, ...]:
        """The items that are still open, this one aside once it is filled."""
        left = self.view.prompt.needed
        return left[1:] if self._text() else left

    def first(self) -> QWidget:
        """The field."""
        return self._entry.first() if isinstance(self._entry, Options) else self._entry

    def refresh(self) -> None:
        """People may have come or gone."""
        self._who.show_people(self._typists())

    def is_empty(self) -> bool:
        """Whether no answer was begun."""
        return not self._text()

    def _typists(self) -> tuple[Someone, ...]:
        """Who may make this entry: after a blind one, anybody else."""
        here = self.view.here()
        first = [e.event for e in self._prompt.run.entries if getattr(e.event, "item", "") == self._prompt.field.name]
        maker = getattr(first[-1], "person", 0) if self._prompt.second and first else 0
        return tuple(person for person in here if person.number != maker)

    def _called(self) -> str:
        again = ", typed again by a second person" if self._prompt.second else ""
        return f"{self._prompt.field.label}{again}"

    def _items(self, layout: QVBoxLayout) -> None:
        """Answered lines above, the present one in its frame, the others below."""
        stage = next(s for s in self.step.stages if isinstance(s, Ask) and self._prompt.field in s.fields)
        answers = self._prompt.run.answers
        for field in stage.fields:
            for item in (field.name, f"{field.name}#2") if field.blind else (field.name,):
                if item == self._prompt.item:
                    self._present(layout, field)
                elif item in answers:
                    layout.addWidget(Text(f"✓  {field.label}  →  {self._answer(field, answers[item])}", parent=self))
                else:
                    again = " (second entry)" if item != field.name else ""
                    layout.addWidget(Text(f"○  {field.label}{again}", Role.QUIET, parent=self))

    def _answer(self, field: Field, value: str | Leaf) -> str:
        """An earlier answer; the first of two blind ones stays out of sight until both are made."""
        if field.blind and f"{field.name}#2" not in self._prompt.run.answers:
            return "entered; hidden until the second person has typed it"
        return (self.view.text_of(value.leaf) or "withheld") if isinstance(value, Leaf) else value

    def _present(self, layout: QVBoxLayout, field: Field) -> None:
        frame, inside = framed("well", self)
        inside.addWidget(Text(f"▶  {self._called()}", Role.LEAD, parent=frame))
        if field.wanted:
            text = f"The step goes on with “{field.wanted}”. Any other answer stops it and asks for a deviation."
            inside.addWidget(Text(text, Role.QUIET, parent=frame))
        inside.addWidget(self._entry)
        if field.hint:
            inside.addWidget(Text(field.hint, Role.QUIET, parent=frame))
            self._entry.setAccessibleDescription(field.hint)
        if self.view.here():
            role = f" ({role_title(self.view.plan, field.by)})" if field.by else ""
            named(inside, f"Answered by{role}" if field.choices else f"Typed by{role}", self._who)
        else:
            self._who.hide()
        layout.addWidget(frame)

    def _text(self) -> str:
        return self._entry.value() if isinstance(self._entry, Options) else self._entry.text().strip()

    def _fill(self) -> None:
        sample = self._prompt.field.sample
        if isinstance(self._entry, Options):
            self._entry.choose(sample)
        else:
            self._entry.setText(sample)
        self.first().setFocus()

    def _record(self) -> None:
        self.presenter.last_typist = self._who.number()
        answer = self.presenter.desk.give(self._prompt.item, self._text(), self._who.number())
        self.send(answer, self._heard)

    def _heard(self, refused: Refused | None) -> None:
        if refused is not None:
            self.first().setFocus()
