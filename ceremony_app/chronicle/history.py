"""A finished or interrupted ceremony as the documents see it: plan, entries, state, and the personal texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ceremony_app.chronicle.context import PrintContext
from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Entry, StepEntry
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State, fold
from ceremony_app.core.values import Leaf, Row
from ceremony_app.record.document import Fact

WITHHELD = "WITHHELD"


@dataclass(frozen=True, slots=True)
class History:
    """Everything that a record is made from; `digests` are the SHA-256 of the folder's files by name."""

    plan: Plan
    entries: tuple[Entry, ...]
    state: State
    texts: Mapping[str, str]
    context: PrintContext
    digests: Mapping[str, str]

    @classmethod
    def of(
        cls,
        plan: Plan,
        entries: tuple[Entry, ...],
        texts: Mapping[str, str],
        context: PrintContext,
        digests: Mapping[str, str],
    ) -> History:
        """The history of a journal."""
        return cls(plan, entries, fold(entries), texts, context, digests)

    def text(self, leaf: Leaf | str) -> str:
        """A text that may be a leaf; a leaf whose text is not here says so."""
        if isinstance(leaf, Leaf):
            return self.texts.get(leaf.leaf, WITHHELD)
        return leaf

    def person(self, number: int) -> str:
        """A person by name and number."""
        person = self.state.person(number)
        return (
            f"{self.text(person.name)} ({number})" if person else "the program" if number == 0 else f"person {number}"
        )

    def fact(self, row: Row) -> Fact:
        """A shown row as a printed fact: a leaf with its text."""
        value = self.texts.get(row.value, WITHHELD) if row.leaf else row.value
        return Fact(label=row.label, value=value, mono=looks_like_code(value), leaf=row.leaf)

    @property
    def title(self) -> str:
        """The outcome in one word, as page 1 says it."""
        close = self.state.close
        if close is None:
            return "NOT CLOSED"
        if close.outcome == "aborted":
            return f"ABORTED at {self._aborted_at()}"
        return f"COMPLETED WITH {close.deviations} DEVIATIONS" if close.deviations else "COMPLETED"

    def _aborted_at(self) -> str:
        """The step at which it was decided to abort."""
        decisions = [p.decision for p in self.state.problems if p.decision and p.decision.action == "abort"]
        return decisions[-1].step if decisions else "an unknown step"

    def times(self, run: Run) -> tuple[str, str]:
        """When an attempt began and was done, as HH:MM:SS UTC; empty where it was not."""
        begun = next((e.utc for e in run.entries if isinstance(e.event, StepEntry) and e.event.state == "begun"), "")
        done = next((e.utc for e in run.entries if isinstance(e.event, StepEntry) and e.event.state == "done"), "")
        return begun[11:19], done[11:19]


def looks_like_code(value: str) -> bool:
    """Whether a value is better read in fixed width: one long word of digits and letters."""
    return len(value) >= 16 and " " not in value and value.isascii() and any(c.isdigit() for c in value)  # noqa: PLR2004 - taste
