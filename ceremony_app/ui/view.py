"""One look at the ceremony: what a page is drawn from, taken at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ceremony_app.core.attempt import Run
from ceremony_app.core.device import ObjectFacts
from ceremony_app.core.events import Remedy, StepEntry
from ceremony_app.core.leftover import remedies, undecided
from ceremony_app.core.progress import current_step
from ceremony_app.core.prompts import AnyPrompt, TypeRows, WriteRows
from ceremony_app.core.script import Plan, Step
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode, Row
from ceremony_app.core.words import hash_rows
from ceremony_app.ui.desk import Desk, Working
from ceremony_app.ui.roster import Someone, everyone

HIDDEN = "hidden until the rows have been read back"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Plan, state and prompt that belong together, and the people by name."""

    plan: Plan
    state: State
    prompt: AnyPrompt
    working: Working | None
    people: tuple[Someone, ...]
    text_of: Callable[[str], str]

    @property
    def rehearsal(self) -> bool:
        """Whether sample values may be offered."""
        return self.state.mode is Mode.REHEARSAL

    @property
    def step(self) -> Step | None:
        """The step that is under way."""
        return current_step(self.plan, self.state)

    @property
    def run(self) -> Run | None:
        """The attempt that is under way."""
        return self.state.run

    @property
    def left(self) -> tuple[ObjectFacts, ...]:
        """The objects that interrupted calls of the present step left on its token, and that were not set aside."""
        run = self.run
        return tuple(thing for one in undecided(self.state, run.id) for thing in one.objects) if run else ()

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What can be decided about them."""
        run = self.run
        return remedies(self.state, run.id, adopts=self.plan.policy.rules.adopts) if run else ()

    def here(self) -> tuple[Someone, ...]:
        """The people in the room whose keys are good."""
        return tuple(person for person in self.people if person.present and not person.void)

    def named(self, number: int) -> str:
        """A person's name; the program itself is number 0."""
        return next((p.name for p in self.people if p.number == number), "the program" if number == 0 else "")

    def lines(self, rows: tuple[Row, ...]) -> tuple[tuple[str, str, str], ...]:
        """Rows as label, value and the personal text behind a leaf; what must be read from paper is masked."""
        digest = hidden_digest(self.prompt)
        return tuple(
            (row.label, masked(row.value, digest), self.text_of(row.value) if row.leaf else "") for row in rows
        )

    def attempts(self, step_id: str) -> tuple[Run, ...]:
        """The attempts at a step."""
        return tuple(run for run in self.state.runs if run.id == step_id)

    def expected(self, step: Step) -> int:
        """Seconds that a step takes: as the rehearsal took, else as the script allows; 0 where neither says."""
        return self.plan.binding.estimates.get(step.id, step.minutes * 60)

    def begun_at(self, run: Run) -> str:
        """When an attempt began (UTC), or empty."""
        return next((e.utc for e in run.entries if isinstance(e.event, StepEntry) and e.event.state == "begun"), "")


def hidden_digest(prompt: AnyPrompt) -> str:
    """The digest of which nothing may be seen just now, since it is typed from paper; empty where none is."""
    match prompt:
        case TypeRows():
            return prompt.digest
        case WriteRows(brought=True):
            return prompt.digest
        case _:
            return ""


def masked(value: str, digest: str) -> str:
    """The value, or a word in place of it if it gives away a row of the digest that is being read back."""
    if not digest:
        return value
    low = value.lower().replace(" ", "")
    return HIDDEN if any(row.hex in low for row in hash_rows(digest)) else value


def look(desk: Desk) -> View:
    """Take a look now."""
    plan, state = desk.plan, desk.state()
    return View(
        plan=plan,
        state=state,
        prompt=desk.prompt(),
        working=desk.working(),
        people=everyone(plan, state, desk.text_of),
        text_of=desk.text_of,
    )
