"""One attempt at a step: its entries in order, and what they amount to."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec

from ceremony_app.core.events import (
    Answer,
    Checkpoint,
    Correction,
    Decision,
    Deviation,
    Enrol,
    Entry,
    Intent,
    Outcome,
    Purpose,
    Reconcile,
    Recovery,
    SignOff,
    StepEntry,
)
from ceremony_app.core.values import Leaf

E = TypeVar("E")

UNSETTLED: Final = ("unhealthy", "unseen")
"""Findings after which it is still not known what a call did."""


UNPLANNED: Final = (Deviation, Decision, Recovery, Enrol)
"""The types of entries that tell of what was not planned."""


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the state's values."""


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

    def roles_of(self, person: int) -> frozenset[str]:
        """The roles in which a person has signed this attempt, sign-offs that no longer stand among them."""
        return frozenset(signoff.role for signoff in self.of(SignOff) if signoff.person == person)

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
