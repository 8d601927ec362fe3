"""The objects of one key on its token: shown before they go, listed as they were shown, and found to be gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.base import Context, Performed, table, text
from ceremony_app.actions.device_rows import inventory_json
from ceremony_app.core.device import Inventory, ObjectFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.leftover import DESTROY
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row

LIST: Final = "list-key-objects"
"""The name of the call that lists them, if they are still as they were shown."""

_GOES: Final = "To be destroyed"


def going_rows(port: TokenPort, key_id: str) -> tuple[Row, ...]:
    """Every object with this id, as people are shown it before it goes."""
    going = seen(port, key_id).with_id(key_id)
    return (Row("Objects with this id", str(len(going))), *(Row(_GOES, _line(thing)) for thing in going))


def list_as_shown(context: Context, port: TokenPort, key_id: str) -> Performed:
    """The objects that go, if they are those that were shown and agreed to (CER-DESTROY)."""
    found = seen(port, key_id)
    going = found.with_id(key_id)
    shown = [row.value for row in context.run.prepared.rows if row.label == _GOES] if context.run.prepared else []
    if [_line(thing) for thing in going] != shown:
        raise Refusal(
            "CER-DESTROY",
            f"The token shows {len(going)} objects with the id {key_id}, and not as they were shown before.",
            "Nothing was destroyed. Find out what changed; repeat the step, which shows them anew.",
        )
    listed: Json = [msgspec.to_builtins(thing) for thing in going]
    return Performed(evidence={"listed": listed, "inventory": inventory_json(found)})


def prove_absence(context: Context, port: TokenPort, key: str, key_id: str, pin: Secret | None) -> Performed:
    """A new beginning, a new login, and a look (CER-ABSENCE where something is there still)."""
    port.restart()
    port.activate(pin)
    found = seen(port, key_id)
    gone = destroyed_in(context)
    still = [thing for thing in found.objects if thing.id == key_id or thing in gone]
    if still:
        raise Refusal(
            "CER-ABSENCE",
            f"After a new beginning the token still holds {len(still)} objects of the key: {_line(still[0])}.",
            "Do not count the key as destroyed. Repeat the step, which lists them anew; or quarantine the token.",
        )
    return Performed(
        evidence={
            "key": key,
            "id": key_id,
            "absent": True,
            "destroyed-objects": cast("Json", [msgspec.to_builtins(thing) for thing in gone]),
            "before-sha256": text(table(listed_in(context) or {}, "inventory"), "sha256"),
            "inventory": inventory_json(found),
        }
    )


def seen(port: TokenPort, key_id: str) -> Inventory:
    """Everything on the token, as a login sees it (CER-DESTROY where nobody is logged in)."""
    found = port.inventory()
    if not port.active:
        raise Refusal(
            "CER-DESTROY",
            f"Nobody is logged in at the token, so that not every object with the id {key_id} can be seen.",
            "Activate the token again, then repeat this step.",
        )
    return found


def listed_in(context: Context) -> Mapping[str, Json] | None:
    """What the list of this attempt gave; None where there is none yet."""
    for call in context.run.calls:
        if call.intent.call == LIST and call.outcome is not None and call.outcome.result == "done":
            return call.outcome.evidence
    return None


def destroyed_in(context: Context) -> tuple[ObjectFacts, ...]:
    """What the calls of this attempt took off the token."""
    return tuple(
        msgspec.convert(call.intent.parameters["object"], ObjectFacts)
        for call in context.run.calls
        if call.intent.call == DESTROY and call.outcome is not None and call.outcome.result == "done"
    )


def objects_in(evidence: Mapping[str, Json], name: str) -> tuple[ObjectFacts, ...]:
    """A list of objects in a piece of evidence; empty where it is not there."""
    return msgspec.convert(evidence.get(name, ()), tuple[ObjectFacts, ...])


def _line(thing: ObjectFacts) -> str:
    """All that the token tells of an object, on one line."""
    yes = ", ".join(sorted(name for name, holds in thing.attributes.items() if holds))
    no = ", ".join(sorted(name for name, holds in thing.attributes.items() if not holds))
    digest = f"; public key {thing.public_sha256}" if thing.public_sha256 else ""
    return f"{thing.told()}{digest}; set: {yes or 'nothing'}; not set: {no or 'nothing'}"
