"""How long steps took: what a rehearsal teaches the binding of the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ceremony_app.core.events import Entry, StepEntry


def seconds_taken(entries: Sequence[Entry]) -> dict[str, int]:
    """For each completed step the seconds from its beginning to its end, the last attempt's, at least one."""
    begun: dict[str, dt.datetime] = {}
    taken: dict[str, int] = {}
    for entry in entries:
        if isinstance(entry.event, StepEntry):
            at = dt.datetime.fromisoformat(entry.utc)
            if entry.event.state == "begun":
                begun[entry.event.id] = at
            elif entry.event.state == "done" and entry.event.id in begun:
                taken[entry.event.id] = max(1, round((at - begun[entry.event.id]).total_seconds()))
    return taken


def estimates_toml(taken: dict[str, int]) -> str:
    """The table `[estimates]`, to be put into a binding."""
    head = (
        "# Seconds that the steps of this rehearsal took. Put this table into the binding of the day.",
        "[estimates]",
    )
    return "\n".join((*head, *(f"{step} = {seconds}" for step, seconds in taken.items()))) + "\n"
