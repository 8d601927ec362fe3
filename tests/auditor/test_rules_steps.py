"""The rules of operations and of the order of steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.auditor.changes import DONE, action, ceremony, change
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book


def test_intent_without_an_outcome(tmp_path: Path, judge: Judge) -> None:
    folder = ceremony(tmp_path, edit=change("outcome"))
    assert judge(folder).rules == {"CER-INTENT", "CER-READ-BACK", "CER-UNBOUND", "CER-LEAF"}


def test_intent_that_is_the_last_word(tmp_path: Path, judge: Judge) -> None:
    """Where the ceremony stopped there is nothing wrong yet."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    assert judge(book.save(tmp_path)).rules == set()


LOOKED = {"finding": "executed", "left": []}

INTENTS: dict[str, Callable[[], Book]] = {
    "two outcomes": lambda: action(("outcome", DONE), ("outcome", DONE)),
    "of another operation": lambda: action(("outcome", DONE | {"op": "b" * 32})),
    "inspected though known": lambda: action(("outcome", DONE), ("reconcile", LOOKED)),
    "an outcome after inspection": lambda: action(("reconcile", LOOKED), ("outcome", DONE)),
}


@pytest.mark.parametrize("name", INTENTS)
def test_intent(name: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(INTENTS[name]().save(tmp_path)).rules == {"CER-INTENT"}


def test_intent_of_an_operation_that_was_there(tmp_path: Path, judge: Judge) -> None:
    book = action(("outcome", DONE))
    book.intent()
    assert judge(book.save(tmp_path)).rules == {"CER-INTENT"}


def test_intent_of_which_the_end_stays_unknown(tmp_path: Path, judge: Judge) -> None:
    book = action(("outcome", DONE | {"result": "unknown"}))
    book.deviate(1, "The token did not answer.")
    book.decide(1, "go-on")
    book.sign("result", 1, 2, 3)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-INTENT"}


@pytest.mark.parametrize("members", [{"complete": False}, {"result": "failed", "again": True}])
def test_intent_that_was_not_enough(members: dict[str, Any], tmp_path: Path, judge: Judge) -> None:
    """A step is not done while its action needs another call."""
    book = action(("outcome", DONE | members))
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-INTENT"}


def orders(case: str) -> Book:
    """A ceremony whose steps are not those of the script, each in its own way."""
    book = Book()
    book.opening()
    match case:
        case "a step left out":
            book.begin("2.2", "read-key")
        case "a step again":
            book.begin("1.1", "who-is-here", 2)
        case "an attempt left out":
            book.begin("2.1", "generate-root", 2)
        case "another id":
            book.begin("2.1", "generate-key")
        case "an unknown step":
            book.begin("4.1", "generate-root")
        case "before the last is done":
            book.begin("2.1", "generate-root")
            book.begin("2.2", "read-key")
        case "an answer to another step":
            book.begin("2.1", "generate-root")
            book.at("answer", step="1.1", item="late", value="", person=1, good=True)
        case "a repeat that nobody decided":
            book.begin("2.1", "generate-root")
            book.deviate(1, "The door was opened.")
            book.decide(1, "go-on")
            book.begin("2.1", "generate-root", 2)
        case _:
            raise AssertionError
    return book


@pytest.mark.parametrize(
    "case",
    [
        "a step left out",
        "a step again",
        "an attempt left out",
        "another id",
        "an unknown step",
        "before the last is done",
        "an answer to another step",
        "a repeat that nobody decided",
    ],
)
def test_order(case: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(orders(case).save(tmp_path)).rules == {"CER-ORDER"}


def test_order_of_the_close(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("close", outcome="aborted", deviations=0))).rules == {"CER-ORDER"}


def test_order_of_an_early_close(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.closing()
    assert judge(book.save(tmp_path)).rules == {"CER-ORDER"}


def test_order_of_a_close_in_another_step(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.deviate(1, "We want to go home.")
    book.decide(1, "abort")
    book.sign("result", 1, 2, 3)
    book.at("close", outcome="aborted", deviations=1, statement="")
    assert "CER-ORDER" in judge(book.save(tmp_path)).rules
