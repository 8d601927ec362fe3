"""Step kind `close`: the head on paper and read back, everybody's closing statement, and the last entry."""

from __future__ import annotations

from typing import Annotated, cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.core.kinds import Layout, Names, StepHead
from ceremony_app.core.script import Conclude, TakeCheckpoint, Transcribe


class CloseSettings(Settings, frozen=True):
    """`rows`: how many rows of the head are read back; who reads and who types."""

    rows: Annotated[int, msgspec.Meta(ge=1, le=8)] = 2
    reader: str = ""
    typist: str = ""


class Close:
    """Checkpoint, paper, statement, end."""

    name = "close"
    settings = CloseSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """Three stages; the loader puts the signing before the last."""
        del head
        own = cast("CloseSettings", settings)
        for setting in ("reader", "typist"):
            if role := getattr(own, setting):
                names.one_of("roles", role, setting)
        transcribe = Transcribe(
            rows=own.rows, label="Head of the journal (checkpoint)", reader=own.reader, typist=own.typist
        )
        return Layout(title="Close the ceremony", stages=(TakeCheckpoint(), transcribe, Conclude()))
