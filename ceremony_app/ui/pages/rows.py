"""A digest goes to paper: first its rows are written, then drawn rows are typed back from the paper."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.commands import TypeRow, WriteDown
from ceremony_app.core.events import Answer as Given
from ceremony_app.core.prompts import TypeRows, WriteRows
from ceremony_app.core.rules import Refused
from ceremony_app.core.words import LETTERS, typed_row
from ceremony_app.ui.announce import announce
from ceremony_app.ui.blocks import framed, named, section, side_by_side
from ceremony_app.ui.choices import WhoBox
from ceremony_app.ui.fields import Line
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import script
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role

_PART_1 = "Part 1 of 2: write rows A to H on paper"
_PART_1_BROUGHT = "Part 1 of 2: the paper that was brought"
_WRITTEN = "The digits suffice; the words help when a row is read aloud. Afterwards drawn rows are hidden here."
_BROUGHT = (
    "Lay the paper with this digest before the reader: the one that its owner brought, made before this ceremony. No"
    " row of the digest is on this screen; drawn rows are read from the paper and typed."
)
_HERE = "Record that the paper is here, and the digest is not on the screen"


class WriteRowsPage(StepPage):
    """All eight rows, to be copied by hand; or none, where a paper with them was brought."""

    def __init__(self, presenter: Presenter, prompt: WriteRows, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        script(self.body, prompt.step, self)
        self._brought = prompt.brought
        hidden = LETTERS if prompt.brought else ""
        section(self.body, _PART_1_BROUGHT if prompt.brought else _PART_1, self)
        self.body.addWidget(Text(f"{prompt.label}:", parent=self))
        self.body.addWidget(HashBlock(prompt.digest, hidden=hidden, parent=self))
        self.body.addWidget(Text(_BROUGHT if prompt.brought else _WRITTEN, parent=self))
        self._who = WhoBox("Recorded by", self)
        self._who.show_people(self.view.here(), prompt.step.who, presenter.last_typist)
        if self.view.here():
            named(self.body, "Recorded by", self._who)
        else:
            self._who.hide()
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """One: the rows stand on paper."""
        return (Deed(_HERE if self._brought else "Record that rows A to H stand on paper", self._written),)

    def refresh(self) -> None:
        """People may have come or gone."""
        self._who.show_people(self.view.here())

    def _written(self) -> None:
        self.presenter.last_typist = self._who.number()
        self.send(self.presenter.desk.do(WriteDown(person=self._who.number())))


class TypeRowsPage(StepPage):
    """Drawn rows are hidden; one person reads them from the paper, another one types them."""

    def __init__(self, presenter: Presenter, prompt: TypeRows, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        self._prompt = prompt
        plan, here = self.view.plan, self.view.here()
        letters = f"{', '.join(prompt.drawn[:-1])} and {prompt.drawn[-1]}" if prompt.drawn[1:] else prompt.drawn[0]
        section(self.body, f"Part 2 of 2: rows {letters} were drawn. Read them from the paper.", self)
        self._reader, self._typist = WhoBox("Reader", self), WhoBox("Typist", self)
        self._reader.show_people(here, prompt.reader)
        self._typist.show_people(tuple(p for p in here if p.number != self._reader.number()), prompt.typist)
        self._typist.show_people(here)
        reader = f"Read by the {role_title(plan, prompt.reader)}" if prompt.reader else "Read by"
        typist = f"Typed by the {role_title(plan, prompt.typist)}" if prompt.typist else "Typed by"
        self._fields: dict[str, Line] = {}
        self._verdicts: dict[str, Text] = {}
        frame, layout = framed("well", self)
        for letter in prompt.drawn:
            self._add_row(frame, layout, letter)
        self.body.addWidget(frame)
        if here:
            self.body.addLayout(side_by_side((reader, self._reader), (typist, self._typist)))
        else:
            self._reader.hide()
            self._typist.hide()
        self.body.addWidget(Text(f"{prompt.label}:", parent=self))
        self.body.addWidget(HashBlock(prompt.digest, hidden=LETTERS if prompt.brought else prompt.drawn, parent=self))
        self.body.addStretch(1)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """One: the next row is compared, by the program and not by eye."""
        letter = self._next()
        return (Deed(f"Compare row {letter}" if letter else "Compare the rows", self._compare),)

    def gaps(self) -> tuple[Gap, ...]:
        """The next row, whole."""
        letter = self._next()
        if not letter or typed_row(self._fields[letter].text()) is not None:
            return ()
        return (Gap(f"row {letter}: eight hex digits or four words", self._fields[letter]),)

    def needed(self) -> tuple[str, ...]:
        """The rows that are left."""
        return self.view.prompt.needed

    def first(self) -> QWidget:
        """The field of the next row."""
        letter = self._next()
        return self._fields[letter] if letter else self.heading

    def refresh(self) -> None:
        """A row was typed: rightly, or not."""
        if isinstance(self.view.prompt, TypeRows):
            self._prompt = self.view.prompt
        for letter, field in self._fields.items():
            done = letter not in self._prompt.left
            field.setReadOnly(done)
            self._verdicts[letter].setText(self._verdict(letter, done=done))
        self.altered.emit()

    def is_empty(self) -> bool:
        """Whether no row is half typed."""
        return not any(self._fields[letter].text() for letter in self._prompt.left)

    def _add_row(self, frame: QWidget, layout: QVBoxLayout, letter: str) -> None:
        field = Line(f"Row {letter}, from the paper", mono=True, parent=self)
        verdict = Text("", parent=self)
        field.textChanged.connect(lambda: self._typing(letter))
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        label = Text(f"Row {letter}", Role.LEAD, wrap=False, parent=frame)
        label.setBuddy(field)
        row.addWidget(label)
        row.addWidget(field, 3)
        row.addWidget(verdict, 2)
        layout.addLayout(row)
        self._fields[letter], self._verdicts[letter] = field, verdict

    def _next(self) -> str:
        return self._prompt.left[0] if self._prompt.left else ""

    def _verdict(self, letter: str, *, done: bool) -> str:
        if done:
            return "✓ matches"
        given = [a for a in self._prompt.run.of(Given) if a.item == f"row {letter}"]
        if given and not given[-1].good and not self._fields[letter].text():
            return f"✗ Row {letter} differs. Read row {letter} again slowly, from the paper."
        return ""

    def _typing(self, letter: str) -> None:
        """While a row is typed nothing is said of its being right; words are shown as digits."""
        text = self._fields[letter].text()
        row = typed_row(text)
        words = row is not None and text.strip().lower().replace(" ", "") != row
        if letter in self._prompt.left and text:
            self._verdicts[letter].setText(f"= {row[:4]} {row[4:]}" if words and row else "")
        self.altered.emit()

    def _compare(self) -> None:
        letter = self._next()
        if letter:
            wish = TypeRow(
                letter=letter,
                text=self._fields[letter].text(),
                person=self._typist.number(),
                reader=self._reader.number(),
            )
            self.send(self.presenter.desk.do(wish), lambda refused: self._compared(letter, refused))

    def _compared(self, letter: str, refused: Refused | None) -> None:
        if refused is None and letter in self._prompt.left:
            self._fields[letter].clear()
            verdict = self._verdict(letter, done=False)
            self._verdicts[letter].setText(verdict)
            announce(self, verdict, urgent=True)
        elif refused is None:
            announce(self, f"Row {letter} matches.")
        self.first().setFocus()
