"""Is it fit to be held? The world model, people, policy, trial and requirements, in one answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from ceremony_app.check.approvals import approval_notes
from ceremony_app.check.credentials import credential_notes
from ceremony_app.check.custody import custody_notes
from ceremony_app.check.notes import Note
from ceremony_app.check.papers import input_notes, policy_notes, requirement_notes, trial_notes
from ceremony_app.check.people import guarded, meetable, production
from ceremony_app.check.walk import walk
from ceremony_app.core.approved import ApprovalCount
from ceremony_app.core.requirements import Catalogue
from ceremony_app.core.script import Plan


class Fitness(msgspec.Struct, frozen=True, kw_only=True):
    """The notes on a definition; it is fit where none of them makes it unfit."""

    notes: tuple[Note, ...]

    @property
    def fit(self) -> bool:
        """Whether it can be held."""
        return not any(note.unfit for note in self.notes)


def check(
    plan: Plan,
    catalogues: Sequence[Catalogue],
    *,
    bound: bool,
    moment: dt.datetime,
    octets: bytes,
    approved: ApprovalCount | None = None,
) -> Fitness:
    """Everything that can be known before the day.

    `bound` says whether the plan's binding is a real one; `moment` (UTC) and `octets` (1,000 or more, random) are
    what the trial takes for dates and serial numbers; `approved` is what the approvals that are there come to.
    """
    notes = [*walk(plan.definition), *guarded(plan.definition)]
    if bound:
        notes += [*meetable(plan.definition, plan.binding), *production(plan.definition, plan.binding)]
        notes += credential_notes(plan)
    notes += custody_notes(plan, bound=bound)
    notes += [*input_notes(plan), *policy_notes(plan), *approval_notes(plan, approved)]
    if not any(note.rule == "CER-PROFILE" for note in notes):
        notes += trial_notes(plan, moment, octets)
    notes += requirement_notes(plan, catalogues)
    return Fitness(notes=tuple(notes))
