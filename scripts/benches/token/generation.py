"""Guarded key generation beside the bare C_GenerateKeyPair: P-384 with few and many objects, and RSA-4096."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.hsm.softhsm import environment_of, find_module
from scripts.benches.figures import excess, ratio, turn_about
from scripts.benches.table import Measure
from scripts.benches.token.bare_process import BareProcess
from scripts.benches.token.guarded import Guarded, Taken
from scripts.benches.token.rehearsal import Point
from scripts.benches.token.stopwatch import Stopwatch

_CALL: Final = ("C_GenerateKeyPair",)


def bare_beside(point: Point, folder: Path) -> BareProcess:
    """Bare calls on a copy of the point's token: another home with the same objects."""
    twin = point.copied(folder)
    serial = point.plan.binding.tokens["hsm"].serial
    return BareProcess(find_module(), environment_of(twin.home), serial, twin.pin())


def elliptic(point: Point, stopwatch: Stopwatch, objects: int, target: float, runs: int) -> Iterator[Measure]:
    """P-384, run for run beside a bare call on the other home, first the one and then the other."""
    twin = point.folder.with_name(f"{point.folder.name}-bare")
    with closing(Guarded(point, stopwatch, _CALL)) as guarded, closing(bare_beside(point, twin)) as bare:
        guarded.once()
        bare.generate(Algorithm.P384)
        runs_of_both = [turn_about(turn, guarded.once, lambda: bare.generate(Algorithm.P384)) for turn in range(runs)]
    pairs = [(run.total, other) for run, other in runs_of_both]
    name = f"P-384 generation, {objects} objects"
    yield Measure(
        name=f"guarded {name}",
        ours=statistics.median(one for one, _ in pairs),
        beside=statistics.median(other for _, other in pairs),
        figure=ratio(pairs),
        unit="ratio",
        target=target,
        n=runs,
    )
    yield Measure(name="  own time (difference)", figure=excess(pairs), unit="ms", n=runs)
    yield from where_it_went([run for run, _ in runs_of_both])


def rsa(point: Point, stopwatch: Stopwatch, target: float, runs: int) -> Iterator[Measure]:
    """RSA-4096: how long it takes is luck, so each run is held against its own C call, timed inside the worker."""
    with closing(Guarded(point, stopwatch, _CALL)) as guarded:
        taken = [guarded.once() for _ in range(runs)]
    pairs = [(run.total, run.module) for run in taken]
    yield Measure(
        name="guarded RSA-4096 generation, 4 objects, beside its own C call",
        ours=statistics.median(one for one, _ in pairs),
        beside=statistics.median(other for _, other in pairs),
        figure=ratio(pairs),
        unit="ratio",
        target=target,
        n=runs,
    )
    yield Measure(name="  own time (difference)", figure=excess(pairs), unit="ms", n=runs)


def where_it_went(taken: Sequence[Taken]) -> Iterator[Measure]:
    """What the own time is made of; medians one by one, so that they need not add up."""
    parts = {
        "worker: inventories, read-back, proof, pipe": [run.port - run.module for run in taken],
        f"disk: {taken[0].fsyncs} fsyncs": [run.disk for run in taken],
        "the rest: rules, journal, checks": [run.rest for run in taken],
    }
    for name, values in parts.items():
        yield Measure(name=f"  of it {name}", figure=statistics.median(values), unit="ms", n=len(taken))
