"""The rules of deviations: numbered, decided, and needed wherever an attempt was stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.auditor.changes import ceremony, change, failed, generated
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book


def test_deviation_undecided_at_the_close(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.generate()
    book.read_key()
    book.begin("3.1", "the-end")
    book.deviate(1, "The lamp failed.")
    book.type_rows(book.at("checkpoint", length=len(book.lines)), 2)
    book.sign("result", 1, 2, 3)
    book.at("close", outcome="completed", deviations=1, statement="")
    assert judge(book.save(tmp_path)).rules == {"CER-DEVIATION"}


def deviations(case: str) -> Book:
    """Deviations that are not numbered or decided as they must be."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    match case:
        case "not the next number":
            book.deviate(2, "The door was opened.")
        case "a decision about none":
            book.decide(1, "go-on")
        case "decided twice":
            book.deviate(1, "The door was opened.")
            book.decide(1, "go-on")
            book.decide(1, "go-on")
        case _:
            raise AssertionError
    return book


@pytest.mark.parametrize("case", ["not the next number", "a decision about none", "decided twice"])
def test_deviation(case: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(deviations(case).save(tmp_path)).rules == {"CER-DEVIATION"}


def test_deviation_count_at_the_close(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("close", deviations=1))).rules == {"CER-DEVIATION"}


def test_deviation_needed_after_a_disagreement(tmp_path: Path, judge: Judge) -> None:
    """Enough others agreed, and the step went on as if nobody had said no."""
    book = generated(2, 3, before=lambda book: book.sign("go", 4, decision="DISAGREE"))
    assert judge(book.save(tmp_path)).rules == {"CER-DEVIATION"}


def unwanted(book: Book) -> None:
    book.answer("seal", "broken", good=False)


STOPS: dict[str, Callable[[Book], None]] = {
    "a halt": lambda book: book.state("generate-root", "halted", why="no"),
    "an unwanted answer": unwanted,
    "a failed call": lambda book: failed(book, "failed", again=False),
    "an unknown call": lambda book: failed(book, "unknown", again=True),
}


@pytest.mark.parametrize("name", STOPS)
def test_deviation_needed_after(name: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(generated(2, 3, before=STOPS[name]).save(tmp_path))
    assert said.rules - {"CER-INTENT"} == {"CER-DEVIATION"}
    assert ("CER-INTENT" in said.rules) is (name == "an unknown call")


def test_deviation_needed_after_a_restart(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.write("recovery", {"boot": "2", "torn": "", "set_aside": [], "head": book.head})
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2, 3, 4)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-DEVIATION"}


def test_deviation_not_needed_where_an_answer_was_corrected(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.at("answer", item="seal", value="broken", person=1, good=False)
    book.at("correction", item="seal", value="whole", entry=len(book.lines) - 1, why=book.leaf("misread"))
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == set()
