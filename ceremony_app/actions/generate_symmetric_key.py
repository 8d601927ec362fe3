"""Step kind `generate-symmetric-key`: a secret key made inside a token; for now one that wraps other keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.base import Context, Performed, Ports, Prepared, Settings, table, text
from ceremony_app.actions.device_rows import attribute_rows, bound_rows
from ceremony_app.actions.making import Making, label_stem, port_of
from ceremony_app.actions.proving import weaknesses
from ceremony_app.actions.remedying import remedy_rows
from ceremony_app.core.device import ObjectFacts, ObjectKind, WrappingKeySpec
from ceremony_app.core.errors import NotBuilt, Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.script import Act, WrappingKey
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact

_WRAPPING: Final = "wrapping"
_ALGORITHM: Final = "AES-256"


class SymmetricSettings(Settings, frozen=True):
    """`key`: which wrapping key of the definition; `purpose`: what it is for; `phrase`: what arms the step."""

    key: str
    purpose: str
    phrase: str = ""


class GenerateSymmetricKey(Making):
    """C_GenerateKey once; a restore proves the key, and nothing outside the token can."""

    name = "generate-symmetric-key"
    settings = SymmetricSettings
    pair = False

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action; raises `NotBuilt` for keys that do anything but wrap."""
        own = cast("SymmetricSettings", settings)
        if own.purpose != _WRAPPING:
            raise NotBuilt(f"A symmetric key for “{own.purpose[:40]}” ({names.where}.purpose)")
        names.one_of("wrapping_keys", own.key, "key")
        key = names.wrapping_keys[own.key]
        act = Act(
            button=f"Generate the wrapping key {own.key}",
            device=key.token,
            mutates=True,
            irreversible=True,
            phrase=own.phrase or f"GENERATE {own.key}",
            quorum=head.sign_off,
        )
        return Layout(
            title=f"Generate the wrapping key {own.key} ({_ALGORITHM})",
            stages=(act,),
            requires=(Fact(f"token:{key.token}:activated"), Fact(f"key:{own.key}:there", holds=False)),
            ensures=(Fact(f"key:{own.key}:there"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What will be made, and where."""
        del ports
        own = context.settings(SymmetricSettings)
        key = _key(context)
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                Row("Wrapping key", key.title or own.key),
                Row("Algorithm", _ALGORITHM),
                Row("Label begins with", label_stem(context)),
                Row("Will be", "made inside the token; sensitive; never extractable; for wrapping and unwrapping only"),
                *remedy_rows(context),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The template that the intent binds."""
        spec = _spec(context, op)
        return {"label": spec.label, "id": spec.id, "algorithm": _ALGORITHM, "purpose": _WRAPPING}

    def bring(
        self, context: Context, op: str, ports: Ports, secrets: Mapping[str, Secret], *, taken: bool
    ) -> Performed:
        """Make the key, or read the one that is there."""
        del secrets
        port = port_of(context, ports)
        made = _read(port, op) if taken else port.generate_wrapping_key(_spec(context, op))
        return Performed(
            evidence={
                "key": context.settings(SymmetricSettings).key,
                "token": _key(context).token,
                "id": made.id,
                "label": made.label,
                "algorithm": _ALGORITHM,
                "purpose": _WRAPPING,
                "object": msgspec.to_builtins(made),
                "adopted": taken,
            },
            concerns=weaknesses(made),
        )

    def made_rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The key as the token reports it; it has no digest that could be told."""
        return (
            Row("Wrapping key", text(evidence, "key")),
            Row("Came to be", "by an interrupted call; taken over" if evidence.get("adopted") else "in this call"),
            Row("Algorithm", text(evidence, "algorithm")),
            Row("Label on the token", text(evidence, "label")),
            Row("Id on the token", text(evidence, "id")),
            *attribute_rows("Attributes", _object(evidence)),
            Row("Proof", "none can be given outside the token; a key that is restored under it proves it"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """What was read back is one secret key, under the id and label of the evidence."""
        del artifacts, context
        if "destroyed" in evidence:
            return ()
        made = _object(evidence)
        named = (made.id, made.label) == (text(evidence, "id"), text(evidence, "label"))
        good = named and made.kind is ObjectKind.SECRET and not made.fault
        return () if good else ("what was read back is not the secret key of the evidence",)


def _key(context: Context) -> WrappingKey:
    return context.plan.definition.wrapping_keys[context.settings(SymmetricSettings).key]


def _spec(context: Context, op: str) -> WrappingKeySpec:
    return WrappingKeySpec(label=f"{label_stem(context)}#{op[:8]}", id=op)


def _object(evidence: Mapping[str, Json]) -> ObjectFacts:
    return msgspec.convert(dict(table(evidence, "object")), ObjectFacts)


def _read(port: TokenPort, key_id: str) -> ObjectFacts:
    """The one object of this id; CER-OBJECT where it is not there alone."""
    found = port.inventory().with_id(key_id)
    if len(found) != 1:
        raise Refusal(
            "CER-OBJECT",
            f"The token holds {len(found)} objects with the id {key_id}, where one key was to be taken over.",
            "Inspect the token; decide to destroy what is there.",
        )
    return found[0]
