"""Step kind `activate`: the token's user is logged in for what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from ceremony_app.actions.base import (
    Call,
    Context,
    Performed,
    Ports,
    Prepared,
    Settings,
    Single,
    items,
    number,
    table,
    text,
)
from ceremony_app.actions.custody import record_json, record_of, record_rows, require_holders, split_words
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
from ceremony_app.core.custody import entered, split_now
from ceremony_app.core.device import Inventory
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, SecretAsk, ShareAsk
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
        custody = names.tokens[own.token].custody
        split = custody.made("activation")
        if split is not None:
            require_holders(names, split, split.threshold, "token")
        held: Literal["", "shares"] = "shares" if split is not None and split.by == "shares" else ""
        act = Act(
            button="Activate the token",
            device=own.token,
            quorum=head.sign_off,
            secrets=(SecretAsk(name="pin", label="Activation PIN", by=own.pin_by, at_token=not held, held=held),),
            shares=(ShareAsk(token=own.token, whose="activation"),) if split is not None else (),
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
        return Prepared(rows=(*rows, *self._lock(context, ports, own.token)), grave=last_try(flags))

    def _lock(self, context: Context, ports: Ports, token: str) -> tuple[Row, ...]:
        """What keeps a single person from logging in: the device, or this program; nothing where one PIN does."""
        split = split_now(context.plan, context.state, token, "activation")
        if split is None:
            return ()
        if split.by == "device":
            return (Row("Lock", f"the device's own quorum: {split_words(split)}"),)
        record = record_of(context, ports, token, "activation")
        return (
            *record_rows(record),
            Row("Lock", "none in the device: this program asks for the shares (software gate)"),
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Log in and look at what can be seen now."""
        del call, op
        own = context.settings(ActivateSettings)
        port = ports.token(own.token)
        custody = self._custody(context, ports, own.token)
        port.activate(secrets.get("pin"))
        return Performed(evidence={"inventory": inventory_json(port.inventory()), **custody})

    def _custody(self, context: Context, ports: Ports, token: str) -> dict[str, Json]:
        """Whose shares or cards there were; nothing where one person has the PIN."""
        split = split_now(context.plan, context.state, token, "activation")
        if split is None:
            return {}
        holders: list[Json] = [
            {"share": holder.index, "person": holder.person} for holder in entered(context.run, "activation")
        ]
        record = record_json(record_of(context, ports, token, "activation")) if split.by == "shares" else {}
        return {"lock": split.by, "holders": holders, "custody": record}

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Nobody is logged in after it; what it cost stands in the flags."""
        del context, intent, before
        return login_ended(port.facts())

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That it is on, and what is on the token."""
        found = inventory_of(table(evidence, "inventory"))
        return (Row("Activation", "the user is logged in"), *_lock_rows(evidence), *inventory_rows(found))

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The inventory is of the bound token."""
        del artifacts
        serial = context.plan.binding.tokens[context.settings(ActivateSettings).token].serial
        return inventory_wrong(table(evidence, "inventory"), serial)


def _lock_rows(evidence: Mapping[str, Json]) -> tuple[Row, ...]:
    """What stood between one person and the login, and who came forward."""
    lock = text(evidence, "lock")
    if not lock:
        return ()
    thing, words = {
        "shares": ("share", "this program put the PIN together from shares (software gate)"),
        "device": ("card", "the device's own quorum; who presented a card is told by the room"),
    }[lock]
    told = [f"{thing} {number(one, 'share')} by person {number(one, 'person')}" for one in items(evidence, "holders")]
    return (Row("Lock", words), Row("Came forward", ", ".join(told)))
