"""Step kind `pause-point`: a short checklist, read aloud, before something that cannot be undone."""

from __future__ import annotations

from typing import cast

import msgspec

from ceremony_app.actions.base import Settings
from ceremony_app.core.kinds import Layout, Names, StepHead, Unfit
from ceremony_app.core.script import Ask, Field

_MOST = 9


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question, the answer that lets the ceremony go on, the other one, and the role that answers."""

    ask: str
    answer: str = "yes"
    otherwise: str = "no"
    by: str = ""


class PausePointSettings(Settings, frozen=True):
    """`items`: at most nine questions."""

    items: tuple[Item, ...]


class PausePoint:
    """Ask, and stop at the first answer that is not the wanted one."""

    name = "pause-point"
    settings = PausePointSettings

    def lay_out(self, head: StepHead, settings: msgspec.Struct, names: Names) -> Layout:
        """One stage, read aloud."""
        del head
        items = cast("PausePointSettings", settings).items
        if not 1 <= len(items) <= _MOST:
            raise Unfit(
                "CER-PAUSE-POINT",
                f"A pause point has one to {_MOST} questions; beyond that people stop listening.",
                "Split it, or leave questions out.",
                where=f"{names.where}.items",
            )
        for item in items:
            if item.by:
                names.one_of("roles", item.by, "items.by")
        fields = tuple(
            Field(
                name=f"item-{i}",
                label=item.ask,
                choices=(item.answer, item.otherwise),
                wanted=item.answer,
                sample=item.answer,
                by=item.by,
            )
            for i, item in enumerate(items, start=1)
        )
        return Layout(title="Pause point", stages=(Ask(fields=fields, aloud=True),))
