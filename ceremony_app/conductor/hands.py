"""The thread that touches devices and files: one thing at a time, and what it is doing just now."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ceremony_app.conductor.working import Working
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Clock
from ceremony_app.core.rules import Refused

T = TypeVar("T")

Work = Callable[[], Refused | None]
"""Something to be done; None where it went well."""

Silence = Callable[[str], float | None]
"""Seconds since the worker of this token was last heard of; None where there is none. Never waits."""


class Hands:
    """Does one thing after another; `changed` is called after each."""

    def __init__(self, clock: Clock, changed: Callable[[], None], silence: Silence) -> None:
        self._clock = clock
        self._changed = changed
        self._silence = silence
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="device")
        self._working: Working | None = None

    @property
    def working(self) -> Working | None:
        """What is being done just now, and when its token was last heard of; its beginning counts as a sign too."""
        now = self._working
        silence = self._silence(now.token) if now is not None and now.token else None
        if now is None or silence is None:
            return now
        heard = self._clock.utc() - dt.timedelta(seconds=silence)
        return dataclasses.replace(now, last_heartbeat=max(now.started, heard))

    def do(self, work: Work, call: str, token: str = "") -> Future[Refused | None]:
        """Do something when its turn comes, and say so from now on; a refusal is an answer. `token`: its role."""
        self._working = Working(call=call, started=self._clock.utc(), token=token)

        def run() -> Refused | None:
            try:
                return work()
            except Refusal as refusal:
                return Refused(refusal.rule, refusal.why, refusal.what_to_do)
            finally:
                self._working = None
                self._changed()

        return self._thread.submit(run)

    def ask(self, look: Callable[[], T]) -> Future[T]:
        """Look at something when its turn comes; nothing is recorded, and a refusal stands in the future."""
        return self._thread.submit(look)

    def settle(self, seconds: float) -> None:
        """Wait until what was asked for so far is done."""
        self._thread.submit(lambda: None).result(seconds)

    def close(self) -> None:
        """Finish and end."""
        self._thread.shutdown(wait=True)
