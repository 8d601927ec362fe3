"""The chain from its bytes, what `journal.head` acknowledges of it, and the head that somebody has on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from ceremony_app.core.errors import Corrupt
from ceremony_app.core.events import Checkpoint, Close, Entry
from ceremony_app.core.words import typed_digest
from ceremony_app.journal import chain
from ceremony_app.journal.store import HEAD, Head
from ceremony_app.verify.verdict import Report

MOST_AHEAD: Final = 3
"""Entries that one command writes at the most: so far a journal may be ahead of its head after a stop."""

_OPENING: Final = 2
_ROW_LETTER: Final = re.compile(r"[A-Ha-h][.:)=]?")


@dataclass(frozen=True, slots=True)
class Chain:
    """The entries up to the first damaged line; `whole` where there is none, `readable` how many lines are entries.

    `ends` are the positions in the file after each entry; `closed` says whether the ceremony has ended.
    """

    entries: tuple[Entry, ...]
    ends: tuple[int, ...]
    whole: bool
    closed: bool
    readable: int

    @property
    def head(self) -> str:
        """The SHA-256 of the last entry's line, or zeros."""
        return self.entries[-1].digest if self.entries else chain.FIRST_PREV


def read_head(data: bytes | None) -> Head | None:
    """What `journal.head` says, where it says it in its one right form."""
    try:
        head = msgspec.json.decode(data or b"", type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return head if msgspec.json.encode(head, order="sorted") + b"\n" == data else None


def read_chain(data: bytes, head: Head | None, report: Report) -> Chain:
    """Every line, and a finding for each that is damaged or does not follow the one before it.

    Behind a damaged line the chain is taken up again at its own bytes, so that each damage is found once.
    """
    entries: list[Entry] = []
    ends: list[int] = []
    whole, closed, readable, end, seq = True, False, 0, 0, 0
    prev = chain.FIRST_PREV
    lines = _lines(data)
    for number, raw in enumerate(lines, start=1):
        try:
            entry = chain.decode(raw, seq=seq, prev=prev)
        except Corrupt as fault:
            unacknowledged = head is None or end >= head.length
            if number == len(lines) and whole and entries and unacknowledged:
                _torn(raw, report, closed=closed)
                break
            report.find(fault.rule, f"journal.jsonl line {number}", fault.why)
            whole = False
            seq = _numbered(raw, seq)
        else:
            readable += 1
            if whole:
                entries.append(entry)
                ends.append(end + len(raw))
                closed = closed or isinstance(entry.event, Close)
        prev, end, seq = chain.digest(raw), end + len(raw), seq + 1
    return Chain(tuple(entries), tuple(ends), whole, closed, readable)


def _lines(data: bytes) -> list[bytes]:
    """The lines, ended by LF alone; the last one as it is."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + [part for part in parts[-1:] if part]


def _torn(raw: bytes, report: Report, *, closed: bool) -> None:
    """A last line that is none, and that nobody has acknowledged."""
    if closed:
        report.find("CER-TORN", "journal.jsonl", f"{len(raw)} bytes stand behind the close and are no entry")
    else:
        report.person(f"the last {len(raw)} bytes of the journal are a torn tail; resuming will set them aside")


def _numbered(raw: bytes, otherwise: int) -> int:
    """The number that a damaged line bears, so that one line too few is not found again on every line behind it."""
    said = re.search(rb'"seq":(\d{1,9}),"type":', raw)
    return int(said[1]) if said else otherwise


def check_head(found: Chain, data: bytes | None, head: Head | None, report: Report) -> None:
    """`journal.head` is about the last entry; of an unfinished journal about one that a single command follows.

    Beside a damaged journal only its form is judged.
    """
    count = len(found.entries)
    if head is None:
        just_begun = data is None and not found.closed and count <= _OPENING
        report.hold(just_begun, "CER-HEAD", HEAD, "missing" if data is None else "not in its one right form")
    if head is None or not found.whole:
        return
    here = 0 <= head.seq < count and (head.head, head.length) == (found.entries[head.seq].digest, found.ends[head.seq])
    ahead = count - 1 - head.seq
    if not here:
        report.find("CER-HEAD", HEAD, f"entry {head.seq} with this digest does not end the journal's first bytes")
    elif ahead and (found.closed or ahead > MOST_AHEAD):
        report.find("CER-HEAD", HEAD, f"about entry {head.seq}, and {ahead} entries follow it")
    elif ahead:
        report.person(f"the last {ahead} entries were written and not yet acknowledged when the program stopped")


def check_anchor(found: Chain, given: str, report: Report) -> None:
    """The head from paper is that of the last entry or of the last checkpoint; which one is said."""
    points = [entry for entry in found.entries if isinstance(entry.event, Checkpoint)][-1:]
    if not given and not found.whole:
        return
    if not given:
        for entry in points:
            report.person(f"compare the head at the checkpoint (entry {entry.seq}) with the paper: {entry.digest}")
        report.person(f"compare the {'final' if found.closed else 'present'} head with the paper: {found.head}")
        return
    digest = typed_digest(" ".join(word for word in given.split() if not _ROW_LETTER.fullmatch(word)))
    if digest is None:
        report.find("CER-ANCHOR", "--head", "what was given is neither 64 hex digits nor 32 words")
    elif found.entries and digest == found.head:
        report.person(f"the head given is the last one, of entry {found.entries[-1].seq}")
    elif points and digest == points[0].digest:
        report.person(f"the head given is that of the checkpoint, entry {points[0].seq}")
    else:
        report.find("CER-ANCHOR", "--head", f"{digest} is the head neither of the last entry nor of the checkpoint")
