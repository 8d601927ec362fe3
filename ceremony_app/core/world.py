"""The small model of the room that steps require and change, as data.

A fact is a text such as `token:hsm:connected`; the world is the set of facts that hold. Steps say which facts they
require and which they make true or false; `decide` holds them to it live, and `check` walks a definition through it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

World = frozenset[str]


class Fact(msgspec.Struct, frozen=True):
    """A fact and whether it must hold (or will hold)."""

    name: str
    holds: bool = True

    def told(self) -> str:
        """The fact as a person would say it."""
        subject, _, rest = self.name.partition(":")
        thing, _, quality = rest.partition(":")
        verb = "is" if self.holds else "is not"
        return f"{subject} {thing} {verb} {quality}" if quality else f"{subject} {verb} {thing}"


def missing(world: World, requires: Iterable[Fact]) -> tuple[Fact, ...]:
    """The requirements that the world does not meet."""
    return tuple(fact for fact in requires if (fact.name in world) is not fact.holds)


def changed(world: World, ensures: Iterable[Fact]) -> World:
    """The world after the changes, applied in their order."""
    facts = set(world)
    for fact in ensures:
        (facts.add if fact.holds else facts.discard)(fact.name)
    return frozenset(facts)


def left_on(world: World) -> tuple[str, ...]:
    """Facts that must not hold when a ceremony ends: open bags, activated or connected tokens, inserted media."""
    loose = (":open", ":activated", ":connected", ":inserted", ":split")
    return tuple(sorted(name for name in world if name.endswith(loose)))
