"""The form in which a person is enrolled: who, under which roles, and a secret that only they know."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.room import BoundPerson
from ceremony_app.ui.blocks import named, side_by_side
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.desk import Answer
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import pin_name, role_title
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role

_ABOUT_PIN = (
    "The ceremony PIN is for today's sign-offs only. It is no PIN of a device, and nothing made from it is recorded."
)


class EnrolForm(QWidget):
    """Person of the binding, name, organisation, and a PIN twice; or key file and passphrase, where one is bound."""

    altered = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._people: dict[str, BoundPerson] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        self._who = Chooser("Place in the ceremony", self)
        self._name = Line("Name", parent=self)
        self._organisation = Line("Organisation", parent=self)
        self._file = Line("Key file of the person", mono=True, parent=self)
        self._pin = SecretEntry("Ceremony PIN", self)
        self._again = SecretEntry("The same again", self)
        self._duties = Text("", Role.QUIET, parent=self)
        named(column, "Place in the ceremony", self._who)
        column.addWidget(self._duties)
        column.addLayout(side_by_side(("Name, typed by the person", self._name), ("Organisation", self._organisation)))
        self._brought = QWidget(self)
        inner = QVBoxLayout(self._brought)
        inner.setContentsMargins(0, 0, 0, 0)
        named(inner, "Key file that the person brought (path)", self._file)
        column.addWidget(self._brought)
        column.addLayout(side_by_side(("PIN, chosen by the person", self._pin), ("The same again", self._again)))
        column.addWidget(Text(_ABOUT_PIN, Role.QUIET, parent=self))
        self._who.currentIndexChanged.connect(self._show_duties)
        for line in (self._name, self._organisation, self._file):
            line.textChanged.connect(self.altered)
        for secret in (self._pin, self._again):
            secret.changed.connect(self.altered)

    def show_people(self, people: tuple[BoundPerson, ...]) -> None:
        """Offer these people of the binding."""
        plan = self._presenter.view.plan
        self._people = {str(person.number): person for person in people}
        self._who.offer(
            [(str(p.number), f"{p.number}: {' and '.join(role_title(plan, r) for r in p.roles)}") for p in people]
        )
        self._show_duties()

    def prefill(self, name: str, organisation: str) -> None:
        """Put in what is known of a person who is enrolled again."""
        self._name.setText(name)
        self._organisation.setText(organisation)

    def number(self) -> int:
        """The chosen person's number, or 0."""
        return int(self._who.value() or 0)

    def first(self) -> QWidget:
        """The first field that is empty."""
        gaps = self.gaps()
        return gaps[0].where if gaps else self._name

    def gaps(self) -> tuple[Gap, ...]:
        """What is still missing, in the order of entry."""
        found = []
        if not self._who.value():
            found.append(Gap("the person", self._who))
        if not self._name.text().strip():
            found.append(Gap("the name", self._name))
        if not self._organisation.text().strip():
            found.append(Gap("the organisation", self._organisation))
        if self._by_file() and not self._file.text().strip():
            found.append(Gap("the key file", self._file))
        if self._pin.is_empty():
            found.append(Gap("the passphrase" if self._by_file() else "the PIN", self._pin))
        elif self._again.isVisibleTo(self) and not self._pin.same_as(self._again):
            found.append(Gap("the same PIN again" if not self._again.is_empty() else "the PIN again", self._again))
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        typed = self._name.text() or self._organisation.text() or self._file.text()
        return not typed and self._pin.is_empty() and self._again.is_empty()

    def empty(self) -> None:
        """Forget what was typed."""
        self._name.clear()
        self._organisation.clear()
        self._file.clear()
        self._pin.wipe()
        self._again.wipe()

    def answer(self) -> Answer:
        """Send the enrolment; the PIN leaves the form."""
        person = self._people[self._who.value()]
        pin = self._pin.take()
        self._again.wipe()
        name, organisation = self._name.text().strip(), self._organisation.text().strip()
        if self._by_file():
            path = Path(self._file.text().strip())
            return self._presenter.desk.enrol_file(person.number, person.roles, name, organisation, path, pin)
        return self._presenter.desk.enrol(person.number, person.roles, name, organisation, pin)

    def _by_file(self) -> bool:
        """Whether the chosen person signs with a key file of their own."""
        person = self._people.get(self._who.value())
        return person is not None and person.method == "file"

    def _show_duties(self) -> None:
        person = self._people.get(self._who.value())
        roles = self._presenter.view.plan.definition.roles
        duties = [duty for role in (person.roles if person else ()) if role in roles for duty in roles[role].duties]
        self._duties.setText(f"Reads aloud: {' '.join(duties)}" if duties else "")
        self._duties.setVisible(bool(duties))
        method = person.method if person else "room"
        self._pin.setAccessibleName(pin_name(method))
        self._again.setVisible(method == "room")
        self._brought.setVisible(method == "file")
        self.altered.emit()
