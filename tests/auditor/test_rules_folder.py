"""The rules of the folder: leaves, bound files, artifacts, the manifest, and what has no place in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rfc8785

from tests.auditor.cast import sha256
from tests.auditor.changes import ceremony, change
from tests.auditor.conftest import Judge
from tests.auditor.journals import Book, manifest

LEAVES: dict[str, Callable[[bytes], bytes]] = {
    "another text": lambda data: data.replace(b"Person N", b"Persom N", 1),
    "another salt": lambda data: data.replace(b'"salt":"5', b'"salt":"6', 1),
    "twice": lambda data: data + data.splitlines(keepends=True)[0],
    "not canonical": lambda data: data.replace(b'{"leaf"', b'{ "leaf"', 1),
    "torn": lambda data: data[:-1],
    "not named": lambda data: data + leaf("nobody has said this"),
    "no leaf": lambda data: data + b"{}\n",
}


def leaf(text: str) -> bytes:
    digest = sha256(bytes(16) + text.encode())
    return rfc8785.dumps({"leaf": digest, "salt": "00" * 16, "text": text}) + b"\n"


@pytest.mark.parametrize("name", LEAVES)
def test_leaf(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    data = b"".join(book.leaves)
    assert LEAVES[name](data) != data
    said = judge(book.save(tmp_path, **{"leaves.jsonl": LEAVES[name](data)}))
    assert said.rules == {"CER-LEAF"}, said.lines


def test_leaf_in_an_unfinished_folder(tmp_path: Path, judge: Judge) -> None:
    """Not yet named, or torn at the end, is what a stop leaves; a whole line that is none is not."""
    book = Book()
    book.open()
    for extra, rules in ((leaf("not named yet"), set()), (b'{"leaf"', set()), (b"{}\n", {"CER-LEAF"})):
        book.leaves = [extra]
        assert judge(book.save(tmp_path / extra.hex()[:20])).rules == rules


@pytest.mark.parametrize("name", sorted(Book().bound()))
def test_bound(name: str, tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    assert judge(book.save(tmp_path / "changed", **{name: book.bound()[name] + b"\n"})).rules == {"CER-BOUND"}
    assert judge(book.save(tmp_path / "missing", **{name: None})).rules == {"CER-BOUND"}


@pytest.mark.parametrize("text", ["", "acts = 1", "acts = []", "acts = [{steps = [1]}]", "\udc80"])
def test_bound_but_no_definition(text: str, tmp_path: Path, judge: Judge) -> None:
    class Odd(Book):
        def bound(self) -> dict[str, bytes]:
            return super().bound() | {"ceremony.toml": text.encode("utf-8", "surrogateescape")}

    assert judge(Odd().ceremony().save(tmp_path)).rules == {"CER-BOUND"}


def test_artifact(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    name = "artifacts/root.der"
    assert judge(book.save(tmp_path / "changed", **{name: b"other"})).rules == {"CER-ARTIFACT"}
    assert judge(book.save(tmp_path / "missing", **{name: None})).rules == {"CER-ARTIFACT"}
    folder = book.save(tmp_path / "link")
    (folder / "elsewhere").write_bytes((folder / name).read_bytes())
    (folder / name).unlink()
    (folder / name).symlink_to("../elsewhere")
    assert "CER-ARTIFACT" in judge(folder).rules


def test_artifact_of_another_size(tmp_path: Path, judge: Judge) -> None:
    file = {"name": "root.der", "sha256": sha256(b"root.der" * 30), "size": 241}
    assert judge(ceremony(tmp_path, edit=change("outcome", artifacts=[file]))).rules == {"CER-ARTIFACT"}


def test_artifact_prepared_and_there(tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path, **{"artifacts/root.tbs": b"tbs"})
    assert judge(folder).rules == set()
    (folder / "artifacts/root.tbs").write_bytes(b"tBs")
    assert judge(folder).rules == {"CER-ARTIFACT", "CER-MANIFEST"}


def test_manifest(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    folder = book.save(tmp_path)
    files = book.files()
    lists = {
        "wrong": manifest(files | {"record.pdf": b"other"}),
        "short": manifest({name: data for name, data in files.items() if name != "record.pdf"}),
        "long": manifest(files | {"more.pdf": b"other"}),
        "garbage": manifest(files) + b"\xff\xff\n",
        "itself": manifest(files | {"manifest-sha256.txt": b"other"}),
        "empty": b"",
        "other blanks": manifest(files).replace(b"  ", b" *"),
    }
    for name, text in lists.items():
        (folder / "manifest-sha256.txt").write_bytes(text)
        assert judge(folder).rules == {"CER-MANIFEST"}, name
    (folder / "manifest-sha256.txt").unlink()
    assert judge(folder).rules == set()


@pytest.mark.parametrize("name", ["notes.txt", "artifacts/more.der", "torn/3.bin", "new/journal.jsonl"])
def test_unbound(name: str, tmp_path: Path, judge: Judge) -> None:
    assert judge(Book().ceremony().save(tmp_path, **{name: b"who put this here"})).rules == {"CER-UNBOUND"}


def test_unbound_link_to_a_folder(tmp_path: Path, judge: Judge) -> None:
    folder = Book().ceremony().save(tmp_path / "folder")
    (folder / "manifest-sha256.txt").unlink()
    (folder / "more").symlink_to(tmp_path)
    assert judge(folder).rules == {"CER-UNBOUND"}


def test_unbound_though_named_as_set_aside(tmp_path: Path, judge: Judge) -> None:
    """What a restart has set aside lies in torn/ and nowhere else."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.write("recovery", {"boot": "2", "torn": sha256(b"tail"), "set_aside": ["half.der"], "head": book.head})
    book.deviate(1, "The machine stopped.")
    book.decide(1, "abort")
    book.closing(deviations=1, outcome="aborted")
    good: dict[str, bytes] = {"torn/9.bin": b"tail", "torn/half.der": b"half"}
    assert judge(book.save(tmp_path / "good", **good)).rules == set()
    for name in ("spare/half.der", "9.bin", "torn/other.der"):
        data = b"tail" if name == "9.bin" else b"half"
        assert judge(book.save(tmp_path / name, **{name: data})).rules == {"CER-UNBOUND"}, name


def test_torn(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    journal = b"".join(book.lines) + b'{"body":'
    assert judge(book.save(tmp_path, **{"journal.jsonl": journal})).rules == {"CER-TORN"}


def test_closed(tmp_path: Path, judge: Judge) -> None:
    book = Book().ceremony()
    book.answer("afterwards", "we talked")
    assert judge(book.save(tmp_path)).rules == {"CER-CLOSED"}
