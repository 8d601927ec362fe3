"""Step kinds `inspect-token` and `inventory`: what the token says it is, and what is on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import (
    Call,
    Concern,
    Context,
    Observed,
    Performed,
    Ports,
    Prepared,
    Settings,
    Single,
    table,
)
from ceremony_app.actions.connect import is_bound, not_bound
from ceremony_app.actions.custody import carried_on
from ceremony_app.actions.device_rows import (
    bound_rows,
    facts_rows,
    inventory_of,
    inventory_rows,
    inventory_wrong,
)
from ceremony_app.actions.looking import Found, unseeable
from ceremony_app.actions.token_checks import Check
from ceremony_app.actions.token_sheet import evidence_of, look, read_back, sheet, sheet_rows, sheet_wrong, wanted_of
from ceremony_app.core.device import Difference, Inventory
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class TokenSettings(Settings, frozen=True):
    """`token`: which one."""

    token: str


class InspectToken(Single):
    """The pre-flight sheet of a token: facts, objects, and a trial of what the ceremony needs of it.

    The trials make throw-away pairs of session objects; the inventories before and after them show what stayed.
    """

    name = "inspect-token"
    settings = TokenSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that changes nothing."""
        own = cast("TokenSettings", settings)
        names.one_of("tokens", own.token, "token")
        return Layout(
            title=f"Inspect the token: {names.tokens[own.token].title}",
            stages=(Act(button="Inspect the token", device=own.token, quorum=head.sign_off),),
            requires=(Fact(f"token:{own.token}:connected"),),
            ensures=(
                Fact(f"token:{own.token}:inspected"),
                *((Fact(f"token:{own.token}:initialised"),) if names.tokens[own.token].has_keys else ()),
            ),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which token, and what will be tried on it."""
        del ports
        token = context.settings(TokenSettings).token
        wanted = wanted_of(context.plan, token)
        tried = f"{', '.join(wanted.tried)}; not stored" if wanted.tried else "nothing: no key is made on this token"
        return Prepared(rows=(*bound_rows(context.plan, token), Row("Tried with throw-away keys", tried)))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Look, try, and go on only where the token can do what the ceremony needs (CER-TOKEN-UNFIT)."""
        del call, op, secrets
        own = context.settings(TokenSettings)
        port = ports.token(own.token)
        facts = port.facts()
        is_bound(context.plan, own.token, facts)
        if context.plan.definition.tokens[own.token].has_keys and not facts.initialised:
            raise Refusal(
                "CER-TOKEN-UNFIT",
                "This token should come with keys on it, and it is not initialised.",
                "Find out whether it is the right token: compare its serial number with the record of its ceremony.",
            )
        wanted = wanted_of(context.plan, own.token)
        seen = look(port, facts, wanted.module_sha256, wanted.tried)
        evidence = evidence_of(seen, wanted)
        checks = sheet(seen, wanted)
        unfit = tuple(check for check in checks if check.unfit)
        if unfit:
            raise _unfit(unfit, seen.change, evidence)
        concerns = tuple(_concern(check) for check in checks if check.mark == "FAIL")
        return Performed(evidence=evidence, files=carried_on(context, ports, own.token), concerns=concerns)

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """The pairs of the trials are no token objects, so that nothing can be seen of them."""
        del context, intent, before, port
        return unseeable(
            "it only read, and tried keys that end with the session; another inspection shows what is on the token"
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The sheet, made again from the facts; then facts and objects as the token reported them."""
        return (
            *sheet_rows(sheet(*read_back(evidence))),
            *facts_rows(table(evidence, "token")),
            *inventory_rows(inventory_of(table(evidence, "inventory"))),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """Facts and inventory are of the bound token, and the sheet that they give has nothing that stops the step."""
        del artifacts
        token = context.settings(TokenSettings).token
        serial = context.plan.binding.tokens[token].serial
        return (
            *not_bound(context.plan, token, table(evidence, "token")),
            *inventory_wrong(table(evidence, "inventory"), serial),
            *sheet_wrong(evidence, context.plan, token),
        )


def _unfit(checks: tuple[Check, ...], change: Difference, evidence: Mapping[str, Json]) -> Refusal:
    """A token that cannot do what is needed. Where a trial left something on it, it is looked at before all else."""
    told = " ".join(f"{check.title}: {check.said}" for check in checks)
    why = f"The token cannot do what this ceremony needs of it. {told}"
    do = " ".join(dict.fromkeys(check.do for check in checks))
    if change.nothing:
        return Observed("CER-TOKEN-UNFIT", why, do, evidence=evidence)
    why = f"{why} The trials changed what is on the token."
    return TokenFault("TRIAL_LEFT_OBJECTS", 0, why, do, executed=Executed.UNKNOWN, rule="CER-TOKEN-UNFIT")


def _concern(check: Check) -> Concern:
    """A FAIL that people may decide to live with."""
    return Concern(expected=f"pre-flight sheet, {check.title}: PASS", happened=check.words)
