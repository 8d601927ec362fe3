"""Step kind `say`: something is read aloud or done by hand, and nothing is entered."""

from __future__ import annotations

import msgspec

from ceremony_app.actions.base import NoSettings
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Tell


class Say:
    """Read aloud, do, and go on."""

    name = "say"
    settings = NoSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """One stage."""
        del settings, names
        return Layout(title=head.id.replace("-", " ").capitalize(), stages=(Tell(),))
