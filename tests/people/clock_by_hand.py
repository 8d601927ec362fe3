"""A clock that stands still until it is put forward."""

from __future__ import annotations

import datetime as dt


class ClockByHand:
    def __init__(self) -> None:
        self.ms = 1_000

    def utc(self) -> dt.datetime:
        return dt.datetime(2030, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=self.ms)

    def monotonic_ms(self) -> int:
        return self.ms

    def boot_id(self) -> str:
        return "11111111-2222-3333-4444-555555555555"
