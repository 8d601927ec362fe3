"""Step kind `inventory`: every object on a token, held against the keys that should be there by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Concern, Context, Performed, Ports, Prepared, Single, table
from ceremony_app.actions.device_rows import bound_rows, inventory_json, inventory_of, inventory_rows, inventory_wrong
from ceremony_app.actions.inspect_token import TokenSettings
from ceremony_app.actions.key_objects import objects_in
from ceremony_app.actions.known_keys import Expected, brought_on, expected_on
from ceremony_app.core.device import Inventory
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.leftover import quarantined
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class TakeInventory(Single):
    """A full list; what should not be there, and what is lacking, becomes a deviation."""

    name = "inventory"
    settings = TokenSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that changes nothing."""
        own = cast("TokenSettings", settings)
        names.one_of("tokens", own.token, "token")
        return Layout(
            title=f"Take the inventory of the token: {names.tokens[own.token].title}",
            stages=(Act(button="Take the inventory", device=own.token, quorum=head.sign_off),),
            requires=(Fact(f"token:{own.token}:connected"), Fact(f"token:{own.token}:activated")),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What is expected to be there."""
        del ports
        own = context.settings(TokenSettings)
        keys = expected_on(context, own.token)
        rows = [*bound_rows(context.plan, own.token), Row("Keys that should be there", str(len(keys)))]
        rows += [Row(f"Key {key.name}", f"id {key.id}, {_words(key)}") for key in keys]
        brought = brought_on(context, own.token)
        if brought:
            rows.append(Row("Brought by the token", f"{len(brought)} objects, on it before this ceremony"))
        return Prepared(rows=tuple(rows))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Read the objects, and name those that this ceremony does not know."""
        del call, op, secrets
        own = context.settings(TokenSettings)
        inventory, brought = ports.token(own.token).inventory(), brought_on(context, own.token)
        told: dict[str, Json] = {"brought": msgspec.to_builtins(brought)} if brought else {}
        return Performed(
            evidence={"inventory": inventory_json(inventory), **told},
            concerns=_concerns(context, inventory, expected_on(context, own.token)),
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The objects, and which of them the token brought to this ceremony."""
        return (
            *inventory_rows(inventory_of(table(evidence, "inventory"))),
            *(Row("Brought by the token", thing.told()) for thing in objects_in(evidence, "brought")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The inventory is of the bound token, and what it brought is what its first activation showed."""
        del artifacts
        token = context.settings(TokenSettings).token
        wrong = inventory_wrong(table(evidence, "inventory"), context.plan.binding.tokens[token].serial)
        same = objects_in(evidence, "brought") == brought_on(context, token)
        return wrong if same else (*wrong, "what the token brought is not what its first activation showed")


def _concerns(context: Context, inventory: Inventory, keys: tuple[Expected, ...]) -> tuple[Concern, ...]:
    """Strangers, and keys that are not whole or gone; what people put in quarantine or the token brought is known."""
    brought = brought_on(context, context.settings(TokenSettings).token)
    ids, known = {key.id for key in keys}, (*quarantined(context.state), *brought)
    strangers = [thing for thing in inventory.objects if thing.id not in ids and thing not in known]
    lacking = [key.name for key in keys if len(inventory.with_id(key.id)) != key.objects]
    gone = [thing for thing in brought if thing not in inventory.objects]
    found = []
    if strangers:
        happened = f"{len(strangers)} others on the token, the first: {strangers[0].told()}"
        found.append(Concern(expected="only objects of this ceremony, and what the token brought", happened=happened))
    if lacking:
        found.append(Concern(expected="every key whole", happened=f"not as it was made: {', '.join(lacking)}"))
    if gone:
        happened = f"{len(gone)} are gone or changed, the first: {gone[0].told()}"
        found.append(Concern(expected="every object that the token brought", happened=happened))
    return tuple(found)


def _words(key: Expected) -> str:
    return "one object" if key.objects == 1 else f"{key.objects} objects"
