"""The rule about PINs that several people hold: enough of them came forward before the token was activated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.auditor.cast import DEFINITION
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book

CUSTODY = """
[tokens.hsm.custody.activation]
role = "internal-witness"
threshold = 2
shares = 3

[[acts]]
title = "Opening"
"""
ACTIVATION = DEFINITION.replace('do = "generate-key"\n', 'do = "activate"\ntoken = "hsm"\n').replace(
    '\n[[acts]]\ntitle = "Opening"\n', CUSTODY, 1
)


def entered(book: Book, *holders: tuple[int, int]) -> None:
    """Shares that people enter, by number and person."""
    for index, person in holders:
        book.answer(f"share activation {index} entered", f"person {person}", person=person)


def activated(place: Path, enter: Callable[[Book], None]) -> Path:
    book = Book(definition=ACTIVATION)
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    enter(book)
    book.sign("go", 4)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    return book.save(place)


def test_enough_shares_are_enough(tmp_path: Path, judge: Judge) -> None:
    said = judge(activated(tmp_path, lambda book: entered(book, (1, 2), (3, 4))))
    assert said.rules == set(), said.lines


@pytest.mark.parametrize("holders", [(), ((1, 2),), ((1, 2), (1, 4)), ((1, 2), (2, 2))], ids=str)
def test_shares_too_few_or_counted_twice(tmp_path: Path, judge: Judge, holders: tuple[tuple[int, int], ...]) -> None:
    assert judge(activated(tmp_path, lambda book: entered(book, *holders))).rules == {"CER-SHARES"}


def test_shares_entered_before_a_deviation_do_not_count(tmp_path: Path, judge: Judge) -> None:
    def enter(book: Book) -> None:
        entered(book, (1, 2), (3, 4))
        book.deviate(1, "Somebody spoke.")
        book.decide(1, "go-on")
        book.sign("go", 2, 3)
        entered(book, (1, 2))

    assert "CER-SHARES" in judge(activated(tmp_path, enter)).rules
