"""What a token is found to hold after a call of which nobody knows the end (the reconcile table)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from ceremony_app.actions.device_rows import difference_rows, inventory_json, object_line, pin_tries
from ceremony_app.core.device import Difference, Inventory, ObjectFacts, ObjectKind, TokenFacts, difference
from ceremony_app.core.events import Finding, Intent
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.state import State
from ceremony_app.core.values import Json, Row


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: the finding, the evidence for it, the same as rows, and the objects that were left over."""

    finding: Finding
    evidence: Mapping[str, Json]
    rows: tuple[Row, ...]
    left: tuple[ObjectFacts, ...] = ()


_SAID: Final[Mapping[Finding, str]] = {
    "not-executed": "the call did nothing: the token is as it was before",
    "executed": "the call did what it was to do, though its answer was lost",
    "partly": "the call left something that it was not to leave; it is never used as it is",
    "unclear": "whether the call took effect cannot be seen on the token",
    "unhealthy": "the token cannot list its objects: it is not to be trusted with anything",
    "unseen": "the token could not be looked at; nothing is known yet",
}


def found(
    finding: Finding, evidence: Mapping[str, Json], rows: tuple[Row, ...], left: tuple[ObjectFacts, ...] = ()
) -> Found:
    """The finding with its sentence before the rows."""
    return Found(finding=finding, evidence=evidence, rows=(Row("Found", _SAID[finding]), *rows), left=left)


def after_making(intent: Intent, before: Inventory | None, port: TokenPort, *, pair: bool = True) -> Found:
    """After a call that makes a key pair (or one secret key) with the operation's id: nothing, all of it, or debris."""
    after = port.inventory()
    change = seen_change(intent, before, after)
    evidence = {"inventory": inventory_json(after)}
    rows = (*_counted(before, after), *difference_rows(msgspec.to_builtins(change)))
    if change.nothing:
        return found("not-executed", evidence, rows)
    whole = not change.removed and is_made(change.added, intent.op, str(intent.parameters.get("label", "")), pair=pair)
    return found("executed" if whole else "partly", evidence, rows, change.added)


def seen_change(intent: Intent, before: Inventory | None, after: Inventory) -> Difference:
    """What the call changed; without a list from before, what bears its marks or cannot belong to anything else."""
    if before is not None:
        return difference(before, after)
    if intent.inventory == after.digest():
        return Difference()
    marks = [thing for thing in after.objects if thing.id in (intent.op, "") or thing.fault]
    return Difference(added=tuple(marks))


def is_made(added: tuple[ObjectFacts, ...], key_id: str, label: str, *, pair: bool = True) -> bool:
    """Whether these are exactly the objects of one new key: its id and label, readable, none more."""
    kinds = sorted(thing.kind for thing in added)
    wanted = sorted((ObjectKind.PUBLIC, ObjectKind.PRIVATE)) if pair else [ObjectKind.SECRET]
    return kinds == wanted and all(t.id == key_id and t.label == label and not t.fault for t in added)


def after_destroying(intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
    """After C_DestroyObject: the object is there, or it is not; of several that read alike, one fewer."""
    thing = msgspec.convert(intent.parameters.get("object"), ObjectFacts)
    after = port.inventory()
    was = before.objects.count(thing) if before is not None else 1
    gone = after.objects.count(thing) < was
    rows = (
        Row("Looked for", object_line(thing)),
        Row("On the token", "not there any more" if gone else "still there"),
    )
    return found("executed" if gone else "not-executed", {"inventory": inventory_json(after)}, rows)


def after_initialising(intent: Intent, before: TokenFacts | None, port: TokenPort) -> Found:
    """After C_InitToken: label, state and number of objects; it is never done again by the program."""
    facts = port.facts()
    inventory = port.inventory() if facts.initialised else Inventory(serial=facts.serial, objects=())
    label = str(intent.parameters.get("label", ""))
    rows = (
        Row("Label now", facts.label or "(none)"),
        Row("State now", "initialised" if facts.initialised else "not initialised"),
        Row("User PIN", "set" if "USER_PIN_INITIALIZED" in facts.flags else "not set"),
        Row("Objects that can be seen without a login", str(len(inventory.objects))),
    )
    evidence: dict[str, Json] = {"token": msgspec.to_builtins(facts), "inventory": inventory_json(inventory)}
    if (
        facts.initialised
        and facts.label == label
        and not inventory.objects
        and "USER_PIN_INITIALIZED" not in facts.flags
    ):
        return found("executed", evidence, rows)
    same = before is not None and (before.label, before.flags) == (facts.label, facts.flags)
    return found("not-executed" if same else "unclear", evidence, rows)


def after_setting_pin(facts: TokenFacts) -> Found:
    """After C_InitPIN, on a token that had no user PIN before: it has one, or it has none."""
    there = "USER_PIN_INITIALIZED" in facts.flags
    rows = (Row("User PIN", "set" if there else "not set"),)
    return found("executed" if there else "not-executed", {"token": msgspec.to_builtins(facts)}, rows)


def last_facts(state: State, token: str) -> TokenFacts | None:
    """What a token said of itself when the journal last recorded it."""
    for run in reversed(state.runs):
        for call in reversed(run.calls):
            said = call.outcome.evidence.get("token") if call.outcome is not None else None
            if call.intent.token == token and isinstance(said, Mapping):
                return msgspec.convert(dict(said), TokenFacts)
    return None


def login_ended(facts: TokenFacts) -> Found:
    """After C_Login or C_Logout: nobody is logged in now, and the token says how many tries are left."""
    rows = (Row("Login", "nobody is logged in now"), Row("PIN tries", pin_tries(facts.flags)))
    return found("not-executed", {"token": msgspec.to_builtins(facts)}, rows)


def untouched() -> Found:
    """After a call that concerned no token at all."""
    return unseeable("this call touched no token; look at the medium or printer")


def unseeable(what: str) -> Found:
    """After a call that leaves no trace on the token; `what` says what follows from that."""
    return found("unclear", {}, (Row("What follows", what),))


def _counted(before: Inventory | None, after: Inventory) -> tuple[Row, ...]:
    was = str(len(before.objects)) if before is not None else "not known"
    return (Row("Objects before and now", f"{was}, {len(after.objects)}"),)
