"""The people of the ceremony as the window names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ceremony_app.core.room import BoundPerson
from ceremony_app.core.script import Plan
from ceremony_app.core.state import Person, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person with a name that can be said; the name is `person 3` where it is withheld."""

    number: int
    name: str
    organisation: str
    roles: tuple[str, ...]
    titles: tuple[str, ...]
    method: str
    present: bool
    void: bool

    @property
    def called(self) -> str:
        """Name and roles, as a list shows them."""
        return f"{self.name}, {' and '.join(self.titles)}"


def everyone(plan: Plan, state: State, text_of: Callable[[str], str]) -> tuple[Someone, ...]:
    """All who were ever enrolled, by their numbers."""
    people = sorted(state.people, key=lambda person: person.number)
    return tuple(_someone(plan, person, text_of) for person in people)


def _someone(plan: Plan, person: Person, text_of: Callable[[str], str]) -> Someone:
    return Someone(
        number=person.number,
        name=text_of(person.name.leaf) or f"person {person.number}",
        organisation=text_of(person.organisation.leaf),
        roles=person.roles,
        titles=tuple(role_title(plan, role) for role in person.roles),
        method=person.method,
        present=person.present,
        void=person.void,
    )


def role_title(plan: Plan, role: str) -> str:
    """The title of a role, or the id itself where the definition has none of that name."""
    known = plan.definition.roles.get(role)
    return known.title if known else role


def expected(plan: Plan, state: State) -> tuple[BoundPerson, ...]:
    """The people of the binding who are not enrolled yet."""
    enrolled = {person.number for person in state.people}
    return tuple(person for person in plan.binding.people if person.number not in enrolled)


def counted(plan: Plan, missing: dict[str, int]) -> str:
    """`1 × Internal witness, 2 × Key custodian`."""
    return listed(f"{n} × {role_title(plan, role)}" for role, n in missing.items())


def listed(things: Iterable[str]) -> str:
    """The things in one line."""
    return ", ".join(things)


def pin_name(method: str) -> str:
    """What a person's secret is called, by the way they sign."""
    return {"card": "PIN of the card", "file": "Passphrase of the key file"}.get(method, "Ceremony PIN")
