"""A window on a wanted prompt, and all that its page says."""

from __future__ import annotations

from collections.abc import Callable

from ceremony_app.core import prompts as p
from ceremony_app.core.values import Mode
from ceremony_app.ui.pages.base import Page
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.text import Text
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import Hands, Key, Open
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import Player

Wanted = Callable[[p.AnyPrompt], bool]


def at(open_window: Open, wanted: Wanted, mode: Mode = Mode.REHEARSAL) -> Hands:
    """A window on the first prompt that is as wanted."""
    desk = FakeDesk(sample_plan(mode))
    Player(desk).until(wanted)
    hands: Hands = open_window(desk)
    return hands


def identified(hands: Hands) -> None:
    """From the field of who saw the identity paper to the secret: the first one who is offered, and a passport."""
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Return)
    hands.type("Passport, Norway")
    hands.press(Key.Key_Return, times=2)


def is_a(kind: type, now: p.AnyPrompt) -> bool:
    return isinstance(now, kind)


def said(page: Page) -> str:
    """All texts and rows of a page."""
    texts = [text.text() for text in page.findChildren(Text) if text.isVisible()]
    return "\n".join(texts + [sheet.toPlainText() for sheet in page.findChildren(Sheet) if sheet.isVisible()])
