"""One attempt at a step as the audit keeps it: what was entered, done and signed, and what is still lacking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from ceremony_app.core.events import (
    Answer,
    Checkpoint,
    Clock,
    Correction,
    Decision,
    Deviation,
    Enrol,
    Entry,
    Event,
    Intent,
    Outcome,
    Purpose,
    Recovery,
    SignOff,
    StepEntry,
)
from ceremony_app.core.script import (
    Act,
    Ask,
    Attest,
    Conclude,
    Definition,
    HandOut,
    RollCall,
    Stage,
    Step,
    TakeCheckpoint,
    Tell,
    Transcribe,
    WatchClock,
)
from ceremony_app.core.values import ArtifactRef, Leaf
from ceremony_app.core.words import drawn_rows
from ceremony_app.verify.audit_shares import Shared
from ceremony_app.verify.audit_shown import Shown

_ROW = "row "


@dataclass(slots=True)
class Given:
    """An item of a step as it stands: its value, who gave it first, and the entry that gave it last."""

    value: str | Leaf
    person: int
    entry: int


@dataclass(slots=True)
class Someone:
    """A person as enrolled last; `void` once a restart has ended the key."""

    enrol: Enrol
    present: bool = True
    void: bool = False


@dataclass(slots=True)
class Attempt:
    """What is known of an attempt so far; `step` is None where the definition has no such step.

    `stop` is why it cannot go on without a decision; `drawn` are the rows still to be typed back right. `unplanned` is
    what people have to sign in the end: also that of attempts which this one takes the place of. `people` are those of
    the whole ceremony.
    """

    definition: Definition
    step: Step | None
    number: str
    attempt: int
    people: Mapping[int, Someone]
    first_version: bool = False
    unplanned: list[Entry] = field(default_factory=list)
    items: dict[str, Given] = field(default_factory=dict)
    standing: dict[Purpose, list[tuple[SignOff, bool]]] = field(default_factory=lambda: {"go": [], "result": []})
    signed_as: dict[int, set[str]] = field(default_factory=dict)
    prepared: StepEntry | None = None
    operation: str = ""
    last: Outcome | None = None
    made: list[ArtifactRef] = field(default_factory=list)
    watched: bool = False
    deviated: bool = False
    failed: bool = False
    passed_over: bool = False
    stop: str = ""
    misread: dict[str, int] = field(default_factory=dict)
    checkpoint: str = ""
    written: str = ""
    drawn: tuple[str, ...] = ()
    shares: Shared = field(default_factory=Shared)
    shown: Shown = field(init=False)
    action: Act | None = field(init=False)
    attest: Attest | None = field(init=False)
    _stage: tuple[Stage | None] | None = None

    def __post_init__(self) -> None:
        self.shown = Shown(self.step)
        self.action = self.step.action if self.step else None
        self.attest = self.step.attest if self.step else None
        for entry in self.unplanned:
            self.shown.note(entry)
        self.deviated = any(isinstance(entry.event, Deviation) for entry in self.unplanned)

    @property
    def everybody(self) -> bool:
        """Whether the result is signed by all who are here: a restart has come between, and not under version 0.1.0."""
        return not self.first_version and any(isinstance(entry.event, Recovery) for entry in self.unplanned)

    # ---------------------------------------------------------------------------------------------- what is lacking

    @property
    def grave(self) -> bool:
        """Whether what was prepared needs the word of those who decide on deviations."""
        return self.prepared is not None and self.prepared.grave

    @property
    def acted(self) -> bool:
        """Whether the action did all that it was there for."""
        return self.last is not None and self.last.result == "done" and self.last.complete

    def stages(self) -> tuple[Stage, ...]:
        """The step's stages; where something went otherwise than planned, people sign that in the end."""
        if self.step is None:
            return ()
        if self.attest is None and self.deviated:
            return (*self.step.stages, Attest(quorum=self.definition.deviations))
        return self.step.stages

    def stage(self) -> Stage | None:
        """The stage that the attempt has come to; None where nothing is lacking."""
        if self._stage is None:
            self._stage = (next((stage for stage in self.stages() if not self.complete(stage)), None),)
        return self._stage[0]

    def complete(self, stage: Stage) -> bool:
        """Whether nothing of a stage is lacking."""
        match stage:
            case Tell():
                return "read" in self.items
            case Ask():
                return all(item in self.items for item in asked(stage))
            case RollCall():
                return "roll-call" in self.items
            case WatchClock():
                return self.watched
            case Act():
                return self.acted or self.passed_over
            case HandOut():
                return self.shares.handed_out(stage)
            case Transcribe():
                return bool(self.written) and not self.drawn
            case TakeCheckpoint():
                return bool(self.checkpoint)
            case Attest():
                return not self.lacking("result")
            case Conclude():
                return False
            case _:
                assert_never(stage)

    def quorum(self, purpose: Purpose) -> dict[str, int]:
        """How many of each role must agree: the step's quorum and, after a deviation, also that of deviations."""
        stage = self.action if purpose == "go" else self.attest
        names = [stage.quorum if stage is not None else ""]
        if self.deviated or (purpose == "go" and self.grave):
            names.append(self.definition.deviations)
        needed: dict[str, int] = {}
        for name in names:
            for role, count in self.definition.quorums[name].all.items() if name else ():
                needed[role] = max(count, needed.get(role, 0))
        return needed

    def lacking(self, purpose: Purpose) -> dict[str, int]:
        """How many of each role have not agreed: each key and each person counts once."""
        needed = self.quorum(purpose)
        keys: set[str] = set()
        persons: set[int] = set()
        for signoff, sound in self.standing[purpose]:
            if sound and signoff.decision == "AGREE" and signoff.key not in keys and signoff.person not in persons:
                keys.add(signoff.key)
                persons.add(signoff.person)
                if signoff.role in needed:
                    needed[signoff.role] -= 1
        lacking = {role: count for role, count in needed.items() if count > 0}
        if purpose == "result" and self.everybody:
            self._add_everybody(lacking, persons)
        return lacking

    def _add_everybody(self, lacking: dict[str, int], signed: set[int]) -> None:
        """One more of a role for everyone here who has not signed, and whom no role that is lacking waits for."""
        waiting = dict(lacking)
        for number, person in self.people.items():
            if person.present and number not in signed:
                roles = tuple(self.signed_as.get(number, ())) or person.enrol.roles
                role = next((one for one in roles if waiting.get(one, 0) > 0), "")
                if role:
                    waiting[role] -= 1
                else:
                    first = next(iter(roles), "")
                    lacking[first] = lacking.get(first, 0) + 1

    # ----------------------------------------------------------------------------------------------- what is entered

    def note(self, entry: Entry, *, sound: bool) -> None:
        """Take an entry of this attempt into the books."""
        self.shown.note(entry)
        self.shares.note(entry.event)
        self._stage = None
        if isinstance(entry.event, Deviation | Decision | Recovery) or _with_a_new_key(entry.event):
            self.unplanned.append(entry)
        match entry.event:
            case Answer() as event:
                self._answer(entry, event)
            case Correction(item=item, value=value):
                first = self.items[item].person if item in self.items else 0
                self.items[item] = Given(value, first, entry.seq)
                self._void()
            case Clock():
                self.watched = True
            case StepEntry() as event:
                self._state(event)
            case Intent(op=op):
                self.operation = op
            case Outcome() as event:
                self.last = event
                self.made.extend(event.artifacts)
                self.failed = self.failed or event.result == "failed"
                if event.result != "done" and not event.again:
                    self.stop = f"entry {entry.seq}: the action did not succeed"
            case SignOff() as event:
                self.standing[event.purpose].append((event, sound))
                self.signed_as.setdefault(event.person, set()).add(event.role)
                if event.decision == "DISAGREE":
                    self.stop = f"entry {entry.seq}: a person does not agree"
            case Deviation():
                self.deviated = True
                self._void()
            case Decision(action=action):
                self.passed_over = self.passed_over or (action == "go-on" and self.failed)
                self.stop = ""
                self.misread.clear()
                self._void()
            case Recovery():
                self.stop = f"entry {entry.seq}: the program stopped in this step"
                self._void()
            case Checkpoint():
                self.checkpoint = entry.digest
            case _:
                pass

    def _answer(self, entry: Entry, event: Answer) -> None:
        first = self.items[event.item].person if event.item in self.items else event.person
        self.items[event.item] = Given(event.value, first, entry.seq)
        if event.item == "written":
            self._write(entry)
        elif event.good:
            self.drawn = tuple(row for row in self.drawn if event.item != f"{_ROW}{row}")
        elif event.item.startswith(_ROW):
            self.misread[event.item] = self.misread.get(event.item, 0) + 1
            if self.misread[event.item] > 1:
                self.stop = f"entry {entry.seq}: {event.item} was read back wrongly twice"
        else:
            self.stop = f"entry {entry.seq}: the answer is not the one that lets the step go on"

    def _write(self, entry: Entry) -> None:
        """The rows are drawn by the digest of the entry that says that they stand on paper."""
        self.written = entry.digest
        for stage in self.step.stages if self.step else ():
            if isinstance(stage, Transcribe):
                self.drawn = drawn_rows(entry.digest, self.number, self.attempt, stage.rows)

    def _state(self, event: StepEntry) -> None:
        if event.state == "prepared":
            self.prepared = event
            self.standing["go"].clear()
        elif event.state == "halted":
            self.stop = event.why or "halted"
            self.failed = True

    def _void(self) -> None:
        """What was signed before no longer stands."""
        self.standing["go"].clear()
        self.standing["result"].clear()


def asked(stage: Ask) -> tuple[str, ...]:
    """The items of a stage: each field, and the second entry of those that are made blindly by two people."""
    return tuple(item for one in stage.fields for item in ((one.name, f"{one.name}#2") if one.blind else (one.name,)))


def _with_a_new_key(event: Event) -> bool:
    """Whether a person got a new key in place of another."""
    return isinstance(event, Enrol) and bool(event.replaces)
