"""The reader as a program: exit status, output, and what it is made from."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.auditor.journals import READER, Book, rechained

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_findings_are_one_a_line_and_the_verdict_last(tmp_path: Path, run: Run) -> None:
    folder = Book().ceremony().save(tmp_path, **{"policy.toml": b"", "notes.txt": b""})
    done = run(folder)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "CER-BOUND policy.toml: missing, or not what genesis binds"
    assert lines[1].startswith("CER-UNBOUND notes.txt: ")
    assert all(line.startswith("for a person: ") for line in lines[2:-1])
    assert lines[-1].startswith("NOT CONSISTENT head=")


NOTHING = {
    "no journal": None,
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "text": b"Dear auditor,\n",
    "other JSON": b'{"hello":"world"}\n',
    "a list": b"[1]\n",
    "a later version": b'{"body":{},"mono":1,"prev":"","seq":0,"type":"genesis","utc":"","v":2}\n',
}


@pytest.mark.parametrize("name", NOTHING)
def test_unusable(name: str, tmp_path: Path, run: Run) -> None:
    data = NOTHING[name]
    if data is not None:
        (tmp_path / "journal.jsonl").write_bytes(data)
    done = run(tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith("UNUSABLE ")
    assert done.stderr == ""


def test_unusable_for_want_of_a_folder_or_rights(tmp_path: Path, run: Run) -> None:
    assert run(tmp_path / "nowhere").returncode == 2
    (tmp_path / "journal.jsonl").mkdir()
    assert run(tmp_path).returncode == 2
    (tmp_path / "journal.jsonl").rmdir()
    os.mkfifo(tmp_path / "journal.jsonl")
    assert run(tmp_path).returncode == 2
    assert run("--nonsense").returncode == 2


def test_hostile_texts_cannot_write_to_the_terminal(tmp_path: Path, run: Run) -> None:
    """A file name and a journal that hold escape sequences and changes of direction."""
    book = Book().ceremony()
    book.answer("late", "x")
    folder = book.save(tmp_path / "folder", **{"\x1b[2Kgood\u202e.txt": b""})
    done = run(folder)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert r"\x1b[2Kgood\u202e.txt" in done.stdout


def test_a_chain_made_again_is_found_by_its_signatures(tmp_path: Path, run: Run) -> None:
    """Who changes one answer and makes the whole chain again cannot sign for the others."""
    book = Book().ceremony()
    book.lines = rechained(line.replace(b'"complete"', b'"complets"', 1) for line in book.lines)
    done = run(book.save(tmp_path))
    assert done.returncode == 1
    assert "CER-STATEMENT" in done.stdout


def test_the_standard_library_only() -> None:
    tree = ast.parse(READER.read_text(encoding="utf-8"))
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.name for node in named if isinstance(node, ast.Import) for alias in node.names}
    modules |= {str(node.module) for node in named if isinstance(node, ast.ImportFrom)}
    assert {module.split(".")[0] for module in modules} <= set(sys.stdlib_module_names)


def test_it_writes_nothing(tmp_path: Path, run: Run) -> None:
    folder = Book().ceremony().save(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert run(folder).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
