"""Journal format 1 as bytes: one RFC 8785 object and LF a line, each naming the SHA-256 of the line before it.

Decoding is strict and typed; what was decoded is encoded again and compared with the bytes, so that doubled keys,
other spellings of numbers or white space are found without a second parser.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from ceremony_app.core.errors import Corrupt
from ceremony_app.core.events import EVENT_TYPES, Body, Enrol, Entry, Event, Intent, Outcome, Reconcile
from ceremony_app.core.values import sound

FIRST_PREV = "0" * 64
_HEX = re.compile(r"[0-9a-f]{64}\Z")
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The seven members of a line, the body still as bytes."""

    body: msgspec.Raw
    mono: int
    prev: str
    seq: int
    type: str
    utc: str
    v: Literal[1]


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    """The seven members of a line about to be written."""

    body: Body
    mono: int
    prev: str
    seq: int
    type: str
    utc: str
    v: Literal[1] = 1


_LINES = msgspec.json.Decoder(Line)
_BODIES: dict[str, msgspec.json.Decoder[Event]] = {kind.type: msgspec.json.Decoder(kind) for kind in EVENT_TYPES}
_ENCODER = msgspec.json.Encoder(order="sorted")


def utc_text(moment: dt.datetime) -> str:
    """A moment as the journal writes it: `2026-11-23T09:00:00.123Z`."""
    text = moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def encode(event: Event, *, seq: int, prev: str, utc: str, mono: int) -> bytes:
    """The bytes of a line, LF included."""
    line = _Written(body=event, mono=mono, prev=prev, seq=seq, type=event.type, utc=utc)
    return _ENCODER.encode(line) + b"\n"


def decode(raw: bytes, *, seq: int, prev: str) -> Entry:
    """The entry of a line, LF included; raises `Corrupt` (CER-LINE, CER-CHAIN) naming the line."""
    where = f"journal.jsonl line {seq + 1}"
    try:
        line = _LINES.decode(raw)
        body = _BODIES[line.type].decode(line.body)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError) as error:
        raise Corrupt("CER-LINE", f"A line is not an entry: {_said(error)}.", _EVIDENCE, where=where) from None
    if line.prev != prev or line.seq != seq:
        raise Corrupt("CER-CHAIN", "A line does not follow the one before it.", _EVIDENCE, where=where)
    entry = Entry(seq=seq, utc=line.utc, mono=line.mono, event=body, digest=digest(raw))
    again = encode(body, seq=seq, prev=prev, utc=line.utc, mono=line.mono)
    if again != raw or not _allowed(line, body):
        raise Corrupt("CER-LINE", "A line is not in the canonical form.", _EVIDENCE, where=where)
    return entry


_EVIDENCE = "Keep the folder as it is: it is read-only evidence now. Compare it with the copies and the paper."


def _said(error: Exception) -> str:
    """A decoding error in few words."""
    return f"unknown type {error}" if isinstance(error, KeyError) else str(error).rstrip(".")


def _allowed(line: Line, body: Event) -> bool:
    """What the types leave open: forms of digest and time, and plain values in evidence."""
    if not (_HEX.match(line.prev) and _UTC.match(line.utc) and line.mono >= 0):
        return False
    match body:
        case Intent(parameters=parameters):
            return sound(parameters)
        case Outcome(evidence=evidence) | Reconcile(evidence=evidence):
            return sound(evidence)
        case Enrol(seen_by=seen_by, details=details):
            return (seen_by is msgspec.UNSET) is (details is msgspec.UNSET)  # version 0.1.0 had neither
        case _:
            return True


def digest(raw: bytes) -> str:
    """SHA-256 of a line's raw bytes, LF included, in hex."""
    return hashlib.sha256(raw).hexdigest()


def entries_of(data: bytes) -> Iterator[Entry]:
    """The entries of a whole journal; raises `Corrupt` at the first line that is damaged."""
    prev = FIRST_PREV
    for seq, raw in enumerate(_split(data)):
        entry = decode(raw, seq=seq, prev=prev)
        prev = entry.digest
        yield entry


def _split(data: bytes) -> list[bytes]:
    """Lines ended by LF alone."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
