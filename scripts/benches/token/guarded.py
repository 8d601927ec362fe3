"""One guarded call as often as wanted, from the same point: the program's own guard, rules, journal and worker."""

from __future__ import annotations

import dataclasses
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar, cast
from unittest.mock import patch

from ceremony_app.actions.base import Concern, Context
from ceremony_app.cli.equipment import equipment
from ceremony_app.conductor.guard import Guard
from ceremony_app.conductor.room import Room
from ceremony_app.conductor.writer import Writer
from ceremony_app.core.events import Outcome
from ceremony_app.core.ports import TokenPort
from ceremony_app.core.progress import current_step
from ceremony_app.core.rules import Refused
from ceremony_app.journal.recover import open_journal
from ceremony_app.record.process import PdfMaker
from scripts.benches.token.rehearsal import Point
from scripts.benches.token.stopwatch import Stopwatch

P = ParamSpec("P")
T = TypeVar("T")

_JOURNAL = ("journal.jsonl", "journal.head", "leaves.jsonl")


@dataclass(slots=True)
class Spent:
    """Times (ms) within one thing that is measured: how often, and how long altogether."""

    count: int = 0
    total: float = 0.0

    def of(self, work: Callable[P, T]) -> Callable[P, T]:
        """The same work, with its time added here; one call at a time."""

        def timed(*arguments: P.args, **named: P.kwargs) -> T:
            begin = time.perf_counter_ns()
            try:
                return work(*arguments, **named)
            finally:
                self.count += 1
                self.total += (time.perf_counter_ns() - begin) / 1e6

        return timed


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Where the time (ms) of one guarded call went: `module` is inside the C calls that matter, `port` in all calls of
    the token, `disk` in `fsyncs` fsyncs.
    """

    total: float
    module: float
    port: float
    disk: float
    fsyncs: int

    @property
    def rest(self) -> float:
        """Rules, journal, certificates, proofs: all that is neither the token's nor the disk's."""
        return self.total - self.port - self.disk


class Timed:
    """A token whose calls are timed together, as seen from this side of the pipe."""

    def __init__(self, token: TokenPort, spent: Spent) -> None:
        self._token = token
        self._spent = spent

    def __getattr__(self, name: str) -> object:
        found = getattr(self._token, name)
        return self._spent.of(found) if callable(found) else found


class Guarded:
    """The step before which a point stands, performed again and again by `once`.

    `counted` names the C calls that belong to the bare one. The token is in a worker, activated, until `close`.
    """

    def __init__(self, point: Point, stopwatch: Stopwatch, counted: tuple[str, ...]) -> None:
        self._point = point
        self._stopwatch = stopwatch
        self._counted = counted
        self._maker = PdfMaker()
        self._things = equipment(point.folder, point.plan.binding, self._maker)
        self._room = Room(point.plan, point.folder, self._things)
        self._token = self._room.ports.token("hsm")
        self._token.activate(point.pin())
        self._before = self._token.inventory()
        self._runs = 0

    def close(self) -> None:
        """End the worker."""
        self._room.close()
        self._maker.close()

    def once(self) -> Taken:
        """Perform the step from its intent to its outcome, and take it back: journal, files and objects."""
        self._runs += 1
        folder = self._point.folder.with_name(f"{self._point.folder.name}-{self._runs}")
        _copy_journal(self._point.folder, folder)
        try:
            return self._measured(folder)
        finally:
            shutil.rmtree(folder)
            self._clear_token()

    def _measured(self, folder: Path) -> Taken:
        port, disk, mark = Spent(), Spent(), self._stopwatch.mark()
        with self._guard(folder, port) as (guard, writer):
            with patch.object(os, "fsync", disk.of(os.fsync)):
                begin = time.perf_counter_ns()
                refused = guard.perform({}, self._point.phrase)
                total = (time.perf_counter_ns() - begin) / 1e6
            _complete(refused, writer)
        module = sum(spent for name, spent in self._stopwatch.since(mark) if name in self._counted)
        return Taken(total=total, module=module, port=port.total, disk=disk.total, fsyncs=disk.count)

    @contextmanager
    def _guard(self, folder: Path, port: Spent) -> Iterator[tuple[Guard, Writer]]:
        """A guard as the conductor has it, over the journal in this folder."""
        plan = self._point.plan
        opened = open_journal(folder)
        writer = Writer(plan, folder, opened.journal, self._things.clock, self._things.randomness)
        writer.submit_nothing().result()  # its thread is there before the clock starts, as in a ceremony
        token = cast("TokenPort", Timed(self._token, port))

        def context() -> Context:
            state = writer.state
            step, run = current_step(plan, state), state.run
            if step is None or run is None:
                raise RuntimeError("no step is under way")
            return Context(plan=plan, state=state, step=step, run=run)

        ports = dataclasses.replace(self._room.ports, token=lambda _: token)
        try:
            yield Guard(folder, ports, lambda wish: writer.submit(lambda _: wish).result(), context, _concern), writer
        finally:
            writer.close()

    def _clear_token(self) -> None:
        for thing in self._token.inventory().objects:
            if thing not in self._before.objects:
                self._token.destroy(thing)


def _concern(concern: Concern) -> Refused | None:
    """Nothing of a measured call may be out of the ordinary."""
    raise RuntimeError(f"expected {concern.expected}; happened: {concern.happened}")


def _complete(refused: Refused | None, writer: Writer) -> None:
    """A call that did not succeed is no measurement."""
    if refused is not None:
        raise RuntimeError(refused.paragraph())
    outcome = next(entry.event for entry in reversed(writer.entries) if isinstance(entry.event, Outcome))
    if not outcome.complete:
        raise RuntimeError("; ".join(f"{row.label}: {row.value}" for row in outcome.rows))


def _copy_journal(source: Path, target: Path) -> None:
    """What a guard works on, on disk before the clock starts: its fsyncs are not to pay for this copy."""
    target.mkdir()
    for name in _JOURNAL:
        shutil.copy(source / name, target / name)
    if (source / "artifacts").is_dir():
        shutil.copytree(source / "artifacts", target / "artifacts")
    for path in (*target.rglob("*"), target, target.parent):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
