"""While a batch is issued: one page all the time, a bar that counts, and no more looks than a person can follow."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtWidgets import QProgressBar

from ceremony_app.core import prompts as p
from ceremony_app.core.prompting import going_on
from ceremony_app.ui.pages.busy import BusyPage
from ceremony_app.ui.text import Text
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Open
from tests.ui.token_plan import token_plan
from tests.ui.tour import Player

OF = 1000


class Batch(FakeDesk):
    """A desk whose device is at one of many."""

    number = 0
    looks = 0

    def prompt(self) -> p.AnyPrompt:
        now = super().prompt()
        self.looks += 1
        if isinstance(now, p.Busy) and self.number:
            run = msgspec.structs.replace(now.run, calls=now.run.calls[-1:] * self.number)
            return msgspec.structs.replace(now, run=run, number=self.number, of=OF)
        return now

    def come(self, number: int) -> None:
        """The next one is under way."""
        self.number = number
        for listener in tuple(self._listeners):
            listener()


def shows(bar: QProgressBar, number: int) -> bool:
    """Whether the bar has come so far."""
    return bar.value() == number


def test_the_bar_counts_on_one_page(open_window: Open) -> None:
    desk = Batch(token_plan())
    Player(desk).until_step("3.3", p.Perform)
    now = desk.prompt()
    assert isinstance(now, p.Perform)
    hands = open_window(desk)
    desk.hold.clear()
    desk.number = 1
    future = desk.perform({}, now.phrase)
    hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Busy))
    hands.settle()
    page = hands.page
    assert isinstance(page, BusyPage)
    try:
        bar = page.findChild(QProgressBar)
        assert isinstance(bar, QProgressBar)
        for number in (2, 417):
            desk.come(number)
            hands.qtbot.waitUntil(partial(shows, bar, number))
            assert (bar.minimum(), bar.maximum()) == (0, OF)
            assert hands.page is page, "the page stays, so that nothing flickers and the keyboard stays where it is"
        assert "417 of 1,000" in [text.text() for text in page.findChildren(Text) if text.isVisible()]
        before = desk.looks
        for number in range(418, 618):
            desk.come(number)
        hands.qtbot.waitUntil(partial(shows, bar, 617))
        assert desk.looks - before < 100, "of two hundred pieces of news a person is shown a few"
    finally:
        desk.number = 0
        desk.hold.set()
        answered(future)


def test_what_is_not_under_way_is_asked_for() -> None:
    desk = FakeDesk(token_plan())
    Player(desk).until_step("3.3", p.Perform)
    now = desk.prompt()
    assert going_on(now) is now, "before the first call people begin"
