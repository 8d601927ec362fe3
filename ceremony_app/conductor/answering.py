"""What is entered in a step, as the commands that carry it: a personal text becomes a leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ceremony_app.core import commands as c
from ceremony_app.core.progress import current_stage, current_step
from ceremony_app.core.script import Ask, Field, Plan
from ceremony_app.core.state import State
from ceremony_app.core.values import Leaf

MakeLeaf = Callable[[str], Leaf]
"""Names a personal text by its digest."""


def answer_to(plan: Plan, state: State, leaf: MakeLeaf, item: str, text: str, person: int) -> c.Give:
    """The answer to an item of the present stage."""
    stage = current_stage(plan, state)
    private = _personal(stage.fields if isinstance(stage, Ask) else (), item)
    return c.Give(item=item, value=leaf(text) if private else text, person=person, text=text)


def correction_of(plan: Plan, state: State, leaf: MakeLeaf, item: str, text: str, why: str) -> c.Correct:
    """The correction of an answer that was given in this attempt."""
    step = current_step(plan, state)
    fields = [field for stage in (step.stages if step else ()) if isinstance(stage, Ask) for field in stage.fields]
    value = leaf(text) if _personal(fields, item) else text
    return c.Correct(item=item, value=value, why=leaf(why), text=text, texts=(why,))


def _personal(fields: Iterable[Field], item: str) -> bool:
    """Whether the item (`name`, or `name#2` for a second entry) is personal."""
    return any(field.private for field in fields if field.name == item.partition("#")[0])
