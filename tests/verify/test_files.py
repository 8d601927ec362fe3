"""Files that are not what was bound, made, listed or set aside; and what lies there that nothing names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.errors import NotBuilt
from ceremony_app.core.events import Outcome, Recovery
from ceremony_app.journal.leaves import make_leaf
from ceremony_app.record.bag import make_bag
from ceremony_app.verify.verdict import Verdict
from ceremony_app.verify.verify import verify
from tests.verify.forging import copied, digest, entries_in, put_manifest

Copy = Callable[[Path], Path]
BOUND = ("FORMAT.md", "binding.toml", "ceremony.toml", "context.json", "policy.toml", "script.pdf", "verify_journal.py")


def rules(verdict: Verdict) -> set[str]:
    return {finding.rule for finding in verdict.findings}


def judged(folder: Path, *, listed: bool = True) -> Verdict:
    """The verdict, with a manifest that fits what lies there now."""
    if listed:
        put_manifest(folder)
    return verify(folder, press=None)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


# ------------------------------------------------------------------------------------------------------ the manifest


def test_a_file_that_the_manifest_lists_otherwise(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    flip(folder / "record.pdf")
    verdict = judged(folder, listed=False)
    assert [(f.rule, f.where) for f in verdict.findings] == [("CER-MANIFEST", "record.pdf")]


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda text: text.splitlines(keepends=True)[1:],
        lambda text: [*text.splitlines(keepends=True), f"{'ab' * 32}  not-there.txt\n"],
        lambda text: [text, text.splitlines(keepends=True)[0]],
        lambda text: [text[:-1]],
        lambda text: [text.replace("  ", " ", 1)],
        lambda text: [],
    ],
)
def test_a_manifest_that_does_not_fit(finished: Path, copy: Copy, spoilt: Callable[[str], list[str]]) -> None:
    folder = copy(finished)
    manifest = folder / "manifest-sha256.txt"
    manifest.write_text("".join(spoilt(manifest.read_text())))
    assert rules(judged(folder, listed=False)) == {"CER-MANIFEST"}


def test_a_closed_ceremony_has_manifest_and_record(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    (folder / "manifest-sha256.txt").unlink()
    (folder / "record.pdf").unlink()
    assert rules(judged(folder, listed=False)) == {"CER-MANIFEST", "CER-RECORD"}


# ------------------------------------------------------------------------------------------ bound files and artifacts


@pytest.mark.parametrize("name", BOUND)
def test_a_bound_file_is_missing(finished: Path, copy: Copy, name: str) -> None:
    folder = copy(finished)
    (folder / name).unlink()
    assert "CER-BOUND" in rules(judged(folder))


@pytest.mark.parametrize("name", ["FORMAT.md", "context.json", "script.pdf", "verify_journal.py"])
def test_a_bound_file_is_another(finished: Path, copy: Copy, name: str) -> None:
    folder = copy(finished)
    flip(folder / name)
    found = rules(judged(folder))
    assert "CER-BOUND" in found
    assert found <= {"CER-BOUND", "CER-SHOWN"}  # the digest of the printed script was shown, too


@pytest.mark.parametrize("name", ["ceremony.toml", "policy.toml", "binding.toml"])
def test_a_reviewed_file_is_another(finished: Path, copy: Copy, name: str) -> None:
    folder = copy(finished)
    with (folder / name).open("a") as file:
        file.write("# one more line\n")
    assert {"CER-BOUND"} <= rules(judged(folder)) <= {"CER-BOUND", "CER-GENESIS"}


@pytest.mark.parametrize("name", ["ceremony.toml", "policy.toml", "binding.toml"])
def test_a_reviewed_file_that_cannot_be_read_ends_in_a_verdict(finished: Path, copy: Copy, name: str) -> None:
    folder = copy(finished)
    (folder / name).write_bytes(b"\xff = [[[")
    verdict = judged(folder)
    assert verdict.verdict == "inconsistent"
    assert {"CER-BOUND", "CER-GENESIS"} <= rules(verdict)


def test_an_artifact_is_missing_or_another(finished: Path, copy: Copy) -> None:
    for name in sorted(path.name for path in (finished / "artifacts").iterdir()):
        folder = copied(finished, copy(finished).with_name(name))
        flip(folder / "artifacts" / name)
        assert "CER-ARTIFACT" in rules(judged(folder)), name
        (folder / "artifacts" / name).unlink()
        assert "CER-ARTIFACT" in rules(judged(folder)), name
        break  # the others differ in their bytes only; test_flips turns a bit in each of them


def test_every_artifact_of_an_outcome_is_held_against_its_file(finished: Path) -> None:
    named = {
        a.name for entry in entries_in(finished) if isinstance(entry.event, Outcome) for a in entry.event.artifacts
    }
    assert named == {path.name for path in (finished / "artifacts").iterdir()}


# ------------------------------------------------------------------------------------------ what nothing names


@pytest.mark.parametrize("name", ["notes.txt", "artifacts/more.der", "torn/1.bin", ".hidden", "artifacts/x/y.der"])
def test_a_file_that_nothing_names(finished: Path, copy: Copy, name: str) -> None:
    folder = copy(finished)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("who put this here?")
    verdict = judged(folder)
    assert [(f.rule, f.where) for f in verdict.findings] == [("CER-UNBOUND", name)]


def test_links_pipes_and_devices_are_not_followed(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    (folder / "link").symlink_to(folder / "FORMAT.md")
    (folder / "elsewhere").symlink_to("/usr")
    os.mkfifo(folder / "pipe")
    verdict = judged(folder, listed=False)
    assert {(f.rule, f.where) for f in verdict.findings} == {
        ("CER-UNBOUND", "link"),
        ("CER-UNBOUND", "elsewhere"),
        ("CER-UNBOUND", "pipe"),
    }


def test_a_link_in_place_of_a_file_is_not_the_file(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    (folder / "FORMAT.md").unlink()
    (folder / "FORMAT.md").symlink_to(finished / "FORMAT.md")
    assert {"CER-UNBOUND", "CER-BOUND", "CER-MANIFEST"} == rules(judged(folder, listed=False))


def test_names_from_outside_cannot_move_the_cursor(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    (folder / "a\x1b[2Jb\u202ec").write_text("")
    texts = [f.where for f in judged(folder).findings]
    assert "a\\u{001B}[2Jb\\u{202E}c" in texts


# ------------------------------------------------------------------------------------------ leaves


def test_a_leaf_whose_text_was_changed(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    leaves = folder / "leaves.jsonl"
    leaves.write_bytes(leaves.read_bytes().replace("Lærke".encode(), b"Lerke"))
    assert rules(judged(folder)) == {"CER-LEAF"}


def test_a_leaf_that_no_entry_names(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    line = msgspec.json.encode(make_leaf("somebody else", b"\1" * 16), order="sorted") + b"\n"
    with (folder / "leaves.jsonl").open("ab") as leaves:
        leaves.write(line)
    assert rules(judged(folder)) == {"CER-LEAF"}


@pytest.mark.parametrize("more", [b"{}\n", b'{"leaf":"torn', None])
def test_a_leaf_that_is_none_or_there_twice(finished: Path, copy: Copy, more: bytes | None) -> None:
    folder = copy(finished)
    data = (folder / "leaves.jsonl").read_bytes()
    with (folder / "leaves.jsonl").open("ab") as leaves:
        leaves.write(data.splitlines(keepends=True)[0] if more is None else more)
    assert rules(judged(folder)) == {"CER-LEAF"}


def test_withheld_texts_are_a_persons_matter(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    (folder / "leaves.jsonl").unlink()
    verdict = judged(folder)
    assert verdict.verdict == "consistent"
    assert any(line.startswith("11 of 11 personal texts are withheld") for line in verdict.for_a_person)


def test_a_leaf_of_a_command_that_was_cut_off(unfinished: Path, copy: Copy) -> None:
    folder = copy(unfinished)
    with (folder / "leaves.jsonl").open("ab") as leaves:
        leaves.write(msgspec.json.encode(make_leaf("never named", b"\1" * 16), order="sorted") + b'\n{"leaf":"')
    verdict = verify(folder, press=None)
    assert verdict.verdict == "consistent"
    assert any("named by no entry" in line for line in verdict.for_a_person)
    assert any("is torn" in line for line in verdict.for_a_person)


# ------------------------------------------------------------------------------------------ what a restart set aside


def test_what_was_set_aside_is_still_there(eventful: Path, copy: Copy) -> None:
    recovery = next(entry.event for entry in entries_in(eventful) if isinstance(entry.event, Recovery))
    names = sorted(path.name for path in (eventful / "torn").iterdir())
    assert len(names) == 1 + len(recovery.set_aside) == 3
    for name in names:
        folder = copied(eventful, copy(eventful).with_name(f"without-{name}"))
        (folder / "torn" / name).unlink()
        assert "CER-TORN" in rules(judged(folder)), name
        break


def test_what_was_set_aside_is_not_replaced(eventful: Path, copy: Copy) -> None:
    folder = copy(eventful)
    tail = next((folder / "torn").glob("*.bin"))
    tail.write_bytes(b"another tail")
    assert rules(judged(folder)) == {"CER-TORN", "CER-UNBOUND"}


# ------------------------------------------------------------------------------------------ addenda, bags, the rest


def addendum(folder: Path, head: str, files: dict[str, bytes]) -> Path:
    place = folder / "addenda" / "001"
    place.mkdir(parents=True)
    files = files | {"head.txt": f"head {head}\n".encode()}
    for name, data in files.items():
        (place / name).write_bytes(data)
    manifest = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(files.items()))
    (place / "manifest-sha256.txt").write_text(manifest)
    return place


def test_an_addendum_is_shown_to_a_person(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    addendum(folder, entries_in(folder)[-1].digest, {"scan.pdf": b"%PDF-scan"})
    verdict = judged(folder, listed=False)
    assert verdict.verdict == "consistent", verdict.findings
    assert "look at the addendum 001: head.txt, scan.pdf" in verdict.for_a_person


def test_an_addendum_of_another_ceremony_or_changed(finished: Path, copy: Copy) -> None:
    folder = copy(finished)
    place = addendum(folder, "ab" * 32, {"scan.pdf": b"%PDF-scan"})
    assert rules(judged(folder, listed=False)) == {"CER-HEAD"}
    (place / "scan.pdf").write_bytes(b"%PDF-other")
    assert rules(judged(folder, listed=False)) == {"CER-HEAD", "CER-MANIFEST"}
    (place / "manifest-sha256.txt").unlink()
    (folder / "addenda" / "loose.txt").write_text("")
    assert rules(judged(folder, listed=False)) == {"CER-HEAD", "CER-MANIFEST", "CER-UNBOUND"}


def bag(folder: Path, target: Path) -> Path:
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]
    make_bag(folder, target, names, {"External-Description": "Key ceremony"})
    return target


def test_a_bag_is_judged_by_its_payload(finished: Path, copy: Copy, tmp_path: Path) -> None:
    where = bag(copy(finished), tmp_path / "bag")
    assert verify(where, press=None).verdict == "consistent"
    flip(where / "data" / "context.json")
    assert rules(verify(where, press=None)) == {"CER-MANIFEST", "CER-BOUND"}


def test_a_bag_without_its_manifest_is_none(finished: Path, copy: Copy, tmp_path: Path) -> None:
    where = bag(copy(finished), tmp_path / "bag")
    (where / "manifest-sha256.txt").unlink()
    assert rules(verify(where, press=None)) == {"CER-MANIFEST"}
    (where / "bagit.txt").write_text("no bag\n")
    assert verify(where, press=None).verdict == "unusable"


def test_a_record_alone_is_judged_by_what_it_carries(finished: Path) -> None:
    verdict = verify(finished / "record.pdf", press=None)
    assert (verdict.verdict, verdict.findings) == ("consistent", ())
    assert verdict.entries == len(entries_in(finished))
    assert any("script.pdf is not in the record" in line for line in verdict.for_a_person)
    assert any("holds no manifest" in line for line in verdict.for_a_person)


def test_nothing_to_judge(tmp_path: Path, finished: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.pdf").write_text("this is no PDF")
    for path in (tmp_path / "empty", tmp_path / "text.pdf", tmp_path / "not-there", finished / "script.pdf"):
        verdict = verify(path, press=None)
        assert verdict.verdict == "unusable", path
        assert verdict.findings, path


def test_a_folder_of_folders_is_for_a_later_version(finished: Path, tmp_path: Path) -> None:
    copied(finished, tmp_path / "archive" / "2026")
    with pytest.raises(NotBuilt):
        verify(tmp_path / "archive", press=None)
