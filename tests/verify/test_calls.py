"""What a device was asked and answered: intents, their ends, and inspections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from ceremony_app.actions.looking import untouched
from ceremony_app.core import events as e
from ceremony_app.core.values import Row
from tests.verify.changing import place, turned
from tests.verify.examining import EVIDENCE, INTENT, SHOWN, found, rules
from tests.verify.forging import events_in, replaced


@pytest.mark.parametrize(
    ("step", "members"),
    [
        ("generate", {"parameters": {"label": "mine", "id": "ab" * 16, "algorithm": "P-384"}}),
        ("generate", {"call": "destroy-key"}),
        ("certify", {"parameters": {"tbs-sha256": "ab" * 32, "key-id": "ab" * 16}}),
        ("look", {"inventory": "ab" * 32}),
    ],
)
def test_an_intent_that_was_not_due(finished: Path, step: str, members: dict[str, Any]) -> None:
    assert rules(found(finished, turned(step, e.Intent, 0, **members))) <= {INTENT, EVIDENCE}
    assert INTENT in rules(found(finished, turned(step, e.Intent, 0, **members)))


def test_a_mutating_call_without_an_inventory_before_it(finished: Path) -> None:
    assert rules(found(finished, turned("generate", e.Intent, 0, inventory=""))) == {INTENT, EVIDENCE}


def test_another_inventory_than_the_intents(finished: Path) -> None:
    assert rules(found(finished, turned("generate", e.Intent, 0, inventory="ab" * 32))) == {EVIDENCE}


@pytest.mark.parametrize(("step", "nth", "complete"), [("fresh-token", 0, True), ("generate", 0, False)])
def test_an_action_that_ends_elsewhere_than_its_kind_says(finished: Path, step: str, nth: int, complete: bool) -> None:
    assert INTENT in rules(found(finished, turned(step, e.Outcome, nth, complete=complete)))


def test_a_failure_shown_as_a_smaller_one(eventful: Path) -> None:
    events = events_in(eventful)
    failed = next(i for i, x in enumerate(events) if isinstance(x, e.Outcome) and x.result == "failed")

    def change(x: list[e.Event]) -> list[e.Event]:
        return [*x[:failed], replaced(x[failed], rows=(Row("What is certain", "nothing"),)), *x[failed + 1 :]]

    assert rules(found(eventful, change)) == {SHOWN}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"finding": "not-executed"}, {EVIDENCE}),
        ({"rows": ()}, {SHOWN}),
        ({"evidence": {}}, {EVIDENCE}),
    ],
)
def test_an_inspection_that_says_otherwise(eventful: Path, members: dict[str, object], expected: set[str]) -> None:
    events = events_in(eventful)
    where = next(i for i, x in enumerate(events) if isinstance(x, e.Reconcile))

    def change(x: list[e.Event]) -> list[e.Event]:
        return [*x[:where], msgspec.structs.replace(x[where], **members), *x[where + 1 :]]

    assert rules(found(eventful, change)) == expected


def test_a_call_after_the_last(finished: Path) -> None:
    def change(events: list[e.Event]) -> list[e.Event]:
        i = place(events, "look", e.Intent)
        pair = [replaced(x, op="ab" * 16) for x in events[i : i + 2]]
        return [*events[: i + 2], *pair, *events[i + 2 :]]

    assert any("where the action was complete" in one.what for one in found(finished, change))


@pytest.mark.parametrize(("finding", "expected"), [("unclear", set()), ("executed", {EVIDENCE})])
def test_an_inspection_without_a_token(finished: Path, finding: str, expected: set[str]) -> None:
    def change(events: list[e.Event]) -> list[e.Event]:
        i = place(events, "take-away", e.Intent)
        op = getattr(events[i], "op", "")
        right = untouched()
        seen = e.Reconcile(step="3.2", attempt=1, op=op, finding="unclear", evidence={}, rows=right.rows)
        return [*events[: i + 1], replaced(seen, finding=finding), *events[i + 1 :]]

    assert rules(found(finished, change)) == expected
