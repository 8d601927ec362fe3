"""Step kind `trial-chain`: every certificate and CRL, built and linted before any of its keys exists."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Final, cast

import msgspec

from ceremony_app.actions.at_hand import brought, issuers, planned, planned_batches, serials_taken
from ceremony_app.actions.base import (
    Call,
    Context,
    NoSettings,
    Performed,
    Ports,
    Prepared,
    Single,
    items,
    number,
    text,
)
from ceremony_app.actions.batch import batch_steps, decisions, decisions_file, trial_evidence
from ceremony_app.actions.materials import Artifacts
from ceremony_app.actions.planned import setting, signing_steps, trial_stem, trial_step
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Act
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Json, Row
from ceremony_app.core.world import Fact
from ceremony_app.pki.fields import Fields, as_json, from_json
from ceremony_app.pki.findings import standing
from ceremony_app.pki.trial import Planned, PlannedCertificate, PlannedRequest, Tried, octets_needed, trial


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
        there = brought(context, Artifacts(ports.artifact))
        rows = [Row(f"To be tried: {one.name}", _told(one)) for one in planned(context.plan, there)]
        rows += [
            Row(f"To be tried: {name}", f"{len(batch)} certificates, {_told(batch[0])}")
            for name, batch in planned_batches(context.plan, there).items()
        ]
        rows.append(Row("Keys", "made by software for this step and forgotten; no token signs anything"))
        return Prepared(rows=tuple(rows))

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Try; any finding that nothing waives stops the ceremony before a key exists."""
        del call, op, secrets
        policy, there = context.plan.policy, brought(context, Artifacts(ports.artifact))
        alone, batches = planned(context.plan, there), planned_batches(context.plan, there)
        todo = (*alone, *(one for batch in batches.values() for one in batch))
        moment = ports.clock.utc().replace(microsecond=0)
        octets = _octets(context, ports, octets_needed(policy, todo))
        mode = context.plan.binding.mode
        above, taken = issuers(there, todo), serials_taken(there)
        tried = trial(policy, mode, todo, moment=moment, octets=octets, issuers=above, taken=taken)
        refuse_findings(tried)
        made = _by_batch(batches, tried[len(alone) :])
        files = {name: decisions(of) for name, of in made.items()}
        return Performed(
            evidence={
                "moment": moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "objects": cast("Json", [_evidence(one) for one in tried[: len(alone)]]),
                **({"batches": [trial_evidence(name, of, files[name]) for name, of in made.items()]} if made else {}),
            },
            files={
                **{f"{trial_stem(context.plan, one.fields.name)}.tbs": one.template for one in tried[: len(alone)]},
                **{decisions_file(context.plan, name): data for name, data in files.items()},
            },
        )

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """Every object, field by field."""
        rows = [Row("Fixed at", text(evidence, "moment"))]
        for one in items(evidence, "objects"):
            name = text(one, "name")
            shown = msgspec.convert(one["rows"], tuple[Row, ...])
            rows += [Row(f"{name}: {row.label}", row.value) for row in shown]
        for one in items(evidence, "batches"):
            name = text(one, "name")
            shown = msgspec.convert(one["rows"], tuple[Row, ...])
            rows.append(
                Row(f"{name}: certificates", f"{number(one, 'count')}, each built and linted; the first of them")
            )
            rows += [Row(f"{name}: {row.label}", row.value) for row in shown]
        return tuple(rows)

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """The templates are those of the evidence, and the objects are those of the definition."""
        wrong = []
        names = [text(one, "name") for one in items(evidence, "objects")]
        if names != [setting(step, "name") for step in signing_steps(context.plan)]:
            wrong.append("other objects were tried than the definition makes")
        batches = [text(one, "name") for one in items(evidence, "batches")]
        if batches != [setting(step, "name") for step in batch_steps(context.plan)]:
            wrong.append("other batches were tried than the definition makes")
        for one in items(evidence, "batches"):
            file = decisions_file(context.plan, text(one, "name"))
            if hashlib.sha256(artifacts.get(file, b"")).hexdigest() != text(one, "sha256"):
                wrong.append(f"{file} is not what was decided")
        for one in items(evidence, "objects"):
            file = f"{trial_stem(context.plan, text(one, 'name'))}.tbs"
            if hashlib.sha256(artifacts.get(file, b"")).hexdigest() != text(one, "sha256"):
                wrong.append(f"{file} is not what was tried")
        return tuple(wrong)


def decided(context: Context, name: str) -> Fields:
    """What the trial decided about an object (CER-EVIDENCE where it was not tried)."""
    step = trial_step(context.plan)
    evidence = context.evidence_of(step.id, "trial") if step else {}
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


def _by_batch(
    batches: Mapping[str, tuple[PlannedCertificate, ...]], tried: tuple[Tried, ...]
) -> Mapping[str, tuple[Tried, ...]]:
    """What was tried for the batches, to each its own."""
    found, left = {}, tried
    for name, batch in batches.items():
        found[name], left = left[: len(batch)], left[len(batch) :]
    return found


def _told(one: Planned) -> str:
    """Under which profile an object will be tried, and who issues it."""
    by = "a request" if isinstance(one, PlannedRequest) else f"issued by {one.issued_by}"
    return f"profile {one.profile}, {by}"


def _octets(context: Context, ports: Ports, count: int) -> bytes:
    """Random octets of the token, mixed with the system's: as good as the better of the two."""
    own = ports.randomness.octets(count)
    device = context.step.action.device if context.step.action else ""
    if not device or not count:
        return own
    sizes = [min(_MOST_AT_ONCE, count - start) for start in range(0, count, _MOST_AT_ONCE)]
    given = b"".join(ports.token(device).random(size) for size in sizes)
    return bytes(a ^ b for a, b in zip(own, given, strict=True))


_MOST_AT_ONCE: Final = 4096
"""How many octets a token is asked for in one call; some give no more than that."""
