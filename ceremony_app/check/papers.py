"""What the policy pack and the requirement catalogues say of a definition before the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from ceremony_app.actions.application import ImportCsrSettings, applied_profile
from ceremony_app.actions.at_hand import issuers, planned, planned_batches, profiles_missing
from ceremony_app.actions.batch import batch_steps
from ceremony_app.actions.confirm_policy import all_grouped
from ceremony_app.actions.planned import IMPORTING, ISSUING, setting, steps_of, trial_step
from ceremony_app.actions.policy_cover import ConfirmPolicySettings
from ceremony_app.actions.policy_statements import confirming, statements
from ceremony_app.check.notes import Note
from ceremony_app.check.stand_ins import stand_ins
from ceremony_app.core.errors import Refusal
from ceremony_app.core.requirements import Catalogue
from ceremony_app.core.script import Plan
from ceremony_app.pki.contradictions import contradictions
from ceremony_app.pki.findings import standing
from ceremony_app.pki.trial import octets_needed, trial


def policy_notes(plan: Plan) -> Iterator[Note]:
    """Contradictions of the pack, statements nobody has confirmed, profiles and keys that do not fit each other."""
    for finding in contradictions(plan.policy):
        yield Note(rule=finding.rule, where=f"policy {finding.section}", what=finding.told(), unfit=False)
    unverified = plan.policy.unverified()
    if unverified:
        step = confirming(plan.definition)
        then = (
            "in production each such pack is a deviation that the quorum signs"
            if step is None
            else f"step {step.number} {step.id} has them confirmed before anything rests on them"
        )
        yield Note(
            rule="CER-UNVERIFIED",
            where=f"policy {plan.policy.id}",
            what=f"{len(unverified)} statements are not confirmed against the designated text; {then}",
            unfit=False,
        )
    for step, name in profiles_missing(plan):
        yield Note(rule="CER-PROFILE", where=f"step {step.number} {step.id}", what=f"there is no profile {name}")
    yield from _pack_and_steps(plan)


def _pack_and_steps(plan: Plan) -> Iterator[Note]:
    """Steps whose settings do not fit the pack: application forms, and the groups in which the pack is confirmed."""
    for step in steps_of(plan, "import-csr", "confirm-policy"):
        try:
            if step.kind == "import-csr":
                own = msgspec.convert(step.parameters, ImportCsrSettings)
                if own.profile in plan.policy.certificates:
                    applied_profile(plan, own)
            else:
                all_grouped(msgspec.convert(step.parameters, ConfirmPolicySettings), statements(plan.policy))
        except Refusal as refusal:
            yield Note(rule=refusal.rule, where=f"step {step.number} {step.id}", what=refusal.why)


def input_notes(plan: Plan) -> Iterator[Note]:
    """What has to be brought on the day, and inputs that no step takes."""
    used = {setting(step, "input") for step in plan.definition.steps}
    used |= {token.continues for token in plan.definition.tokens.values()}
    for name, one in plan.definition.inputs.items():
        yield Note(rule="CER-INPUT", where=f"inputs.{name}", what=f"needs --input {name}: {one.told}", unfit=False)
        if name not in used:
            yield Note(rule="CER-INPUT", where=f"inputs.{name}", what="no step imports it")


def trial_notes(plan: Plan, moment: dt.datetime, octets: bytes) -> Iterator[Note]:
    """Every certificate and CRL built and linted with throw-away keys: what would stop the ceremony, told now.

    `octets` must be at least `octets_needed` of what is planned long.
    """
    try:
        there = stand_ins(plan, moment)
        batches = planned_batches(plan, there).values()
        todo = (*planned(plan, there), *(one for batch in batches for one in batch))
        tried = trial(
            plan.policy,
            plan.binding.mode,
            todo,
            moment=moment,
            octets=octets[: octets_needed(plan.policy, todo)],
            issuers=issuers(there, todo),
        )
    except Refusal as refusal:
        yield Note(rule=refusal.rule, where="trial", what=refusal.why)
        return
    for one in tried:
        for finding in standing(one.findings):
            yield Note(rule="CER-LINT", where=f"trial of {one.fields.name}", what=finding.told())
    yield from _trial_order(plan, signs=bool(todo))


def _trial_order(plan: Plan, *, signs: bool) -> Iterator[Note]:
    """What is signed is tried before, and what the trial needs is brought before it."""
    tried = trial_step(plan)
    if tried is None:
        if signs:
            yield Note(rule="CER-LINT", where="acts", what="nothing is tried before the keys exist; add `trial-chain`")
        return
    order = {step.id: i for i, step in enumerate(plan.definition.steps)}
    for step in steps_of(plan, *IMPORTING, "revoke"):
        if order[step.id] > order[tried.id]:
            what = f"comes after the trial in step {tried.number}, which has to know of it"
            yield Note(rule="CER-LINT", where=f"step {step.number} {step.id}", what=what)
    brought = {setting(step, "name") for step in steps_of(plan, "import-certificate")}
    for step in batch_steps(plan):
        if setting(step, "issuer") not in brought:
            what = "a batch is issued as it was tried, so its issuer's certificate is imported and not made here"
            yield Note(rule="CER-BATCH", where=f"step {step.number} {step.id}", what=what)
    for step in steps_of(plan, *ISSUING):
        if order[step.id] < order[tried.id]:
            what = f"signs before the trial in step {tried.number}"
            yield Note(rule="CER-LINT", where=f"step {step.number} {step.id}", what=what)


def requirement_notes(plan: Plan, catalogues: Sequence[Catalogue]) -> Iterator[Note]:
    """Clauses that no step claims to meet."""
    claimed = {claim for step in plan.definition.steps for claim in step.meets}
    for catalogue in catalogues:
        for clause in catalogue.clauses:
            if clause.for_machine and catalogue.claim(clause) not in claimed:
                yield Note(
                    rule="CER-UNCOVERED",
                    where=catalogue.claim(clause),
                    what=f"no step claims to meet it: {clause.text}",
                    unfit=False,
                )
