"""The keys of a ceremony as its journal knows them: who made each last, under which id, and what should be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ceremony_app.actions.base import Context, text
from ceremony_app.actions.planned import setting
from ceremony_app.core.errors import Refusal
from ceremony_app.core.script import Key, Step, WrappingKey
from ceremony_app.core.values import Json

PAIRS = ("generate-key", "restore-key")
"""The kinds of steps whose evidence is that of a key pair on a token."""

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
    """The keys that should be on a token by now: made or restored in this ceremony, and not destroyed since."""
    there: dict[str, Expected] = {}
    for step, evidence in _before(context):
        name = setting(step, "key")
        if step.kind == "destroy-key":
            there.pop(name, None)
        elif step.kind in _MAKERS and text(evidence, "token") == token:
            there[name] = Expected(name=name, id=text(evidence, "id"), objects=_PAIR if step.kind in PAIRS else 1)
    return tuple(there.values())


def _before(context: Context) -> Iterator[tuple[Step, Mapping[str, Json]]]:
    """The steps before the present one that gave evidence; what only undoes an interrupted attempt is none."""
    for step in context.plan.definition.steps:
        if step.id == context.step.id:
            return
        evidence = context.state.evidence(step.id)
        if evidence is not None and "id" in evidence:
            yield step, evidence
