"""Step kinds `connect` and `disconnect`: a token or a medium is put in place, looked at, and taken away again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table, text
from ceremony_app.actions.device_rows import bound_rows, facts_json, facts_rows
from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Act, Plan, Tell
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Mode, Row
from ceremony_app.core.world import Fact
from ceremony_app.hsm.quirks import software_model


class ConnectSettings(Settings, frozen=True):
    """Either `token` or `medium`."""

    token: str = ""
    medium: str = ""


def _one(settings: msgspec.Struct, names: Names) -> ConnectSettings:
    """The settings, if they name exactly one thing."""
    own = cast("ConnectSettings", settings)
    if bool(own.token) is bool(own.medium):
        raise Unfit("CER-CONNECT", "One token or one medium is connected.", "Name one.", where=names.where)
    if own.token:
        names.one_of("tokens", own.token, "token")
    else:
        names.asset(own.medium, "medium", "medium")
    return own


class Connect(Single):
    """Put in place, and look at what is there."""

    name = "connect"
    settings = ConnectSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that changes nothing."""
        own = _one(settings, names)
        if own.token:
            title = f"Connect the token: {names.tokens[own.token].title}"
            act = Act(button="Look at the connected token", device=own.token, quorum=head.sign_off)
            fact = f"token:{own.token}:connected"
        else:
            asset = names.assets[own.medium]
            title = f"Insert the medium {asset.title or own.medium}" + (f" ({asset.tag})" if asset.tag else "")
            act = Act(button="Look at the medium", quorum=head.sign_off)
            fact = f"medium:{own.medium}:inserted"
        return Layout(title=title, stages=(act,), requires=(Fact(fact, holds=False),), ensures=(Fact(fact),))

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which one it must be."""
        del ports
        own = context.settings(ConnectSettings)
        if own.token:
            return Prepared(rows=bound_rows(context.plan, own.token))
        asset = context.plan.definition.assets[own.medium]
        return Prepared(rows=(Row("Medium", asset.title or own.medium), Row("Tag", asset.tag or "none")))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Read what the token or medium says about itself."""
        del call, op, secrets
        own = context.settings(ConnectSettings)
        if own.token:
            facts = ports.token(own.token).facts()
            is_bound(context.plan, own.token, facts)
            return Performed(evidence={"token": facts_json(facts)})
        medium = ports.medium(own.medium)
        names = medium.names()
        return Performed(evidence={"medium": medium.describe(), "files": list(names)})

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """What was found."""
        if "token" in evidence:
            return facts_rows(cast("Mapping[str, Json]", evidence["token"]))
        files = evidence.get("files", [])
        count = len(files) if isinstance(files, list | tuple) else 0
        return (Row("Medium", text(evidence, "medium")), Row("Files on it", str(count)))

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The token that was looked at is the bound one."""
        del artifacts
        own = context.settings(ConnectSettings)
        return not_bound(context.plan, own.token, table(evidence, "token")) if own.token else ()


def _is_hardware(plan: Plan, facts: TokenFacts) -> None:
    """In production a token is no software (CER-SOFTWARE-TOKEN); no quorum can pass that over."""
    if plan.binding.mode is Mode.PRODUCTION and software_model(facts):
        raise Refusal(
            "CER-SOFTWARE-TOKEN",
            f"The token {facts.serial} is software ({facts.manufacturer}, {facts.model}).",
            "A production ceremony needs a hardware security module; software tokens are for rehearsals.",
        )


def not_bound(plan: Plan, token: str, evidence: Mapping[str, Json]) -> tuple[str, ...]:
    """Why token facts in evidence are not those of the bound token; empty where they are."""
    try:
        is_bound(plan, token, msgspec.convert(dict(evidence), TokenFacts))
    except Refusal as refusal:
        return (refusal.why,)
    return ()


def is_bound(plan: Plan, token: str, facts: TokenFacts) -> None:
    """The token is the one of the binding, by serial and, where named, model (CER-WRONG-TOKEN)."""
    bound = plan.binding.tokens[token]
    pairs = [("serial", bound.serial, facts.serial)]
    if bound.model:
        pairs.append(("model", bound.model, facts.model))
    wrong = [
        f"{what} expected {expected}, found {found or 'none'}" for what, expected, found in pairs if expected != found
    ]
    if wrong:
        raise Refusal(
            "CER-WRONG-TOKEN",
            f"This is not the token of the binding: {'; '.join(wrong)}.",
            "Connect the token whose serial number stands in the script.",
        )
    _is_hardware(plan, facts)


class Disconnect(Single):
    """Take away, and be sure that the program holds nothing open."""

    name = "disconnect"
    settings = ConnectSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """A token is let go by its worker; a medium is taken out by hand."""
        own = _one(settings, names)
        if own.medium:
            asset = names.assets[own.medium]
            fact = f"medium:{own.medium}:inserted"
            title = f"Remove the medium {asset.title or own.medium}" + (f" ({asset.tag})" if asset.tag else "")
            return Layout(title=title, stages=(Tell(),), requires=(Fact(fact),), ensures=(Fact(fact, holds=False),))
        fact = f"token:{own.token}:connected"
        act = Act(button="Let go of the token", device=own.token, quorum=head.sign_off)
        return Layout(
            title=f"Disconnect the token: {names.tokens[own.token].title}",
            stages=(act,),
            requires=(Fact(fact), Fact(f"token:{own.token}:activated", holds=False)),
            ensures=(Fact(fact, holds=False),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """Which token is let go."""
        del ports
        return Prepared(rows=bound_rows(context.plan, context.settings(ConnectSettings).token))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """End the worker."""
        del call, op, secrets
        own = context.settings(ConnectSettings)
        ports.token(own.token).close()
        return Performed(evidence={"released": True})

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """That nothing is open any more."""
        del evidence
        return (Row("Worker", "ended; no session is open"),)
