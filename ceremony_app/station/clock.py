"""The workstation's clocks, and what drives them."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.names import escaped
from ceremony_app.core.ports import Observation
from ceremony_app.station.system_files import unseen, word

_BOOT_ID: Final = "proc/sys/kernel/random/boot_id"
_SOURCE: Final = "sys/devices/system/clocksource/clocksource0/current_clocksource"
_COARSE: Final = frozenset({"jiffies", "refined-jiffies"})


class SystemClock:
    """The clocks of Linux (`core.ports.Clock`). `root` is where the system's files begin."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root

    def utc(self) -> dt.datetime:
        """Now, in UTC, cut to the millisecond."""
        now = dt.datetime.now(dt.UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def monotonic_ms(self) -> int:
        """Milliseconds since the machine was started, counted on while it sleeps (CLOCK_BOOTTIME)."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def boot_id(self) -> str:
        """The kernel's id of this start of the machine, a UUID (CER-CLOCK where there is none)."""
        found = word(self._root, _BOOT_ID)
        if not found:
            raise Refusal(
                "CER-CLOCK",
                "The system does not tell which start of the machine this is.",
                "Mount /proc; without it the journal could not tell one start from the next.",
            )
        return found


def clock_source(root: Path) -> Observation:
    """What the kernel counts time with; jiffies alone are too coarse."""
    label = "A hardware clock source"
    found = word(root, _SOURCE)
    if not found:
        return unseen("clock-source", label, f"/{_SOURCE}")
    return Observation(id="clock-source", label=label, value=escaped(found), good=found not in _COARSE)
