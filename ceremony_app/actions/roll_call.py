"""Step kind `roll-call`: everyone who is needed is enrolled with a key of their own."""

from __future__ import annotations

import msgspec

from ceremony_app.actions.base import NoSettings
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import RollCall as RollCallStage
from ceremony_app.core.world import Fact


class RollCall:
    """Enrol people until every role is filled."""

    name = "roll-call"
    settings = NoSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """One stage; afterwards the people are known."""
        del head, settings, names
        return Layout(title="Roll-call", stages=(RollCallStage(),), ensures=(Fact("roll-call:complete"),))
