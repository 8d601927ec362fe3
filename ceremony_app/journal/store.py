"""The one writer of a journal: lock, append, fsync, head; and after a write error, nothing more."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ceremony_app.core.errors import Corrupt, Refusal
from ceremony_app.core.events import Entry, Event
from ceremony_app.core.ports import Clock
from ceremony_app.journal import chain, files, leaves

JOURNAL = "journal.jsonl"
HEAD = "journal.head"


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is acknowledged: the last line's SHA-256, the journal's length in bytes, and the last line's number."""

    head: str
    length: int
    seq: int


class Journal:
    """An open journal, locked against every other writer.

    Any error of a write or fsync ends it (CER-JOURNAL): the kernel may have dropped what it could not write and
    call the next fsync good, so nothing is tried again. The folder is opened anew and checked instead.
    """

    def __init__(self, folder: Path, handle: int, entries: Sequence[Entry], length: int) -> None:
        self._folder = folder
        self._handle = handle
        self._entries = list(entries)
        self._length = length
        self._broken = ""

    @classmethod
    def create(cls, folder: Path) -> Journal:
        """Begin a journal in a folder that has none (CER-EXISTS)."""
        try:
            handle = os.open(folder / JOURNAL, _APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Refusal(
                "CER-EXISTS", "The folder holds a journal already.", "Resume that ceremony, or choose another folder."
            ) from None
        lock(handle, folder)
        files.sync_folder(folder)
        return cls(folder, handle, (), 0)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What has been written and acknowledged."""
        return tuple(self._entries)

    def append_leaves(self, lines: Sequence[leaves.LeafLine]) -> None:
        """Write personal texts that the next entries will name; a failure ends the journal like any other."""
        if self._broken:
            raise _broken(self._broken)
        try:
            leaves.append(self._folder, lines)
        except OSError as error:
            self._broken = error.strerror or "input/output error"
            raise _broken(self._broken) from error

    def append(self, events: Sequence[Event], clock: Clock) -> tuple[Entry, ...]:
        """Write the entries in one go; they are on disk and acknowledged when this returns."""
        if self._broken:
            raise _broken(self._broken)
        lines = bytearray()
        entries: list[Entry] = []
        prev = self._entries[-1].digest if self._entries else chain.FIRST_PREV
        for event in events:
            utc, mono = chain.utc_text(clock.utc()), clock.monotonic_ms()
            seq = len(self._entries) + len(entries)
            line = chain.encode(event, seq=seq, prev=prev, utc=utc, mono=mono)
            prev = chain.digest(line)
            entries.append(Entry(seq=seq, utc=utc, mono=mono, event=event, digest=prev))
            lines += line
        try:
            files.write_all(self._handle, lines)
            os.fsync(self._handle)
            self._length += len(lines)
            self._acknowledge(entries[-1])
        except OSError as error:
            self._broken = error.strerror or "input/output error"
            raise _broken(self._broken) from error
        self._entries.extend(entries)
        return tuple(entries)

    def _acknowledge(self, last: Entry) -> None:
        """Say in `journal.head` how far the journal reaches."""
        head = Head(head=last.digest, length=self._length, seq=last.seq)
        files.replace(self._folder / HEAD, msgspec.json.encode(head, order="sorted") + b"\n")

    def close(self) -> None:
        """Let the lock go."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


_APPEND = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


def open_for_append(folder: Path) -> int:
    """A handle on an existing journal, locked."""
    handle = os.open(folder / JOURNAL, _APPEND)
    lock(handle, folder)
    return handle


def lock(handle: int, folder: Path) -> None:
    """Take the only writer's lock, or say that another program has it (CER-LOCKED)."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Refusal(
            "CER-LOCKED",
            f"Another program holds the ceremony in {folder.name}.",
            "Close it there; two writers would break the chain.",
        ) from None


def read_head(folder: Path) -> Head | None:
    """What was acknowledged last; None where nothing ever was. Raises `Corrupt` (CER-HEAD) if it cannot be read."""
    try:
        raw = (folder / HEAD).read_bytes()
    except FileNotFoundError:
        return None
    try:
        head = msgspec.json.decode(raw, type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        head = None
    if head is None or msgspec.json.encode(head, order="sorted") + b"\n" != raw:
        raise Corrupt("CER-HEAD", "journal.head is not what it should be.", "Compare the copies.", where=HEAD)
    return head


def _broken(reason: str) -> Refusal:
    """The journal could not be written."""
    return Refusal(
        "CER-JOURNAL",
        f"The journal could not be written: {reason}. What was acknowledged before is safe.",
        "All work stops. Make room or replace the disk, then resume the ceremony from its folder.",
    )
