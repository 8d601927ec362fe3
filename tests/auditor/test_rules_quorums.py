"""The rule of how many must agree, before an action and after it, and what makes their agreement void."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.auditor.cast import DEFINITION, sha256
from tests.auditor.changes import generated
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book


def trouble(book: Book) -> None:
    """A deviation that is decided, after which nobody signs again."""
    book.deviate(1, "The door was opened.")
    book.decide(1, "go-on")


QUORUMS: dict[str, Callable[[], Book]] = {
    "nobody": generated,
    "a role missing": lambda: generated(2, 4),
    "nobody for the result": lambda: generated(2, 3, result=()),
    "a role missing for the result": lambda: generated(2, 3, result=(2, 4)),
    "agreed before and not after": lambda: generated(2, 3, result=(1,)),
    "prepared anew": lambda: generated(2, 3, before=lambda book: book.prepare()),
    "a deviation since": lambda: generated(2, 3, result=(1, 2, 3), before=trouble),
    "a correction since": lambda: generated(2, 3, before=corrected),
    "only a disagreement": lambda: generated(2, before=disagreed),
}


def corrected(book: Book) -> None:
    book.at("correction", item="bag", value="B-2", entry=3, why=book.leaf("misread"))


def disagreed(book: Book) -> None:
    book.sign("go", 3, decision="DISAGREE")


@pytest.mark.parametrize("name", QUORUMS)
def test_quorum(name: str, tmp_path: Path, judge: Judge) -> None:
    said = judge(QUORUMS[name]().save(tmp_path))
    assert said.rules - {"CER-DEVIATION"} == {"CER-QUORUM"}, said.lines
    assert ("CER-DEVIATION" in said.rules) is (name == "only a disagreement")


def test_quorum_is_there_when_it_is_there(tmp_path: Path, judge: Judge) -> None:
    assert judge(generated(2, 3).save(tmp_path)).rules == set()


def test_quorum_of_one_person_twice(tmp_path: Path, judge: Judge) -> None:
    """A quorum of two inside witnesses is not filled by one who signs twice."""
    definition = DEFINITION.replace(
        "all = { administrator = 1, internal-witness = 1 }", "all = { internal-witness = 2 }"
    )
    book = Book(definition=definition)
    book.open()
    book.begin("1.1", "who-is-here")
    book.enrol(2)
    book.sign("result", 2, 2)
    book.state("who-is-here", "done")
    assert judge(book.save(tmp_path)).rules == {"CER-QUORUM"}


def test_quorum_of_a_step_with_a_deviation(tmp_path: Path, judge: Judge) -> None:
    """A step without a quorum of its own needs the one for deviations once it deviates."""
    book = Book()
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    book.type_rows(sha256(b"the root key"), 3)
    book.deviate(1, "The lamp failed.")
    book.decide(1, "go-on")
    book.state("read-key", "done")
    assert judge(book.save(tmp_path / "without")).rules == {"CER-QUORUM"}
    book.lines.pop()
    book.sign("result", 3)
    book.state("read-key", "done")
    assert judge(book.save(tmp_path / "with")).rules == set()


def test_quorum_for_deviations_that_is_not_named(tmp_path: Path, judge: Judge) -> None:
    """Without `deviations` it is the first quorum of the file, here administrator and inside witness."""
    for signers, rules in (((3,), {"CER-QUORUM"}), ((1, 2), set())):
        book = Book(definition=DEFINITION.replace('deviations = "deviations"\n', ""))
        book.opening()
        book.generate()
        book.begin("2.2", "read-key")
        book.type_rows(sha256(b"the root key"), 3)
        book.deviate(1, "The lamp failed.")
        book.decide(1, "go-on")
        book.sign("result", *signers)
        book.state("read-key", "done")
        assert judge(book.save(tmp_path / str(len(signers)))).rules == rules


def test_quorum_of_the_close(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.generate()
    book.read_key()
    book.begin("3.1", "the-end")
    book.type_rows(book.at("checkpoint", length=len(book.lines)), 2)
    book.at("close", outcome="completed", deviations=0, statement="")
    assert judge(book.save(tmp_path)).rules == {"CER-QUORUM"}
