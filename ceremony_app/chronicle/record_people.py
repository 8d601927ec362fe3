"""The record's people: who took part, seen by whom, in whose place, how often they signed, who has a second key."""

from __future__ import annotations

from collections import Counter

from ceremony_app.chronicle.history import History
from ceremony_app.core.events import Arrival, Departure, Enrol, Method, SignOff
from ceremony_app.core.state import Person
from ceremony_app.record.document import Block, Column, Grid, Heading, Text

_KEY = 16
_METHODS: dict[Method, str] = {"card": "card", "file": "key file", "room": "room PIN"}
_FIRST_LAYOUT = 1


def participants(history: History) -> tuple[Block, ...]:
    """The pages of the participants."""
    people = tuple(sorted(history.state.people, key=lambda person: person.number))
    if history.context.layout == _FIRST_LAYOUT:
        return (*_first(history, people), *_moves(history))
    return (*_table(history, people), *_proxies(history, people), *_tally(history, people), *_moves(history))


def enrolled_again(history: History) -> tuple[Block, ...]:
    """For the first page: every enrolment that took the place of another; nothing where there was none."""
    again = [
        (entry, entry.event) for entry in history.entries if isinstance(entry.event, Enrol) and entry.event.replaces
    ]
    if not again or history.context.layout == _FIRST_LAYOUT:
        return ()
    rows = tuple(
        (
            str(event.person),
            history.text(event.name),
            f"{event.replaces[:_KEY]} …",
            f"{event.key[:_KEY]} …",
            entry.utc[11:19],
            str(entry.seq),
            _seer(event.identified_by),
        )
        for entry, event in again
    )
    return (
        Heading(text="Enrolled again with a new key after a restart", level=2),
        Grid(
            columns=(
                Column(title="No.", weight=2),
                Column(title="Name", weight=6, leaf=True),
                Column(title="Old key begins", weight=7, kind="mono"),
                Column(title="New key begins", weight=7, kind="mono"),
                Column(title="UTC", weight=3),
                Column(title="Entry", weight=2),
                Column(title="Identity seen by", weight=4),
            ),
            rows=rows,
            small=True,
        ),
        Text(text="Whoever was at the keyboard could do this: compare each with the video.", weight="small"),
    )


def _table(history: History, people: tuple[Person, ...]) -> tuple[Block, ...]:
    roles = history.plan.definition.roles
    rows = tuple(
        (
            str(person.number),
            history.text(person.name),
            history.text(person.organisation),
            ", ".join(roles[role].title for role in person.roles),
            ", ".join(dict.fromkeys(roles[role].side for role in person.roles)),
            _seer(person.seen_by),
            history.text(person.details["paper"]) if "paper" in person.details else "not named",
            _METHODS.get(person.method, person.method),
            f"{person.key[:_KEY]} …",
        )
        for person in people
    )
    return (
        Heading(text="Participants", new_page=True),
        Grid(
            columns=(
                Column(title="No.", weight=2),
                Column(title="Name", weight=5, leaf=True),
                Column(title="Organisation", weight=5, leaf=True),
                Column(title="Roles", weight=5),
                Column(title="Side", weight=4),
                Column(title="Identity seen by", weight=4),
                Column(title="Paper", weight=4, leaf=True),
                Column(title="Key", weight=3),
                Column(title="Key digest begins", weight=5, kind="mono"),
            ),
            rows=rows,
            small=True,
        ),
    )


def _proxies(history: History, people: tuple[Person, ...]) -> tuple[Block, ...]:
    proxies = tuple(
        (str(person.number), *(history.text(person.details[name]) for name in ("proxy-for", "authority")))
        for person in people
        if {"proxy-for", "authority"} <= person.details.keys()
    )
    return (
        Heading(text="Proxies", level=2),
        Grid(
            columns=(
                Column(title="No.", weight=1),
                Column(title="Stands in for", weight=6, leaf=True),
                Column(title="By what authority", weight=10, leaf=True),
            ),
            rows=proxies,
            small=True,
        ),
    )


def _tally(history: History, people: tuple[Person, ...]) -> tuple[Block, ...]:
    signed = [entry.event for entry in history.entries if isinstance(entry.event, SignOff)]
    every = Counter(event.person for event in signed)
    by_method = Counter((event.person, event.method) for event in signed)
    against = Counter(event.person for event in signed if event.decision == "DISAGREE")
    rows = tuple(
        (
            str(person.number),
            history.text(person.name),
            str(every[person.number]),
            *(str(by_method[person.number, method]) for method in _METHODS),
            str(against[person.number]),
        )
        for person in people
    )
    return (
        Heading(text="Signatures of each person", level=2),
        Text(
            text="To be compared with the tallies on paper. The closing statement is about the count up to the"
            " checkpoint; this one includes the closing signatures.",
            weight="small",
        ),
        Grid(
            columns=(
                Column(title="No.", weight=1),
                Column(title="Name", weight=6, leaf=True),
                Column(title="Signatures", weight=3),
                *(Column(title=f"by {words}", weight=3) for words in _METHODS.values()),
                Column(title="did not agree", weight=3),
            ),
            rows=rows,
            small=True,
        ),
    )


def _moves(history: History) -> tuple[Block, ...]:
    kinds = {Enrol: "enrolled", Arrival: "back", Departure: "left"}
    moves = tuple(
        (str(e.seq), e.utc[11:19], str(e.event.person), kinds[type(e.event)])
        for e in history.entries
        if isinstance(e.event, Enrol | Arrival | Departure)
    )
    return (
        Heading(text="Coming and going", level=2),
        Grid(
            columns=(
                Column(title="Entry", weight=1),
                Column(title="Time UTC", weight=2),
                Column(title="Person", weight=1),
                Column(title="What", weight=3),
            ),
            rows=moves,
            small=True,
        ),
    )


def _first(history: History, people: tuple[Person, ...]) -> tuple[Block, ...]:
    """The table of layout 1."""
    signed = Counter(entry.event.person for entry in history.entries if isinstance(entry.event, SignOff))
    rows = tuple(
        (
            str(p.number),
            history.text(p.name),
            history.text(p.organisation),
            ", ".join(history.plan.definition.roles[role].title for role in p.roles),
            p.method,
            str(signed[p.number]),
            f"{p.key[:_KEY]} …",
        )
        for p in people
    )
    return (
        Heading(text="Participants", new_page=True),
        Grid(
            columns=(
                Column(title="No.", weight=1),
                Column(title="Name", weight=4, leaf=True),
                Column(title="Organisation", weight=4, leaf=True),
                Column(title="Roles", weight=4),
                Column(title="Key", weight=2),
                Column(title="Signed", weight=2),
                Column(title="Key digest begins", weight=4, kind="mono"),
            ),
            rows=rows,
            small=True,
        ),
    )


def _seer(number: int) -> str:
    return f"person {number}" if number else "nobody"
