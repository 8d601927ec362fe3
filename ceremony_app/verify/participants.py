"""What is left to a person about those who took part: restarts, proxies, identities, and one person twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ceremony_app.core.events import Enrol, Entry
from ceremony_app.core.values import Leaf

_SHORT: Final = 16


def about_people(entries: Sequence[Entry], texts: Mapping[str, str]) -> Iterator[str]:
    """The questions; `texts` are the personal texts that are there, by leaf."""
    enrolled = [(entry.seq, entry.event) for entry in entries if isinstance(entry.event, Enrol)]
    yield from _again(enrolled, texts)
    last = {event.person: event for _, event in enrolled}
    yield from _identities(last)
    for number, event in sorted(last.items()):
        if "proxy-for" in event.more or "authority" in event.more:
            whom, by = (_told(event.more.get(name), texts) for name in ("proxy-for", "authority"))
            yield f"person {number} stands in for {whom}, by {by}: check the authority"
    yield from _twice(last, texts)


def _again(enrolled: list[tuple[int, Enrol]], texts: Mapping[str, str]) -> Iterator[str]:
    """Enrolments that took the place of another, and names that are no longer the first one."""
    first: dict[int, tuple[int, Enrol]] = {}
    for seq, event in enrolled:
        start, before = first.setdefault(event.person, (seq, event))
        if not event.replaces:
            continue
        yield (
            f"person {event.person} was enrolled again with a new key after a restart: entry {seq}, key"
            f" {event.key[:_SHORT]} in place of {event.replaces[:_SHORT]}, {_seen(event)}"
        )
        then, now = (_called(one, texts) for one in (before, event))
        if then and now and then != now:
            yield f"person {event.person} is not called the same in entries {start} and {seq}: who was it?"


def _identities(last: Mapping[int, Enrol]) -> Iterator[str]:
    """Whose identity nobody saw, or somebody who never took part."""
    unseen = [str(number) for number, event in sorted(last.items()) if not event.identified_by]
    if unseen:
        yield f"nobody is named who saw the identity of person {', '.join(unseen)}"
    for number, event in sorted(last.items()):
        if event.identified_by and event.identified_by not in last:
            yield f"person {event.identified_by} saw the identity of person {number}, and was never enrolled"


def _twice(last: Mapping[int, Enrol], texts: Mapping[str, str]) -> Iterator[str]:
    """Two numbers under one name and organisation."""
    known: dict[tuple[str, str], list[str]] = {}
    for number, event in sorted(last.items()):
        called = _called(event, texts)
        if called:
            known.setdefault(called, []).append(str(number))
    for numbers in known.values():
        if numbers[1:]:
            yield f"persons {' and '.join(numbers)} have one name and organisation: is it one person twice?"


def _called(event: Enrol, texts: Mapping[str, str]) -> tuple[str, str] | None:
    """Name and organisation as they are compared; None where one of them is withheld."""
    said = [texts.get(leaf.leaf) for leaf in (event.name, event.organisation)]
    name, organisation = (None if text is None else as_compared(text) for text in said)
    return None if name is None or organisation is None else (name, organisation)


def as_compared(text: str) -> str:
    """A text without what two people type differently: capitals, accents' encoding, and blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _seen(event: Enrol) -> str:
    return f"identity seen by person {event.identified_by}" if event.identified_by else "identity seen by nobody"


def _told(leaf: Leaf | None, texts: Mapping[str, str]) -> str:
    return "somebody who is not named" if leaf is None else f"“{texts.get(leaf.leaf, 'withheld')}”"
