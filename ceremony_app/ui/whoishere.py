"""Who is here, as rows: role, name and organisation, inside or outside, seen by whom, which key, in and out."""

from __future__ import annotations

from collections.abc import Iterable

from ceremony_app.core.events import Arrival, Departure, Enrol, Entry
from ceremony_app.ui.roster import Someone
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.view import View

_METHODS = {"card": "card", "file": "key file", "room": "room PIN"}


def who_rows(view: View, entries: Iterable[Entry]) -> Lines:
    """A row for everybody who was ever enrolled, by number; `entries` say who came and went when."""
    moves = movements(entries)
    return tuple(
        (f"{one.number}  {' and '.join(one.titles)}", _beside(view, one, *moves.get(one.number, ("", ""))), _who(one))
        for one in view.people
    )


def movements(entries: Iterable[Entry]) -> dict[int, tuple[str, str]]:
    """When each person last came and last left (HH:MM:SS UTC); the second is empty for who has not left since."""
    moves: dict[int, tuple[str, str]] = {}
    for entry in entries:
        match entry.event:
            case Enrol(person=number) | Arrival(person=number):
                moves[number] = (entry.utc[11:19], "")
            case Departure(person=number):
                moves[number] = (moves.get(number, ("", ""))[0], entry.utc[11:19])
            case _:
                pass
    return moves


def short_name(key: str) -> str:
    """A key's name for the eye: row A of its digest. It says which key is meant, and proves nothing."""
    return f"{key[:4]} {key[4:8]}"


def _who(one: Someone) -> str:
    proxy = f", standing in for {one.proxy_for} ({one.authority})" if one.proxy_for else ""
    return f"{one.name}, {one.organisation}{proxy}"


def _beside(view: View, one: Someone, came: str, went: str) -> str:
    """All that is known of a person beside the name."""
    seer = view.named(one.seen_by) or f"person {one.seen_by}"
    seen = f"identity seen by {seer}" if one.seen_by else "identity seen by nobody yet"
    parts = [
        _together(f"in {came}") if came else "",
        _together(f"out {went}") if went else "",
        " and ".join(one.sides),
        _together(f"{_METHODS.get(one.method, one.method)}, key {short_name(one.key)}"),
        "the key ended with the restart" if one.void else "",
        f"{seen} ({one.paper})" if one.paper else seen,
    ]
    return " · ".join(part for part in parts if part)


def _together(words: str) -> str:
    """Words that stay on one line."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
