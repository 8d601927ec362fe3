"""A 10 ms timer in the ceremony's own window, idle and while a worker makes an RSA-4096 key."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ceremony_app.cli.cast import FolderCast
from ceremony_app.cli.equipment import equipment
from ceremony_app.conductor import Conductor
from ceremony_app.conductor.room import Room
from ceremony_app.conductor.writer import Writer
from ceremony_app.core.prompts import Busy
from ceremony_app.journal.recover import open_journal
from ceremony_app.record.process import PdfMaker
from scripts.benches.figures import quantile
from scripts.benches.table import Measure
from scripts.benches.token.rehearsal import Point

if TYPE_CHECKING:
    from ceremony_app.ui.presenter import Presenter

_EVERY_MS: Final = 10
_LEAST: Final = 20
"""Samples that there must be under a call; where a machine is so busy that a key is made first, a round is added."""

_SIZE: Final = (1366, 768)
_SETTLE: Final = 1.0
"""Seconds that a new window has before its timer counts."""


@dataclass(slots=True)
class Gaps:
    """Milliseconds between two ticks: idle; while the page of the call stands; when a page is turned around it."""

    idle: list[float] = field(default_factory=list)
    standing: list[float] = field(default_factory=list)
    turning: list[float] = field(default_factory=list)


def window_timer(point: Point, ratio: float, longest: float, rounds: int, seconds: float) -> Iterator[Measure]:
    """The window at rest for some seconds, then the call from the button to its outcome; so many rounds."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    gaps = Gaps()
    for turn in itertools.count():
        if turn >= rounds and len(gaps.standing) >= _LEAST:
            break
        _round(point.copied(point.folder.with_name(f"{point.folder.name}-window-{turn}")), gaps, seconds)
    idle = quantile(gaps.idle, 0.99)
    for name, busy in (
        ("the call's page standing", gaps.standing),
        ("from button to outcome, pages turned", gaps.standing + gaps.turning),
    ):
        yield Measure(
            name=f"10 ms timer during RSA-4096, {name}: p99",
            ours=quantile(busy, 0.99),
            beside=idle,
            figure=quantile(busy, 0.99) / idle,
            unit="ratio",
            target=ratio,
            n=len(busy),
        )
        yield Measure(
            name="  longest gap",
            ours=max(busy),
            beside=max(gaps.idle),
            figure=max(busy),
            unit="ms",
            target=longest,
            n=len(busy),
        )


def _round(point: Point, gaps: Gaps, seconds: float) -> None:
    """A window of its own over a conductor of its own, as a ceremony that has come to this step."""
    from ceremony_app.ui.app import application
    from ceremony_app.ui.collector import Collector
    from ceremony_app.ui.presenter import Presenter
    from ceremony_app.ui.window import CeremonyWindow

    app, appearance = application()
    collector = Collector(app)
    with PdfMaker() as maker:
        conductor = _conductor(point, maker)
        presenter = Presenter(conductor, FolderCast(point.folder, point.plan.binding))
        window = CeremonyWindow(presenter, appearance, "offline")
        try:
            window.resize(*_SIZE)
            window.show()
            _ticks(presenter, _for(_SETTLE))
            gaps.idle += [gap for gap, _ in _ticks(presenter, _for(seconds))]
            answer = conductor.perform({}, point.phrase)
            for gap, standing in _ticks(presenter, lambda: answer.done() and not _busy(presenter)):
                (gaps.standing if standing else gaps.turning).append(gap)
            refused = answer.result()
            if refused is not None:
                raise RuntimeError(refused.paragraph())
            _ticks(presenter, _for(_SETTLE))
        finally:
            window.hide()
            window.deleteLater()
            app.processEvents()
            conductor.close()
            collector.end()


def _conductor(point: Point, maker: PdfMaker) -> Conductor:
    """The ceremony where it lies, with its token activated: what was agreed to before the copy was made still holds."""
    things = equipment(point.folder, point.plan.binding, maker)
    room = Room(point.plan, point.folder, things)
    room.ports.token("hsm").activate(point.pin())
    journal = open_journal(point.folder).journal
    return Conductor(Writer(point.plan, point.folder, journal, things.clock, things.randomness), room, point.folder)


def _for(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _busy(presenter: Presenter) -> bool:
    """Whether the window shows that a call is under way."""
    return isinstance(presenter.view.prompt, Busy)


def _ticks(presenter: Presenter, ended: Callable[[], bool]) -> Sequence[tuple[float, bool]]:
    """The gaps (ms) until the end, each with whether the page of a call that is under way stood all the while.

    The tick after the end counts too: a page that is turned then has to be waited for.
    """
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, timer = QEventLoop(), QTimer()
    marks = [(time.perf_counter_ns(), _busy(presenter))]

    def tick() -> None:
        over = ended()
        marks.append((time.perf_counter_ns(), _busy(presenter)))
        if over:
            loop.quit()

    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(_EVERY_MS)
    loop.exec()
    timer.stop()
    return [((b - a) / 1e6, before and after) for (a, before), (b, after) in itertools.pairwise(marks)]
