"""Step kind `trial-chain`: every certificate and CRL, built and linted before any of its keys exists."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import cast

import msgspec

from ceremony_app.actions.base import Call, Context, NoSettings, Performed, Ports, Prepared, Single, items, text
from ceremony_app.actions.planned import file_stem, setting, signing_steps
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act, Plan
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.fields import Fields, as_json, from_json
from ceremony_app.pki.findings import standing
from ceremony_app.pki.trial import Planned, PlannedCertificate, PlannedCrl, Tried, octets_needed, trial


class TrialChain(Single):
    """Fix serials, names and dates; build with throw-away keys; lint; show field by field."""

    name = "trial-chain"
    settings = NoSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """An action that signs nothing with a real key; the token gives random octets for serial numbers."""
        del settings
        tokens = sorted({key.token for key in names.keys.values() if key.profile})
        act = Act(
            button="Build and lint everything with throw-away keys",
            device=tokens[0] if tokens else "",
            quorum=head.sign_off,
        )
        return Layout(
            title="Trial of every certificate with throw-away keys",
            stages=(act,),
            requires=tuple(Fact(f"token:{token}:activated") for token in tokens),
            ensures=(Fact("trial:held"),),
        )

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What will be tried, under which profiles."""
        del ports
        rows = [
            Row(f"To be tried: {one.name}", f"profile {one.profile}, issued by {one.issued_by}")
            for one in planned(context.plan)
        ]
        rows.append(Row("Keys", "made by software for this step and forgotten; no token signs anything"))
        return Prepared(rows=tuple(rows))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Try; any finding that nothing waives stops the ceremony before a key exists."""
        del call, op, secrets
        policy, todo = context.plan.policy, planned(context.plan)
        moment = ports.clock.utc().replace(microsecond=0)
        octets = _octets(context, ports, octets_needed(policy, todo))
        tried = trial(policy, context.plan.binding.mode, todo, moment=moment, octets=octets)
        refuse_findings(tried)
        return Performed(
            evidence={
                "moment": moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "objects": cast("Json", [_evidence(one) for one in tried]),
            },
            files={f"{trial_stem(context.plan, one.fields.name)}.tbs": one.template for one in tried},
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """Every object, field by field."""
        rows = [Row("Fixed at", text(evidence, "moment"))]
        for one in items(evidence, "objects"):
            name = text(one, "name")
            shown = msgspec.convert(one["rows"], tuple[Row, ...])
            rows += [Row(f"{name}: {row.label}", row.value) for row in shown]
        return tuple(rows)

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The templates are those of the evidence, and the objects are those of the definition."""
        wrong = []
        names = [text(one, "name") for one in items(evidence, "objects")]
        if names != [one.name for one in planned(context.plan)]:
            wrong.append("other objects were tried than the definition makes")
        for one in items(evidence, "objects"):
            file = f"{trial_stem(context.plan, text(one, 'name'))}.tbs"
            if hashlib.sha256(artifacts.get(file, b"")).hexdigest() != text(one, "sha256"):
                wrong.append(f"{file} is not what was tried")
        return tuple(wrong)


def planned(plan: Plan) -> tuple[Planned, ...]:
    """What the definition's signing steps will make."""
    found: list[Planned] = []
    for step in signing_steps(plan):
        name = setting(step, "name")
        key = plan.definition.keys[setting(step, "key")]
        if step.kind == "self-sign":
            profile = setting(step, "profile") or key.profile
            found.append(PlannedCertificate(name=name, profile=profile, issued_by=name, key=key.algorithm))
        else:
            found.append(PlannedCrl(name=name, profile=setting(step, "profile"), issued_by=setting(step, "issuer")))
    return tuple(found)


def trial_stem(plan: Plan, name: str) -> str:
    """What the template of an object is called."""
    return file_stem(plan, f"trial-{name}")


def decided(context: Context, name: str) -> Fields:
    """What the trial decided about an object (CER-EVIDENCE where it was not tried)."""
    trials = [step for step in context.plan.definition.steps if step.kind == "trial-chain"]
    evidence = context.evidence_of(trials[0].id, "trial") if trials else {}
    for one in items(evidence, "objects"):
        if text(one, "name") == name:
            return from_json(cast("Mapping[str, Json]", one["fields"]))
    raise Unusable("CER-EVIDENCE", f"{name} was not tried.", "Repeat the step that tries every certificate.")


def refuse_findings(tried: tuple[Tried, ...]) -> None:
    """Stop at findings (CER-LINT), with the first few in words."""
    found = [f"{one.fields.name}, {finding.told()}" for one in tried for finding in standing(one.findings)]
    if found:
        raise Refusal(
            "CER-LINT",
            f"{len(found)} findings, the first: {' '.join(found[:3])}",
            "Nothing was signed and no key exists. Correct the policy pack or the definition, and start again.",
        )


def _evidence(one: Tried) -> dict[str, Json]:
    """An object's decisions, the digest of its template, and what was shown of it."""
    rows: Json = msgspec.to_builtins(one.rows())
    return {"name": one.fields.name, "fields": as_json(one.fields), "sha256": one.sha256, "rows": rows}


def _octets(context: Context, ports: Ports, count: int) -> bytes:
    """Random octets of the token, mixed with the system's: as good as the better of the two."""
    own = ports.randomness.octets(count)
    device = context.step.action.device if context.step.action else ""
    if not device or not count:
        return own
    return bytes(a ^ b for a, b in zip(own, ports.token(device).random(count), strict=True))
