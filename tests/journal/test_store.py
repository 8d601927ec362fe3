"""The journal on a real disk: written, locked, cut at every byte, damaged, and left alone after an error."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from ceremony_app.core.errors import Corrupt, Refusal, Unusable
from ceremony_app.core.events import Arrival, Departure, Event, Outcome, Recovery
from ceremony_app.core.values import ArtifactRef
from ceremony_app.journal import files, leaves
from ceremony_app.journal.recover import open_journal, scan
from ceremony_app.journal.store import HEAD, JOURNAL, Journal, open_for_append, read_head
from tests.core.table import Table


class FixedClock:
    """A clock that ticks a second a look."""

    def __init__(self) -> None:
        self.ticks = 0

    def utc(self) -> dt.datetime:
        self.ticks += 1
        return dt.datetime(2026, 11, 23, 10, 0, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=self.ticks)

    def monotonic_ms(self) -> int:
        return self.ticks * 1000

    def boot_id(self) -> str:
        return "boot"


def events() -> list[Event]:
    """The events of a whole ceremony."""
    table = Table()
    table.open()
    table.play(1000)
    return [entry.event for entry in table.entries]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A folder with a journal of twelve entries, written in three goes."""
    journal = Journal.create(tmp_path)
    clock = FixedClock()
    all_events = events()
    for i in range(0, 12, 4):
        journal.append(all_events[i : i + 4], clock)
    journal.close()
    return tmp_path


def test_what_is_written_is_acknowledged_and_comes_back(written: Path) -> None:
    data = (written / JOURNAL).read_bytes()
    head = json.loads((written / HEAD).read_bytes())
    assert head == {
        "head": hashlib.sha256(data.splitlines(keepends=True)[-1]).hexdigest(),
        "length": len(data),
        "seq": 11,
    }
    assert (written / HEAD).read_bytes() == json.dumps(head, separators=(",", ":")).encode() + b"\n"
    opened = open_journal(written)
    assert len(opened.journal.entries) == 12
    assert (opened.torn, opened.set_aside) == ("", ())
    opened.journal.close()


def test_only_one_writer(written: Path) -> None:
    opened = open_journal(written)
    with pytest.raises(Refusal) as caught:
        open_journal(written)
    assert caught.value.rule == "CER-LOCKED"
    opened.journal.close()
    open_journal(written).journal.close()


def test_a_journal_is_never_begun_over_another(written: Path) -> None:
    with pytest.raises(Refusal) as caught:
        Journal.create(written)
    assert caught.value.rule == "CER-EXISTS"


@pytest.mark.parametrize("filler", [b"", b"\0" * 37, b'{"body":'])
def test_cut_at_every_byte_behind_the_head_nothing_acknowledged_is_lost(written: Path, filler: bytes) -> None:
    """Eight entries are acknowledged; four more were being written when the machine stopped."""
    whole = (written / JOURNAL).read_bytes()
    lines = whole.splitlines(keepends=True)
    acknowledged = sum(len(line) for line in lines[:8])
    head = read_head(written)
    assert head is not None
    old = type(head)(head=hashlib.sha256(lines[7]).hexdigest(), length=acknowledged, seq=7)
    ends = {sum(len(line) for line in lines[:n]): n for n in range(8, 13)}
    for cut in range(acknowledged, len(whole) + 1):
        found = scan(whole[:cut] + filler, old)
        whole_lines = max(n for end, n in ends.items() if end <= cut)
        assert len(found.entries) == whole_lines
        assert found.tail == (whole[:cut] + filler)[found.length :]


def test_cut_before_the_head_is_damage_and_nothing_is_changed(written: Path) -> None:
    whole = (written / JOURNAL).read_bytes()
    for cut in range(0, len(whole), 97):
        (written / JOURNAL).write_bytes(whole[:cut])
        before = {p.name: p.read_bytes() for p in written.iterdir()}
        with pytest.raises(Corrupt):
            open_journal(written)
        assert {p.name: p.read_bytes() for p in written.iterdir()} == before


def test_a_torn_tail_is_set_aside_and_named(written: Path) -> None:
    with (written / JOURNAL).open("ab") as file:
        file.write(b'{"body":{"person":3},"mono":1')
    opened = open_journal(written)
    assert (written / "torn" / "12.bin").read_bytes() == b'{"body":{"person":3},"mono":1'
    assert opened.torn == hashlib.sha256(b'{"body":{"person":3},"mono":1').hexdigest()
    opened.journal.append([Departure(person=1)], FixedClock())
    opened.journal.close()
    again = open_journal(written)
    assert len(again.journal.entries) == 13
    assert again.torn == "", "the tail is gone"
    assert again.set_aside == ("12.bin",), "no recovery was written for it, so the next one names it"
    again.journal.close()


def test_what_a_restart_set_aside_before_it_stopped_itself_is_named_by_the_next_one(written: Path) -> None:
    """Two restarts that come to no `recovery`, each with a torn tail, a stray leaf and a stray artifact of its own."""
    (written / "artifacts").mkdir()
    seen: set[str] = set()
    for n in (1, 2):
        with (written / JOURNAL).open("ab") as file:
            file.write(b'{"body":%d' % n)
        leaves.append(written, [leaves.make_leaf(f"Nobody {n}", bytes([n]) * 16)])
        files.create(written / "artifacts" / "stray.der", b"y%d" % n)
        stopped = open_journal(written)
        stopped.journal.close()
        seen |= {path.name for path in (written / "torn").iterdir()}
    opened = open_journal(written)
    assert set(opened.set_aside) == seen
    assert len(seen) == 6, "nothing was written over"
    recovery = Recovery(boot="b", torn=opened.torn, set_aside=opened.set_aside, head=opened.journal.entries[-1].digest)
    opened.journal.append([recovery], FixedClock())
    opened.journal.close()
    last = open_journal(written)
    assert (last.torn, last.set_aside) == ("", ()), "named once is enough"
    last.journal.close()


def test_damage_in_the_middle_is_evidence(written: Path) -> None:
    data = bytearray((written / JOURNAL).read_bytes())
    data[len(data) // 2] ^= 1
    (written / JOURNAL).write_bytes(data)
    with pytest.raises(Corrupt) as caught:
        open_journal(written)
    assert "line" in caught.value.where


def test_another_journal_under_the_same_head_is_found(written: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    journal = Journal.create(other)
    journal.append([Departure(person=n) for n in range(12)], FixedClock())
    journal.close()
    shutil.copy(other / JOURNAL, written / JOURNAL)
    with pytest.raises(Corrupt) as caught:
        open_journal(written)
    assert caught.value.rule == "CER-HEAD"


@pytest.mark.parametrize(
    "text", [b"", b"{}", b'{"head":"x"}\n', b"nonsense", b'{"head":"","length":0,"seq":0,"more":1}\n']
)
def test_a_head_that_cannot_be_read_is_damage(written: Path, text: bytes) -> None:
    (written / HEAD).write_bytes(text)
    with pytest.raises(Corrupt) as caught:
        open_journal(written)
    assert caught.value.rule == "CER-HEAD"


def test_a_folder_without_a_journal_is_no_ceremony(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        open_journal(tmp_path)
    assert caught.value.rule == "CER-FOLDER"


def test_after_a_write_error_nothing_more_is_written(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_journal(written)
    real = os.fsync

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Refusal) as caught:
        opened.journal.append([Arrival(person=1)], FixedClock())
    assert caught.value.rule == "CER-JOURNAL"
    assert "No space left" in caught.value.why
    monkeypatch.setattr(os, "fsync", real)
    with pytest.raises(Refusal):
        opened.journal.append([Arrival(person=1)], FixedClock())
    assert len(opened.journal.entries) == 12
    opened.journal.close()
    again = open_journal(written)
    assert len(again.journal.entries) >= 12
    again.journal.close()


def test_leaves_come_back_and_orphans_go_aside(written: Path) -> None:
    kept = leaves.make_leaf("Ada", b"\1" * 16)
    stray = leaves.make_leaf("Nobody asked", b"\2" * 16)
    leaves.append(written, [kept, stray])
    with (written / leaves.NAME).open("ab") as file:
        file.write(b'{"leaf":"torn')
    opened = open_journal(written)
    assert opened.set_aside == ("leaves-12.jsonl",)
    aside = (written / "torn" / "leaves-12.jsonl").read_bytes()
    assert b"Nobody asked" in aside
    assert aside.endswith(b'{"leaf":"torn')
    assert (written / leaves.NAME).read_bytes() == b"", "no entry names them"
    opened.journal.close()


def test_an_artifact_that_no_entry_names_goes_aside(written: Path) -> None:
    (written / "artifacts").mkdir()
    files.create(written / "artifacts" / "named.der", b"x")
    named = Outcome(
        step="1.1",
        attempt=1,
        op="",
        result="done",
        complete=True,
        evidence={},
        rows=(),
        artifacts=(ArtifactRef(name="named.der", sha256="", size=1),),
    )
    journal = open_journal_with(written, named)
    files.create(written / "artifacts" / "stray.der", b"y")
    opened = open_journal(written)
    assert opened.set_aside == ("13-stray.der",)
    assert [p.name for p in (written / "artifacts").iterdir()] == ["named.der"]
    assert (written / "torn" / "13-stray.der").read_bytes() == b"y"
    assert journal == 13
    opened.journal.close()


def open_journal_with(folder: Path, event: Event) -> int:
    """Append one event before anything is taken for an orphan; answers the number of entries."""
    head = read_head(folder)
    found = scan((folder / JOURNAL).read_bytes(), head)
    handle = open_for_append(folder)
    journal = Journal(folder, handle, found.entries, found.length)
    journal.append([event], FixedClock())
    journal.close()
    return len(journal.entries)


@pytest.mark.parametrize(
    "line",
    [
        b'{"leaf":"00","salt":"00","text":"x"}\n',
        b'{"salt":"' + b"0" * 32 + b'","leaf":"00","text":"x"}\n',
        b"nonsense\n",
    ],
)
def test_leaves_that_are_not_what_they_say_are_found(line: bytes) -> None:
    with pytest.raises(Corrupt) as caught:
        leaves.read(line)
    assert caught.value.rule == "CER-LEAF"


def test_files_are_never_overwritten_and_links_not_followed(tmp_path: Path) -> None:
    files.create(tmp_path / "a", b"1")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("a", "link"):
        with pytest.raises(Refusal) as caught:
            files.create(tmp_path / name, b"2")
        assert caught.value.rule == "CER-EXISTS"
    assert (tmp_path / "a").read_bytes() == b"1"
    assert not (tmp_path / "elsewhere").exists()
