"""What a journal amounts to: `fold(entries)` is the state, and `evolve` is total, since history cannot be refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar, assert_never

import msgspec

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
    Purpose,
    Reconcile,
    Recovery,
    Resumption,
    SignOff,
    StepEntry,
)
from ceremony_app.core.values import ArtifactRef, Json, Leaf, Mode

E = TypeVar("E")

UNSETTLED: Final = ("unhealthy", "unseen")
"""Findings after which it is still not known what a call did."""


UNPLANNED: Final = (Deviation, Decision, Recovery, Enrol)
"""The types of entries that tell of what was not planned."""

FIRST_VERSION: Final = "ceremony-app 0.1."
"""How the program called itself that did not yet sign a given up attempt's deviations with the next one."""


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the state's values."""


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
    details: dict[str, Leaf] = {}


class Call(Frozen, frozen=True):
    """One intent and what came of it."""

    intent: Intent
    outcome: Outcome | None = None
    found: Reconcile | None = None

    @property
    def settled(self) -> bool:
        """Whether it is known what the call did."""
        if self.found is not None and self.found.finding not in UNSETTLED:
            return True
        return self.outcome is not None and self.outcome.result != "unknown"

    @property
    def out_of_sight(self) -> bool:
        """Whether the device was looked at after the call, and could not be seen."""
        return self.found is not None and self.found.finding in UNSETTLED


class Run(Frozen, frozen=True):
    """One attempt at a step: its entries in order, and nothing that cannot be read from them.

    `before` are what went otherwise than planned in the attempts that this one takes the place of: it is signed here.
    `after` keeps up what would otherwise be read from all entries again at each of them, of which an action of a
    thousand calls has many. `calls` are the intents with what came of each, `unsettled` those of them of which nobody
    knows what they did, `last` is the last outcome, and `turns` are the entries without those that only say that an
    action goes on: intents, and outcomes of calls that succeeded and after which another one follows.
    """

    id: str
    number: str
    attempt: int
    before: tuple[Entry, ...] = ()
    entries: tuple[Entry, ...] = ()
    calls: tuple[Call, ...] = ()
    unsettled: tuple[Call, ...] = ()
    turns: tuple[Entry, ...] = ()
    last: Outcome | None = None

    def after(self, entry: Entry) -> Run:
        """The attempt with one more entry."""
        replace = msgspec.structs.replace
        run = replace(self, entries=(*self.entries, entry))
        match entry.event:
            case Intent() as intent:
                call = Call(intent=intent)
                return replace(run, calls=(*self.calls, call), unsettled=(*self.unsettled, call))
            case Outcome() as outcome:
                run = replace(_with_end(run, outcome), last=outcome)
                goes_on = outcome.result == "done" and not outcome.complete
                return run if goes_on else replace(run, turns=(*self.turns, entry))
            case Reconcile() as found:
                run = _with_end(run, found)
            case _:
                pass
        return replace(run, turns=(*self.turns, entry))

    def until(self, count: int) -> Run:
        """The attempt as it was after its first `count` entries."""
        run = Run(id=self.id, number=self.number, attempt=self.attempt, before=self.before)
        for entry in self.entries[:count]:
            run = run.after(entry)
        return run

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """The events of one type, in order."""
        entries = self.entries if kind in (Intent, Outcome) else self.turns
        return tuple(entry.event for entry in entries if isinstance(entry.event, kind))

    @property
    def done(self) -> bool:
        """Whether the attempt was completed."""
        return any(step.state == "done" for step in self.of(StepEntry))

    @property
    def unplanned(self) -> tuple[Entry, ...]:
        """The deviations, decisions, restarts and new keys that people have to sign with this attempt's result."""
        own = tuple(entry for entry in self.turns if isinstance(entry.event, UNPLANNED))
        return (*self.before, *own)

    @property
    def deviated(self) -> bool:
        """Whether a deviation is signed with this attempt."""
        return any(isinstance(entry.event, Deviation) for entry in (*self.before, *self.turns))

    @property
    def restarted(self) -> bool:
        """Whether the program was started again since the attempts began that this one completes."""
        return any(isinstance(entry.event, Recovery) for entry in (*self.before, *self.turns))

    @property
    def prepared(self) -> StepEntry | None:
        """What was last prepared to be shown before the action."""
        return next((step for step in reversed(self.of(StepEntry)) if step.state == "prepared"), None)

    @property
    def grave(self) -> bool:
        """Whether what was prepared needs the quorum of deviations before it is done."""
        return self.prepared is not None and self.prepared.grave

    @property
    def answers(self) -> dict[str, str | Leaf]:
        """The value of each item as it stands now: corrections count."""
        return {
            event.item: event.value
            for event in (entry.event for entry in self.turns)
            if isinstance(event, Answer | Correction)
        }

    @property
    def written_head(self) -> str:
        """The head after the entry that says the rows stand on paper, or empty."""
        heads = [
            entry.digest for entry in self.turns if isinstance(entry.event, Answer) and entry.event.item == "written"
        ]
        return heads[-1] if heads else ""

    @property
    def checkpoint_head(self) -> str:
        """The head after the checkpoint entry, or empty."""
        return next((e.digest for e in reversed(self.turns) if isinstance(e.event, Checkpoint)), "")

    def signed(self, purpose: Purpose) -> tuple[SignOff, ...]:
        """The sign-offs for a purpose that still stand.

        A deviation, a decision, a correction or a restart voids what was signed before; a new preparation voids
        what was signed for the old one.
        """
        standing: list[SignOff] = []
        for entry in self.turns:
            event = entry.event
            if isinstance(event, Deviation | Decision | Recovery | Correction) or (
                purpose == "go" and isinstance(event, StepEntry) and event.state == "prepared"
            ):
                standing.clear()
            elif isinstance(event, SignOff) and event.purpose == purpose:
                standing.append(event)
        return tuple(standing)


def _with_end(run: Run, end: Outcome | Reconcile) -> Run:
    """The attempt with what is said of one of its calls; the one under way is the last."""
    place = next((i for i in range(len(run.calls) - 1, -1, -1) if run.calls[i].intent.op == end.op), None)
    if place is None:
        return run
    replace = msgspec.structs.replace
    before = run.calls[place]
    call = replace(before, outcome=end) if isinstance(end, Outcome) else replace(before, found=end)
    open_ones = (call if other.intent.op == end.op else other for other in run.unsettled)
    return replace(
        run,
        calls=(*run.calls[:place], call, *run.calls[place + 1 :]),
        unsettled=tuple(other for other in open_ones if not other.settled),
    )


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
