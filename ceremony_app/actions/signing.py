"""What `self-sign` and `issue-crl` share: captured, shown, approved by digest, signed once, held against everything."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

import msgspec

from ceremony_app.actions.base import Call, Context, Performed, Ports, Prepared, Single, text
from ceremony_app.actions.device_rows import bound_rows
from ceremony_app.actions.known_keys import record_of
from ceremony_app.actions.making import every_use_rows
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.actions.trial_chain import decided, trial_stem
from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import ArtifactRef, Json, Row
from ceremony_app.pki.findings import standing
from ceremony_app.pki.issuance import Issuance, held, issuance, prepare, sign
from ceremony_app.pki.show import Label, pem


class Signing(Single):
    """Something signed by a key of this ceremony. Each such signature is an intent of its own.

    `digest` is the name of the object's SHA-256 in the evidence, `label` its PEM label, `noun` what people call it.
    """

    digest: str
    label: Label
    noun: str

    def fields(self, der: bytes) -> tuple[Row, ...]:
        """The object field by field."""
        raise NotImplementedError

    def about(self, context: Context, artifact: Mapping[str, bytes]) -> Issuance:
        """The issuance that the step is about, from the journal and the artifacts alone."""
        raise NotImplementedError

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """(b) of the plan: the octets to be signed with the real key, taken without signing anything."""
        wanted = self.about(context, _Artifacts(ports))
        template = ports.artifact(f"{trial_stem(context.plan, setting(context.step, 'name'))}.tbs")
        made = prepare(wanted, template)
        found = standing(made.findings)
        if found:
            raise Refusal(
                "CER-LINT",
                f"What would be signed has {len(found)} findings: {found[0].told()}",
                "Nothing was signed. Open a deviation; the policy pack or the trial does not fit this key.",
            )
        key = context.plan.definition.keys[setting(context.step, "key")]
        name = f"{file_stem(context.plan, setting(context.step, 'name'))}.tbs"
        return Prepared(
            rows=(*bound_rows(context.plan, key.token), *every_use_rows(key), *made.rows()),
            artifacts=(ArtifactRef(name=name, sha256=made.sha256, size=len(made.tbs)),),
        )

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The approved digest, and the key that signs."""
        del op
        return {"tbs-sha256": approved(context), "key-id": key_of(context)["id"]}

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """(c) of the plan: sign the approved octets, once, and hold what came back against everything."""
        del call, op
        wanted = self.about(context, _Artifacts(ports))
        key = context.plan.definition.keys[setting(context.step, "key")]
        port = ports.token(key.token)
        key_id = text(key_of(context), "id")

        def by_token(scheme: Scheme, data: bytes) -> bytes:
            return port.sign(key_id, scheme, data, secrets.get("use-pin"))

        signed = sign(wanted, approved(context), by_token)
        found = standing(signed.findings)
        if found:
            raise Refusal(
                "CER-SIGNED",
                f"What the token signed has {len(found)} findings: {found[0].told()}",
                "Do not use it. The signature exists and counts as a use of the key; open a deviation.",
            )
        return self.made(context, signed.der)

    def made(self, context: Context, der: bytes) -> Performed:
        """Its digests, and the object as DER and PEM."""
        stem = file_stem(context.plan, setting(context.step, "name"))
        return Performed(
            evidence={
                "name": setting(context.step, "name"),
                "key": setting(context.step, "key"),
                self.digest: hashlib.sha256(der).hexdigest(),
                "tbs-sha256": approved(context),
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
        stem = file_stem(context.plan, setting(context.step, "name"))
        der = artifacts.get(f"{stem}.der")
        if der is None:
            return (f"{stem}.der is missing",)
        try:
            findings = standing(held(self.about(context, artifacts), der, text(evidence, "tbs-sha256")))
        except Refusal as refusal:
            return (refusal.why,)
        wrong = [finding.told() for finding in findings]
        if hashlib.sha256(der).hexdigest() != text(evidence, self.digest):
            wrong.append(f"{stem}.der is not the {self.noun} of the evidence")
        if artifacts.get(f"{stem}.pem") != self._pem(context, der):
            wrong.append(f"{stem}.pem does not hold the same {self.noun}")
        return tuple(wrong)


class _Artifacts(dict[str, bytes]):
    """The artifacts of the folder, read when they are asked for."""

    def __init__(self, ports: Ports) -> None:
        super().__init__()
        self._ports = ports

    def __missing__(self, name: str) -> bytes:
        return self._ports.artifact(name)


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
