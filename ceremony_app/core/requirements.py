"""Requirement catalogues as values, and the judgement whether a journal shows their clauses to be met.

A clause names as data what in the journal would show it; the words for that stand in `core.evidence`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ceremony_app.core.evidence import Evidence, Term, found
from ceremony_app.core.profiles import Provenance
from ceremony_app.core.script import Definition, Plan, Step
from ceremony_app.core.state import State

Verdict: TypeAlias = Literal["met", "not met", "for a person"]


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the catalogue's values."""


class Clause(Value, frozen=True):
    """A clause in our own words, the section it stands in, and what would show that it is met.

    `provenance` says whether it was read in the document itself.
    """

    id: str
    section: str
    text: str
    provenance: Provenance
    evidence: tuple[Evidence, ...]

    @property
    def for_machine(self) -> tuple[Evidence, ...]:
        """What a journal can show of it."""
        return tuple(evidence for evidence in self.evidence if evidence.term is not Term.PERSON)


class Catalogue(Value, frozen=True):
    """The clauses of one document. `date` is YYYY-MM-DD; version and date are empty where unknown."""

    id: str
    title: str
    version: str
    date: str
    source: str
    clauses: tuple[Clause, ...]

    def claim(self, clause: Clause) -> str:
        """What a step writes into `meets` for a clause."""
        return f"{self.id}/{clause.id}"


class Judged(Value, frozen=True):
    """What can be said of a clause.

    `steps` are the numbers of the steps that claim it, `entries` the numbers of the entries that show it, `lacking`
    the evidence that was not found. `for a person` says that the rest is not for a machine to see.
    """

    clause: Clause
    verdict: Verdict
    steps: tuple[str, ...]
    entries: tuple[int, ...]
    lacking: tuple[str, ...]


def judge(plan: Plan, state: State, catalogue: Catalogue) -> tuple[Judged, ...]:
    """The verdict on every clause, in the catalogue's order, from the definition and the state and nothing else.

    A clause is met only where a step claims it and all the evidence that it names holds in the journal.
    """
    return tuple(_judged(plan, state, clause, catalogue.claim(clause)) for clause in catalogue.clauses)


def _judged(plan: Plan, state: State, clause: Clause, claim: str) -> Judged:
    """The verdict on one clause."""
    steps = claiming(plan.definition, claim)
    shown = {evidence: found(plan, state, steps, evidence) for evidence in clause.for_machine}
    lacking = tuple(str(evidence) for evidence, entries in shown.items() if entries is None)
    verdict: Verdict = "met" if len(clause.for_machine) == len(clause.evidence) else "for a person"
    if lacking or (shown and not steps):
        verdict = "not met"
    return Judged(
        clause=clause,
        verdict=verdict,
        steps=tuple(step.number for step in steps),
        entries=tuple(sorted({seq for entries in shown.values() for seq in entries or ()})),
        lacking=lacking,
    )


def claiming(definition: Definition, claim: str) -> tuple[Step, ...]:
    """The steps that say that they meet a clause (`catalogue/clause`)."""
    return tuple(step for step in definition.steps if claim in step.meets)


def uncovered(definition: Definition, catalogue: Catalogue) -> tuple[Clause, ...]:
    """The clauses of which a journal could show something, and which no step claims."""
    return tuple(
        clause
        for clause in catalogue.clauses
        if clause.for_machine and not claiming(definition, catalogue.claim(clause))
    )
