"""The thread that touches devices and files: one thing at a time, and what it is doing just now."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from ceremony_app.conductor.working import Working
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Clock
from ceremony_app.core.rules import Refused

Work = Callable[[], Refused | None]
"""Something to be done; None where it went well."""


class Hands:
    """Does one thing after another; `changed` is called after each."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="device")
        self._working: Working | None = None

    @property
    def working(self) -> Working | None:
        """What is being done just now."""
        return self._working

    def do(self, work: Work, call: str) -> Future[Refused | None]:
        """Do something when its turn comes, and say so from now on; a refusal is an answer."""
        self._working = Working(call=call, started=self._clock.utc())

        def run() -> Refused | None:
            try:
                return work()
            except Refusal as refusal:
                return Refused(refusal.rule, refusal.why, refusal.what_to_do)
            finally:
                self._working = None
                self._changed()

        return self._thread.submit(run)

    def settle(self, seconds: float) -> None:
        """Wait until what was asked for so far is done."""
        self._thread.submit(lambda: None).result(seconds)

    def close(self) -> None:
        """Finish and end."""
        self._thread.shutdown(wait=True)
