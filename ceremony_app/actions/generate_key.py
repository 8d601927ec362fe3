"""Step kind `generate-key`: a key pair made inside a token, read back, and proven outside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.attesting import attest, attestation_rows, attestation_wrong
from ceremony_app.actions.base import Context, Performed, Ports, Prepared, Settings, text
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.making import (
    Making,
    every_use_rows,
    label_stem,
    leaves,
    pair_spec,
    port_of,
    template,
    use_secrets,
)
from ceremony_app.actions.proving import pair_rows, pair_wrong, proven, weaknesses
from ceremony_app.actions.remedying import remedy_rows
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act, Key
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact


class GenerateSettings(Settings, frozen=True):
    """`key`: which key of the definition; `phrase`: what is typed to arm the step."""

    key: str
    phrase: str = ""


class GenerateKey(Making):
    """C_GenerateKeyPair once, then a challenge signed by the new key and verified outside the token."""

    name = "generate-key"
    settings = GenerateSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An irreversible action."""
        own = cast("GenerateSettings", settings)
        names.one_of("keys", own.key, "key")
        key = names.keys[own.key]
        title = f"Generate the key {own.key} ({key.algorithm})"
        act = Act(
            button=f"Generate the key {own.key}",
            device=key.token,
            mutates=True,
            irreversible=True,
            phrase=own.phrase or f"GENERATE {own.key}",
            quorum=head.sign_off,
            secrets=use_secrets(key),
        )
        return Layout(
            title=title,
            stages=(act,),
            requires=(
                Fact(f"token:{key.token}:activated"),
                Fact(f"key:{own.key}:there", holds=False),
                *((Fact("trial:held"),) if key.profile else ()),
            ),
            ensures=(Fact(f"key:{own.key}:there"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What will be made, and where."""
        del ports
        own = context.settings(GenerateSettings)
        key = _key(context)
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                Row("Key", key.title or own.key),
                Row("Algorithm", key.algorithm.value),
                Row("Label begins with", label_stem(context)),
                Row("Will be", f"made inside the token; sensitive; {leaves(key)}; for signing only"),
                Row("Backup", key.backup),
                *every_use_rows(key),
                *remedy_rows(context),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The template that the intent binds."""
        return template(pair_spec(context, _key(context), op))

    def bring(
        self, context: Context, op: str, ports: Ports, secrets: Mapping[str, Secret], *, taken: bool
    ) -> Performed:
        """Make the pair (or read the one that is there), check the public half, prove the private one."""
        key, port, stem = _key(context), port_of(context, ports), label_stem(context)
        spec = pair_spec(context, key, op)
        report = port.report(op) if taken else port.generate_key_pair(spec)
        proof = proven(report, key.algorithm, port, ports.randomness, secrets.get("use-pin"))
        attested = attest(port, op, stem)
        return Performed(
            evidence={
                **proof,
                "key": context.settings(GenerateSettings).key,
                "token": key.token,
                "adopted": taken,
                "attestation": attested.evidence,
            },
            files={f"{stem}.pub.der": base64.b64decode(report.spki), **attested.files},
            concerns=(*weaknesses(report.private, extractable=spec.extractable), *attested.concerns),
        )

    def made_rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The key as the token reports it, and the digest that names it."""
        return (
            Row("Key", text(evidence, "key")),
            Row("Came to be", "by an interrupted call; taken over" if evidence.get("adopted") else "in this call"),
            *pair_rows(evidence),
            *attestation_rows(evidence),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The public key is one, has the digest that was read back, signed the challenge, and is the file."""
        if "destroyed" in evidence:
            return ()
        file = artifacts.get(f"{label_stem(context)}.pub.der")
        return (*pair_wrong(evidence, _key(context).algorithm, file), *attestation_wrong(evidence, artifacts))


def _key(context: Context) -> Key:
    return context.plan.definition.keys[context.settings(GenerateSettings).key]
