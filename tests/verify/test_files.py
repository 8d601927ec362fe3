"""Files that are not what was bound, made, listed or set aside; and what lies there that nothing names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony_app.core.events import Outcome
from tests.verify.forging import copied, entries_in
from tests.verify.judging import Copy, flip, judged, rules

BOUND = ("FORMAT.md", "binding.toml", "ceremony.toml", "context.json", "policy.toml", "script.pdf", "verify_journal.py")


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
