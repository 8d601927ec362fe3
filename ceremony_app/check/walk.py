"""The world model walked through a definition: every step that cannot work, and everything that is left on."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.check.notes import Note
from ceremony_app.core.script import Definition
from ceremony_app.core.world import World, changed, left_on, missing


def walk(definition: Definition) -> Iterator[Note]:
    """Walk once, in order; a step that cannot work is named and taken as done, so that one gap is told once."""
    world: World = frozenset()
    for step in definition.steps:
        for fact in missing(world, step.requires):
            yield Note(
                rule="CER-WORLD",
                where=f"step {step.number} {step.id}",
                what=f"needs that {fact.told()}, and no earlier step brings that about",
            )
            world = changed(world, (fact,))
        world = changed(world, step.ensures)
    for fact_name in left_on(world):
        yield Note(rule="CER-LEFT-ON", where="the end", what=f"{fact_name.replace(':', ' ')} is left so at the end")
