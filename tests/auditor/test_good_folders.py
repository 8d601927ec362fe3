"""Folders that are right: as planned, and otherwise than planned but recorded as it went."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.auditor.cast import BINDING, DEFINITION, Person, private_key, sha256, spki_of
from tests.auditor.conftest import Judge
from tests.auditor.journals import READER, Book, rows_drawn

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_ceremony_as_planned(tmp_path: Path, run: Run) -> None:
    book = Book().ceremony()
    done = run(book.save(tmp_path / "folder"))
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == f"CONSISTENT head={book.head} entries={len(book.lines)} mode=rehearsal"
    assert "CER-" not in done.stdout
    assert "compare the head" in done.stdout


def test_it_judges_the_folder_it_lies_in(tmp_path: Path, run: Run) -> None:
    class OwnReader(Book):
        def bound(self) -> dict[str, bytes]:
            return super().bound() | {"verify_journal.py": READER.read_bytes()}

    folder = OwnReader().ceremony().save(tmp_path / "folder")
    shutil.copy(READER, folder)
    assert run(program=folder / "verify_journal.py").returncode == 0


def test_the_heads_of_the_end_and_of_the_checkpoint(tmp_path: Path, run: Run) -> None:
    book = Book().ceremony()
    folder = book.save(tmp_path)
    done = run(folder, "--head", " ".join(book.head[i : i + 8] for i in range(0, 64, 8)).upper())
    assert done.returncode == 0
    assert f"entry {len(book.lines) - 1}, close" in done.stdout
    checkpoint = next(i for i, line in enumerate(book.lines) if b'"type":"checkpoint"' in line)
    done = run(folder, "--head", sha256(book.lines[checkpoint]))
    assert done.returncode == 0
    assert f"entry {checkpoint}, checkpoint" in done.stdout


def test_a_deviation_that_is_decided_and_signed(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2)
    book.deviate(1, "The door was opened.")
    book.decide(1, "go-on")
    book.sign("go", 2, 3)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2, 3)
    book.state("generate-root", "done")
    book.read_key()
    book.closing(deviations=1)
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines


def test_an_action_that_is_passed_over(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.state("generate-root", "halted", why="The printer is not here.")
    book.deviate(1, "There was no printer.")
    book.decide(1, "go-on")
    book.sign("result", 1, 2, 3)
    book.state("generate-root", "done")
    assert judge(book.save(tmp_path)).rules == set()


def test_words_that_nobody_was_to_sign(tmp_path: Path, judge: Judge) -> None:
    """A step without a quorum of its own is signed, once it deviates, in the words that every step has."""
    book = Book(definition=DEFINITION.replace('do = "read-back"\n', 'do = "read-back"\nstatement = "Unused."\n'))
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    book.type_rows(sha256(b"the root key"), 3)
    book.deviate(1, "The lamp failed.")
    book.decide(1, "go-on")
    book.sign("result", 3)
    book.state("read-key", "done")
    assert judge(book.save(tmp_path)).rules == set()


def test_a_failure_and_a_second_attempt(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent("b" * 32)
    book.outcome("b" * 32, result="failed", complete=False, artifacts=[])
    book.deviate(1, "The token was full.", kind="failure", by=0)
    book.decide(1, "repeat")
    book.generate(2)
    book.read_key()
    book.closing(deviations=1)
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines


def test_a_failure_that_may_be_tried_again(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent("b" * 32)
    book.outcome("b" * 32, result="failed", complete=False, again=True)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2)
    book.state("generate-root", "done")
    book.read_key()
    book.closing()
    assert judge(book.save(tmp_path)).rules == set()


def test_an_earlier_step_held_again(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    book.deviate(1, "Nobody had seen the key being made.")
    book.decide(1, "repeat", again="generate-root")
    book.begin("2.1", "generate-root", 2)
    book.prepare()
    book.sign("go", 2, 3)
    book.intent("c" * 32)
    book.outcome("c" * 32, name="root-2.der")
    book.sign("result", 1, 2, 3)
    book.state("generate-root", "done")
    book.read_key(2)
    book.closing(deviations=1)
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines


def test_an_abort_closes_without_the_other_steps(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.deviate(1, "The token is not the one of the binding.")
    book.decide(1, "abort")
    book.closing(deviations=1, outcome="aborted")
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines


def test_a_disagreement_that_is_decided(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 4, decision="DISAGREE")
    book.deviate(1, "Person 4 had not seen the screen.")
    book.decide(1, "go-on")
    book.sign("go", 2, 3)
    book.intent()
    book.outcome()
    book.sign("result", 1, 2, 3)
    book.state("generate-root", "done")
    book.read_key()
    book.closing(deviations=1)
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines


def test_a_restart_within_an_action(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.people[2].method = "room"
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    book.torn = {f"{len(book.lines)}.bin": b'{"body":', "12-half.der": b"half"}
    torn = sha256(b'{"body":')
    book.write("recovery", {"boot": "boot-2", "torn": torn, "set_aside": ["12-half.der"], "head": book.head})
    book.deviate(1, "The machine stopped.", kind="failure", by=0)
    old = sha256(book.people[2].spki)
    book.people[2] = Person(2, ["internal-witness"], private_key("P-256", 22), "room")
    book.enrol(2, replaces=old)
    book.at("reconcile", op="a" * 32, finding="not-executed", evidence={}, rows=[], left=[])
    book.decide(1, "repeat")
    book.begin("2.1", "generate-root", 2)
    book.prepare()
    book.sign("go", 2, 3)
    book.intent("d" * 32)
    book.outcome("d" * 32)
    book.sign("result", 1, 2, 3, 4)
    book.state("generate-root", "done")
    book.read_key()
    book.closing(deviations=1)
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines
    assert "person 2 was enrolled again" in said.for_a_person


def test_people_come_and_go_and_the_room_pauses(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.write("departure", {"person": 4})
    book.write("pause", {"kind": "attended", "stay": [1, 2], "reason": book.leaf("Lunch")})
    book.write("resumption", {"present": [1, 2, 3]})
    book.write("arrival", {"person": 4})
    book.generate()
    book.read_key()
    book.closing()
    assert judge(book.save(tmp_path)).rules == set()


def test_a_row_typed_wrongly_once_and_corrections(tmp_path: Path, judge: Judge) -> None:
    book = Book()
    book.opening()
    book.generate()
    book.begin("2.2", "read-key")
    written = book.answer("written", "all rows")
    first = rows_drawn(written, "2.2", 1, 3)[0]
    book.answer(f"row {first}", "00000000", person=2, good=False)
    digest = sha256(b"the root key")
    for row in rows_drawn(written, "2.2", 1, 3):
        start = 8 * "ABCDEFGH".index(row)
        book.answer(f"row {row}", digest[start : start + 8], person=2)
    book.answer("bag", "B-100")
    book.at("correction", item="bag", value="B-101", entry=len(book.lines) - 1, why=book.leaf("misread"))
    book.state("read-key", "done")
    book.closing()
    said = judge(book.save(tmp_path))
    assert said.rules == set(), said.lines


def test_the_public_edition_keeps_its_head(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    whole = judge(book.save(tmp_path / "whole"))
    public = judge(book.save(tmp_path / "public", **{"leaves.jsonl": None}))
    one = judge(book.save(tmp_path / "one", **{"leaves.jsonl": book.leaves[0]}))
    assert public.rules == one.rules == set()
    assert public.verdict == one.verdict == whole.verdict
    assert "withheld" not in whole.for_a_person
    assert f"{len(book.leaves)} of {len(book.leaves)} personal texts are withheld" in public.for_a_person
    assert f"{len(book.leaves) - 1} of {len(book.leaves)} personal texts are withheld" in one.for_a_person


def test_an_unfinished_folder_at_every_entry(tmp_path: Path, judge: Judge) -> None:
    """Stopped after any entry, with all that lies beside the journal then, the folder is consistent and not closed."""
    whole = Book().ceremony()
    for count in range(1, len(whole.lines)):
        book = Book(lines=whole.lines[:count], leaves=whole.leaves, artifacts=whole.artifacts)
        said = judge(book.save(tmp_path / f"{count}", **{"record.pdf": None}))
        assert said.rules == set(), (count, said.lines)
        assert "not closed" in said.for_a_person


def test_a_stop_between_the_journal_and_its_head(tmp_path: Path, judge: Judge) -> None:
    whole = Book().ceremony()
    book = Book(lines=whole.lines[:20], leaves=whole.leaves, artifacts=whole.artifacts)
    behind = Book(lines=whole.lines[:17]).journal_head()
    said = judge(book.save(tmp_path, **{"journal.head": behind}))
    assert said.rules == set()
    assert "journal.head is behind" in said.for_a_person


def test_a_torn_tail_of_every_length(tmp_path: Path, judge: Judge) -> None:
    whole = Book().ceremony()
    book = Book(lines=whole.lines[:6], leaves=whole.leaves)
    next_line = whole.lines[6]
    journal = b"".join(book.lines)
    folder = book.save(tmp_path)
    (folder / "manifest-sha256.txt").unlink()
    for cut in range(1, len(next_line)):
        (folder / "journal.jsonl").write_bytes(journal + next_line[:cut])
        said = judge(folder)
        assert said.rules == set(), (cut, said.lines)
        assert f"the last {cut} bytes are a torn tail" in said.for_a_person


def test_nobody_of_the_binding_is_needed_twice(tmp_path: Path, judge: Judge) -> None:
    """A key that the binding names is the one to be enrolled."""
    key = sha256(spki_of(private_key("P-384", 3)))
    bound = BINDING.replace("{ number = 3,", f'{{ number = 3, key = "{key}",')
    assert judge(Book(binding=bound).ceremony().save(tmp_path)).rules == set()


def test_rehearsal_files_and_addenda_are_not_judged(tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path)
    for name in (".rehearsal/token", "addenda/001/scan.pdf"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(b"later")
    assert judge(folder).rules == set()
