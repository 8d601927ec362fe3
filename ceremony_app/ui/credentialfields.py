"""The part of an enrolment with the secret: a new ceremony PIN, a key file and its passphrase, or a card."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from ceremony_app.core.coming import Card, Credential, KeyFile, RoomPin
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.rules import Refused
from ceremony_app.core.values import Row
from ceremony_app.ui.blocks import clear, framed, named
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.pages.parts import tries
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.text import Text, caption
from ceremony_app.ui.theme import SPACE, Role

_ABOUT = {
    "room": "The ceremony PIN is for today's sign-offs only. It is no PIN of a device, and nothing made from it is"
    " recorded.",
    "file": "The key stays in the person's own file. The passphrase is entered now and at each sign-off, and kept"
    " nowhere.",
    "card": "The card signs once now, to show that card and PIN belong together. A wrong PIN costs one of its tries.",
}
_FIRST = {"room": "PIN, chosen by the person", "file": "Passphrase of the key file", "card": "PIN of the card"}
_MISSING = {"room": "the PIN", "file": "the passphrase", "card": "the PIN of the card"}
_READER = "The PIN is entered at the card reader's own keypad, when the reader asks for it."


class CredentialFields(QWidget):
    """Fields by the method that the binding gives the chosen person."""

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._person: BoundPerson | None = None
        self._method = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        self._file = Line("Key file of the person", mono=True, parent=self)
        self._brought, inner = _part(self)
        named(inner, "Key file that the person brought (path)", self._file)
        self._card, inner = _part(self)
        self._seen = Text("", parent=self)
        self._warned = QVBoxLayout()
        ask = Button("Ask the card", self._ask, "plain", self)
        beside = QHBoxLayout()
        beside.setSpacing(SPACE)
        beside.addWidget(self._seen, 1)
        beside.addWidget(ask, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(beside)
        inner.addLayout(self._warned)
        self._reader, inner = framed("say", self)
        inner.addWidget(Text(_READER, Role.SAY, parent=self._reader))
        self._pin = SecretEntry("Ceremony PIN", self)
        self._again = SecretEntry("The same again", self)
        self._secrets = QWidget(self)
        row = QHBoxLayout(self._secrets)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        first, inner = _part(self._secrets)
        self._first = caption(_FIRST["room"], self._pin)
        inner.addWidget(self._first)
        inner.addWidget(self._pin)
        self._second, inner = _part(self._secrets)
        named(inner, "The same again", self._again)
        row.addWidget(first, 1)
        row.addWidget(self._second, 1)
        self._about = Text("", Role.QUIET, parent=self)
        for part in (self._brought, self._card, self._reader, self._secrets, self._about):
            column.addWidget(part)
        self._file.textChanged.connect(self.altered)
        for secret in (self._pin, self._again):
            secret.changed.connect(self.altered)
        self.show_person(None)

    def show_person(self, person: BoundPerson | None) -> None:
        """Ask for what this person signs with; of another person, nothing that was typed stays."""
        if self._method and person == self._person:
            return
        self.empty()
        self._person, self._method = person, person.method if person else "room"
        bound = person.card if person is not None and self._method == "card" else None
        keypad = bound is not None and bound.pin_entry == "token"
        self._brought.setVisible(self._method == "file")
        self._card.setVisible(bound is not None)
        self._reader.setVisible(keypad)
        self._secrets.setVisible(not keypad)
        self._second.setVisible(self._method == "room")
        self._first.setText(_FIRST[self._method])
        self._pin.setAccessibleName(_FIRST[self._method])
        self._about.setText(_ABOUT[self._method])
        if bound is not None:
            self._show_card((Row("Card", bound.serial), Row("Model", bound.model or "any")))

    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, in the order of entry."""
        found = []
        if self._method == "file" and not self._file.text().strip():
            found.append(Gap("the key file", self._file))
        if self._at_reader():
            return tuple(found)
        if self._pin.is_empty():
            found.append(Gap(_MISSING[self._method], self._pin))
        elif self._method == "room" and not self._pin.same_as(self._again):
            found.append(Gap("the same PIN again" if not self._again.is_empty() else "the PIN again", self._again))
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self._file.text() and self._pin.is_empty() and self._again.is_empty()

    def empty(self) -> None:
        """Forget what was typed."""
        self._file.clear()
        self._pin.wipe()
        self._again.wipe()

    def take(self) -> Credential:
        """What was entered; the secret leaves the form."""
        if self._at_reader():
            return Card(None)
        pin = self._pin.take()
        self._again.wipe()
        match self._method:
            case "file":
                return KeyFile(self._file.text().strip(), pin)
            case "card":
                return Card(pin)
            case _:
                return RoomPin(pin)

    def _at_reader(self) -> bool:
        card = self._person.card if self._person is not None and self._method == "card" else None
        return card is not None and card.pin_entry == "token"

    def _show_card(self, rows: tuple[Row, ...]) -> None:
        self._seen.setText("   ".join(f"{row.label}: {row.value}" for row in rows))
        clear(self._warned)
        tries(self._warned, rows, self)

    def _ask(self) -> None:
        """Ask the card; a refusal, such as that it is not there, stands in place of its rows."""
        person = self._person
        if person is None:
            return

        def seen(found: tuple[Row, ...] | Refused) -> None:
            if not isValid(self) or self._person != person:
                return
            if isinstance(found, Refused):
                self._presenter.complain(found)
            elif found:
                self._show_card(found)

        self._presenter.look_up(self._presenter.desk.card_rows(person.number), seen)


def _part(parent: QWidget) -> tuple[QWidget, QVBoxLayout]:
    """A part that can be hidden with the name above it."""
    part = QWidget(parent)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    return part, column
