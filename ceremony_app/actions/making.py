"""What the steps share that bring a key onto a token: what is done first, its template, and what is then found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Single
from ceremony_app.actions.looking import Found, after_destroying, after_making, is_made, unseeable
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.actions.remedying import adopted, adopting, destroy, destroyed_rows, next_remedy
from ceremony_app.core.device import Difference, Inventory, KeySpec, ObjectFacts
from ceremony_app.core.events import Intent
from ceremony_app.core.leftover import ADOPT, DESTROY
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, Key, SecretAsk
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row


class Making(Single):
    """A step that brings a pair onto a token, or (`pair` is false) one secret key.

    What was decided about the debris of an interrupted attempt is done first; then the key is made, or a whole one
    that is there already is taken over.
    """

    mutates = True
    pair = True

    def bring(
        self, context: Context, op: str, ports: Ports, secrets: Mapping[str, Secret], *, taken: bool
    ) -> Performed:
        """Make the key of the id `op`, or read the one that is there (`taken`), and prove it as far as that goes."""
        raise NotImplementedError

    def made_rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The evidence of the key as people are shown it."""
        raise NotImplementedError

    def next_call(self, context: Context, op: str) -> Call | None:
        """The remedy, the key, and then no more."""
        if any(c.outcome and c.outcome.result == "done" and c.intent.call != DESTROY for c in context.run.calls):
            return None
        taken = adopted(context)
        if taken is not None:
            return adopting(taken, self.parameters(context, taken.op))
        remedy = next_remedy(context)
        return remedy or Call(name=self.name, parameters=self.parameters(context, op), mutates=True)

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """The one call that is due."""
        if call.name == DESTROY:
            return destroy(call, port_of(context, ports))
        taken = adopted(context) if call.name == ADOPT else None
        return self.bring(context, taken.op if taken else op, ports, secrets, taken=taken is not None)

    def unfit(self, call: Call, op: str, change: Difference) -> str:
        """A generation makes one key; a take-over nothing; a destruction takes its one object away."""
        return making_unfit(call, op, change, pair=self.pair)

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """One key, none, or debris."""
        del context
        if intent.call == DESTROY:
            return after_destroying(intent, before, port)
        if intent.call == ADOPT:
            return unseeable("the key was only read and tried; it is there as it was before")
        return after_making(intent, before, port, pair=self.pair)

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """An object that was destroyed first, or the key."""
        return destroyed_rows(evidence) or self.made_rows(evidence)


def port_of(context: Context, ports: Ports) -> TokenPort:
    """The token that the step is about."""
    return ports.token(cast("Act", context.step.action).device)


def label_stem(context: Context) -> str:
    """The label of the step's key before the operation's id; in a rehearsal it says so."""
    return file_stem(context.plan, setting(context.step, "key"))


def template(spec: KeySpec) -> Mapping[str, Json]:
    """What the intent binds of a new pair; the two unusual attributes only where they are asked for."""
    unusual = {"extractable": spec.extractable, "always-authenticate": spec.always_authenticate}
    asked = {name: value for name, value in unusual.items() if value}
    return {"label": spec.label, "id": spec.id, "algorithm": spec.algorithm.value, **asked}


def pair_spec(context: Context, key: Key, op: str) -> KeySpec:
    """The pair that the definition asks for; label and CKA_ID come from the operation's own id."""
    return KeySpec(
        label=f"{label_stem(context)}#{op[:8]}",
        id=op,
        algorithm=key.algorithm,
        extractable=key.backup == "wrapped",
        always_authenticate=key.every_use,
    )


def leaves(key: Key) -> str:
    """Whether the private half can leave the token, in words."""
    return "extractable, wrapped under another key only" if key.backup == "wrapped" else "never extractable"


def every_use_rows(key: Key) -> tuple[Row, ...]:
    """That a key asks for the PIN each time it is used, where it does."""
    return (Row("Every use", "asks for the PIN again"),) if key.every_use else ()


def use_secrets(key: Key) -> tuple[SecretAsk, ...]:
    """The PIN for each use of a key that asks for it."""
    return (SecretAsk(name="use-pin", label="PIN for this use of the key", at_token=True),) if key.every_use else ()


def making_unfit(call: Call, op: str, change: Difference, *, pair: bool = True) -> str:
    """Why a change is not the one that the call was to bring about: one key, nothing, or one object gone."""
    if call.name == ADOPT:
        return "" if change.nothing else "objects came or went while a key was only looked at"
    if call.name == DESTROY:
        thing = msgspec.convert(call.parameters["object"], ObjectFacts)
        return "" if change == Difference(removed=(thing,)) else "not exactly the one object is gone"
    if change.removed:
        return f"{len(change.removed)} objects are gone"
    made = is_made(change.added, op, str(call.parameters.get("label", "")), pair=pair)
    what = "pair" if pair else "secret key"
    return "" if made else f"{len(change.added)} objects were added, and they are not one {what} of this operation"
