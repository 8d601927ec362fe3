"""The rules of who somebody is, of whom they stand in for, and of how often they signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.auditor.cast import BINDING
from tests.auditor.changes import Edit, ceremony, change
from tests.auditor.conftest import Judge
from tests.auditor.journals import Body, Book


def enrolled(tmp_path: Path, judge: Judge, **changes: Any) -> set[str]:  # noqa: ANN401 - any value that JSON can hold
    """The rules that a ceremony breaks in which person 2 is enrolled otherwise."""
    return set(judge(ceremony(tmp_path, edit=change("enrol", 1, **changes))).rules)


def detailed(*names: str) -> Edit:
    """Person 2 is enrolled with details of these names; what they say is the same."""

    def edit(kind: str, body: Body) -> Body:
        if kind != "enrol" or body["person"] != 2:
            return body
        return body | {"details": dict.fromkeys(names, body["details"]["paper"])}

    return edit


@pytest.mark.parametrize("seer", [2, 9])
def test_identity_is_seen_by_somebody_else_of_the_room(seer: int, tmp_path: Path, judge: Judge) -> None:
    assert enrolled(tmp_path, judge, seen_by=seer) == {"CER-IDENTITY"}


def test_a_rehearsal_lets_an_identity_be_unseen(tmp_path: Path, judge: Judge) -> None:
    assert enrolled(tmp_path, judge, seen_by=0) == set()


@pytest.mark.parametrize("seen_by", [0, 3])
def test_production_does_not(seen_by: int, tmp_path: Path, judge: Judge) -> None:
    """The statements are a rehearsal's and break other rules; only this one is looked at here."""

    def edit(kind: str, body: Body) -> Body:
        if kind == "enrol" and body["person"] == 2:
            return body | {"seen_by": seen_by}
        return body | {"mode": "production"} if kind == "genesis" else body

    said = judge(Book(binding=BINDING.replace('"rehearsal"', '"production"'), edit=edit).ceremony().save(tmp_path))
    assert ("CER-IDENTITY" in said.rules) is not bool(seen_by)


@pytest.mark.parametrize("names", [("proxy-for",), ("authority", "paper")])
def test_a_proxy_is_said_whole(names: tuple[str, ...], tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=detailed(*names))).rules == {"CER-PROXY"}


def test_a_whole_proxy_is_for_a_person(tmp_path: Path, judge: Judge) -> None:
    said = judge(ceremony(tmp_path, edit=detailed("authority", "paper", "proxy-for")))
    assert said.rules == set()
    assert "person 2 stands in for somebody" in said.for_a_person


def test_no_other_details(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=detailed("paper", "number"))).rules == {"CER-FIELD"}


@pytest.mark.parametrize("details", [{"paper": "Passport"}, [], {"paper": {"leaf": "x"}}])
def test_details_are_leaves(details: object, tmp_path: Path, judge: Judge) -> None:
    assert "CER-LINE" in enrolled(tmp_path, judge, details=details)


def without(kind: str, *names: str) -> Edit:
    """Every entry of a type without these members, as version 0.1.0 wrote it."""

    def edit(this: str, body: Body) -> Body:
        return {name: value for name, value in body.items() if this != kind or name not in names}

    return edit


@pytest.mark.parametrize(("kind", "names"), [("enrol", ("seen_by", "details")), ("checkpoint", ("rows",))])
def test_journals_of_the_first_version(kind: str, names: tuple[str, ...], tmp_path: Path, judge: Judge) -> None:
    book = Book(edit=without(kind, *names)).ceremony()
    if kind == "enrol":
        book.leaves = [line for line in book.leaves if b"Passport" not in line]
    said = judge(book.save(tmp_path))
    assert not said.found, said.lines


@pytest.mark.parametrize("name", ["seen_by", "details"])
def test_half_of_the_later_members_is_no_form(name: str, tmp_path: Path, judge: Judge) -> None:
    assert "CER-LINE" in judge(ceremony(tmp_path, edit=without("enrol", name))).rules


@pytest.mark.parametrize("rows", [[["Signatures so far by person 1: 9", "a" * 64, True]], [["x", "y", False]]])
def test_the_tally_is_the_journals(rows: list[object], tmp_path: Path, judge: Judge) -> None:
    assert "CER-TALLY" in judge(ceremony(tmp_path, edit=change("checkpoint", rows=rows))).rules


def test_a_tally_without_somebody(tmp_path: Path, judge: Judge) -> None:
    def edit(kind: str, body: Body) -> Body:
        return body | {"rows": body["rows"][1:]} if kind == "checkpoint" else body

    assert judge(ceremony(tmp_path, edit=edit)).rules == {"CER-TALLY"}
