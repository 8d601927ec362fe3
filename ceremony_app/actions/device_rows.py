"""Token facts and inventories as evidence and as rows."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ceremony_app.core.device import LAST_TRY, LOCKED, Difference, Inventory, ObjectFacts, TokenFacts
from ceremony_app.core.names import escaped
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Json, Row


def facts_json(facts: TokenFacts) -> dict[str, Json]:
    """Token facts as evidence."""
    found: dict[str, Json] = msgspec.to_builtins(facts)
    return found


def facts_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """Token facts as rows, each as the token reported it."""
    facts = msgspec.convert(dict(evidence), TokenFacts)
    return (
        Row("Manufacturer", escaped(facts.manufacturer) or "(none)"),
        Row("Model", escaped(facts.model) or "(none)"),
        Row("Serial number", escaped(facts.serial) or "(none)"),
        Row("Label", escaped(facts.label) or "(none)"),
        Row("Firmware, hardware", f"{escaped(facts.firmware)}, {escaped(facts.hardware)}"),
        Row("State", "initialised" if facts.initialised else "not initialised"),
        Row("Flags", ", ".join(facts.flags) or "(none)"),
        Row("PIN length", f"{facts.pin_min} to {facts.pin_max}"),
    )


def inventory_json(inventory: Inventory) -> dict[str, Json]:
    """An inventory as evidence, with its digest."""
    found: dict[str, Json] = msgspec.to_builtins(inventory)
    return {**found, "sha256": inventory.digest()}


def inventory_of(evidence: Mapping[str, Json]) -> Inventory:
    """The inventory in a piece of evidence."""
    return msgspec.convert({k: v for k, v in evidence.items() if k != "sha256"}, Inventory)


def inventory_wrong(evidence: Mapping[str, Json], serial: str) -> tuple[str, ...]:
    """What is wrong with an inventory in evidence: another digest than its own, or another token's."""
    found = inventory_of(evidence)
    wrong = []
    if evidence.get("sha256") != found.digest():
        wrong.append("the digest is not that of the inventory")
    if found.serial != serial:
        wrong.append(f"the inventory is of the token {escaped(found.serial)}, and the binding names {escaped(serial)}")
    return tuple(wrong)


def inventory_rows(inventory: Inventory) -> tuple[Row, ...]:
    """An inventory as rows: one line an object."""
    rows = [Row("Objects on the token", str(len(inventory.objects)))]
    rows.extend(Row(f"Object {i}", object_line(thing)) for i, thing in enumerate(inventory.objects, start=1))
    return tuple(rows)


def object_line(thing: ObjectFacts) -> str:
    """An object on one line."""
    return thing.told()


def difference_rows(guard: Mapping[str, Json]) -> tuple[Row, ...]:
    """What a guarded call changed on the token."""
    change = msgspec.convert({k: v for k, v in guard.items() if k in ("added", "removed")}, Difference)
    if change.nothing:
        return (Row("Changed on the token", "nothing"),)
    rows = [Row("New on the token", object_line(thing)) for thing in change.added]
    rows += [Row("Gone from the token", object_line(thing)) for thing in change.removed]
    return tuple(rows)


def bound_rows(plan: Plan, token: str) -> tuple[Row, ...]:
    """The token that the binding names."""
    bound = plan.binding.tokens[token]
    title = plan.definition.tokens[token].title
    return (
        Row("Token", title),
        Row("Serial number in the binding", bound.serial),
        Row("Model in the binding", bound.model or "not named"),
    )


def attribute_rows(title: str, thing: ObjectFacts) -> tuple[Row, ...]:
    """The attributes of an object as read back."""
    yes = sorted(name for name, value in thing.attributes.items() if value)
    no = sorted(name for name, value in thing.attributes.items() if not value)
    return (
        Row(f"{title}: set", ", ".join(yes) or "(none)"),
        Row(f"{title}: not set", ", ".join(no) or "(none)"),
    )


def last_try(flags: tuple[str, ...]) -> bool:
    """Whether the next wrong PIN of the user locks the token, by its own account."""
    return "USER_PIN_FINAL_TRY" in flags


def pin_tries(flags: tuple[str, ...]) -> str:
    """What the token says about remaining tries (CKF_USER_PIN_*)."""
    if "USER_PIN_LOCKED" in flags:
        return LOCKED
    if "USER_PIN_FINAL_TRY" in flags:
        return LAST_TRY
    if "USER_PIN_COUNT_LOW" in flags:
        return "a wrong PIN was entered before; few tries are left"
    return "no wrong try since the last right one, as far as the token reports"
