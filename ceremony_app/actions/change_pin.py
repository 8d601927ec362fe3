"""Step kind `change-pin`: the user or the security officer of a token gets a new PIN, and nobody sees either."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table, text
from ceremony_app.actions.connect import not_bound
from ceremony_app.actions.custody import (
    custody_evidence,
    drawn_record,
    record_file,
    record_json,
    record_of,
    record_rows,
    require_holders,
)
from ceremony_app.actions.device_rows import bound_rows, facts_json
from ceremony_app.actions.looking import Found, found
from ceremony_app.actions.pins import activation_pin_rows, last_try_of, officer_pin_rows, tries
from ceremony_app.core.device import Difference, Inventory, TokenFacts
from ceremony_app.core.errors import Executed, NotBuilt, TokenFault
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, SecretAsk, ShareAsk, Whose
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact

_PIN: Final = {"user": "pin", "so": "so-pin"}
_WORDS: Final = {"user": "activation PIN", "so": "PIN of the security officer"}
_CUSTODY: Final[dict[Literal["user", "so"], Whose]] = {"user": "activation", "so": "officer"}


class ChangePinSettings(Settings, frozen=True):
    """`whose`: the user's (activation) or the security officer's; `pin_by`: the role that enters both PINs.

    Where the definition has the PIN in custody, the present one comes from its holders' shares, and the new one from
    the memory in which it was drawn and split; then `phrase` is what is typed to arm the step.
    """

    token: str
    whose: Literal["user", "so"]
    pin_by: str = ""
    phrase: str = ""


class ChangePin(Single):
    """C_SetPIN, once for each time people enter the PINs."""

    name = "change-pin"
    settings = ChangePinSettings
    mutates = True

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action with the present PIN and twice the new one; nobody is logged in meanwhile."""
        own = cast("ChangePinSettings", settings)
        names.one_of("tokens", own.token, "token")
        if own.pin_by:
            names.one_of("roles", own.pin_by, "pin_by")
        pin, words = _PIN[own.whose], _WORDS[own.whose]
        custody, whose = names.tokens[own.token].custody, _CUSTODY[own.whose]
        present, following = custody.present(whose), custody.following(whose)
        if present is not None:
            require_holders(names, present, present.threshold, "whose")
        old: Literal["", "shares"] = "shares" if present is not None and present.by == "shares" else ""
        new: Literal["", "memory"] = "memory" if following is not None and following.by == "shares" else ""
        act = Act(
            button=f"Change the {words}",
            device=own.token,
            mutates=True,
            irreversible=bool(new),
            phrase=(own.phrase or f"CHANGE PIN {own.token}") if new else own.phrase,
            quorum=head.sign_off,
            secrets=(
                SecretAsk(name=pin, label=f"Present {words}", by=own.pin_by, held=old),
                SecretAsk(name=f"new-{pin}", label=f"New {words}", by=own.pin_by, twice=not new, held=new),
            ),
            shares=(ShareAsk(token=own.token, whose=whose),) if old else (),
        )
        at = f"token:{own.token}"
        return Layout(
            title=f"Change the {words}: {names.tokens[own.token].title}",
            stages=(act,),
            requires=(
                Fact(f"{at}:connected"),
                Fact(f"{at}:initialised"),
                Fact(f"{at}:activated", holds=False),
                *((Fact(f"{at}:split"),) if new else ()),
            ),
            ensures=(Fact(f"{at}:split", holds=False),) if new else (),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which PIN, how long it may be, and how many tries are left."""
        own = context.settings(ChangePinSettings)
        facts = ports.token(own.token).facts()
        if context.plan.binding.tokens[own.token].pin_entry == "token":
            raise NotBuilt("Changing a PIN at the token's own keypad")
        state = activation_pin_rows if own.whose == "user" else officer_pin_rows
        return Prepared(
            rows=(
                *bound_rows(context.plan, own.token),
                Row("To be changed", f"the {_WORDS[own.whose]}"),
                *_custody_rows(context, ports, facts),
                *state(context.plan, own.token, facts.flags),
            ),
            grave=last_try_of(facts.flags, own.whose),
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """Whose PIN; nothing about either PIN is ever written."""
        del op
        return {"whose": context.settings(ChangePinSettings).whose}

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Change it; what the token says of itself afterwards is kept."""
        del call, op
        own = context.settings(ChangePinSettings)
        port, pin = ports.token(own.token), _PIN[own.whose]
        port.change_pin(own.whose, secrets[pin], secrets[f"new-{pin}"])
        drawn = any(ask.held == "memory" for ask in _asks(context))
        record = drawn_record(context, own.token, _CUSTODY[own.whose]) if drawn else None
        return Performed(
            evidence={
                "whose": own.whose,
                "token": facts_json(_facts_after(port)),
                **({"custody": record_json(record)} if record is not None else {}),
            },
            files=record_file(context, record) if record is not None else {},
        )

    def unfit(self, call: Call, op: str, change: Difference) -> str:
        """No object comes or goes."""
        del call, op
        return "" if change.nothing else "objects came or went while a PIN was changed"

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Which of the two PINs holds cannot be seen; the tries can."""
        del context, before
        facts = port.facts()
        whose: Literal["user", "so"] = "so" if intent.parameters.get("whose") == "so" else "user"
        rows = (
            Row("PIN tries", tries(facts.flags, whose)),
            Row("What follows", "whether the old or the new PIN holds cannot be seen on the token"),
            Row(
                "What people can do",
                "hold the step again and enter the new PIN, once, as the present one; if it is refused, the old one",
            ),
        )
        return found("unclear", {"token": facts_json(facts)}, rows)

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That it is changed."""
        whose: Literal["user", "so"] = "so" if text(evidence, "whose") == "so" else "user"
        facts = msgspec.convert(dict(table(evidence, "token")), TokenFacts)
        record = custody_evidence(evidence)
        return (
            Row("Changed", f"the {_WORDS[whose]}"),
            *(record_rows(record) if record is not None else ()),
            Row("PIN tries", tries(facts.flags, whose)),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The token that answered afterwards is the bound one, and it was the PIN that was to be changed."""
        del artifacts
        own = context.settings(ChangePinSettings)
        wrong = list(not_bound(context.plan, own.token, table(evidence, "token")))
        if text(evidence, "whose") != own.whose:
            wrong.append("another PIN was changed than the step is about")
        return tuple(wrong)


def _asks(context: Context) -> tuple[SecretAsk, ...]:
    """The two PINs of the step, and where each comes from."""
    act = context.step.action
    return act.secrets if act is not None else ()


def _custody_rows(context: Context, ports: Ports, facts: TokenFacts) -> tuple[Row, ...]:
    """Where the present PIN comes from, where it is held in shares, and the new one."""
    own = context.settings(ChangePinSettings)
    whose = _CUSTODY[own.whose]
    rows: list[Row] = []
    for ask in _asks(context):
        if ask.held == "shares":
            rows.extend(record_rows(record_of(context, ports, own.token, whose)))
        elif ask.held == "memory":
            rows.extend(
                Row(f"New: {row.label[:1].lower()}{row.label[1:]}", row.value)
                for row in record_rows(drawn_record(context, own.token, whose))
            )
        elif ask.twice:
            rows.append(Row("New PIN", f"entered twice, {max(facts.pin_min, 4)} to {facts.pin_max} characters"))
    return tuple(rows)


def _facts_after(port: TokenPort) -> TokenFacts:
    """What the token says now; where it does not answer, the change is no less made, and must be looked into."""
    try:
        return port.facts()
    except TokenFault as fault:
        raise TokenFault(
            fault.code,
            fault.number,
            f"The token took the new PIN and could not be read afterwards: {fault.why}",
            "Take it that the new PIN holds. Inspect the token.",
            executed=Executed.UNKNOWN,
            rule=fault.rule,
        ) from None
