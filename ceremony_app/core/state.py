"""What a journal amounts to: `fold(entries)` is the state, and `evolve` is total, since history cannot be refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, assert_never

import msgspec

from ceremony_app.core.attempt import Frozen, Run
from ceremony_app.core.events import (
    Answer,
    Arrival,
    Checkpoint,
    Clock,
    Close,
    Correction,
    Decision,
    Departure,
    Deviation,
    Enrol,
    Entry,
    Event,
    Genesis,
    Intent,
    Method,
    Outcome,
    Pause,
    Reconcile,
    Recovery,
    Resumption,
    SignOff,
    StepEntry,
)
from ceremony_app.core.values import ArtifactRef, Json, Leaf, Mode

FIRST_VERSION: Final = "ceremony-app 0.1."
"""How the program called itself that did not yet sign a given up attempt's deviations with the next one."""


class Person(Frozen, frozen=True):
    """A person as enrolled last. `void` says that a restart took the room key away."""

    number: int
    roles: tuple[str, ...]
    method: Method
    key: str
    spki: str
    name: Leaf
    organisation: Leaf
    present: bool = True
    void: bool = False
    enrolments: int = 1
    seen_by: int = 0
    details: dict[str, Leaf] = msgspec.field(default_factory=dict)


class Problem(Frozen, frozen=True):
    """A deviation and, once taken, its decision."""

    opened: Deviation
    decision: Decision | None = None


class State(Frozen, frozen=True):
    """The ceremony so far. `length` is the number of entries, `head` the SHA-256 of the last line."""

    genesis: Genesis | None = None
    length: int = 0
    head: str = "0" * 64
    people: tuple[Person, ...] = ()
    runs: tuple[Run, ...] = ()
    problems: tuple[Problem, ...] = ()
    artifacts: tuple[ArtifactRef, ...] = ()
    pause: Pause | None = None
    recoveries: int = 0
    aborting: bool = False
    close: Close | None = None

    @property
    def mode(self) -> Mode:
        """Rehearsal or production; rehearsal before the genesis entry."""
        return self.genesis.mode if self.genesis else Mode.REHEARSAL

    @property
    def run(self) -> Run | None:
        """The attempt that is under way."""
        return self.runs[-1] if self.runs else None

    def person(self, number: int) -> Person | None:
        """The person of this number, if enrolled."""
        return next((person for person in self.people if person.number == number), None)

    def undecided(self) -> tuple[Problem, ...]:
        """The deviations that nobody has decided yet."""
        return tuple(problem for problem in self.problems if problem.decision is None)

    def evidence(self, step_id: str) -> dict[str, Json] | None:
        """What the last successful call of a step gave, or None."""
        for run in reversed(self.runs):
            if run.id == step_id:
                for call in reversed(run.calls):
                    if call.outcome is not None and call.outcome.result == "done":
                        return call.outcome.evidence
        return None

    def artifact(self, name: str) -> ArtifactRef | None:
        """The artifact of this name, if one was made."""
        return next((artifact for artifact in self.artifacts if artifact.name == name), None)


def fold(entries: Iterable[Entry]) -> State:
    """The state after a journal."""
    state = State()
    for entry in entries:
        state = evolve(state, entry)
    return state


def evolve(state: State, entry: Entry) -> State:
    """The state after one more entry."""
    replace = msgspec.structs.replace
    state = replace(_applied(state, entry), length=entry.seq + 1, head=entry.digest)
    run = state.run
    if run is None or not _belongs_to_step(entry.event):
        return state
    return replace(state, runs=(*state.runs[:-1], run.after(entry)))


def _belongs_to_step(event: Event) -> bool:
    """Whether the entry is kept with the attempt that is under way; of enrolments, those that replace a key."""
    if isinstance(event, Enrol):
        return bool(event.replaces)
    return not isinstance(event, Genesis | Arrival | Departure | Pause | Resumption | Close)


def _to_be_signed(state: State) -> tuple[Entry, ...]:
    """What an attempt that was given up leaves to be signed with the next one; version 0.1.0 left nothing."""
    run = state.run
    if run is None or run.done or state.genesis is None or state.genesis.program.startswith(FIRST_VERSION):
        return ()
    return run.unplanned


def _applied(state: State, entry: Entry) -> State:
    """The state with the event's own meaning applied, the current attempt's list of entries aside."""
    replace = msgspec.structs.replace
    event = entry.event
    match event:
        case Genesis():
            return replace(state, genesis=event)
        case Enrol():
            return replace(state, people=_enrolled(state.people, event))
        case Arrival() | Departure():
            return replace(state, people=_moved(state.people, event.person, isinstance(event, Arrival)))
        case StepEntry(state="begun"):
            run = Run(id=event.id, number=event.step, attempt=event.attempt, before=_to_be_signed(state))
            return replace(state, runs=(*state.runs, run))
        case Outcome():
            return replace(state, artifacts=(*state.artifacts, *event.artifacts))
        case Deviation():
            return replace(state, problems=(*state.problems, Problem(opened=event)))
        case Decision():
            problems = tuple(
                replace(p, decision=event) if p.opened.deviation == event.deviation else p for p in state.problems
            )
            return replace(state, problems=problems, aborting=state.aborting or event.action == "abort")
        case Pause():
            return replace(state, pause=event)
        case Resumption():
            return replace(state, pause=None)
        case Recovery():
            people = tuple(replace(p, void=p.void or p.method == "room") for p in state.people)
            return replace(state, people=people, recoveries=state.recoveries + 1)
        case Close():
            return replace(state, close=event)
        case StepEntry() | Answer() | Correction() | Intent() | Reconcile() | SignOff() | Clock() | Checkpoint():
            return state
        case _:
            assert_never(event)


def _enrolled(people: tuple[Person, ...], event: Enrol) -> tuple[Person, ...]:
    """The people with one enrolled, or enrolled again with a new key."""
    before = next((person for person in people if person.number == event.person), None)
    person = Person(
        number=event.person,
        roles=event.roles,
        method=event.method,
        key=event.key,
        spki=event.spki,
        name=event.name,
        organisation=event.organisation,
        enrolments=before.enrolments + 1 if before else 1,
        seen_by=event.identified_by,
        details=event.more,
    )
    return (*(other for other in people if other.number != event.person), person)


def _moved(people: tuple[Person, ...], number: int, present: bool) -> tuple[Person, ...]:  # noqa: FBT001 - the fact itself
    """The people with one come or gone."""
    return tuple(
        msgspec.structs.replace(person, present=present) if person.number == number else person for person in people
    )
