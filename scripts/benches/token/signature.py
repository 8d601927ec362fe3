"""A guarded signature beside the bare C_SignInit and C_Sign."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from scripts.benches.figures import excess, turn_about
from scripts.benches.table import Measure
from scripts.benches.token.generation import bare_beside, where_it_went
from scripts.benches.token.guarded import Guarded
from scripts.benches.token.rehearsal import Point
from scripts.benches.token.stopwatch import Stopwatch

_CALLS: Final = ("C_SignInit", "C_Sign")
_LINE: Final = b"x" * 2047 + b"\n"
_FSYNCS: Final = 2


def signature(point: Point, stopwatch: Stopwatch, target: float, runs: int) -> Iterator[Measure]:
    """The self-signed certificate of a P-384 key, from the intent to the outcome; `target` is in ms, without fsyncs."""
    twin = point.folder.with_name(f"{point.folder.name}-bare")
    probe = point.folder.with_name("fsync")
    runs_of_both, appends = [], []
    with closing(Guarded(point, stopwatch, _CALLS)) as guarded, closing(bare_beside(point, twin)) as bare:
        guarded.once()
        bare.sign()
        for turn in range(runs):
            runs_of_both.append(turn_about(turn, guarded.once, bare.sign))
            appends.append(_FSYNCS * fsync_of_an_append(probe))
    pairs = [(run.total, other) for run, other in runs_of_both]
    own, two = excess(pairs), statistics.median(appends)
    yield Measure(
        name="guarded P-384 signature (certificate), own time",
        ours=statistics.median(one for one, _ in pairs),
        beside=statistics.median(other for _, other in pairs),
        figure=own,
        unit="ms",
        target=target + two,
        n=runs,
    )
    yield Measure(name="  two fsyncs of an append, in the same run", figure=two, unit="ms", n=runs)
    yield from where_it_went([run for run, _ in runs_of_both])


def fsync_of_an_append(path: Path) -> float:
    """Milliseconds of one fsync after a line was appended, as a journal does it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, _LINE)
        begin = time.perf_counter_ns()
        os.fsync(handle)
        return (time.perf_counter_ns() - begin) / 1e6
    finally:
        os.close(handle)
