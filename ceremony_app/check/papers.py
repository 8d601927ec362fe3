"""What the policy pack and the requirement catalogues say of a definition before the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from ceremony_app.actions.planned import setting, signing_steps
from ceremony_app.actions.trial_chain import planned
from ceremony_app.check.notes import Note
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
        yield Note(
            rule="CER-UNVERIFIED",
            where=f"policy {plan.policy.id}",
            what=f"{len(unverified)} statements are not confirmed against the designated text; in production each such"
            " pack is a deviation that the quorum signs",
            unfit=False,
        )
    for step in signing_steps(plan):
        key = plan.definition.keys[setting(step, "key")]
        name = setting(step, "profile") or key.profile
        profile = plan.policy.certificates.get(name) if step.kind == "self-sign" else plan.policy.crls.get(name)
        if profile is None:
            yield Note(rule="CER-PROFILE", where=f"step {step.number} {step.id}", what=f"there is no profile {name}")


def trial_notes(plan: Plan, moment: dt.datetime, octets: bytes) -> Iterator[Note]:
    """Every certificate and CRL built and linted with throw-away keys: what would stop the ceremony, told now.

    `octets` must be at least `trial_octets(plan)` long.
    """
    todo = planned(plan)
    try:
        tried = trial(
            plan.policy, plan.binding.mode, todo, moment=moment, octets=octets[: octets_needed(plan.policy, todo)]
        )
    except Refusal as refusal:
        yield Note(rule=refusal.rule, where="trial", what=refusal.why)
        return
    for one in tried:
        for finding in standing(one.findings):
            yield Note(rule="CER-LINT", where=f"trial of {one.fields.name}", what=finding.told())
    has_trial = any(step.kind == "trial-chain" for step in plan.definition.steps)
    if todo and not has_trial:
        yield Note(rule="CER-LINT", where="acts", what="nothing is tried before the keys exist; add `trial-chain`")


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
