"""What every kind of step that touches something is made from: its context, its calls, and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from ceremony_app.actions.looking import Found, unseeable
from ceremony_app.core.attempt import Run
from ceremony_app.core.device import Difference, Inventory
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Intent
from ceremony_app.core.kinds import Kind
from ceremony_app.core.ports import Clock, CustodyPort, InputPort, Medium, Printer, Randomness, TokenPort, Workstation
from ceremony_app.core.script import Plan, Step
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State
from ceremony_app.core.values import ArtifactRef, Json, Mode, Row

S = TypeVar("S", bound=msgspec.Struct)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of a kind's own settings in the definition."""


class NoSettings(Settings, frozen=True):
    """A kind that needs nothing beside what every step has."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that an action may touch."""

    token: Callable[[str], TokenPort]
    medium: Callable[[str], Medium]
    input: Callable[[str], InputPort]
    printer: Printer
    station: Workstation
    clock: Clock
    randomness: Randomness
    custody: CustodyPort
    artifact: Callable[[str], bytes]
    document: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Context:
    """Where an action stands: the plan, the state it is done in, its step and attempt."""

    plan: Plan
    state: State
    step: Step
    run: Run

    def settings(self, kind: type[S]) -> S:
        """The step's settings as the kind's own struct."""
        return msgspec.convert(self.step.parameters, kind, strict=True)

    @property
    def rehearsal(self) -> bool:
        """Whether what is made must say that it is not the real thing."""
        return self.state.mode is Mode.REHEARSAL

    def evidence_of(self, step_id: str, what: str) -> Mapping[str, Json]:
        """What an earlier step gave (CER-EVIDENCE where it did not succeed)."""
        evidence = self.state.evidence(step_id)
        if evidence is None:
            raise Refusal(
                "CER-EVIDENCE", f"There is no {what} yet.", "The step that makes it did not succeed; repeat that step."
            )
        return evidence


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What will be done, as people are shown it before they agree; `grave` asks the quorum of deviations as well."""

    rows: tuple[Row, ...]
    artifacts: tuple[ArtifactRef, ...] = ()
    grave: bool = False


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call: its name, its parameters as they stand in the intent, and whether it changes the token."""

    name: str
    parameters: Mapping[str, Json] = {}
    mutates: bool = False


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as planned and does not stop the step: it becomes a deviation."""

    expected: str
    happened: str


class Performed(msgspec.Struct, frozen=True, kw_only=True):
    """What a call gave: evidence, files to be kept as artifacts, and what must become a deviation."""

    evidence: Mapping[str, Json]
    files: Mapping[str, bytes] = {}
    concerns: tuple[Concern, ...] = ()


class Observed(Refusal):
    """A refusal of what was looked at, with the facts that it rests on: they are recorded beside it."""

    def __init__(self, rule: str, why: str, what_to_do: str, *, evidence: Mapping[str, Json]) -> None:
        super().__init__(rule, why, what_to_do)
        self.evidence = evidence


class Action(Kind, Protocol):
    """A kind of step that touches a device or file."""

    def prepare(self, context: Context, ports: Ports) -> Prepared:
        """What will be done. Raises `Refusal` where it cannot be: the step is then stopped with that reason."""
        ...

    def next_call(self, context: Context, op: str) -> Call | None:
        """The next call of the attempt; None when it is complete. `op` is the id that the call will have."""
        ...

    def perform(self, context: Context, call: Call, op: str, ports: Ports, secrets: Mapping[str, Secret]) -> Performed:
        """Make the call, once, and check what came back before it is called an outcome."""
        ...

    def unfit(self, call: Call, op: str, change: Difference) -> str:
        """Why what a call changed on the token is not what it was to change; empty where it is."""
        ...

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """What a token holds after a call of this kind whose end is not known; `before` is what it held, if known."""
        ...

    def rows(self, evidence: Mapping[str, Json]) -> tuple[Row, ...]:
        """The evidence as people are shown it."""
        ...

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """What is wrong with an outcome, from the evidence and the files alone; empty where it holds."""
        ...


class Single:
    """The behaviour of a kind whose action is one call, named like the kind."""

    name = ""
    mutates = False

    def parameters(self, context: Context, op: str) -> Mapping[str, Json]:
        """The parameters of the call, as they stand in the intent."""
        del context, op
        return {}

    def next_call(self, context: Context, op: str) -> Call | None:
        """The one call, until it has succeeded."""
        if any(call.outcome is not None and call.outcome.result == "done" for call in context.run.calls):
            return None
        return Call(name=self.name, parameters=self.parameters(context, op), mutates=self.mutates)

    def unfit(self, call: Call, op: str, change: Difference) -> str:
        """A call that is not said to change the token changes nothing on it."""
        del call, op, change
        return ""

    def look(self, context: Context, intent: Intent, before: Inventory | None, port: TokenPort) -> Found:
        """Nothing can be seen on the token."""
        del context, intent, before, port
        return unseeable("the call only read from the token; it may be made again, if people decide so")

    def holds(self, evidence: Mapping[str, Json], artifacts: Mapping[str, bytes], context: Context) -> tuple[str, ...]:
        """Nothing more can be said from the files alone."""
        del evidence, artifacts, context
        return ()


def text(evidence: Mapping[str, Json], name: str) -> str:
    """A text of the evidence; empty where it is not there or not a text."""
    value = evidence.get(name, "")
    return value if isinstance(value, str) else ""


def number(evidence: Mapping[str, Json], name: str) -> int:
    """A number of the evidence; 0 where it is not there or not a number."""
    value = evidence.get(name, 0)
    return value if isinstance(value, int) else 0


def table(evidence: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """A table of the evidence; empty where it is not there."""
    value = evidence.get(name, {})
    return value if isinstance(value, Mapping) else {}


def items(evidence: Mapping[str, Json], name: str) -> tuple[Mapping[str, Json], ...]:
    """A list of tables of the evidence; empty where it is not there."""
    value = evidence.get(name, ())
    return tuple(v for v in value if isinstance(v, Mapping)) if isinstance(value, list | tuple) else ()
