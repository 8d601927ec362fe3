"""What all kinds that sign share: captured, shown, approved by digest, signed once, held against everything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Single, text
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.known_keys import record_of
from ceremony_app.actions.making import every_use_rows
from ceremony_app.actions.materials import Artifacts
from ceremony_app.actions.planned import file_stem, setting, trial_stem
from ceremony_app.actions.trial_chain import decided
from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import ArtifactRef, Json, Row
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.issuance import Issuance, drafted, held, issuance, prepare, sign
from ceremony_app.pki.issuance import Prepared as Captured
from ceremony_app.pki.show import Label, pem
from ceremony_app.pki.spki import public_key


class Signing(Single):
    """Something signed by a key of this ceremony. Each such signature is an intent of its own.

    `digest` is the name of the object's SHA-256 in the evidence, `label` its PEM label, `noun` what people call it,
    `suffix` what stands between the stem and the endings of its files.
    """

    digest: str
    label: Label
    noun: str
    suffix = ""

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The object field by field."""
        raise NotImplementedError

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The issuance that the step is about, from the journal and the artifacts alone."""
        raise NotImplementedError

    def beside(
        self, context: Context, artifact: Mapping[str, bytes], wanted: Issuance, captured: Captured
    ) -> tuple[Row, ...]:
        """What is shown before the quorum approves: the object beside its profile, and its digest."""
        del context, artifact, wanted
        return captured.rows()

    def amiss(
        self, context: Context, artifact: Mapping[str, bytes], wanted: Issuance, der: bytes
    ) -> tuple[Finding, ...]:
        """What is wrong with a draft, or with what was signed, that the issuance knows nothing of."""
        del context, artifact, wanted, der
        return ()

    def sources(self, context: Context, artifact: Mapping[str, bytes]) -> Mapping[str, Json]:
        """What the object was made from, by digest: members of the evidence."""
        del context, artifact
        return {}

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """(b) of the plan: the octets to be signed with the real key, taken without signing anything."""
        files = Artifacts(ports.artifact)
        wanted = self.about(context, files)
        hold_to_key(context, wanted)
        template = ports.artifact(f"{trial_stem(context.plan, setting(context.step, 'name'))}.tbs")
        made = prepare(wanted, template)
        found = standing((*made.findings, *self.amiss(context, files, wanted, drafted(wanted))))
        if found:
            raise Refusal(
                "CER-LINT",
                f"What would be signed has {len(found)} findings: {found[0].told()}",
                "Nothing was signed. Open a deviation; the policy pack or the trial does not fit this key.",
            )
        key = context.plan.definition.keys[setting(context.step, "key")]
        shown = self.beside(context, files, wanted, made)
        return Prepared(
            rows=(*bound_rows(context.plan, key.token), *every_use_rows(key), *shown),
            artifacts=(ArtifactRef(name=f"{self.stem(context)}.tbs", sha256=made.sha256, size=len(made.tbs)),),
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The approved digest, and the key that signs."""
        del op
        return {"tbs-sha256": approved(context), "key-id": key_of(context)["id"]}

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """(c) of the plan: sign the approved octets, once, and hold what came back against everything."""
        del call, op
        files = Artifacts(ports.artifact)
        wanted = self.about(context, files)
        key = context.plan.definition.keys[setting(context.step, "key")]
        port = ports.token(key.token)
        key_id = text(key_of(context), "id")

        def by_token(scheme: Scheme, data: bytes) -> bytes:
            return port.sign(key_id, scheme, data, secrets.get("use-pin"))

        signed = sign(wanted, approved(context), by_token)
        found = standing((*signed.findings, *self.amiss(context, files, wanted, signed.der)))
        if found:
            raise Refusal(
                "CER-SIGNED",
                f"What the token signed has {len(found)} findings: {found[0].told()}",
                "Do not use it. The signature exists and counts as a use of the key; open a deviation.",
            )
        return self.made(context, files, signed.der)

    def stem(self, context: Context) -> str:
        """What the object's files are called, before their endings."""
        return file_stem(context.plan, setting(context.step, "name")) + self.suffix

    def made(self, context: Context, artifact: Mapping[str, bytes], der: bytes) -> Performed:
        """Its digests, and the object as DER and PEM."""
        stem = self.stem(context)
        return Performed(
            evidence={
                "name": setting(context.step, "name"),
                "key": setting(context.step, "key"),
                self.digest: hashlib.sha256(der).hexdigest(),
                "tbs-sha256": approved(context),
                **self.sources(context, artifact),
                "rows": msgspec.to_builtins(self.fields(der)),
            },
            files={f"{stem}.der": der, f"{stem}.pem": self._pem(context, der)},
        )

    def _pem(self, context: Context, der: bytes) -> bytes:
        """The PEM; in a rehearsal it says so before anything else."""
        preamble = f"REHEARSAL: this {self.noun} is worthless" if context.rehearsal else ""
        return pem(der, self.label, preamble)

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The object field by field, and its digests."""
        return (
            *msgspec.convert(evidence["rows"], tuple[Row, ...]),
            Row(f"SHA-256 of the {self.noun}", text(evidence, self.digest)),
            Row("SHA-256 of what was signed", text(evidence, "tbs-sha256")),
        )

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The file is what was approved, under the profile, verified by software; years later too."""
        stem = self.stem(context)
        der = artifacts.get(f"{stem}.der")
        if der is None:
            return (f"{stem}.der is missing",)
        try:
            wanted, sources = self.about(context, artifacts), self.sources(context, artifacts)
            found = (*held(wanted, der, text(evidence, "tbs-sha256")), *self.amiss(context, artifacts, wanted, der))
            rows = self.fields(der)
        except Refusal as refusal:
            return (refusal.why,)
        except KeyError as missing:
            return (f"{missing.args[0]} is missing",)
        except MalformedError as fault:
            return (f"{stem}.der or what it was made from cannot be read: {fault}",)
        wrong = [finding.told() for finding in standing(found)]
        if hashlib.sha256(der).hexdigest() != text(evidence, self.digest):
            wrong.append(f"{stem}.der is not the {self.noun} of the evidence")
        if artifacts.get(f"{stem}.pem") != self._pem(context, der):
            wrong.append(f"{stem}.pem does not hold the same {self.noun}")
        if any(evidence.get(name) != value for name, value in sources.items()):
            wrong.append(f"the {self.noun} was made from something else than the evidence says")
        if msgspec.convert(evidence.get("rows"), tuple[Row, ...]) != rows:
            wrong.append(f"what was shown of the {self.noun} is not what {stem}.der says")
        return tuple(wrong)


def approved(context: Context) -> str:
    """The digest of the octets that the quorum approved."""
    prepared = context.run.prepared
    if prepared is None or not prepared.artifacts:
        raise Refusal("CER-APPROVED", "Nothing has been approved.", "Prepare the step first.")
    return prepared.artifacts[0].sha256


def key_of(context: Context) -> Mapping[str, Json]:
    """The evidence of the key that the step signs with, as it is on the token now."""
    return record_of(context, setting(context.step, "key"))


def spki_of(context: Context) -> bytes:
    """The public key of the step's key, in DER."""
    return base64.b64decode(text(key_of(context), "spki"))


def fields_of(context: Context, artifact: Mapping[str, bytes], *, spki: bytes = b"", issuer: str = "") -> Issuance:
    """The issuance of what the trial decided about the step's object."""
    above = artifact[f"{file_stem(context.plan, issuer)}.der"] if issuer else b""
    fields = decided(context, setting(context.step, "name"))
    return issuance(context.plan.policy, context.plan.binding.mode, fields, spki=spki, issuer=above)


def hold_to_key(context: Context, wanted: Issuance) -> None:
    """Refuse (CER-ISSUER) a step whose key is not the one that the object's signature is to verify with."""
    name = setting(context.step, "key")
    own = public_key(spki_of(context), context.plan.definition.keys[name].algorithm)
    if own != wanted.signing_key:
        issuer = setting(context.step, "issuer")
        raise Refusal(
            "CER-ISSUER",
            f"The key {name} is not the key of the certificate {issuer}, under which this step issues.",
            "Nothing was signed. Name the issuer's own key, or the certificate that belongs to this key.",
        )
