"""The keys of a ceremony as its journal knows them: who made each last, under which id, and what should be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ceremony_app.actions.base import Context, table, text
from ceremony_app.actions.device_rows import inventory_of
from ceremony_app.actions.planned import setting
from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.leftover import object_of
from ceremony_app.core.script import Key, Step, WrappingKey
from ceremony_app.core.values import Json

PAIRS = ("generate-key", "restore-key", "locate-key")
"""The kinds of steps whose evidence is that of a key pair on a token: made, restored, or found there."""

_MAKERS = (*PAIRS, "generate-symmetric-key")
_PAIR = 2


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A key that should be on a token: its name, its CKA_ID, and of how many objects it is made."""

    name: str
    id: str
    objects: int


def key_called(context: Context, name: str) -> Key | WrappingKey:
    """The definition's key of this name, of whatever sort."""
    definition = context.plan.definition
    return definition.keys.get(name) or definition.wrapping_keys[name]


def record_of(context: Context, name: str) -> Mapping[str, Json]:
    """What the last step before this one gave that brought the key onto its token (CER-EVIDENCE where none did)."""
    made = [evidence for step, evidence in _before(context) if step.kind in _MAKERS and setting(step, "key") == name]
    if not made:
        raise Refusal(
            "CER-EVIDENCE", f"There is no key {name} yet.", "The step that makes it did not succeed; repeat that step."
        )
    return made[-1]


def expected_on(context: Context, token: str) -> tuple[Expected, ...]:
    """The keys that should be on a token by now: made, restored or found in this ceremony, and not destroyed since."""
    there: dict[str, Expected] = {}
    for step, evidence in _before(context):
        name = setting(step, "key")
        if step.kind == "destroy-key":
            there.pop(name, None)
        elif step.kind in _MAKERS and text(evidence, "token") == token:
            there[name] = Expected(name=name, id=text(evidence, "id"), objects=_PAIR if step.kind in PAIRS else 1)
    return tuple(there.values())


def brought_on(context: Context, token: str) -> tuple[ObjectFacts, ...]:
    """What a token brought to this ceremony, as its first activation showed it; nothing once it was initialised here.

    What the ceremony's own steps destroyed of it since is left out.
    """
    brought: tuple[ObjectFacts, ...] | None = None
    for run in context.state.runs:
        for call in run.calls:
            if call.intent.token != token or call.outcome is None or call.outcome.result != "done":
                continue
            evidence = call.outcome.evidence
            if call.intent.call == "initialise-token":
                brought = ()
            elif call.intent.call == "activate" and brought is None:
                brought = inventory_of(table(evidence, "inventory")).objects
            elif brought and (thing := object_of(call.intent)) in brought:
                brought = tuple(one for one in brought if one != thing)
    return brought or ()


def _before(context: Context) -> Iterator[tuple[Step, Mapping[str, Json]]]:
    """The steps before the present one that gave evidence; what only undoes an interrupted attempt is none."""
    for step in context.plan.definition.steps:
        if step.id == context.step.id:
            return
        evidence = context.state.evidence(step.id)
        if evidence is not None and "id" in evidence:
            yield step, evidence
