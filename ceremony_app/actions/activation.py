"""Step kinds `activate` and `deactivate`: the token's user is logged in for what follows, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table
from ceremony_app.actions.device_rows import bound_rows, inventory_json, inventory_of, inventory_rows, inventory_wrong
from ceremony_app.actions.inspect_token import TokenSettings
from ceremony_app.core.kinds import Layout, Names, StepHead
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
            secrets=(SecretAsk(name="pin", label="Activation PIN", by=own.pin_by),),
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
        return Prepared(rows=(*bound_rows(context.plan, own.token), Row("PIN tries", pin_tries(flags))))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Log in and look at what can be seen now."""
        del call, op
        port = ports.token(context.settings(ActivateSettings).token)
        port.activate(secrets["pin"])
        return Performed(evidence={"inventory": inventory_json(port.inventory())})

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That it is on, and what is on the token."""
        found = inventory_of(table(evidence, "inventory"))
        return (Row("Activation", "the user is logged in"), *inventory_rows(found))

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The inventory is of the bound token."""
        del artifacts
        serial = context.plan.binding.tokens[context.settings(ActivateSettings).token].serial
        return inventory_wrong(table(evidence, "inventory"), serial)


def pin_tries(flags: tuple[str, ...]) -> str:
    """What the token says about remaining tries (CKF_USER_PIN_*)."""
    if "USER_PIN_LOCKED" in flags:
        return "the PIN is locked"
    if "USER_PIN_FINAL_TRY" in flags:
        return "ONE try is left; the next wrong PIN locks the token"
    if "USER_PIN_COUNT_LOW" in flags:
        return "a wrong PIN was entered before; few tries are left"
    return "no wrong try since the last right one, as far as the token reports"


class Deactivate(Single):
    """C_Logout; nothing can be signed afterwards."""

    name = "deactivate"
    settings = TokenSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that changes nothing on the token."""
        own = cast("TokenSettings", settings)
        names.one_of("tokens", own.token, "token")
        at = f"token:{own.token}"
        return Layout(
            title=f"Deactivate the token: {names.tokens[own.token].title}",
            stages=(Act(button="Deactivate the token", device=own.token, quorum=head.sign_off),),
            requires=(Fact(f"{at}:activated"),),
            ensures=(Fact(f"{at}:activated", holds=False),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which token."""
        del ports
        return Prepared(rows=bound_rows(context.plan, context.settings(TokenSettings).token))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Log out."""
        del call, op, secrets
        ports.token(context.settings(TokenSettings).token).deactivate()
        return Performed(evidence={"activated": False})

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That it is off."""
        del evidence
        return (Row("Activation", "ended; the user is logged out"),)
