"""Opening a journal that was left: whole lines kept, an unacknowledged tail set aside, damage left alone."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from ceremony_app.core.errors import Corrupt, Unusable
from ceremony_app.core.events import Entry, Recovery
from ceremony_app.journal import chain, files
from ceremony_app.journal.leaves import NAME as LEAVES
from ceremony_app.journal.leaves import read as read_leaves
from ceremony_app.journal.store import JOURNAL, Head, Journal, open_for_append, read_head

TORN = "torn"


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """What the bytes of a journal amount to: the entries that are whole, and a tail that is not."""

    entries: tuple[Entry, ...]
    length: int
    tail: bytes


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An open journal, the digest of a tail that was set aside (or empty), and the names of orphans beside it."""

    journal: Journal
    torn: str
    set_aside: tuple[str, ...]


def scan(data: bytes, head: Head | None) -> Scan:
    """Read from the first byte; raises `Corrupt` where damage reaches what was acknowledged.

    A tail is torn only if it lies behind everything that `journal.head` acknowledges. Whole lines behind the head
    were written and not yet acknowledged when the machine stopped: they are kept.
    """
    entries: list[Entry] = []
    length = 0
    tail = b""
    prev = chain.FIRST_PREV
    lines = data.split(b"\n")
    for seq, raw in enumerate(lines[:-1]):
        try:
            entry = chain.decode(raw + b"\n", seq=seq, prev=prev)
        except Corrupt:
            if (head is not None and length < head.length) or seq < len(lines) - 2:
                raise
            tail = data[length:]
            break
        entries.append(entry)
        prev, length = entry.digest, length + len(raw) + 1
    else:
        tail = lines[-1]
    _holds(entries, length, head)
    return Scan(entries=tuple(entries), length=length, tail=tail)


def _holds(entries: list[Entry], length: int, head: Head | None) -> None:
    """The journal reaches at least as far as the head says, and says the same there (CER-HEAD)."""
    if head is None:
        return
    there = entries[head.seq] if 0 <= head.seq < len(entries) else None
    if length < head.length or there is None or there.digest != head.head:
        raise Corrupt(
            "CER-HEAD",
            "The journal is shorter than what was acknowledged, or another one.",
            "Keep the folder as it is, and compare it with the copies and the paper.",
            where="journal.head",
        )


def open_journal(folder: Path) -> Opened:
    """Open an unfinished journal for writing, setting aside what no entry names.

    Raises `Unusable` where there is no journal, `Corrupt` where it is damaged: then nothing is changed.
    """
    if not (folder / JOURNAL).is_file():
        raise Unusable("CER-FOLDER", f"{folder} is not a ceremony folder.", "Name the folder that holds journal.jsonl.")
    handle = open_for_append(folder)
    try:
        head = read_head(folder)
        found = scan((folder / JOURNAL).read_bytes(), head)
        earlier = _unnamed(folder, found.entries)
        torn = _set_tail_aside(folder, handle, found) if found.tail else ""
        orphans = (*earlier, *_leaves_aside(folder, found.entries), *_artifacts_aside(folder, found.entries))
    except BaseException:
        os.close(handle)
        raise
    return Opened(journal=Journal(folder, handle, found.entries, found.length), torn=torn, set_aside=tuple(orphans))


def _unnamed(folder: Path, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """What a restart set aside that stopped before its `recovery` was written: the next one names it."""
    place = folder / TORN
    there = sorted(path for path in place.iterdir() if path.is_file()) if place.is_dir() else []
    recoveries = [entry.event for entry in entries if isinstance(entry.event, Recovery)]
    named = {name for recovery in recoveries for name in recovery.set_aside}
    tails = {recovery.torn for recovery in recoveries}
    return tuple(p.name for p in there if p.name not in named and chain.digest(p.read_bytes()) not in tails)


def _set_tail_aside(folder: Path, handle: int, found: Scan) -> str:
    """Copy the torn tail to `torn/<seq>.bin`, then cut it off; the answer is its SHA-256.

    The name is another one where an earlier restart, which did not come to its end, has used it for other bytes.
    """
    _torn(folder)
    path = _new(folder / TORN, f"{len(found.entries)}.bin", found.tail)
    if path is not None:
        files.create(path, found.tail)
    os.ftruncate(handle, found.length)
    os.fsync(handle)
    return chain.digest(found.tail)


def _leaves_aside(folder: Path, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Leaves that no entry names, or that are torn, go to `torn/leaves.jsonl`."""
    path = folder / LEAVES
    data = path.read_bytes() if path.exists() else b""
    whole, torn = data[: data.rfind(b"\n") + 1], data[data.rfind(b"\n") + 1 :]
    leaves = read_leaves(whole)
    named = b"".join(msgspec.json.encode(entry.event) for entry in entries)
    orphans = [line for leaf, line in leaves.items() if leaf.encode() not in named]
    if not orphans and not torn:
        return ()
    _torn(folder)
    aside = b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in orphans) + torn
    target = _new(folder / TORN, f"leaves-{len(entries)}.jsonl", aside)
    if target is not None:
        files.create(target, aside)
    kept = [line for leaf, line in leaves.items() if leaf.encode() in named]
    files.replace(path, b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in kept))
    return (target.name,) if target is not None else ()


def _artifacts_aside(folder: Path, entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Artifacts that no entry names go to `torn/`."""
    named = {artifact.name for entry in entries for artifact in getattr(entry.event, "artifacts", ())}
    place = folder / "artifacts"
    orphans = sorted(p for p in place.iterdir() if p.name not in named) if place.is_dir() else []
    moved = []
    for path in orphans:
        _torn(folder)
        target = _free(folder / TORN, f"{len(entries)}-{path.name}")
        path.rename(target)
        moved.append(target.name)
    if moved:
        files.sync_folder(folder / TORN)
        files.sync_folder(place)
    return tuple(moved)


def _new(place: Path, name: str, data: bytes) -> Path | None:
    """Where these bytes go; None where they lie already, since a restart before stopped at that point."""
    path = place / name
    return None if path.exists() and path.read_bytes() == data else _free(place, name)


def _free(place: Path, name: str) -> Path:
    """The first path of this name, or of the name with a number, that is not in use."""
    path, n = place / name, 1
    while path.exists():
        n += 1
        path = place / f"{n}-{name}"
    return path


def _torn(folder: Path) -> None:
    """The folder for what was set aside."""
    (folder / TORN).mkdir(exist_ok=True)
    files.sync_folder(folder)
