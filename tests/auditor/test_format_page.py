"""FORMAT.md: the shell recipe does what it says, and its table is the one of the reader and of the program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from ceremony_app.core.events import EVENT_TYPES
from tests.auditor.journals import FOLDER, Book

PAGE = (FOLDER / "FORMAT.md").read_text(encoding="utf-8")


def recipe() -> str:
    """The commands as they are printed."""
    (found,) = re.findall(r"^```bash\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def shell(folder: Path) -> subprocess.CompletedProcess[str]:
    """The recipe in a folder."""
    return subprocess.run(
        ["bash", "-c", recipe()], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


needs_tools = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "jq", "openssl", "sha256sum"))), reason="bash, jq, openssl and coreutils"
)


@needs_tools
def test_the_recipe_on_a_good_folder(tmp_path: Path) -> None:
    book = Book().ceremony()
    done = shell(book.save(tmp_path))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == f"GOOD head {book.head}"
    assert lines[0] == "AGREE step 1.1 attempt 1 result by 1 as administrator"
    assert len(lines) == 1 + sum(b'"type":"signoff"' in line for line in book.lines)


@needs_tools
def test_the_recipe_on_the_public_edition(tmp_path: Path) -> None:
    assert shell(Book().ceremony().save(tmp_path, **{"leaves.jsonl": None})).returncode == 0


def damaged(case: str, folder: Path) -> Path:
    """A folder whose manifest is right and something else is not."""
    book = Book()
    changes: dict[str, bytes | None] = {}
    match case:
        case "signature":
            book.edit = lambda kind, body: body | {"sig": "AAAA"} if kind == "signoff" and body["person"] == 3 else body
        case "statement":
            book.edit_statement = lambda _, text: text.replace("journal-size ", "journal-size 1")
        case "key":
            book.edit = lambda kind, body: body | {"key": "0" * 64} if kind == "enrol" else body
        case "not closed":
            book.edit = lambda kind, body: None if kind == "close" else body
        case _:
            pass
    book.ceremony()
    match case:
        case "a line":
            changes["journal.jsonl"] = b"".join(book.lines).replace(b"complete", b"complets", 1)
        case "head":
            changes["journal.head"] = book.journal_head().replace(b'"length":', b'"length":1')
        case "leaf":
            changes["leaves.jsonl"] = b"".join(book.leaves).replace(b"Person", b"Persom", 1)
        case "artifact":
            changes["artifacts/root.der"] = b"other"
        case "bound":
            changes["policy.toml"] = b"format = 2\n"
        case _:
            pass
    return book.save(folder, **changes)


@needs_tools
@pytest.mark.parametrize(
    "case", ["signature", "statement", "key", "not closed", "a line", "head", "leaf", "artifact", "bound"]
)
def test_the_recipe_finds(case: str, tmp_path: Path) -> None:
    done = shell(damaged(case, tmp_path))
    assert done.returncode != 0
    assert "GOOD" not in done.stdout


@needs_tools
def test_the_recipe_and_the_manifest(tmp_path: Path) -> None:
    folder = Book().ceremony().save(tmp_path)
    (folder / "record.pdf").write_bytes(b"other")
    assert shell(folder).returncode != 0


def members_of_the_program() -> dict[str, set[str]]:
    """The members of each type of entry as the program writes them."""
    return {kind.type: {member.encode_name for member in msgspec.structs.fields(kind)} for kind in EVENT_TYPES}


def test_the_reader_knows_the_members_of_the_program(reader: ModuleType) -> None:
    known = {name: {member.split(":")[0] for member in members.split()} for name, members in reader.BODIES.items()}
    assert known == members_of_the_program()


def test_the_table_has_the_members_of_the_program() -> None:
    """Every row of section 3 names each member of its types, and no other word in a member's place."""
    rows = dict(re.findall(r"^\| ([a-z, ]+) \| (.*) \|$", PAGE, re.MULTILINE))
    rows = {name: text for names, text in rows.items() for name in names.split(", ")}
    for name, members in members_of_the_program().items():
        text = re.sub(r"\([^)]*\)", "", rows[name].replace("@", "step, attempt")).split(":")[0]
        named = {part.split()[0] for part in text.split(", ") if part.strip()}
        assert named == members, name


def test_every_finding_of_the_reader_stands_on_the_page() -> None:
    reader = (FOLDER / "verify_journal.py").read_text(encoding="utf-8")
    rules = set(re.findall(r"CER-[A-Z]+(?:-[A-Z]+)*", reader)) - {"CER-"}
    assert rules == set(re.findall(r"CER-[A-Z]+(?:-[A-Z]+)*", PAGE))


def test_the_statement_of_the_page_is_the_one_that_is_signed() -> None:
    """The lines of section 6 begin as those of a real statement do."""
    (block,) = re.findall(r"^```\n(KEY-CEREMONY.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    words = [line.split(" ")[0] for line in block.splitlines()[:-1]]
    lines = [json.loads(line)["body"] for line in Book().ceremony().lines if b'"type":"signoff"' in line]
    signed = next(body["statement"] for body in lines if "artifact" in body["statement"])
    assert [line.split(" ")[0] for line in signed.splitlines()[:-1]] == words
