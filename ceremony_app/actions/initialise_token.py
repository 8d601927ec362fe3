"""Step kind `initialise-token`: everything on a token is lost, and new PINs are set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table, text
from ceremony_app.actions.connect import not_bound
from ceremony_app.actions.custody import drawn_record, drawn_records, record_file, record_rows
from ceremony_app.actions.device_rows import bound_rows, facts_json, facts_rows
from ceremony_app.actions.looking import Found, after_initialising, after_setting_pin, last_facts
from ceremony_app.core.device import Difference, Inventory, TokenFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, SecretAsk, Split, Whose
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class InitialiseSettings(Settings, frozen=True):
    """`label`: the token's new label; `phrase`: what is typed to arm the step; who enters the two PINs."""

    token: str
    label: str
    phrase: str = ""
    so_pin_by: str = ""
    pin_by: str = ""


class InitialiseToken(Single):
    """C_InitToken and then C_InitPIN: two calls, each with an intent and an outcome of its own."""

    name = "initialise-token"
    settings = InitialiseSettings
    mutates = True

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action with two new PINs."""
        own = cast("InitialiseSettings", settings)
        names.one_of("tokens", own.token, "token")
        for setting in ("so_pin_by", "pin_by"):
            if role := getattr(own, setting):
                names.one_of("roles", role, setting)
        custody = names.tokens[own.token].custody
        officer, user = (_held(split) for split in (custody.officer, custody.activation))
        drawn = bool(officer or user)
        act = Act(
            button="Initialise the token",
            device=own.token,
            mutates=True,
            irreversible=True,
            phrase=own.phrase or f"INITIALISE {own.label}",
            quorum=head.sign_off,
            secrets=(
                SecretAsk(
                    name="so-pin",
                    label="New PIN of the security officer",
                    by=own.so_pin_by,
                    twice=not officer,
                    held=officer,
                ),
                SecretAsk(name="pin", label="New activation PIN", by=own.pin_by, twice=not user, held=user),
            ),
        )
        at = f"token:{own.token}"
        return Layout(
            title=f"Initialise the token: {names.tokens[own.token].title}",
            stages=(act,),
            requires=(
                Fact(f"{at}:connected"),
                Fact(f"{at}:inspected"),
                Fact(f"{at}:activated", holds=False),
                *((Fact(f"{at}:split"),) if drawn else ()),
            ),
            ensures=(Fact(f"{at}:initialised"), *((Fact(f"{at}:split", holds=False),) if drawn else ())),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What is lost and what is set."""
        own = context.settings(InitialiseSettings)
        facts = ports.token(own.token).facts()
        return Prepared(
            rows=(
                *bound_rows(context.plan, own.token),
                Row("Present label", facts.label or "(none)"),
                Row("New label", _label(context, own)),
                Row("Lost", "every object on the token, without return"),
                *_pin_rows(context, own.token, facts),
            )
        )

    def next_call(self, context: Context, op: str) -> Call | None:
        """First the token, then its user PIN."""
        del op
        done = {call.intent.call for call in context.run.calls if call.outcome and call.outcome.result == "done"}
        own = context.settings(InitialiseSettings)
        if "initialise-token" not in done:
            known = last_facts(context.state, own.token)
            was = {"old-label": known.label, "serial": known.serial} if known else {}
            return Call(name="initialise-token", parameters={"label": _label(context, own), **was}, mutates=True)
        return None if "set-user-pin" in done else Call(name="set-user-pin", mutates=True)

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """One of the two calls; the serial must stay what it was."""
        del op
        own = context.settings(InitialiseSettings)
        port = ports.token(own.token)
        if call.name == "set-user-pin":
            port.set_user_pin(secrets["so-pin"], secrets["pin"])
            return Performed(
                evidence={"token": facts_json(port.facts())}, files=_record(context, own.token, "activation")
            )
        serial = port.facts().serial
        facts = port.initialise(_label(context, own), secrets["so-pin"])
        if facts.serial != serial:
            raise Refusal(
                "CER-WRONG-TOKEN",
                f"After the call the token answers with the serial {facts.serial}, before it was {serial}.",
                "Stop, and find out which token was initialised.",
            )
        return Performed(evidence={"token": facts_json(facts)}, files=_record(context, own.token, "officer"))

    def unfit(self, call: Call, op: str, change: Difference) -> str:
        """Nothing is on a token that has just been initialised that was not there before."""
        del call, op
        return f"{len(change.added)} new objects are on the token" if change.added else ""

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Label, state and user PIN, as the token tells them now; nothing is initialised again by the program."""
        del before
        if intent.call == "set-user-pin":
            return after_setting_pin(port.facts())
        return after_initialising(intent, last_facts(context.state, intent.token), port)

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The token as it is now."""
        return facts_rows(table(evidence, "token"))

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The token that answered afterwards is the bound one, and bears the new label."""
        del artifacts
        own = context.settings(InitialiseSettings)
        facts = table(evidence, "token")
        wrong = list(not_bound(context.plan, own.token, facts))
        if text(facts, "label") != _label(context, own):
            wrong.append(f"the token is labelled {text(facts, 'label')}, and was to be {_label(context, own)}")
        return tuple(wrong)


def _label(context: Context, own: InitialiseSettings) -> str:
    """The new label; in a rehearsal it says so. PKCS#11 gives it 32 bytes."""
    return f"REHEARSAL {own.label}"[:32] if context.rehearsal else own.label


def _held(split: Split | None) -> Literal["", "memory"]:
    """Where a new PIN comes from: from memory where it is drawn and split, else from a keyboard."""
    return "memory" if split is not None and split.by == "shares" else ""


def _pin_rows(context: Context, token: str, facts: TokenFacts) -> tuple[Row, ...]:
    """Where the two new PINs come from."""
    drawn = drawn_records(context, token)
    act = context.step.action
    typed = tuple(ask for ask in (act.secrets if act is not None else ()) if not ask.held)
    if not drawn:
        return (Row("PINs", f"both new, entered twice, {max(facts.pin_min, 4)} to {facts.pin_max} characters"),)
    entered = tuple(
        Row(ask.label, f"entered twice, {max(facts.pin_min, 4)} to {facts.pin_max} characters") for ask in typed
    )
    return (*(row for record in drawn for row in record_rows(record)), *entered)


def _record(context: Context, token: str, whose: Whose) -> dict[str, bytes]:
    """The record of a split PIN that the token has from now on; none where it was typed."""
    act = context.step.action
    drawn = any(ask.held and ask.whose == whose for ask in (act.secrets if act is not None else ()))
    return record_file(context, drawn_record(context, token, whose)) if drawn else {}
