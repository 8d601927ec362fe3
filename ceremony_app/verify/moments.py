"""The two clocks of each entry beside each other: a wall clock that was set while the machine ran."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from ceremony_app.core.events import Entry, Recovery

MOST_DRIFT_MS: Final = 2000
"""Milliseconds by which the wall clock may move against the machine's own between two entries."""

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def clock_jumps(entries: Sequence[Entry]) -> Iterator[str]:
    """Where `utc` moved otherwise than `mono`; across a restart the machine's own clock may have begun anew."""
    before: tuple[int, int] | None = None
    for entry in entries:
        now = milliseconds(entry.utc)
        if now is None:
            yield f"entry {entry.seq} bears no moment: {entry.utc}"
            before = None
            continue
        if before is not None and not isinstance(entry.event, Recovery):
            moved = (now - before[0]) - (entry.mono - before[1])
            if abs(moved) > MOST_DRIFT_MS:
                yield f"the computer's clock was set by {moved / 1000:+.1f} s before entry {entry.seq}"
        before = (now, entry.mono)


def milliseconds(utc: str) -> int | None:
    """Milliseconds since 1970 of a time as the journal writes it; None for a day that there is not."""
    try:
        return (dt.datetime.fromisoformat(utc) - _EPOCH) // dt.timedelta(milliseconds=1)
    except (ValueError, TypeError):
        return None
