"""How a ceremony's events are changed for an attack, before all of them are chained and signed anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ceremony_app.core import events as e
from ceremony_app.core.events import Event
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from ceremony_app.core.values import Leaf, Row
from tests.verify.forging import Touch, replaced

E = TypeVar("E", bound=e.Body)
Change = Callable[[list[Event]], list[Event]]
LEAF = Leaf("ab" * 32)


def _same_events(events: list[Event]) -> list[Event]:
    return events


def _same_event() -> Touch:
    return lambda event, _: event


def _same_plan(plan: Plan) -> Plan:
    return plan


@dataclass(frozen=True)
class Attack:
    """What is done to the events, to single ones as they are written, and to the plan; and the rules that are broken.

    `second` says that the small reader beside the journal must see it, too: it knows fewer rules, and no kinds. With
    `words` it is one finding that is asked for, its rule and how its sentence begins, whatever else is broken.
    """

    name: str
    rules: frozenset[str]
    change: Change = _same_events
    touch: Callable[[], Touch] = _same_event
    plan: Callable[[Plan], Plan] = _same_plan
    on: str = "finished"
    second: bool = False
    words: str = ""


# -------------------------------------------------------------------------------------------------- finding a place


def place(events: list[Event], step: str, kind: type[E], nth: int = 0, **members: object) -> int:
    """Where the nth event of this type stands in the last attempt at a step (by its id)."""
    begun = [i for i, x in enumerate(events) if isinstance(x, e.StepEntry) and (x.id, x.state) == (step, "begun")][-1]
    end = next(
        (i for i in range(begun + 1, len(events)) if isinstance(x := events[i], e.StepEntry) and x.state == "begun"),
        len(events),
    )
    found = [
        i
        for i in range(begun, end)
        if isinstance(events[i], kind) and all(getattr(events[i], name) == value for name, value in members.items())
    ]
    return found[nth]


def without(step: str, kind: type[e.Body], nth: int = 0, **members: object) -> Change:
    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **members)
        return events[:i] + events[i + 1 :]

    return change


def before(
    step: str, kind: type[e.Body], *more: Event | Callable[[Event], Event], nth: int = 0, **of: object
) -> Change:
    """These events put in before another one; a function makes one from that."""

    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **of)
        made = [one if isinstance(one, e.Body) else one(events[i]) for one in more]
        return events[:i] + made + events[i:]

    return change


def after(step: str, kind: type[e.Body], *more: Event | Callable[[Event], Event], nth: int = 0, **of: object) -> Change:
    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **of)
        made = [one if isinstance(one, e.Body) else one(events[i]) for one in more]
        return events[: i + 1] + made + events[i + 1 :]

    return change


def turned(
    step: str, kind: type[e.Body], nth: int = 0, /, where: dict[str, object] | None = None, **members: object
) -> Change:
    """One event with other members, before everything is signed anew."""

    def change(events: list[Event]) -> list[Event]:
        i = place(events, step, kind, nth, **(where or {}))
        return [*events[:i], replaced(events[i], **members), *events[i + 1 :]]

    return change


def one_after_another(*changes: Change) -> Change:
    def change(events: list[Event]) -> list[Event]:
        for each in changes:
            events = each(events)
        return events

    return change


def touched(
    kind: type[e.Body], nth: int = 0, /, where: dict[str, object] | None = None, **members: object
) -> Callable[[], Touch]:
    """One event with other members, after everything has been made right."""

    def begin() -> Touch:
        seen = [-1]

        def touch(event: Event, _: State) -> Event:
            if isinstance(event, kind) and all(getattr(event, k) == value for k, value in (where or {}).items()):
                seen[0] += 1
                if seen[0] == nth:
                    return replaced(event, **members)
            return event

        return touch

    return begin


def moved_step(step: str, behind: str) -> Change:
    """All of a step's events, put behind those of another."""

    def change(events: list[Event]) -> list[Event]:
        first, last = _span(events, step)
        own = events[first:last]
        rest = events[:first] + events[last:]
        at = _span(rest, behind)[1]
        return rest[:at] + own + rest[at:]

    return change


def without_step(step: str) -> Change:
    def change(events: list[Event]) -> list[Event]:
        first, last = _span(events, step)
        return events[:first] + events[last:]

    return change


def _span(events: list[Event], step: str) -> tuple[int, int]:
    first = place(events, step, e.StepEntry, state="begun")
    return first, place(events, step, e.StepEntry, state="done") + 1


# --------------------------------------------------------------------------------------------------- what is put in


def deviation(step: str, number: int = 1, by: int = 1) -> e.Deviation:
    return e.Deviation(
        deviation=number, step=step, attempt=1, kind="note", by=by, expected=LEAF, happened=LEAF, facts=(Row("a", "b"),)
    )


def decision(
    step: str, number: int = 1, action: Literal["go-on", "repeat", "abort"] = "go-on", by: int = 1, again: str = ""
) -> e.Decision:
    return e.Decision(
        deviation=number, step=step, attempt=1, action=action, effect="none", by=by, text=LEAF, again=again
    )


PAUSE = e.Pause(kind="sealed", stay=(), reason=LEAF)
BACK = e.Resumption(present=(1, 2, 3, 4, 5))


def again(event: Event) -> Event:
    """The same event once more."""
    return event


def roles_of(plan: Plan, number: int, roles: tuple[str, ...]) -> Plan:
    people = tuple(replaced(p, roles=roles) if p.number == number else p for p in plan.binding.people)
    return replaced(plan, binding=replaced(plan.binding, people=people))


def of(*rules: str) -> frozenset[str]:
    return frozenset(rules)


def step_with(step: str, **members: object) -> Callable[[Plan], Plan]:
    def change(plan: Plan) -> Plan:
        steps = tuple(replaced(s, **members) if s.id == step else s for s in plan.definition.steps)
        return replaced(plan, definition=replaced(plan.definition, steps=steps))

    return change


def attack(name: str, words: str, **how: Any) -> Attack:  # noqa: ANN401 - the members of Attack
    """An attack of which one finding is asked: its rule, and how its sentence goes."""
    return Attack(name, frozenset(), words=words, **how)
