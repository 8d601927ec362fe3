"""What a requirement's clause may name as its evidence, and where a journal holds it.

The vocabulary is closed. A clause names one or several terms, written `term` or `term:of`, and all must hold:

==================  ===================================================================================================
bound:FILE          the first entry binds this file of the folder by SHA-256
duties              every role says what it does during and after the ceremony, in a definition that is bound
enrolled            roll-call was completed, with as many people in every role as the definition asks, each with a key
clock               the claiming steps: a watch was read beside the computer's clock
answers             the claiming steps: every question has the answer that was wanted
signed              the claiming steps: the result was signed by the whole quorum
outcome:KIND        every step of this kind did what it was there for
go:KIND             before a step of this kind touched anything, its whole quorum had agreed: two people at least
read-back:KIND      what every step of this kind made stands on paper, and the drawn rows were typed back from there;
                    `close` stands for the head of the journal
followed            every step was begun in the order of the definition and completed, up to a close that is no abort
closed              the closing statement was signed by its whole quorum, with no deviation undecided
closed:ROLE         the same, and somebody in this role was among those who signed
person              a person must judge; no machine can see it
==================  ===================================================================================================

"The claiming steps" are those that name the clause in `meets`; of them at least one must be of the sort that can give
such evidence, and all that can must give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum, unique
from typing import TypeAlias, assert_never

import msgspec

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Answer, Clock, Intent, Outcome, Purpose
from ceremony_app.core.progress import act_complete, agreed, rows_to_type, still_to_sign, unanswered
from ceremony_app.core.script import Ask, Field, Plan, RollCall, Step, Transcribe, WatchClock
from ceremony_app.core.state import State

Entries: TypeAlias = "tuple[int, ...] | None"
"""The numbers of the entries that show something; None where it does not hold."""

_FEWEST = 2


@unique
class Term(StrEnum):
    """A word of the vocabulary."""

    BOUND = "bound"
    DUTIES = "duties"
    ENROLLED = "enrolled"
    CLOCK = "clock"
    ANSWERS = "answers"
    SIGNED = "signed"
    OUTCOME = "outcome"
    GO = "go"
    READ_BACK = "read-back"
    FOLLOWED = "followed"
    CLOSED = "closed"
    PERSON = "person"


_OF_SOMETHING = frozenset({Term.BOUND, Term.OUTCOME, Term.GO, Term.READ_BACK})


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to look for: a term and, where it takes one, what it is of."""

    term: Term
    of: str = ""

    def __str__(self) -> str:
        return f"{self.term}:{self.of}" if self.of else str(self.term)


def evidence_of(text: str) -> Evidence:
    """The evidence that `term` or `term:of` names; ValueError where it is not of the vocabulary."""
    word, colon, of = text.partition(":")
    if word not in {str(term) for term in Term}:
        raise ValueError(f"evidence is one of: {', '.join(Term)}")
    term = Term(word)
    if colon and not of:
        raise ValueError(f"nothing stands after “{word}:”")
    if term in _OF_SOMETHING and not of:
        raise ValueError(f"“{word}” says of what, as in {word}:generate-key")
    if of and term not in _OF_SOMETHING | {Term.CLOSED}:
        raise ValueError(f"“{word}” stands alone")
    return Evidence(term=term, of=of)


def found(plan: Plan, state: State, claiming: tuple[Step, ...], evidence: Evidence) -> Entries:
    """The entries that show this evidence; None where it does not hold. `person` is never found in a journal."""
    kind = tuple(step for step in plan.definition.steps if step.kind == evidence.of)
    match evidence.term:
        case Term.BOUND:
            return _bound(state, evidence.of)
        case Term.DUTIES:
            told = all(role.duties and role.after for role in plan.definition.roles.values())
            return _bound(state, "ceremony.toml") if told else None
        case Term.ENROLLED:
            return _enrolled(plan, state)
        case Term.CLOCK:
            return _every(_with(claiming, WatchClock), lambda step: _of(_last(state, step), Clock))
        case Term.ANSWERS:
            return _every(_with(claiming, Ask), lambda step: _answers(_last(state, step), step))
        case Term.SIGNED:
            signed = tuple(step for step in claiming if step.attest is not None)
            return _every(signed, lambda step: _signed(plan, state, _last(state, step), "result"))
        case Term.OUTCOME:
            return _every(kind, lambda step: _outcome(_last(state, step)))
        case Term.GO:
            return _every(kind, lambda step: _agreed_before(plan, state, step))
        case Term.READ_BACK:
            return _every(kind, lambda step: _read_back(plan, state, step))
        case Term.FOLLOWED:
            return _followed(plan, state)
        case Term.CLOSED:
            return _closed(plan, state, evidence.of)
        case Term.PERSON:
            return None
        case _:
            assert_never(evidence.term)


def _every(steps: Iterable[Step], look: Callable[[Step], Entries]) -> Entries:
    """The entries of all steps together; None where one has none, or where there is no step."""
    entries: list[int] = []
    for step in steps:
        there = look(step)
        if there is None:
            return None
        entries.extend(there)
    return tuple(entries) or None


def _with(steps: Iterable[Step], stage: type[Ask | WatchClock]) -> tuple[Step, ...]:
    """The steps that have a stage of this type."""
    return tuple(step for step in steps if any(isinstance(there, stage) for there in step.stages))


def _last(state: State, step: Step) -> Run | None:
    """The last attempt at a step."""
    return next((run for run in reversed(state.runs) if run.id == step.id), None)


def _of(run: Run | None, kind: type[Clock]) -> Entries:
    """The entries of one type in an attempt."""
    return tuple(e.seq for e in run.entries if isinstance(e.event, kind)) or None if run else None


def _bound(state: State, file: str) -> Entries:
    """The first entry, if it names the file."""
    return (0,) if state.genesis is not None and file in state.genesis.files else None


def _enrolled(plan: Plan, state: State) -> Entries:
    """The entry that completes the roll-call, if nobody was missing."""
    for name, role in plan.definition.roles.items():
        if sum(1 for person in state.people if person.key and name in person.roles) < role.count:
            return None
    calls = [s for s in plan.definition.steps if any(isinstance(stage, RollCall) for stage in s.stages)]
    return _every(calls, lambda step: _item(_last(state, step), "roll-call"))


def _item(run: Run | None, item: str) -> Entries:
    """The entry that answers one item."""
    answers = [e.seq for e in run.entries if isinstance(e.event, Answer) and e.event.item == item] if run else []
    return tuple(answers[-1:]) or None


def _answers(run: Run | None, step: Step) -> Entries:
    """The answers of a step, if all are there and are the wanted ones."""
    if run is None:
        return None
    for stage in step.stages:
        if isinstance(stage, Ask) and (unanswered(stage, run) or not all(_right(run, f) for f in stage.fields)):
            return None
    return tuple(entry.seq for entry in run.entries if isinstance(entry.event, Answer)) or None


def _right(run: Run, field: Field) -> bool:
    """Whether a field has the answer that lets the step go on, in both entries where there are two."""
    values = [run.answers[item] for item in (field.name, f"{field.name}#2") if item in run.answers]
    if field.private:
        return any(answer.item == field.name and answer.good for answer in run.of(Answer))
    return len(set(map(str, values))) == 1 and (not field.wanted or values[0] == field.wanted)


def _signed(plan: Plan, state: State, run: Run | None, purpose: Purpose) -> Entries:
    """The sign-offs of an attempt, if its quorum is complete."""
    if run is None or still_to_sign(plan, state, run, purpose):
        return None
    standing = agreed(run, purpose)
    return tuple(entry.seq for entry in run.entries if entry.event in standing) or None


def _outcome(run: Run | None) -> Entries:
    """The last outcome of an attempt, if it completes the action."""
    if run is None or not act_complete(run):
        return None
    return tuple(entry.seq for entry in run.entries if isinstance(entry.event, Outcome))[-1:]


def _agreed_before(plan: Plan, state: State, step: Step) -> Entries:
    """The sign-offs before the first intent of every attempt that has one, if its quorum was complete then."""
    entries: list[int] = []
    for run in state.runs:
        first = next((i for i, entry in enumerate(run.entries) if isinstance(entry.event, Intent)), None)
        if run.id != step.id or first is None:
            continue
        there = _signed(plan, state, run.until(first), "go")
        if there is None or len(there) < _FEWEST:
            return None
        entries.extend(there)
    return tuple(entries) or None


def _read_back(plan: Plan, state: State, made_by: Step) -> Entries:
    """The rows of what a step made, typed back from paper in any step that asks for them."""
    for step in plan.definition.steps:
        for stage in step.stages:
            if isinstance(stage, Transcribe) and (stage.source or step.id) == made_by.id:
                run = _last(state, step)
                if run is not None and run.written_head and not rows_to_type(state, run, stage):
                    return tuple(e.seq for e in run.entries if isinstance(e.event, Answer) and e.event.good)
    return None


def _followed(plan: Plan, state: State) -> Entries:
    """The closing entry, if every step was begun in its turn and completed."""
    ids = tuple(step.id for step in plan.definition.steps)
    begun = tuple(dict.fromkeys(run.id for run in state.runs))
    done = {run.id for run in state.runs if run.done}
    if state.close is None or state.close.outcome != "completed" or begun != ids or not done.issuperset(ids[:-1]):
        return None
    return (state.length - 1,)


def _closed(plan: Plan, state: State, role: str) -> Entries:
    """The closing sign-offs and the last entry, if nothing is undecided and, where asked, this role has signed."""
    closing = plan.definition.steps[-1]
    run = _last(state, closing)
    if state.close is None or state.undecided() or run is None:
        return None
    signed = _signed(plan, state, run, "result")
    if signed is None or (role and all(signoff.role != role for signoff in agreed(run, "result"))):
        return None
    return (*signed, state.length - 1)
