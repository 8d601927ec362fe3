"""What interrupted calls left on tokens, and what people decided about it: read from the journal and nothing else."""

from __future__ import annotations

from typing import Final

import msgspec

from ceremony_app.core.attempt import Run
from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.events import Decision, Finding, Intent, Outcome, Reconcile, Remedy
from ceremony_app.core.state import State

DESTROY: Final = "destroy-object"
"""The name of the call that takes one object off a token."""

ADOPT: Final = "adopt-key"
"""The name of the call that proves a pair of an interrupted generation, and takes it over."""


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """The objects that one call (`op`) left, as found, and what was decided last; an empty remedy: nothing yet."""

    op: str
    finding: Finding
    objects: tuple[ObjectFacts, ...]
    remedy: Remedy = ""


def leftovers(state: State, step_id: str) -> tuple[Leftover, ...]:
    """What the calls of a step left on its token and what is still there, in the order in which it was found."""
    there: tuple[Leftover, ...] = ()
    for run in state.runs:
        if run.id == step_id:
            there = _after(there, run)
    return there


def quarantined(state: State) -> tuple[ObjectFacts, ...]:
    """The objects that people decided to leave on a token without ever using them."""
    steps = dict.fromkeys(run.id for run in state.runs)
    left = [one for step_id in steps for one in leftovers(state, step_id)]
    return tuple(thing for one in left if one.remedy == "quarantine" for thing in one.objects)


def undecided(state: State, step_id: str) -> tuple[Leftover, ...]:
    """What is on the token and was not set aside: a decision to repeat the step must say what becomes of it."""
    return tuple(one for one in leftovers(state, step_id) if one.remedy != "quarantine")


def remedies(state: State, step_id: str, *, adopts: bool) -> tuple[Remedy, ...]:
    """What can be decided about the leftovers of a step; empty where there are none."""
    left = undecided(state, step_id)
    if not left:
        return ()
    whole = adopts and len(left) == 1 and left[0].finding == "executed"
    return ("destroy", "quarantine", "adopt") if whole else ("destroy", "quarantine")


def _after(there: tuple[Leftover, ...], run: Run) -> tuple[Leftover, ...]:
    """The leftovers after one more attempt at the step."""
    replace = msgspec.structs.replace
    calls = {call.intent.op: call.intent for call in run.calls}
    for entry in run.entries:
        match entry.event:
            case Reconcile(op=op, finding=finding, left=left) if left:
                there = (*(one for one in there if one.op != op), Leftover(op=op, finding=finding, objects=left))
            case Reconcile(op=op, finding="executed") | Outcome(op=op, result="done") if op in calls:
                there = _taken_away(there, calls[op])
            case Decision(action="repeat", remedy=remedy) if remedy:
                there = tuple(replace(one, remedy=remedy) if one.remedy != "quarantine" else one for one in there)
            case _:
                pass
    return there


def _taken_away(there: tuple[Leftover, ...], intent: Intent) -> tuple[Leftover, ...]:
    """The leftovers after a call that destroyed one object, or took a pair over."""
    if intent.call == ADOPT:
        return tuple(one for one in there if one.op != intent.parameters.get("adopted"))
    thing = object_of(intent)
    return there if thing is None else _without(there, thing)


def object_of(intent: Intent) -> ObjectFacts | None:
    """The object that a call was to destroy; None for any other call."""
    if intent.call != DESTROY:
        return None
    try:
        return msgspec.convert(intent.parameters.get("object"), ObjectFacts)
    except msgspec.ValidationError:
        return None


def _without(there: tuple[Leftover, ...], gone: ObjectFacts) -> tuple[Leftover, ...]:
    """The leftovers after one of their objects was destroyed; of several that read alike, one."""
    kept: list[Leftover] = []
    found = False
    for one in there:
        objects = list(one.objects)
        if not found and gone in objects:
            objects.remove(gone)
            found = True
        if objects:
            finding = one.finding if len(objects) == len(one.objects) else "partly"
            kept.append(msgspec.structs.replace(one, objects=tuple(objects), finding=finding))
    return tuple(kept)
