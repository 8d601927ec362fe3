"""A share of a split PIN is handed out: its holder writes it down, alone at the screen, and types it back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.custody import share_name
from ceremony_app.core.prompts import HandOver
from ceremony_app.core.rules import Refused
from ceremony_app.ui.blocks import evidence, framed
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.custodyrows import split_lines, whose_pin
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import script
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.shareentry import ShareEntry
from ceremony_app.ui.shareshowing import ShareShowing
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role

_SPOILED = "A spoiled sheet is destroyed, and the same share is written on a fresh one."


class HandOverPage(StepPage):
    """First the words for the holder's eyes; then, hidden, the same words from the sheet. Below, who holds what."""

    def __init__(self, presenter: Presenter, prompt: HandOver, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=False)
        self._prompt = prompt
        split, pin = prompt.stage.split, whose_pin(prompt.stage.whose)
        self._lead = Text(f"Share {prompt.index} of {split.shares} of the {pin}", Role.LEAD, parent=self)
        self.head.addWidget(self._lead)
        self._showing = ShareShowing(presenter, prompt, self)
        self._showing.altered.connect(self.altered)
        self.body.addWidget(self._showing)
        self._entry = ShareEntry(presenter.desk.shares.row_fault, self)
        self._entry.altered.connect(self.altered)
        self._typing = self._typed_back()
        self.body.addWidget(self._typing)
        self._return = Button(f"Return to typing share {prompt.index}", self._type, "plain", self)
        self.body.addWidget(self._return, 0, Qt.AlignmentFlag.AlignLeft)
        self._around = QWidget(self)
        around = QVBoxLayout(self._around)
        around.setContentsMargins(0, 0, 0, 0)
        around.setSpacing(SPACE)
        self._lines = evidence(around, "The shares", split_lines(self.view, prompt), self._around)
        script(around, prompt.step, self._around)
        self.body.addWidget(self._around)
        self.body.addStretch(1)
        self._showing.opened.connect(self._opened)
        self.offer_samples(self._fill)
        self._turn(typing=prompt.holder is not None)

    def deeds(self) -> tuple[Deed, ...]:
        """One: the share stands on paper, or what was typed is what stands there."""
        if self._is_typing():
            return (Deed("This is what stands on my sheet", self._prove),)
        return (Deed("The share stands on my sheet", self._written),)

    def gaps(self) -> tuple[Gap, ...]:
        """The holder and the look at the share, or the rows."""
        return self._entry.gaps() if self._is_typing() else self._showing.gaps()

    def needed(self) -> tuple[str, ...]:
        """What is missing here; with all of it there, what the step waits for."""
        return tuple(gap.text for gap in self.gaps()) or self.view.prompt.needed

    def first(self) -> QWidget:
        """The first row, or who the holder is."""
        return self._entry.first() if self._is_typing() else self._showing.first()

    def refresh(self) -> None:
        """People may have come or gone."""
        if isinstance(self.view.prompt, HandOver):
            self._prompt = self.view.prompt
            self._lines.show_rows(split_lines(self.view, self._prompt))
        self._showing.show_people()

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return self._entry.is_empty()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing of a share stays on a page that is not seen."""
        self._showing.close_words()
        if not self._entry.is_empty():
            self._entry.wipe()
            self.setProperty("before", self._entry.first())  # where the typing begins anew
        super().hideEvent(event)

    def _typed_back(self) -> QWidget:
        """The rows as they are typed back, and a way to see the share again."""
        box, holder = QWidget(self), self._prompt.holder
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        alone, inner = framed("ruled", box)
        name = self.view.named(holder) if holder is not None else "the holder"
        text = f"▲  {name} types share {self._prompt.index} back, from the sheet. The others step back."
        inner.addWidget(Text(text, Role.WARN, parent=alone))
        column.addWidget(alone)
        column.addWidget(self._entry)
        again = QVBoxLayout()
        again.setSpacing(2)
        again.addWidget(Text(_SPOILED, Role.QUIET, parent=box))
        button = Button(f"Show share {self._prompt.index} again", self._show_again, "plain", box)
        again.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(again)
        return box

    def _opened(self, shown: bool) -> None:  # noqa: FBT001 - a signal's value
        """While the words are shown, nothing else takes their room."""
        for part in (self._lead, self._around):
            part.setVisible(not shown)
        self._return.setVisible(not shown and self._prompt.holder is not None and not self._is_typing())

    def _is_typing(self) -> bool:
        return not self._typing.isHidden()

    def _turn(self, *, typing: bool) -> None:
        """The one side of the page or the other."""
        self._showing.close_words()
        self._entry.wipe()
        self._typing.setVisible(typing)
        self._showing.setVisible(not typing)
        self._return.setVisible(not typing and self._prompt.holder is not None)
        self.altered.emit()

    def _type(self) -> None:
        self._turn(typing=True)
        self.first().setFocus()

    def _show_again(self) -> None:
        self._turn(typing=False)
        self.presenter.put_away()
        self.pane.verticalScrollBar().setValue(0)
        self.first().setFocus()

    def _written(self) -> None:
        self._showing.close_words()
        self.send(self.presenter.desk.shares.written(self._showing.holder()), self._heard_written)

    def _heard_written(self, refused: Refused | None) -> None:
        """A share that was shown again to the same holder is still this page's: it is typed back now."""
        if refused is None and self._prompt.holder is not None:
            self._type()
        elif refused is not None:
            self.first().setFocus()

    def _prove(self) -> None:
        if self._entry.stands():
            self.send(self.presenter.desk.shares.prove(self._prompt.holder or 0, self._entry.take()), self._heard)

    def _heard(self, refused: Refused | None) -> None:
        if refused is not None:
            self.first().setFocus()

    def _fill(self) -> None:
        """In a rehearsal: the first who may hold it, or what the holder has written."""
        if not self._is_typing():
            self._showing.choose_first()
            return
        stage, holder = self._prompt.stage, self._prompt.holder or 0
        sheet = self.presenter.cast.share(share_name(stage.token, stage.whose), holder)
        if sheet is not None:
            self._entry.fill(sheet)
            sheet.erase()
        self.first().setFocus()
