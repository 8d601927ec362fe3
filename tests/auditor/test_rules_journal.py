"""The rules of the journal: the form of its lines, their chain, the first one, journal.head, the head on paper."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import rfc8785

from tests.auditor.cast import BINDING, DEFINITION, sha256
from tests.auditor.changes import ceremony, change
from tests.auditor.conftest import Judge
from tests.auditor.journals import Body, Book

LINES = {
    "white space": (b'{"body"', b'{ "body"'),
    "a float": (b'"attempt":1', b'"attempt":1.0'),
    "an exponent": (b'"attempt":1', b'"attempt":1e0'),
    "null": (b'"attempt":1', b'"attempt":null'),
    "minus zero": (b'"person":1', b'"person":-0'),
    "a large integer": (b'"person":1', b'"person":9007199254740992'),
    "a huge integer": (b'"person":1', b'"person":' + b"9" * 5000),
    "a boolean for a number": (b'"person":1', b'"person":true'),
    "a doubled member": (b'"good":true', b'"good":true,"good":true'),
    "another order": (b'"attempt":1,"good":true', b'"good":true,"attempt":1'),
    "a needless escape": (b'"second"', b'"s\\u0065cond"'),
    "a lone surrogate": (b'"second"', b'"\\ud800"'),
    "not a number": (b'"attempt":1', b'"attempt":NaN'),
    "not UTF-8": (b'"second"', b'"sec\xffnd"'),
    "a missing member": (b'"good":true,', b""),
    "a member too many": (b'"good":true', b'"good":true,"great":true'),
    "an unknown type": (b'"type":"answer"', b'"type":"answers"'),
    "a text for a number": (b'"person":1', b'"person":"1"'),
    "a negative person": (b'"person":1', b'"person":-1'),
    "an eighth member": (b'"v":1', b'"v":1,"w":1'),
    "another version": (b'"v":1', b'"v":2'),
    "a version that equals one": (b'"v":1', b'"v":true'),
    "a month too many": (b"2026-11-23T", b"2026-13-23T"),
    "no milliseconds": (b".000Z", b"Z"),
    "another zone": (b".000Z", b".000+00:00"),
    "a bad digest": (b'"prev":"', b'"prev":"X'),
    "deep nesting": (b'"second"', b"[" * 100_000 + b"]" * 100_000),
    "a carriage return": (b"}\n", b"}\r\n"),
    "an empty line": (b"}\n", b"}\n\n"),
    "a leaf with more": (b'"second"', b'{"leaf":"' + b"0" * 64 + b'","text":""}'),
    "no object": (b'{"body"', b'[{"body"'),
}


@pytest.mark.parametrize("name", LINES)
def test_line(name: str, tmp_path: Path, judge: Judge) -> None:
    old, new = LINES[name]
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.answer("one", "first")
    book.answer("two", "second")
    assert book.lines[-1].count(old) >= 1
    book.lines[-1] = book.lines[-1].replace(old, new, 1)
    book.answer("three", "third")
    said = judge(book.save(tmp_path))
    assert "CER-LINE" in said.rules
    assert said.rules <= {"CER-LINE", "CER-CHAIN"}, said.lines
    assert any(re.match("CER-LINE entry [34]: ", line) for line in said.lines)


@pytest.mark.parametrize("line", [b"[]\n", b'"text"\n', b"1\n", b"true\n", b"{}\n"])
def test_line_that_is_other_json(line: bytes, tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.lines.append(line)
    book.answer("one", "first")
    assert "CER-LINE" in judge(book.save(tmp_path)).rules


def test_line_of_a_row_with_two_members(tmp_path: Path, judge: Judge) -> None:
    folder = ceremony(tmp_path, edit=change("step", 2, rows=[["Algorithm", "P-256"]]))
    assert "CER-LINE" in judge(folder).rules


@pytest.mark.parametrize("name", ["../policy.toml", "a/b", ".hidden", "", "a" * 65, "ä", "-o\n"])
def test_line_of_an_artifact_with_a_bad_name(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.state("who-is-here", "prepared", artifacts=[{"name": name, "sha256": "0" * 64, "size": 1}])
    book.answer("one", "first")
    assert judge(book.save(tmp_path)).rules == {"CER-LINE"}


def test_line_that_is_bad_and_not_the_last(tmp_path: Path, judge: Judge) -> None:
    """Behind what journal.head acknowledges, only a bad last line is a torn tail."""
    book = Book()
    book.open()
    head = book.journal_head()
    book.lines.append(b"{}\n")
    folder = book.save(tmp_path / "last", **{"journal.head": head})
    assert judge(folder).rules == set()
    book.answer("one", "first")
    assert "CER-LINE" in judge(book.save(tmp_path / "middle", **{"journal.head": head})).rules


def test_line_that_is_bad_and_the_only_one(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "journal.jsonl").write_bytes(b'{"v":1}')
    (tmp_path / "journal.head").write_bytes(Book(lines=[]).journal_head())
    assert judge(tmp_path).found


@pytest.mark.parametrize("member", ["seq", "prev"])
def test_chain(member: str, tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    entry = json.loads(book.lines[1])
    entry[member] = 7 if member == "seq" else "7" * 64
    book.lines[1] = rfc8785.dumps(entry) + b"\n"
    book.answer("one", "first")
    assert judge(book.save(tmp_path)).rules == {"CER-CHAIN"}


def test_chain_across_a_restart(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.write("recovery", {"boot": "2", "torn": "", "set_aside": [], "head": "7" * 64})
    assert judge(book.save(tmp_path)).rules == {"CER-CHAIN"}


def test_chain_at_the_checkpoint(tmp_path: Path, judge: Judge) -> None:
    assert judge(ceremony(tmp_path, edit=change("checkpoint", step="3.1", attempt=1, length=3))).rules == {"CER-CHAIN"}


GENESIS: dict[str, Body] = {
    "other files": {"files": {"ceremony.toml": "0" * 64}},
    "other title": {"title": "Another Root CA"},
    "other definition": {"definition": "another-root"},
    "other mode": {"mode": "production"},
}


@pytest.mark.parametrize("name", GENESIS)
def test_genesis(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book(edit=change("genesis", **GENESIS[name]))
    book.open()
    assert "CER-GENESIS" in judge(book.save(tmp_path)).rules


@pytest.mark.parametrize("pin", ['policy-sha256 = "%s"', 'definition-sha256 = "%s"'])
def test_genesis_of_what_was_approved(pin: str, tmp_path: Path, judge: Judge) -> None:
    name = "definition" if pin.startswith("policy") else "binding"
    text = DEFINITION if name == "definition" else BINDING
    good = sha256(Book().bound()["policy.toml" if name == "definition" else "ceremony.toml"])
    for digest, rules in ((good, set()), ("0" * 64, {"CER-GENESIS"})):
        changed = text.replace("format = 1\n", f"format = 1\n{pin % digest}\n")
        folder = ceremony(tmp_path / digest, **{name: changed})
        assert judge(folder).rules == rules


def test_genesis_twice(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.open()
    book.open()
    assert judge(book.save(tmp_path)).rules == {"CER-GENESIS"}


def test_genesis_is_the_first_entry(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.begin("1.1", "who-is-here")
    assert judge(book.save(tmp_path)).rules == {"CER-GENESIS"}


HEADS: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "no line feed": b'{"head":"' + b"0" * 64 + b'","length":1,"seq":0}',
    "another": b'{"head":"' + b"0" * 64 + b'","length":1,"seq":0}\n',
    "behind": Book(lines=Book().ceremony().lines[:10]).journal_head(),
}


@pytest.mark.parametrize("name", HEADS)
def test_head(name: str, tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path, **{"journal.head": HEADS[name]})
    assert judge(folder).rules == {"CER-HEAD"}


def test_anchor(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    folder = book.save(tmp_path)
    assert judge(folder, book.head).rules == set()
    assert judge(folder, sha256(book.lines[-2])).rules == {"CER-ANCHOR"}
    assert judge(folder, book.head[:-1]).rules == {"CER-ANCHOR"}
