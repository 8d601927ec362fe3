"""Step kind `clock-check`: a witness's watch beside this computer's clock."""

from __future__ import annotations

from typing import cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import WatchClock


class ClockSettings(Settings, frozen=True):
    """`by`: the role whose watch is read."""

    by: str


class ClockCheck:
    """A time typed from a watch that is not this computer's."""

    name = "clock-check"
    settings = ClockSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """One stage."""
        del head
        own = cast("ClockSettings", settings)
        names.one_of("roles", own.by, "by")
        return Layout(title="Compare the clock with a watch", stages=(WatchClock(by=own.by),))
