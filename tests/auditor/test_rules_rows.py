"""The rule of rows that are read back from paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.auditor.cast import sha256
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book, rows_drawn


def read_back(rows: Callable[[str, list[str]], list[tuple[str, str, bool]]]) -> Book:
    """The rows of the key's digest are typed as `rows` says: letter, value, and whether it was called right."""
    book = Book()
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    head = book.answer("written", "all rows")
    for letter, value, good in rows(sha256(b"the root key"), rows_drawn(head, "2.2", 1, 3)):
        book.answer(f"row {letter}", value, person=2, good=good)
    book.state("read-key", "done")
    return book


def part(digest: str, letter: str) -> str:
    return digest[8 * "ABCDEFGH".index(letter) :][:8]


ROWS: dict[str, Callable[[str, list[str]], list[tuple[str, str, bool]]]] = {
    "none": lambda _, _drawn: [],
    "one too few": lambda digest, drawn: [(row, part(digest, row), True) for row in drawn[:2]],
    "all of them": lambda digest, _: [(row, part(digest, row), True) for row in "ABCDEFGH"],
    "others": lambda digest, drawn: [
        (row, part(digest, row), True) for row in [r for r in "ABCDEFGH" if r not in drawn][:3]
    ],
    "a wrong value": lambda digest, drawn: [(row, "00000000", True) for row in drawn],
    "a right value called wrong": lambda digest, drawn: [
        (row, part(digest, row), row != drawn[0]) for row in [*drawn, drawn[0]]
    ],
    "a row that does not exist": lambda digest, drawn: [
        *((row, part(digest, row), True) for row in drawn),
        ("Z", "00000000", True),
    ],
}


@pytest.mark.parametrize("name", ROWS)
def test_read_back(name: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(read_back(ROWS[name]).save(tmp_path)).rules == {"CER-READ-BACK"}


def test_read_back_is_good(tmp_path: Path, judge: Judge) -> None:
    book = read_back(lambda digest, drawn: [(row, part(digest, row), True) for row in drawn])
    assert judge(book.save(tmp_path)).rules == set()


@pytest.mark.parametrize("what", [{"checkpoint"}, {"answer"}, {"checkpoint", "answer"}])
def test_read_back_of_the_head(what: set[str], tmp_path: Path, judge: Judge) -> None:
    """The ceremony is not closed without a checkpoint, nor without its rows from the paper."""
    book = Book()
    book.opening()
    book.generate()
    book.read_key()
    book.edit = lambda kind, body: None if kind in what else body
    book.closing()
    assert judge(book.save(tmp_path)).rules == {"CER-READ-BACK"}
