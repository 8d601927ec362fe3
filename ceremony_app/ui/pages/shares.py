"""The holders of shares come forward on a page: who has, who comes now, and the share or the card itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.attempt import Run
from ceremony_app.core.custody import SharesAsked, share_name
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.core.unplanned import shares_needed
from ceremony_app.ui.blocks import framed, named
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.custodyrows import entered_lines, thing, whose_pin
from ceremony_app.ui.desk import Answer
from ceremony_app.ui.pages.base import Deed, Gap
from ceremony_app.ui.presenter import Presenter, Then
from ceremony_app.ui.roster import Someone, role_title
from ceremony_app.ui.shareentry import ShareEntry
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE, Role

Send: TypeAlias = Callable[[Answer, Then], None]

_NO_TRIES = "PIN tries are not used by shares: a wrong share is refused here, before the token is asked for anything."
_DEVICE = "The device has a quorum of its own and asks for the cards itself. Here stands who came forward with which."


class SharesForm(QWidget):
    """A table for each PIN whose holders are asked, and one form for whoever comes next.

    `send` sends a wish and lets it be heard what came of it. `complete` comes when the last one has come forward.
    """

    altered = Signal()
    complete = Signal()

    def __init__(
        self, presenter: Presenter, run: Run, asked: tuple[SharesAsked, ...], send: Send, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._run = run
        self._asked = asked
        self._send = send
        self._before = ""
        self._tables: list[tuple[Text, Sheet]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for one in asked:
            title, sheet = Text("", Role.LEAD, parent=self), Sheet(f"Holders of the {whose_pin(one.whose)}", self)
            column.addWidget(title)
            column.addWidget(sheet)
            self._tables.append((title, sheet))
        by_shares = any(one.split.by == "shares" for one in asked)
        column.addWidget(Text(_NO_TRIES if by_shares else _DEVICE, Role.QUIET, parent=self))
        self._frame, inner = framed("well", self)
        self._next = Text("", Role.LEAD, parent=self._frame)
        inner.addWidget(self._next)
        self._who = Chooser("Who comes forward", self._frame)
        self._card = Chooser("Number on the card", self._frame)
        self._cards = QWidget(self._frame)
        cards = QVBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(SPACE - 4)
        named(inner, "Who comes forward", self._who)
        named(cards, "Number on the card", self._card)
        inner.addWidget(self._cards)
        self._alone = Text("", Role.WARN, parent=self._frame)
        inner.addWidget(self._alone)
        self._entry: ShareEntry | None = None
        if by_shares:
            self._entry = ShareEntry(presenter.desk.shares.row_fault, self._frame)
            self._entry.altered.connect(self.altered)
            inner.addWidget(self._entry)
        column.addWidget(self._frame)
        self._who.currentIndexChanged.connect(self._other_person)
        self._card.currentIndexChanged.connect(self.altered)
        self.show_asked(run, asked)

    def show_asked(self, run: Run, asked: tuple[SharesAsked, ...]) -> None:
        """Show who has come forward by now; what was entered may also have been forgotten again."""
        self._run, self._asked = run, asked
        view, now = self._presenter.view, self._now()
        for one, (title, sheet) in zip(asked, self._tables, strict=True):
            title.setText(f"{_title(one)}: {len(one.entered)} of {one.least} are there")
            sheet.show_rows(entered_lines(view, run, one))
        self._frame.setVisible(now is not None)
        if now is None:
            self.wipe()
            return
        cards, here = now.split.by == "device", self._candidates(now)
        self._next.setText(f"Now a {thing(now.split)} of a {role_title(view.plan, now.split.role)}")
        invitation = "" if len(here) == 1 else "choose the person" if here else "nobody is here"
        self._who.offer([(str(p.number), p.name) for p in here], invitation)
        taken = {holder.index for holder in now.entered}
        free = [str(index) for index in range(1, now.split.shares + 1) if index not in taken]
        self._card.offer([(index, index) for index in free], "as it stands on the card")
        self._cards.setVisible(cards)
        if self._entry is not None:
            self._entry.setVisible(not cards)
        self._tell()

    def deeds(self) -> tuple[Deed, ...]:
        """The share or the card of whoever comes next, as long as one is still to come."""
        now = self._now()
        if now is None:
            return ()
        words = "Present the card" if now.split.by == "device" else "Enter the share"
        return (Deed(words, self._come_forward, gaps=self.gaps()),)

    def gaps(self) -> tuple[Gap, ...]:
        """What is missing before the next one can come forward."""
        now = self._now()
        if now is None:
            return ()
        found = [] if self._who.value() else [Gap("who comes forward", self._who)]
        if self._entry is not None and now.split.by == "shares":
            return (*found, *self._entry.gaps())
        return (*found, *(() if self._card.value() else (Gap("the number on the card", self._card),)))

    def still_to_come(self) -> tuple[Gap, ...]:
        """Whose shares are missing before the action can be done."""
        plan = self._presenter.view.plan
        return tuple(Gap(shares_needed(plan, one), self._who) for one in self._asked if one.left)

    def is_empty(self) -> bool:
        """Whether nothing is typed."""
        return self._entry is None or self._entry.is_empty()

    def wipe(self) -> None:
        """Overwrite what was typed."""
        if self._entry is not None:
            self._entry.wipe()

    def fill(self) -> None:
        """In a rehearsal: the next one who has a sheet, and what stands on it."""
        now = self._now()
        if now is None:
            return
        for person in self._candidates(now):
            if self._who.value() not in ("", str(person.number)):
                continue
            sheet = self._sheet(now, person)
            if sheet is not None or now.split.by == "device":
                self._who.choose(str(person.number))
                self._card.choose(self._card.itemData(1) or "")
                if sheet is not None and self._entry is not None:
                    self._entry.fill(sheet)
                    sheet.erase()
                break
        self.first().setFocus()

    def first(self) -> QWidget:
        """Where the next one comes forward."""
        gaps = self.gaps()
        return gaps[0].where if gaps else self._who

    def _now(self) -> SharesAsked | None:
        """The PIN whose holders come forward now."""
        return next((one for one in self._asked if one.left), None)

    def _candidates(self, asked: SharesAsked) -> tuple[Someone, ...]:
        """Who may still come forward; the rules have the last word."""
        gone = {holder.person for holder in asked.entered}
        here = self._presenter.view.here()
        return tuple(p for p in here if asked.split.role in p.roles and p.number not in gone)

    def _sheet(self, asked: SharesAsked, person: Someone) -> Secret | None:
        """What stands on a simulated person's sheet."""
        return self._presenter.cast.share(share_name(asked.token, asked.whose), person.number)

    def _other_person(self) -> None:
        """Another person is at the keyboard: nothing of the one before stays."""
        if self._before:
            self.wipe()
        self._before = self._who.value()
        self._tell()

    def _tell(self) -> None:
        """Who looks, and who does not."""
        name = self._presenter.view.named(int(self._who.value() or 0)) if self._who.value() else "the holder"
        self._alone.setText(f"▲  Only {name} looks at this screen; the others step back.")
        now = self._now()
        self._alone.setVisible(now is not None and now.split.by == "shares")
        self.altered.emit()

    def _come_forward(self) -> None:
        now, person = self._now(), int(self._who.value() or 0)
        if now is None:
            return
        shares = self._presenter.desk.shares
        if now.split.by == "device":
            self._send(shares.present(now.whose, int(self._card.value() or 0), person), self._heard)
        elif self._entry is not None and self._entry.stands():
            self._send(shares.enter(now.whose, person, self._entry.take()), self._heard)

    def _heard(self, refused: Refused | None) -> None:
        """After a refusal the same person tries again; else the next one comes."""
        del refused
        if self._now() is None:
            self.complete.emit()
        else:
            self.first().setFocus(Qt.FocusReason.OtherFocusReason)


def _title(asked: SharesAsked) -> str:
    """What is asked for, in words."""
    return f"{thing(asked.split).capitalize()}s of the {whose_pin(asked.whose)}"
