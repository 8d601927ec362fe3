"""The form in which a person is enrolled: who, seen by whom, and a secret or key that only they have."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.coming import Coming
from ceremony_app.core.room import BoundPerson
from ceremony_app.ui.blocks import named, side_by_side
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.credentialfields import CredentialFields
from ceremony_app.ui.desk import Answer
from ceremony_app.ui.fields import Line
from ceremony_app.ui.identityfields import IdentityFields
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import Someone, namesake, place
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE, Role


class EnrolForm(QWidget):
    """Place in the ceremony, name and organisation, identity, and what the person signs with.

    `other` says that another place was chosen.
    """

    altered = Signal()
    other = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._people: dict[str, BoundPerson] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE - 4)
        self._who = Chooser("Place in the ceremony", self)
        self._duties = Text("", Role.QUIET, parent=self)
        self._name = Line("Name", parent=self)
        self._organisation = Line("Organisation", parent=self)
        self._double = Text("", Role.WARN, parent=self)
        self._double.hide()
        self._identity = IdentityFields(self)
        self._credential = CredentialFields(presenter, self)
        named(column, "Place in the ceremony", self._who)
        column.addWidget(self._duties)
        column.addLayout(side_by_side(("Name, typed by the person", self._name), ("Organisation", self._organisation)))
        for part in (self._double, self._identity, self._credential):
            column.addWidget(part)
        self._who.currentIndexChanged.connect(self._chosen)
        for line in (self._name, self._organisation):
            line.textChanged.connect(self._named)
        for part in (self._identity, self._credential):
            part.altered.connect(self.altered)

    def show_people(self, people: tuple[BoundPerson, ...]) -> None:
        """Offer these people of the binding."""
        self._people = {str(person.number): person for person in people}
        self._who.offer([(str(person.number), place(self._presenter.view.plan, person)) for person in people])
        self._show_place()

    def prefill(self, someone: Someone) -> None:
        """Put in what is known of a person who is enrolled again."""
        self._name.setText(someone.name)
        self._organisation.setText(someone.organisation)
        self._identity.prefill(someone)

    def number(self) -> int:
        """The chosen person's number, or 0."""
        return int(self._who.value() or 0)

    def first(self) -> QWidget:
        """The first field that is empty."""
        gaps = self.gaps()
        return gaps[0].where if gaps else self._name

    def gaps(self) -> tuple[Gap, ...]:
        """What is still missing, in the order of entry."""
        asked = (
            (self._who.value(), "the person", self._who),
            (self._name.text().strip(), "the name", self._name),
            (self._organisation.text().strip(), "the organisation", self._organisation),
        )
        own = tuple(Gap(words, where) for given, words, where in asked if not given)
        return (*own, *self._identity.gaps(), *self._credential.gaps())

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        typed = self._name.text() or self._organisation.text()
        return not typed and self._identity.is_empty() and self._credential.is_empty()

    def empty(self) -> None:
        """Forget what was typed."""
        self._name.clear()
        self._organisation.clear()
        self._identity.empty()
        self._credential.empty()

    def answer(self) -> Answer:
        """Send the enrolment; the secret leaves the form."""
        person = self._people[self._who.value()]
        who = Coming(
            person=person.number,
            roles=person.roles,
            name=self._name.text().strip(),
            organisation=self._organisation.text().strip(),
        )
        return self._presenter.desk.enrol(self._identity.added_to(who), self._credential.take())

    def _chosen(self) -> None:
        self._show_place()
        self.other.emit()

    def _named(self) -> None:
        """Say so where somebody else has this name and organisation; it is a question, and no refusal."""
        name, organisation = self._name.text(), self._organisation.text()
        twin = namesake(self._presenter.view.people, self.number(), name, organisation) if name.strip() else None
        self._double.setText(
            f"▲  {twin.called} (person {twin.number}) has the same name and organisation. Nobody has two places here:"
            " is this somebody else?"
            if twin
            else ""
        )
        self._double.setVisible(twin is not None)
        self.altered.emit()

    def _show_place(self) -> None:
        person = self._people.get(self._who.value())
        roles = self._presenter.view.plan.definition.roles
        duties = [duty for role in (person.roles if person else ()) if role in roles for duty in roles[role].duties]
        self._duties.setText(f"Reads aloud: {' '.join(duties)}" if duties else "")
        self._duties.setVisible(bool(duties))
        self._identity.show_others(self._presenter.view, person)
        self._credential.show_person(person)
        self._named()
