"""What a token holds by the journal's account: the last full inventory, and every change that was recorded since."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ceremony_app.core.device import Difference, Inventory, ObjectFacts, in_order
from ceremony_app.core.events import Intent, Outcome, Reconcile
from ceremony_app.core.state import State
from ceremony_app.core.values import Json


def holdings(state: State, token: str, *, before: str = "") -> Inventory | None:
    """All objects on a token as a login sees them, at the end of the journal or just `before` an operation.

    None where that is not known: no inventory was taken under a login yet, or a call's end was never found out.
    """
    known: Inventory | None = None
    for intent, evidence, unknown in _since_the_last_list(state, token, before):
        known = _after(known, intent, evidence, unknown=unknown)
    return known


def _since_the_last_list(state: State, token: str, before: str) -> list[tuple[Intent, Mapping[str, Json], bool]]:
    """What was told of the calls to a token, from the last full list of its objects on: nothing before it matters."""
    told: list[tuple[Intent, Mapping[str, Json], bool]] = []
    intents: dict[str, Intent] = {}
    for run in state.runs:
        for entry in run.entries:
            match entry.event:
                case Intent() as intent if intent.token == token:
                    if intent.op == before:
                        return told
                    intents[intent.op] = intent
                case Outcome(op=op, result=result, evidence=evidence) if op in intents:
                    if result != "unknown" and "inventory" in evidence:
                        told.clear()
                    told.append((intents[op], evidence, result == "unknown"))
                case Reconcile(op=op, evidence=evidence) if op in intents:
                    if "inventory" in evidence:
                        told.clear()
                        told.append((msgspec.structs.replace(intents[op], call="inspection"), evidence, False))
                case _:
                    pass
    return told


def first_and_last(state: State, token: str) -> tuple[Inventory, Inventory] | None:
    """The first and the last account of a token: the first is after its initialisation, where there was one."""
    first: Inventory | None = None
    for run in state.runs:
        for call in run.calls:
            if call.intent.token == token and call.outcome is not None and call.outcome.result == "done":
                listed = _emptied(call.intent, call.outcome.evidence) or _listed(call.outcome.evidence)
                if listed is not None and (first is None or call.intent.call == _INITIALISE):
                    first = listed
    last = holdings(state, token)
    return (first, last) if first is not None and last is not None else None


_INITIALISE = "initialise-token"


def _after(known: Inventory | None, intent: Intent, evidence: Mapping[str, Json], *, unknown: bool) -> Inventory | None:
    """The account after an outcome."""
    emptied = _emptied(intent, evidence)
    if emptied is not None:
        return emptied
    if unknown:
        return None if intent.inventory else known
    listed = _listed(evidence)
    if listed is not None:
        return listed
    guard = evidence.get("guard")
    if known is None or not isinstance(guard, Mapping):
        return known
    meanwhile = guard.get("meanwhile")
    if isinstance(meanwhile, Mapping):
        known = changed(known, _difference(meanwhile))
    return changed(known, _difference(guard))


def changed(inventory: Inventory, change: Difference) -> Inventory:
    """The inventory after a change."""
    objects = list(inventory.objects)
    for thing in change.removed:
        if thing in objects:
            objects.remove(thing)
    return Inventory(serial=inventory.serial, objects=in_order((*objects, *change.added)))


def _difference(guard: Mapping[str, Json]) -> Difference:
    """The change that a guard recorded."""
    return msgspec.convert({name: guard[name] for name in ("added", "removed") if name in guard}, Difference)


def _emptied(intent: Intent, evidence: Mapping[str, Json]) -> Inventory | None:
    """The empty token after its initialisation."""
    token = evidence.get("token")
    if intent.call != _INITIALISE or not isinstance(token, Mapping):
        return None
    return Inventory(serial=str(token.get("serial", "")), objects=())


def _listed(evidence: Mapping[str, Json]) -> Inventory | None:
    """The full list in a piece of evidence, if one was taken."""
    listed = evidence.get("inventory")
    if not isinstance(listed, Mapping):
        return None
    objects = msgspec.convert(listed.get("objects", ()), tuple[ObjectFacts, ...])
    return Inventory(serial=str(listed.get("serial", "")), objects=objects)
