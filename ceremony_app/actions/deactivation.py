"""Step kind `deactivate`: the token's user is logged out, after the device's own log was taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.attesting import device_log, log_rows, log_wrong
from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Single
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.inspect_token import TokenSettings
from ceremony_app.actions.looking import Found, login_ended
from ceremony_app.core.device import Inventory
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


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
        """Take the log while somebody is logged in, then log out, whatever came of the log."""
        del call, op, secrets
        token = context.settings(TokenSettings).token
        port = ports.token(token)
        log = device_log(context, port, token)
        port.deactivate()
        return Performed(evidence={"activated": False, "log": log.evidence}, files=log.files, concerns=log.concerns)

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Nobody is logged in after it, whatever it answered."""
        del context, intent, before
        return login_ended(port.facts())

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That it is off, and what became of the log."""
        return (*log_rows(evidence), Row("Activation", "ended; the user is logged out"))

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The log is the file of the evidence."""
        del context
        return log_wrong(evidence, artifacts)
