"""The bookkeeping of the audit: what holds before an entry, kept in its own way from the entries before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.events import (
    Arrival,
    Close,
    Decision,
    Departure,
    Deviation,
    Enrol,
    Entry,
    Genesis,
    Intent,
    Outcome,
    Pause,
    Reconcile,
    Recovery,
    Resumption,
    SignOff,
    StepEntry,
)
from ceremony_app.core.script import Conclude, HandOut, Plan, Step
from ceremony_app.core.values import Json
from ceremony_app.verify.audit_attempt import Attempt, Someone


@dataclass(slots=True)
class Operation:
    """An intent, and how far it is known what came of it.

    `end` is `open`, `unknown`, `unseen` (looked at in vain), `done`, `failed` or `inspected`.
    """

    intent: Intent
    end: str = "open"

    @property
    def settled(self) -> bool:
        """Whether it is known."""
        return self.end not in ("open", "unknown", "unseen")


@dataclass(slots=True)
class Book:
    """Everything that the rules look up. `texts` are the personal texts that are there, by leaf."""

    plan: Plan
    texts: Mapping[str, str]
    size: int = 0
    head: str = "0" * 64
    genesis: Genesis | None = None
    people: dict[int, Someone] = field(default_factory=dict)
    signatures: dict[int, int] = field(default_factory=dict)
    attempt: Attempt | None = None
    attempts: dict[str, int] = field(default_factory=dict)
    completed: set[str] = field(default_factory=set)
    due: str = ""
    operations: dict[str, Operation] = field(default_factory=dict)
    unsettled: str = ""
    artifacts: set[str] = field(default_factory=set)
    evidence: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    deviations: dict[int, bool] = field(default_factory=dict)
    undecided: int = 0
    given_up: bool = False
    drawn_pins: set[tuple[str, str]] = field(default_factory=set)
    holders: dict[tuple[str, str], dict[int, int]] = field(default_factory=dict)
    world: set[str] = field(default_factory=set)
    pause: Pause | None = None
    aborting: bool = False
    closed: bool = False
    left: dict[str, list[tuple[str, ObjectFacts]]] = field(default_factory=dict)
    whole: dict[str, bool] = field(default_factory=dict)
    owes_deviation: bool = False
    steps: dict[str, Step] = field(init=False)
    order: tuple[str, ...] = field(init=False)
    closing: str = field(init=False)

    def __post_init__(self) -> None:
        steps = self.plan.definition.steps
        self.steps = {step.id: step for step in steps}
        self.order = tuple(self.steps)
        self.closing = next((s.id for s in steps if any(isinstance(stage, Conclude) for stage in s.stages)), "")

    def able(self, number: int) -> bool:
        """Whether this person is here with a key that is good; nobody (0) is, as long as nobody is here."""
        person = self.people.get(number)
        if person is None:
            return number == 0 and not any(other.present for other in self.people.values())
        return person.present and not person.void

    def note(self, entry: Entry, *, sound: bool) -> None:
        """Take an entry into the books; a sign-off that is not sound does not count."""
        self._note(entry)
        self.owes_deviation = isinstance(entry.event, Recovery)
        if self.attempt is not None:
            self.attempt.note(entry, sound=sound)
        self.size, self.head = entry.seq + 1, entry.digest

    def _note(self, entry: Entry) -> None:
        """What an entry means beyond the attempt that it belongs to."""
        match entry.event:
            case Genesis() as event if self.genesis is None:
                self.genesis = event
                self.due = self.order[0]
            case Enrol() as event:
                self.people[event.person] = Someone(event)
            case Arrival(person=number) | Departure(person=number):
                if number in self.people:
                    self.people[number].present = isinstance(entry.event, Arrival)
            case SignOff(person=number):
                self.signatures[number] = self.signatures.get(number, 0) + 1
            case StepEntry() as event:
                self._step(event)
                self.world -= set(event.ended)
            case Intent() as event:
                self.operations[event.op] = Operation(event)
                self.unsettled = event.op
            case Outcome() as event:
                self._outcome(event)
            case Reconcile() as event:
                self._looked(event)
            case Deviation() as event:
                self.deviations[event.deviation] = False
                self.undecided += 1
            case Decision() as event:
                self._decision(event)
            case Pause() as event:
                self.pause = event
            case Resumption():
                self.pause = None
            case Recovery():
                self._restart()
            case Close():
                self.closed = True
            case _:
                pass

    def _step(self, event: StepEntry) -> None:
        if event.state == "begun":
            self.attempts[event.id] = self.attempts.get(event.id, 0) + 1
            step = self.steps.get(event.id)
            first = self.genesis is not None and self.genesis.program.startswith("ceremony-app 0.1.")
            left = [] if first else self._left_to_sign()
            self.attempt = Attempt(self.plan.definition, step, event.step, event.attempt, self.people, first, left)
            self.given_up = True
            self.due = ""
        elif event.state == "done" and self.attempt is not None and self.attempt.step is not None:
            step = self.attempt.step
            self.completed.add(step.id)
            self.given_up = False
            for stage in step.stages:
                if isinstance(stage, HandOut):
                    told = self.attempt.shares.proven.items()
                    self.holders[stage.token, stage.whose] = {i: p for (whose, i), p in told if whose == stage.whose}
            self.due = next((one for one in self.order if one not in self.completed), "")
            if step.action is None:
                self._bring_about(step)

    def _left_to_sign(self) -> list[Entry]:
        """What an attempt that was not completed leaves to be signed with the next one."""
        return list(self.attempt.unplanned) if self.attempt is not None and self.given_up else []

    def _outcome(self, event: Outcome) -> None:
        self._settle(event.op, event.result)
        self.artifacts |= {artifact.name for artifact in event.artifacts}
        step = self.attempt.step if self.attempt else None
        if event.result == "done" and step is not None:
            self.evidence[step.id] = event.evidence
            if event.op in self.operations:
                self._taken_away(step.id, self.operations[event.op].intent)
            if event.complete:
                self._bring_about(step)
                self._new_pins(step)

    def _new_pins(self, step: Step) -> None:
        """A token that got a PIN from memory has the one that was drawn and split here."""
        act = step.action
        if act is not None:
            self.drawn_pins |= {(act.device, ask.whose) for ask in act.secrets if ask.held == "memory"}

    def _looked(self, event: Reconcile) -> None:
        """What an inspection found; what it found left over stays with the step until it is gone."""
        blind = event.finding in ("unhealthy", "unseen")
        self._settle(event.op, "unseen" if blind else "inspected")
        step_id = self.attempt.step.id if self.attempt and self.attempt.step else ""
        if event.left:
            others = [(op, thing) for op, thing in self.left.get(step_id, []) if op != event.op]
            self.left[step_id] = others + [(event.op, thing) for thing in event.left]
            self.whole[event.op] = event.finding == "executed"
        elif event.finding == "executed" and event.op in self.operations:
            self._taken_away(step_id, self.operations[event.op].intent)

    def _taken_away(self, step_id: str, intent: Intent) -> None:
        """A call took an object off the token, or took a pair over."""
        there = self.left.get(step_id, [])
        if intent.call == "destroy-object":
            named = msgspec.to_builtins(intent.parameters.get("object", ""))
            place = next((i for i, (_, one) in enumerate(there) if msgspec.to_builtins(one) == named), None)
            if place is not None:
                self.whole[there.pop(place)[0]] = False
        elif intent.call == "adopt-key":
            there[:] = [(op, one) for op, one in there if op != intent.parameters.get("adopted")]

    def remedies(self, step_id: str) -> tuple[str, ...]:
        """What can be decided about the objects that calls of a step left on the token; empty where there are none."""
        there = self.left.get(step_id, [])
        if not there:
            return ()
        calls = {op for op, _ in there}
        rule = self.plan.policy.rules.adopt
        whole = len(calls) == 1 and self.whole.get(next(iter(calls)), False)
        return ("destroy", "quarantine", "adopt") if whole and rule and rule.value else ("destroy", "quarantine")

    def _settle(self, op: str, end: str) -> None:
        if op in self.operations:
            self.operations[op].end = end
            if self.operations[op].settled and self.unsettled == op:
                self.unsettled = ""

    def _bring_about(self, step: Step) -> None:
        for fact in step.ensures:
            (self.world.add if fact.holds else self.world.discard)(fact.name)

    def _decision(self, event: Decision) -> None:
        if self.deviations.get(event.deviation) is False:
            self.deviations[event.deviation] = True
            self.undecided -= 1
        self.aborting = self.aborting or event.action == "abort"
        step_id = self.attempt.step.id if self.attempt and self.attempt.step else ""
        if event.remedy == "quarantine":
            self.left.pop(step_id, None)
        again = event.again or (self.attempt.step.id if self.attempt and self.attempt.step else "")
        self.due = {"repeat": again, "abort": self.closing}.get(event.action, self.due)

    def _restart(self) -> None:
        """The program's end takes room keys, logins and unused splits with it, and whatever was about to begin."""
        for person in self.people.values():
            person.void = person.void or person.enrol.method == "room"
        self.world = {fact for fact in self.world if not fact.endswith((":activated", ":split"))}
        self.due = ""
