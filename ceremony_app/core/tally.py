"""How often each person has signed: what everybody in the room compares with the tally that they kept on paper."""

from __future__ import annotations

from collections import Counter

from ceremony_app.core.events import SignOff
from ceremony_app.core.state import State
from ceremony_app.core.values import Row


def signatures(state: State) -> Counter[int]:
    """Signatures so far by the number of the person; those count, too, that said no or were void later."""
    return Counter(signed.person for run in state.runs for signed in run.of(SignOff))


def tally(state: State) -> tuple[Row, ...]:
    """A row for each enrolled person, by number: how many signatures, and beside it the name (a leaf)."""
    given = signatures(state)
    people = sorted(state.people, key=lambda person: person.number)
    return tuple(Row(tally_label(one.number, given[one.number]), one.name.leaf, leaf=True) for one in people)


def tally_label(person: int, count: int) -> str:
    """What stands before the name in the tally; FORMAT.md, 6, has the same words."""
    return f"Signatures so far by person {person}: {count}"
