"""The people of the ceremony as the window names them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ceremony_app.core.room import BoundPerson
from ceremony_app.core.script import Plan
from ceremony_app.core.state import Person, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person with a name that can be said; the name is `person 3` where it is withheld.

    `sides` are internal or external, by role; `seen_by` is the number of who saw the identity paper (0: nobody).
    """

    number: int
    name: str
    organisation: str
    roles: tuple[str, ...]
    titles: tuple[str, ...]
    sides: tuple[str, ...]
    method: str
    key: str
    present: bool
    void: bool
    seen_by: int
    paper: str
    proxy_for: str
    authority: str

    @property
    def called(self) -> str:
        """Name and roles, as a list shows them."""
        return f"{self.name}, {' and '.join(self.titles)}"


def everyone(plan: Plan, state: State, text_of: Callable[[str], str]) -> tuple[Someone, ...]:
    """All who were ever enrolled, by their numbers."""
    people = sorted(state.people, key=lambda person: person.number)
    return tuple(_someone(plan, person, text_of) for person in people)


def _someone(plan: Plan, person: Person, text_of: Callable[[str], str]) -> Someone:
    def detail(name: str) -> str:
        leaf = person.details.get(name)
        return "" if leaf is None else text_of(leaf.leaf) or "withheld"

    known = plan.definition.roles
    return Someone(
        number=person.number,
        name=text_of(person.name.leaf) or f"person {person.number}",
        organisation=text_of(person.organisation.leaf),
        roles=person.roles,
        titles=tuple(role_title(plan, role) for role in person.roles),
        sides=tuple(dict.fromkeys(known[role].side for role in person.roles if role in known)),
        method=person.method,
        key=person.key,
        present=person.present,
        void=person.void,
        seen_by=person.seen_by,
        paper=detail("paper"),
        proxy_for=detail("proxy-for"),
        authority=detail("authority"),
    )


def role_title(plan: Plan, role: str) -> str:
    """The title of a role, or the id itself where the definition has none of that name."""
    known = plan.definition.roles.get(role)
    return known.title if known else role


def place(plan: Plan, person: BoundPerson) -> str:
    """A place of the binding: number and roles."""
    return f"{person.number}: {' and '.join(role_title(plan, role) for role in person.roles)}"


def expected(plan: Plan, state: State) -> tuple[BoundPerson, ...]:
    """The people of the binding who are not enrolled yet."""
    enrolled = {person.number for person in state.people}
    return tuple(person for person in plan.binding.people if person.number not in enrolled)


def namesake(people: Iterable[Someone], number: int, name: str, organisation: str) -> Someone | None:
    """Who has the same name and organisation under another number: perhaps one person twice."""
    said = (_compared(name), _compared(organisation))
    others = (one for one in people if one.number != number)
    return next((one for one in others if (_compared(one.name), _compared(one.organisation)) == said), None)


def _compared(text: str) -> str:
    """A text without what two people type differently: capitals, the encoding of accents, blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def counted(plan: Plan, missing: dict[str, int]) -> str:
    """`1 × Internal witness, 2 × Key custodian`."""
    return listed(f"{n} × {role_title(plan, role)}" for role, n in missing.items())


def listed(things: Iterable[str]) -> str:
    """The things in one line."""
    return ", ".join(things)


def pin_name(method: str) -> str:
    """What a person's secret is called, by the way they sign."""
    return {"card": "PIN of the card", "file": "Passphrase of the key file"}.get(method, "Ceremony PIN")
