"""Step kind `generate-key`: a key pair made inside a token, read back, and proven outside it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Settings, Single, table, text
from ceremony_app.actions.device_rows import attribute_rows, bound_rows
from ceremony_app.core.algorithms import Algorithm, usual_scheme
from ceremony_app.core.device import KeyReport, KeySpec
from ceremony_app.core.errors import Refusal
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.proof import proves
from ceremony_app.pki.spki import public_key, spki_digest

_CHALLENGE_BYTES = 32


class GenerateSettings(Settings, frozen=True):
    """`key`: which key of the definition; `phrase`: what is typed to arm the step."""

    key: str
    phrase: str = ""


class GenerateKey(Single):
    """C_GenerateKeyPair once, then a challenge signed by the new key and verified outside the token."""

    name = "generate-key"
    settings = GenerateSettings
    mutates = True

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
        key = context.plan.definition.keys[own.key]
        return Prepared(
            rows=(
                *bound_rows(context.plan, key.token),
                Row("Key", key.title or own.key),
                Row("Algorithm", key.algorithm.value),
                Row("Label begins with", _stem(context, own)),
                Row("Will be", "made inside the token; sensitive; never extractable; for signing only"),
                Row("Backup", key.backup),
            )
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The template that the intent binds: label and CKA_ID come from the operation's own id."""
        spec = self._spec(context, op)
        return {"label": spec.label, "id": spec.id, "algorithm": spec.algorithm.value}

    def _spec(self, context: Context, op: str) -> KeySpec:
        own = context.settings(GenerateSettings)
        algorithm = context.plan.definition.keys[own.key].algorithm
        return KeySpec(label=f"{_stem(context, own)}#{op[:8]}", id=op, algorithm=algorithm)

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Make the pair, check the public half, prove the private one."""
        del call, secrets
        own = context.settings(GenerateSettings)
        key = context.plan.definition.keys[own.key]
        port = ports.token(key.token)
        report = port.generate_key_pair(self._spec(context, op))
        spki = base64.b64decode(report.spki)
        public_key(spki, key.algorithm)
        challenge = b"ceremony key proof " + ports.randomness.octets(_CHALLENGE_BYTES)
        signature = port.sign(op, usual_scheme(key.algorithm), challenge)
        if not proves(spki, key.algorithm, usual_scheme(key.algorithm), challenge, signature):
            raise Refusal(
                "CER-PROOF",
                "The new key's signature does not verify with its public key.",
                "Do not use this key. Inspect the token; destroy the key or go to the spare token.",
            )
        return Performed(
            evidence={
                "key": own.key,
                "token": key.token,
                "id": op,
                "label": report.private.label,
                "algorithm": key.algorithm.value,
                "spki": report.spki,
                "spki-sha256": spki_digest(spki),
                "report": msgspec.to_builtins(report),
                "proof": {
                    "challenge": base64.b64encode(challenge).decode(),
                    "signature": base64.b64encode(signature).decode(),
                },
            },
            files={f"{_prefix(context)}{own.key}.pub.der": spki},
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The key as the token reports it, and the digest that names it."""
        report = msgspec.convert(dict(table(evidence, "report")), KeyReport)
        return (
            Row("Key", text(evidence, "key")),
            Row("Algorithm", text(evidence, "algorithm")),
            Row("Label on the token", text(evidence, "label")),
            Row("Id on the token", text(evidence, "id")),
            Row("SHA-256 of the public key", text(evidence, "spki-sha256")),
            *attribute_rows("Private key attributes", report.private),
            *attribute_rows("Public key attributes", report.public),
            Row("Generation mechanism", report.mechanism or "not reported"),
            Row("Proof", "a random challenge was signed by the token and verified outside it"),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The public key is one, has the digest that was read back, signed the challenge, and is the file."""
        try:
            spki = base64.b64decode(text(evidence, "spki"), validate=True)
            algorithm = Algorithm(text(evidence, "algorithm"))
            public_key(spki, algorithm)
            proof = table(evidence, "proof")
            challenge = base64.b64decode(text(proof, "challenge"), validate=True)
            signature = base64.b64decode(text(proof, "signature"), validate=True)
        except (ValueError, Refusal) as error:
            return (f"the public key in the evidence is unfit: {error}",)
        own = context.settings(GenerateSettings)
        wrong = []
        if algorithm is not context.plan.definition.keys[own.key].algorithm:
            wrong.append("the algorithm is not the definition's")
        if spki_digest(spki) != text(evidence, "spki-sha256"):
            wrong.append("the digest is not that of the public key")
        if not proves(spki, algorithm, usual_scheme(algorithm), challenge, signature):
            wrong.append("the proof does not verify")
        if artifacts.get(f"{_prefix(context)}{own.key}.pub.der") != spki:
            wrong.append("the file is not the public key of the evidence")
        return tuple(wrong)


def _prefix(context: Context) -> str:
    """What files of a rehearsal are called first."""
    return "REHEARSAL-" if context.rehearsal else ""


def _stem(context: Context, own: GenerateSettings) -> str:
    """The label before the operation's id."""
    return f"{_prefix(context)}{own.key}"
