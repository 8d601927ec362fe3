"""What the conductor is doing just now, for a page that says how long it has been at it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Working:
    """A call that is being prepared or is under way. Times are UTC; `token` is its role, or empty.

    `last_heartbeat` is when the token's worker last gave a sign of life, where it has a worker.
    """

    call: str
    started: dt.datetime
    token: str = ""
    last_heartbeat: dt.datetime | None = None
