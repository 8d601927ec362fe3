"""What lies beside the journal: personal texts, and what a restart set aside."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.events import Recovery
from ceremony_app.journal.leaves import make_leaf
from ceremony_app.verify.verify import verify
from tests.verify.forging import copied, entries_in
from tests.verify.judging import Copy, judged, rules

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
    assert any(line.startswith("16 of 16 personal texts are withheld") for line in verdict.for_a_person)


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
