"""What rules are written with: a condition, its id, why it matters and what to do."""

from __future__ import annotations

from typing import TypeVar

from ceremony_app.core.attempt import Run
from ceremony_app.core.errors import Refusal
from ceremony_app.core.names import unfit_character
from ceremony_app.core.progress import current_stage, current_step
from ceremony_app.core.script import Plan, Stage, Step
from ceremony_app.core.state import Person, State

S = TypeVar("S", bound="Stage")

_LONGEST = 2000


def require(holds: object, rule: str, why: str, what_to_do: str) -> None:
    """Refuse unless the condition holds."""
    if not holds:
        raise Refusal(rule, why, what_to_do)


def under_way(plan: Plan, state: State) -> tuple[Step, Run]:
    """The step and the attempt that are under way."""
    step, run = current_step(plan, state), state.run
    if step is None or run is None:
        raise Refusal("CER-OPEN", "No ceremony is open.", "Open one from a definition.")
    return step, run


def stage(plan: Plan, state: State, kind: type[S]) -> tuple[Step, Run, S]:
    """The step under way, if its next stage is of this kind (CER-STAGE)."""
    step, run = under_way(plan, state)
    now = current_stage(plan, state)
    if not isinstance(now, kind):
        raise Refusal(
            "CER-STAGE",
            f"Step {run.number} does not need that now.",
            "Do what the step asks for next; the bottom bar lists what is still needed.",
        )
    return step, run, now


def someone(state: State, number: int, *, may_be_nobody: bool = True) -> Person | None:
    """The person who acts: enrolled, in the room, with a key that is good (CER-PRESENT).

    Before anybody is enrolled, nobody (0) may act.
    """
    if number == 0 and may_be_nobody and not any(person.present for person in state.people):
        return None
    person = state.person(number)
    require(person is not None, "CER-PRESENT", f"Person {number} is not enrolled.", "Enrol the person at roll-call.")
    require(
        person is not None and person.present,
        "CER-PRESENT",
        f"Person {number} has left the room.",
        "Record the return first.",
    )
    require(
        person is not None and not person.void,
        "CER-VOID",
        f"The room key of person {number} ended with the restart.",
        "Enrol the person again, with a new key.",
    )
    return person


def fit_text(text: str, what: str) -> None:
    """One line of ordinary characters, at most 2,000 of them (CER-TEXT)."""
    bad = unfit_character(text)
    require(
        bad is None,
        "CER-TEXT",
        f"{what} contains the character {bad}, which does not show as what it is.",
        "Type it again without controls, line breaks or invisible characters.",
    )
    require(len(text) <= _LONGEST, "CER-TEXT", f"{what} is longer than 2,000 characters.", "Shorten it.")
