"""The list of steps as values: what each step's state is, in a sign and a word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Deviation
from ceremony_app.core.progress import current_step
from ceremony_app.core.script import Plan, Step
from ceremony_app.core.state import State


@unique
class Status(Enum):
    """How a step stands: sign and word."""

    DONE = ("✓", "done")
    NOW = ("▶", "now")
    TO_DO = ("○", "to do")
    DEVIATED = ("⚠", "done with a deviation")
    FAILED = ("✗", "failed")
    NOT_HELD = ("\N{MINUS SIGN}", "not held")

    @property
    def sign(self) -> str:
        """The sign: never a colour alone."""
        return self.value[0]

    @property
    def word(self) -> str:
        """The word."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list: an act (no step), or a step."""

    title: str
    number: str
    status: Status
    step: Step | None = None
    attempts: int = 0
    irreversible: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        if self.step is None:
            return f"Act {self.number}, {self.title}, {self.status.word}"
        again = f", attempt {self.attempts}" if self.attempts > 1 else ""
        grave = ", cannot be undone" if self.irreversible else ""
        return f"Step {self.number}, {self.title}, {self.status.word}{again}{grave}"


def outline(plan: Plan, state: State) -> tuple[Line, ...]:
    """Acts and steps in the order of the script."""
    lines: list[Line] = []
    now = current_step(plan, state)
    act = ""
    for step in plan.definition.steps:
        if step.act != act:
            act = step.act
            statuses = [_status(state, now, other) for other in plan.definition.steps if other.act == act]
            lines.append(Line(title=act, number=step.number.partition(".")[0], status=_of_act(statuses)))
        runs = _runs(state, step)
        lines.append(
            Line(
                title=step.title,
                number=step.number,
                status=_status(state, now, step),
                step=step,
                attempts=len(runs),
                irreversible=bool(step.action and step.action.irreversible),
            )
        )
    return tuple(lines)


def position(plan: Plan, step: Step) -> tuple[int, int]:
    """The place of a step among all: n of N."""
    ids = [other.id for other in plan.definition.steps]
    return ids.index(step.id) + 1, len(ids)


def _runs(state: State, step: Step) -> tuple[Run, ...]:
    return tuple(run for run in state.runs if run.id == step.id)


def _status(state: State, now: Step | None, step: Step) -> Status:
    runs = _runs(state, step)
    if now is not None and step.id == now.id:
        return Status.NOW
    last = state.run
    closed_it = state.close is not None and last is not None and last.id == step.id
    if closed_it or any(run.done for run in runs):
        return Status.DEVIATED if any(run.of(Deviation) for run in runs) else Status.DONE
    if runs:
        return Status.FAILED
    return Status.NOT_HELD if state.close is not None or state.aborting else Status.TO_DO


def _of_act(statuses: list[Status]) -> Status:
    """An act is what its steps are together."""
    for grave in (Status.NOW, Status.FAILED):
        if grave in statuses:
            return grave
    if all(status in (Status.DONE, Status.DEVIATED) for status in statuses):
        return Status.DEVIATED if Status.DEVIATED in statuses else Status.DONE
    if Status.TO_DO in statuses:
        return Status.NOW if statuses[0] is not Status.TO_DO else Status.TO_DO
    return Status.NOT_HELD
