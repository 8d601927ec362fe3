"""Step kind `split-activation`: new PINs of a token are drawn, split, and handed out share by share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, items, text
from ceremony_app.actions.custody import WORDS, record_json, record_rows, require_holders, split_words
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.core.custody import CustodyRecord
from ceremony_app.core.device import TokenFacts
from ceremony_app.core.errors import Refusal, TokenFault
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, Custody, HandOut, Split, Whose
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.shares.activation import PIN_CHARACTERS

_OCTETS: Final = 16
_NOT_SAID: Final = 2**31
"""A larger PIN limit is CK_UNAVAILABLE_INFORMATION (PKCS#11 2.40, 3.2), and says nothing."""


class SplitSettings(Settings, frozen=True):
    """`whose`: which of the token's PINs are drawn and split; both where the definition has both in custody."""

    token: str
    whose: Literal["both", "activation", "officer"] = "both"


class SplitActivation(Single):
    """Draws the secrets; then every holder writes the own share, alone at the screen, and types it back."""

    name = "split-activation"
    settings = SplitSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that touches nothing but the token's generator, and a hand-out for each PIN."""
        own = cast("SplitSettings", settings)
        names.one_of("tokens", own.token, "token")
        splits = _splits(names.tokens[own.token].custody, own.whose)
        if not splits:
            raise Unfit(
                "CER-CUSTODY",
                f"The token {own.token} has no PIN that is to be split, and this step splits one.",
                f"Say in `tokens.{own.token}.custody` who holds the shares.",
                where=f"{names.where}.token",
            )
        for _, split in splits:
            require_holders(names, split, split.shares, "token")
        act = Act(button="Draw and split the PINs", device=own.token, quorum=head.sign_off)
        at = f"token:{own.token}"
        return Layout(
            title=f"Split the PINs of the token: {names.tokens[own.token].title}",
            stages=(act, *(HandOut(token=own.token, whose=whose, split=split) for whose, split in splits)),
            requires=(Fact(f"{at}:connected"), Fact(f"{at}:split", holds=False)),
            ensures=(Fact(f"{at}:split"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What is drawn, and who gets a share of it. A token whose PINs are shorter cannot be used so."""
        own = context.settings(SplitSettings)
        facts = ports.token(own.token).facts()
        if facts.pin_max < PIN_CHARACTERS:
            raise Refusal(
                "CER-SPLIT-PIN",
                f"A PIN of this token has at most {facts.pin_max} characters; a split one has {PIN_CHARACTERS}.",
                "Use the device's own quorum, or another make of token.",
            )
        rows = [
            Row(f"{_capital(WORDS[whose])} is held by", split_words(split))
            for whose, split in _splits(context.plan.definition.tokens[own.token].custody, own.whose)
        ]
        return Prepared(
            rows=(
                *bound_rows(context.plan, own.token),
                *rows,
                Row("Will be", f"drawn at random, {PIN_CHARACTERS} characters; never shown, never written as a whole"),
                Row("PIN length", _lengths(facts)),
            )
        )

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Draw and split; every combination of the shares is tried before the first is shown."""
        del call, op, secrets
        own = context.settings(SplitSettings)
        port = ports.token(own.token)
        serial = port.facts().serial
        drawn: list[Json] = []
        sources = set()
        for whose, split in _splits(context.plan.definition.tokens[own.token].custody, own.whose):
            theirs, source = _theirs(port, ports)
            sources.add(source)
            drawn.append(record_json(ports.custody.draw(own.token, whose, serial, split, theirs)))
        return Performed(evidence={"token": own.token, "splits": drawn, "drawn-from": ", ".join(sorted(sources))})

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """What all may know of the splits."""
        records = [msgspec.convert(dict(one), CustodyRecord) for one in items(evidence, "splits")]
        return (
            *(row for record in records for row in record_rows(record)),
            Row("Drawn from", text(evidence, "drawn-from")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The splits are those of the definition, for the bound token, in sets of their own."""
        del artifacts
        own = context.settings(SplitSettings)
        custody = context.plan.definition.tokens[own.token].custody
        serial = context.plan.binding.tokens[own.token].serial
        must = [(own.token, serial, w, s.role, s.threshold, s.shares) for w, s in _splits(custody, own.whose)]
        records = [msgspec.convert(dict(one), CustodyRecord) for one in items(evidence, "splits")]
        have = [(r.token, r.serial, r.whose, r.role, r.threshold, r.shares) for r in records]
        wrong = [] if have == must else ["what was split is not what the definition says"]
        if len({record.check for record in records}) != len(records):
            wrong.append("two PINs have the same check value")
        return tuple(wrong)


def _splits(custody: Custody, which: Literal["both", "activation", "officer"]) -> tuple[tuple[Whose, Split], ...]:
    """The splits that a step makes, the security officers' first: their PIN is needed first."""
    order: tuple[Whose, ...] = ("officer", "activation")
    every = ((whose, custody.made(whose)) for whose in order if which in ("both", whose))
    return tuple((whose, split) for whose, split in every if split and split.by == "shares")


def _theirs(port: TokenPort, ports: Ports) -> tuple[bytes, str]:
    """16 octets of the token's generator; of the system's a second time where the token gives none yet."""
    try:
        return port.random(_OCTETS), "the token's generator and this system's"
    except TokenFault:
        return ports.randomness.octets(_OCTETS), "this system's generator alone: the token gave nothing"


def _lengths(facts: TokenFacts) -> str:
    if facts.pin_max >= _NOT_SAID:
        return "the token does not say how long a PIN may be"
    return f"the token takes {facts.pin_min} to {facts.pin_max} characters"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
