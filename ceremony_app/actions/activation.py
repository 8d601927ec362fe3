"""Step kind `activate`: the token's user is logged in for what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table
from ceremony_app.actions.device_rows import (
    bound_rows,
    inventory_json,
    inventory_of,
    inventory_rows,
    inventory_wrong,
    last_try,
)
from ceremony_app.actions.looking import Found, login_ended
from ceremony_app.actions.pins import activation_pin_rows
from ceremony_app.core.device import Inventory
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, SecretAsk
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class ActivateSettings(Settings, frozen=True):
    """`pin_by`: the role that enters the activation PIN."""

    token: str
    pin_by: str = ""


class Activate(Single):
    """C_Login, once for each time people enter the PIN."""

    name = "activate"
    settings = ActivateSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action with one secret."""
        own = cast("ActivateSettings", settings)
        names.one_of("tokens", own.token, "token")
        if own.pin_by:
            names.one_of("roles", own.pin_by, "pin_by")
        act = Act(
            button="Activate the token",
            device=own.token,
            quorum=head.sign_off,
            secrets=(SecretAsk(name="pin", label="Activation PIN", by=own.pin_by, at_token=True),),
        )
        at = f"token:{own.token}"
        return Layout(
            title=f"Activate the token: {names.tokens[own.token].title}",
            stages=(act,),
            requires=(
                Fact(f"{at}:connected"),
                Fact(f"{at}:initialised"),
                Fact(f"{at}:activated", holds=False),
            ),
            ensures=(Fact(f"{at}:activated"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which token, and how many tries are left as far as it says."""
        own = context.settings(ActivateSettings)
        flags = ports.token(own.token).facts().flags
        rows = (*bound_rows(context.plan, own.token), *activation_pin_rows(context.plan, own.token, flags))
        return Prepared(rows=rows, grave=last_try(flags))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Log in and look at what can be seen now."""
        del call, op
        port = ports.token(context.settings(ActivateSettings).token)
        port.activate(secrets.get("pin"))
        return Performed(evidence={"inventory": inventory_json(port.inventory())})

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Nobody is logged in after it; what it cost stands in the flags."""
        del context, intent, before
        return login_ended(port.facts())

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That it is on, and what is on the token."""
        found = inventory_of(table(evidence, "inventory"))
        return (Row("Activation", "the user is logged in"), *inventory_rows(found))

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The inventory is of the bound token."""
        del artifacts
        serial = context.plan.binding.tokens[context.settings(ActivateSettings).token].serial
        return inventory_wrong(table(evidence, "inventory"), serial)
