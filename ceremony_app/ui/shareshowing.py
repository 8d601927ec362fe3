"""A share is shown to its holder: who it is, a word to all others, and the words, as long as nothing else is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QVBoxLayout, QWidget

from ceremony_app.core.custody import share_name
from ceremony_app.core.errors import Refusal
from ceremony_app.core.prompts import HandOver
from ceremony_app.core.rules import Refused
from ceremony_app.ui.announce import announce
from ceremony_app.ui.blocks import doing, framed, named
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.custodyrows import record_of, set_and_check
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, role_title
from ceremony_app.ui.sharewords import ShareWords
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE, Role

_HINTS = (
    "Write row after row into the boxes of the sheet, by hand, in capitals.",
    "Then compare every row with the screen once more. No photograph, no second copy.",
)


class ShareShowing(QWidget):
    """Choose the holder, show the words, hide them. They go by themselves when the keyboard or the page goes elsewhere.

    `altered` comes with every change, `opened` with what is shown now: the words, or not.
    """

    altered = Signal()
    opened = Signal(bool)

    def __init__(self, presenter: Presenter, prompt: HandOver, parent: QWidget) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._prompt = prompt
        self._page = parent
        self._seen_by = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self._who = Chooser(f"Holder of share {prompt.index}", self)
        self._choosing = QWidget(self)
        inner = QVBoxLayout(self._choosing)
        inner.setContentsMargins(0, 0, 0, 0)
        self._title = role_title(presenter.view.plan, prompt.stage.split.role)
        named(inner, f"Share {prompt.index} goes to ({self._title})", self._who)
        self._nobody = Text(f"Nobody is here with the role {self._title} and without a share.", parent=self)
        inner.addWidget(self._nobody)
        column.addWidget(self._choosing)
        alone, inner = framed("ruled", self)
        self._alone = Text("", Role.WARN, parent=alone)
        self._show = Button("Show the share to its holder", self._toggle, "usual", alone)
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._line.setSpacing(GAP)
        self._line.addWidget(self._alone, 1)
        self._line.addWidget(self._show, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addLayout(self._line)
        column.addWidget(alone)
        self._words = ShareWords(self)
        column.addWidget(self._words)
        self._hints = QWidget(self)
        inner = QVBoxLayout(self._hints)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(doing(_HINTS, self._hints))
        self._also = Text("", Role.QUIET, parent=self._hints)
        inner.addWidget(self._also)
        column.addWidget(self._hints)
        self._who.currentIndexChanged.connect(self._other_holder)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)
        self.show_people()
        if prompt.holder is not None:
            self._who.choose(str(prompt.holder))
        self._tell()

    def show_people(self) -> None:
        """Offer those who may hold the share: present, of the role, and without another share of this split."""
        here = self._candidates()
        self._who.offer([(str(p.number), p.name) for p in here], "choose the holder" if here else "nobody is here")
        self._nobody.setVisible(not here)

    def holder(self) -> int:
        """Who was chosen, or 0."""
        return int(self._who.value() or 0)

    def choose_first(self) -> None:
        """In a rehearsal: the first who may hold it."""
        here = self._candidates()
        if not self.holder() and here:
            self._who.choose(str(here[0].number))
        self._show.setFocus()

    def gaps(self) -> tuple[Gap, ...]:
        """The holder, and the words shown to this holder."""
        if not self.holder():
            return (Gap(f"the holder of share {self._prompt.index}", self._who),)
        if self._seen_by != self.holder():
            return (Gap(f"share {self._prompt.index}, shown to {self._name()}", self._show),)
        return ()

    def first(self) -> QWidget:
        """Who it is, or what shows the words."""
        return self._show if self.holder() else self._who

    def is_open(self) -> bool:
        """Whether the words can be read."""
        return not self._words.is_empty()

    def close_words(self) -> None:
        """Hide the words, and overwrite them."""
        if self.is_open():
            self._words.wipe()
            self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page, or a panel, is shown."""
        self.close_words()
        super().hideEvent(event)

    def _candidates(self) -> tuple[Someone, ...]:
        stage, taken = self._prompt.stage, self._prompt.taken
        here = self._presenter.view.here()
        return tuple(p for p in here if stage.split.role in p.roles and p.number not in taken)

    def _name(self) -> str:
        return self._presenter.view.named(self.holder()) or "the holder"

    def _toggle(self) -> None:
        if self.is_open():
            self.close_words()
        elif self.holder():
            self._open()
        else:
            self._who.setFocus()
            announce(self, "Choose the holder first.")

    def _open(self) -> None:
        """Show the words to the chosen person; in a rehearsal that one writes them on a simulated sheet."""
        try:
            rows = self._presenter.desk.shares.rows()
        except Refusal as refusal:
            self._presenter.complain(Refused(refusal.rule, refusal.why, refusal.what_to_do))
            return
        self._words.show_rows(rows)
        self._seen_by = self.holder()
        if self._presenter.view.rehearsal:
            stage, sheet = self._prompt.stage, self._words.copied()
            self._presenter.cast.keep_share(share_name(stage.token, stage.whose), self.holder(), sheet)
            sheet.erase()
        self._presenter.put_away()
        self._tell()
        self._show.setFocus()  # Space hides what it has shown

    def _other_holder(self) -> None:
        """Somebody else: what the one before has seen does not count."""
        self._words.wipe()
        self._seen_by = 0
        self._tell()

    def _follow(self, _: QWidget | None = None, now: QWidget | None = None) -> None:
        """The words stand only as long as the keyboard is on this page."""
        if self.is_open() and (now is None or not self._page.isAncestorOf(now)):
            self.close_words()

    def _tell(self) -> None:
        """Words, hints and button as things stand."""
        shown, record = self.is_open(), record_of(self._presenter.view, self._prompt)
        someone = self._name() if self.holder() else "the holder"
        others = "" if shown else "; the others step back"
        self._alone.setText(f"▲  Only {someone} looks at this screen{others}.")
        number, check = set_and_check(record) if record is not None else ("", "")
        self._also.setText(f"Also on the sheet: set of shares {number}, check value {check}." if number else "")
        whom = someone if self.holder() else "its holder"
        self._show.say(f"Hide share {self._prompt.index}" if shown else f"Show share {self._prompt.index} to {whom}")
        direction = QBoxLayout.Direction
        self._line.setDirection(direction.LeftToRight if shown else direction.TopToBottom)  # the words need the height
        self._choosing.setVisible(not shown)
        self._words.setVisible(shown)
        self._hints.setVisible(shown)
        self.opened.emit(shown)
        self.altered.emit()
