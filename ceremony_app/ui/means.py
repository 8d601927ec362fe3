"""How the person at the keyboard signs: with a PIN, with a card that is looked at first, or with a key file again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from ceremony_app.core.coming import KeyFile
from ceremony_app.core.device import LAST_TRY, LOCKED
from ceremony_app.core.rules import Refused
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Row
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, pin_name
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.text import Text, caption
from ceremony_app.ui.theme import GAP, Role

_KEYPAD = "No PIN is typed here. Sign, then enter the PIN at the reader when it asks for it."
_LOOKING = "Looking for the card…"


class Means(QWidget):
    """The PIN of the chosen person; above it what the card says of itself, or where the key file lies."""

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._person: Someone | None = None
        self._seen = False
        self._looks = 0
        self._card = Text("", Role.QUIET, parent=self)
        self._warning = Text("", Role.WARN, parent=self)
        self._again = Button("Look for the card again", self._look, "plain", self)
        self._file = Line("My key file", mono=True, parent=self)
        self._file_name = caption("My key file (path)", self._file)
        self._pin = SecretEntry("Ceremony PIN", self)
        self._pin_name = caption("My PIN", self._pin, beside=True)
        self._keypad = Text(_KEYPAD, parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        for widget in (self._card, self._warning, self._again, self._file_name, self._file, self._keypad):
            column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self._pin_name)
        row.addWidget(self._pin, 1)
        column.addLayout(row)
        self._pin.changed.connect(self.altered)
        self._file.textChanged.connect(self.altered)
        self._arrange()

    @property
    def keypad(self) -> bool:
        """Whether the PIN is entered at the reader of the person's card."""
        bound = self._presenter.view.plan.binding.person(self._person.number) if self._person is not None else None
        by_card = self._person is not None and self._person.method == "card"
        return by_card and bound is not None and bound.card is not None and bound.card.pin_entry == "token"

    def show_person(self, person: Someone | None) -> None:
        """Another person signs, or nobody: nothing of the one before stays, and a card is looked for."""
        before = self._person.number if self._person is not None else 0
        self._person = person
        if (person.number if person is not None else 0) != before:
            self._pin.wipe()
            self._file.clear()
            self._tell((), "")
            if person is not None and person.method == "card":
                self._look()
        self._arrange()

    def gaps(self) -> tuple[Gap, ...]:
        """The card, the key file, the PIN."""
        if self._by_card() and not self._seen:
            return (Gap("the card", self._again),)
        found = []
        if self._wants_file() and not self._file.text().strip():
            found.append(Gap("the key file", self._file))
        if not self.keypad and self._pin.is_empty():
            found.append(Gap("the PIN", self._pin))
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether no PIN was begun."""
        return self._pin.is_empty()

    def wipe(self) -> None:
        """Overwrite what was typed."""
        self._pin.wipe()

    def take(self) -> Secret | None:
        """The PIN, or None where it is entered at the reader; the entry is empty then."""
        return None if self.keypad else self._pin.take()

    def file(self) -> KeyFile | None:
        """The key file to be opened before the signature, with a copy of the passphrase; None where none is asked."""
        if not self._wants_file():
            return None
        pin = self._pin.take()
        copy = Secret(pin.reveal())
        self._pin.fill(pin)
        pin.erase()
        return KeyFile(self._file.text().strip(), copy)

    def fill(self) -> None:
        """Put in a rehearsal's samples."""
        if self._person is None:
            return
        credential = self._presenter.played(self._person.number)
        if credential is None:
            return
        if self._wants_file() and isinstance(credential, KeyFile):
            self._file.setText(credential.path)
        if not self.keypad:
            self._pin.fill(self._presenter.cast.pin(self._person.number))

    def refused(self) -> None:
        """Nothing was signed: a card is looked at again, since a try may be gone; then the PIN is entered again."""
        if self._by_card():
            self._look()
        (self._pin if self._pin.isVisibleTo(self) else self._again).setFocus()

    def _by_card(self) -> bool:
        return self._person is not None and self._person.method == "card"

    def _wants_file(self) -> bool:
        return self._person is not None and not self._presenter.desk.at_hand(self._person.number)

    def _look(self) -> None:
        """Ask the card for its rows; what comes for somebody else by then is not shown."""
        if self._person is None:
            return
        self._looks += 1
        look = self._looks
        self._tell((), _LOOKING)

        def seen(found: tuple[Row, ...] | Refused) -> None:
            if not isValid(self) or look != self._looks or self._person is None:
                return
            if isinstance(found, Refused):
                self._tell((), f"Insert the card of {self._person.name}. {found.why}")
            else:
                self._tell(found, "")

        self._presenter.look_up(self._presenter.desk.card_rows(self._person.number), seen)

    def _tell(self, rows: tuple[Row, ...], words: str) -> None:
        """Show a card's rows, or the words that stand for them."""
        self._seen = bool(rows)
        grave = [row for row in rows if row.value in (LAST_TRY, LOCKED)]
        self._card.setText("   ".join(f"{row.label}: {row.value}" for row in rows if row not in grave))
        self._warning.setText(words or "\n".join(f"▲  {row.label}: {row.value}" for row in grave))
        looked = self._again.hasFocus()
        self._arrange()
        if looked and self._pin.isVisibleTo(self):
            self._pin.setFocus()

    def _arrange(self) -> None:
        """Show what the chosen person needs, and nothing else."""
        card, file = self._by_card(), self._wants_file()
        self._card.setVisible(card and self._seen)
        self._warning.setVisible(card and bool(self._warning.text()))
        self._again.setVisible(card and (self.keypad or not self._seen))
        self._file_name.setVisible(file)
        self._file.setVisible(file)
        pin = not self.keypad and (self._seen or not card)
        self._pin_name.setVisible(pin)
        self._pin.setVisible(pin)
        self._keypad.setVisible(self.keypad and self._seen)
        method = self._person.method if self._person is not None else "room"
        self._pin_name.setText("My passphrase" if method == "file" else "My PIN")
        self._pin.setAccessibleName(pin_name(method))
        self.altered.emit()
