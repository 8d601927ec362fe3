"""One flipped bit in any byte of a journal is found, by journal.head or by the head on paper."""

from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType

import pytest

from tests.auditor.cast import sha256
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book


def flipped(data: bytes, place: int) -> bytes:
    """The data with one bit of one byte changed; which bit depends on the place."""
    changed = bytearray(data)
    changed[place] ^= 1 << place % 8
    return bytes(changed)


def small() -> Book:
    """A journal of a few entries, not closed."""
    book = Book()
    book.open()
    book.begin("1.1", "who-is-here")
    book.enrol(1)
    book.answer("one", "first")
    return book


def test_every_byte_with_journal_head(tmp_path: Path, judge: Judge) -> None:
    """The folder as it is, journal.head untouched: no flip is taken for good, and none for a torn tail."""
    book = small()
    folder = book.save(tmp_path)
    (folder / "manifest-sha256.txt").unlink()
    journal = b"".join(book.lines)
    assert not judge(folder).found
    for place in range(len(journal)):
        (folder / "journal.jsonl").write_bytes(flipped(journal, place))
        said = judge(folder)
        assert said.found, place
        assert "torn" not in said.for_a_person


def found_by_anchor(reader: ModuleType, journal: bytes, head: str) -> bool:
    """Whether the head from paper finds it, where somebody has made journal.head fit the changed journal."""
    report = reader.Report()
    entries = reader.read_journal(journal, len(journal), report)
    if entries:
        last = entries[-1]
        fitting = reader.canonical({"head": last.digest, "length": last.end, "seq": last.seq}).encode() + b"\n"
        reader.check_heads(entries, fitting, head, report)
    return not entries or any(line.startswith("CER-") for line in report)


def test_every_byte_with_the_head_on_paper(reader: ModuleType) -> None:
    book = small()
    journal = b"".join(book.lines)
    assert not found_by_anchor(reader, journal, book.head)
    for place in range(len(journal)):
        assert found_by_anchor(reader, flipped(journal, place), book.head), place


def places(length: int, count: int) -> list[int]:
    return sorted(random.Random(8785).sample(range(length), count))


def test_a_whole_ceremony_with_the_head_on_paper(reader: ModuleType) -> None:
    book = Book().ceremony()
    journal = b"".join(book.lines)
    for place in places(len(journal), 400):
        assert found_by_anchor(reader, flipped(journal, place), book.head), place


@pytest.mark.exhaustive
def test_every_byte_of_a_whole_ceremony(reader: ModuleType) -> None:
    book = Book().ceremony()
    journal = b"".join(book.lines)
    for place in range(len(journal)):
        assert found_by_anchor(reader, flipped(journal, place), book.head), place


def test_whole_lines_moved_about(reader: ModuleType) -> None:
    """Deleted, doubled, swapped, cut: each of them is found with the head on paper, and with journal.head too."""
    book = Book().ceremony()
    lines = book.lines
    changed: list[list[bytes]] = []
    for i in range(len(lines)):
        changed += [lines[:i] + lines[i + 1 :], lines[: i + 1] + lines[i:], lines[:i]]
        changed += [[*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]]] if i + 1 < len(lines) else []
    for variant in changed:
        journal = b"".join(variant)
        assert found_by_anchor(reader, journal, book.head)
        report = reader.Report()
        entries = reader.read_journal(journal, sum(map(len, lines)), report)
        if entries:
            reader.check_heads(entries, book.journal_head(), "", report)
        assert not entries or any(line.startswith("CER-") for line in report)


def test_a_last_line_is_only_as_safe_as_its_head(tmp_path: Path, judge: Judge) -> None:
    """Who changes the last line and journal.head with it is found by the head on paper alone."""
    book = small()
    book.answer("two", "second")
    head = book.head
    book.lines[-1] = book.lines[-1].replace(b"second", b"zweite")
    folder = book.save(tmp_path)
    assert not judge(folder).found
    assert judge(folder, head).rules == {"CER-ANCHOR"}
    assert sha256(book.lines[-1]) != head


def test_garbage_is_never_a_crash(reader: ModuleType, tmp_path: Path, judge: Judge) -> None:
    """Bytes cut, doubled and written over at random in any file: there is always a verdict."""
    book = Book().ceremony()
    files = book.files()
    chance = random.Random(8032)
    for number in range(150):
        name = chance.choice(["journal.jsonl", "leaves.jsonl", "journal.head", "ceremony.toml", "binding.toml"])
        data = bytearray(files[name])
        for _ in range(chance.randrange(1, 4)):
            start = chance.randrange(len(data))
            stop = start + chance.randrange(40)
            data[start:stop] = chance.choice([b"", data[start:stop] * 2, chance.randbytes(3), b"null", b"[", b"9" * 30])
        folder = book.save(tmp_path / str(number), **{name: bytes(data)})
        if bytes(data) != files[name]:
            assert judge(folder).found, (number, name)
