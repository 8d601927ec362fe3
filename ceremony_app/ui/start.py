"""The start screen: what can be done, what it needs, and what was seen of this workstation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout

from ceremony_app.ui.answers import outcome
from ceremony_app.ui.blocks import clear, evidence, named
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.choices import Chooser, Options
from ceremony_app.ui.fields import Line
from ceremony_app.ui.holders import Inside, Whole, scrolling
from ceremony_app.ui.notice import Notice
from ceremony_app.ui.shelf import Opened, Shelf, Told
from ceremony_app.ui.startform import FORMS, LABELS, Ask, Task, send, told
from ceremony_app.ui.text import Heading, Text
from ceremony_app.ui.theme import GAP, MARGIN, SPACE, USUAL, Role

if TYPE_CHECKING:
    from ceremony_app.core.ports import Observation
    from ceremony_app.core.rules import Refused
    from ceremony_app.ui.appearance import Appearance


class StartWindow(QMainWindow):
    """Tasks at the left, the form of the chosen one at the right. `opened` carries a ceremony to be shown."""

    opened = Signal(object)
    _answered = Signal(object)
    _observed = Signal(object)

    def __init__(self, shelf: Shelf, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("Key ceremony")
        self._shelf = shelf
        self._appearance = appearance
        self._fields: dict[Ask, Chooser | Line] = {}
        self._waiting = False
        self.notice = Notice(self._put_away, self)
        interrupted = shelf.interrupted()
        tasks = [task for task in Task if task is not Task.RESUME or interrupted]
        self.tasks = Options("What is to be done", [(task, FORMS[task].title) for task in tasks], self)
        self.tasks.chosen.connect(self._show_form)
        self._form = QVBoxLayout()
        self._form.setSpacing(SPACE)
        self._station = Text("This workstation is being looked at.", Role.QUIET, parent=self)
        self.button = Button("", self.press_primary, "primary", self, key="Ctrl+Return")
        self._lay_out()
        queued = Qt.ConnectionType.QueuedConnection
        self._answered.connect(self._heard, queued)
        self._observed.connect(self._show_station, queued)
        self.tasks.choose(tasks[0])
        self.tasks.first().setFocus(Qt.FocusReason.OtherFocusReason)
        for key, do in self._keys():
            QShortcut(QKeySequence(key), self).activated.connect(lambda do=do: do())
        shelf.observe().add_done_callback(self._observed.emit)

    def press_primary(self) -> None:
        """Do the chosen task, or say which field is empty and go there."""
        if self._waiting:
            return
        task = Task(self.tasks.value())
        given = {ask: _value(field) for ask, field in self._fields.items()}
        lacking = [ask for ask in FORMS[task].asks if not given[ask] and ask not in FORMS[task].may_lack]
        if lacking:
            self.notice.ask_for(tuple(LABELS[ask][0].lower() for ask in lacking))
            self._fields[lacking[0]].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.notice.hide()
        self._waiting = True
        self.button.say("Please wait…")
        send(self._shelf, task, given).add_done_callback(self._answered.emit)

    def _put_away(self) -> None:
        self.notice.hide()
        self.tasks.first().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _heard(self, answer: Future[Opened | Told | Refused]) -> None:
        self._waiting = False
        self.button.say(self._words())
        result = outcome(answer)
        match result:
            case Opened():
                self.opened.emit(result)
            case Told():
                self._tell(result)
            case _:
                self.notice.tell(result)

    @Slot(object)
    def _show_station(self, answer: Future[tuple[Observation, ...]]) -> None:
        seen = outcome(answer)
        if not isinstance(seen, tuple):
            self._station.setText(f"This workstation could not be looked at. {seen.paragraph()}")
            return
        at = f"Seen at {self._shelf.clock():%H:%M:%S} UTC"
        facts = [(fact.label, f"{'✓' if fact.good else '✗'}  {fact.value}", "") for fact in seen]
        good = sum(1 for fact in seen if fact.good)
        self._station.setText(f"{at}: {good} of {len(seen)} facts are as they should be.")
        self._facts.show_rows(facts)
        self._facts.show()

    def _keys(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        look = self._appearance
        return (
            ("Ctrl+Return", self.press_primary),
            ("Ctrl+Enter", self.press_primary),
            ("Ctrl++", lambda: look.resize(look.size + 1)),
            ("Ctrl+=", lambda: look.resize(look.size + 1)),
            ("Ctrl+-", lambda: look.resize(look.size - 1)),
            ("Ctrl+0", lambda: look.resize(USUAL)),
            ("Ctrl+T", lambda: look.wear(look.other_theme())),
        )

    def _lay_out(self) -> None:
        inside = Inside(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(Heading("Key ceremony", self))
        column.addWidget(Text(f"Version {self._shelf.version}", Role.QUIET, parent=self))
        row = QHBoxLayout()
        row.setSpacing(2 * MARGIN)
        left = QVBoxLayout()
        left.setSpacing(GAP)
        left.addWidget(Text("What is to be done?", Role.LEAD, wrap=False, parent=self))
        left.addWidget(self.tasks)
        left.addStretch(1)
        row.addLayout(left, 2)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(self._form)
        right.addStretch(1)
        row.addLayout(right, 3)
        column.addLayout(row)
        self._facts = evidence(column, "This workstation", (), self)
        self._facts.hide()
        column.addWidget(Text("What was seen is no proof that nothing else is there.", Role.QUIET, parent=self))
        column.addStretch(1)
        scroll = scrolling("Tasks", inside, self)
        bar = QFrame(self)
        bar.setProperty("part", "bar")
        below = QHBoxLayout(bar)
        below.setContentsMargins(MARGIN, GAP, SPACE, GAP)
        below.addWidget(self._station, 1)
        below.addWidget(self.button)
        central = Whole(self)
        whole = QVBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(self.notice)
        whole.addWidget(bar)
        self.setCentralWidget(central)

    def _words(self) -> str:
        return FORMS[Task(self.tasks.value())].button

    def _show_form(self) -> None:
        clear(self._form)
        form = FORMS[Task(self.tasks.value())]
        self._form.addWidget(Text(form.title, Role.LEAD, parent=self))
        self._form.addWidget(Text(form.about, parent=self))
        self._fields = {ask: self._field(ask) for ask in form.asks}
        for ask, field in self._fields.items():
            name, hint = LABELS[ask]
            named(self._form, f"{name} (may be empty)" if ask in form.may_lack else name, field, hint)
        self._whole = Text("", Role.QUIET, parent=self)
        self._form.addWidget(self._whole)
        self._name_interrupted()
        self.button.say(self._words())

    def _name_interrupted(self) -> None:
        """The chosen interrupted ceremony in full, with its folder."""
        field = self._fields.get(Ask.UNFINISHED)
        self._whole.setVisible(isinstance(field, Chooser))
        if isinstance(field, Chooser):
            self._whole.setText(f"{field.currentText()}\n{field.value()}")

    def _field(self, ask: Ask) -> Chooser | Line:
        name = LABELS[ask][0]
        if ask is Ask.UNFINISHED:
            chooser = Chooser(name, self)
            chooser.offer([(stopped.folder, told(stopped)) for stopped in self._shelf.interrupted()])
            chooser.currentTextChanged.connect(self._name_interrupted)
            return chooser
        if ask is Ask.DEFINITION:
            chooser = Chooser(name, self)
            chooser.setEditable(True)
            chooser.setInsertPolicy(Chooser.InsertPolicy.NoInsert)
            chooser.offer([(offer.id, offer.title) for offer in self._shelf.offers()])
            typed = chooser.lineEdit()
            if typed is not None:
                typed.setCursorPosition(0)
            return chooser
        line = Line(name, parent=self)
        if ask is Ask.FOLDER and self.tasks.value() == Task.REHEARSE:
            line.setText(self._shelf.new_folder())
        return line

    def _tell(self, said: Told) -> None:
        self._show_form()
        title = f"{'✓' if said.good else '✗'}  {said.title}"
        evidence(self._form, title, [(what, how, "") for what, how in said.rows], self)


def _value(field: Chooser | Line) -> str:
    """What a field holds: an offered value, or what was typed."""
    if isinstance(field, Line):
        return field.text().strip()
    typed = field.currentText()
    return field.value() if field.findText(typed) >= 0 else typed.strip()
