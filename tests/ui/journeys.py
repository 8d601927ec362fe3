"""One window taken through every page, and through every panel: for tests about all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ceremony_app.ui.area import Area
from tests.ui.custody_plan import custody_plan, device_plan
from tests.ui.custody_tour import cards, shares
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Open
from tests.ui.people_tour import arrivals, mixed_plan
from tests.ui.sample_plan import sample_plan
from tests.ui.token_plan import keypad_plan, token_plan
from tests.ui.token_tour import keypad, lost
from tests.ui.tour import Player, stops, troubles

PANELS: dict[str, Callable[[Area], None]] = {
    "deviation": Area.open_deviation,
    "pause": Area.open_pause,
    "people": Area.open_people,
    "why": Area.open_why,
    "abort": Area.open_abort,
    "correction": Area.open_correction,
}


def every_page(open_window: Open) -> Iterator[tuple[str, Hands]]:
    """Every page that a ceremony shows, planned or not."""
    for play, plan in (
        (stops, sample_plan),
        (troubles, sample_plan),
        (lost, token_plan),
        (keypad, keypad_plan),
        (shares, custody_plan),
        (cards, device_plan),
        (arrivals, mixed_plan),
    ):
        desk = FakeDesk(plan())
        hands = open_window(desk)
        for name in play(desk):
            hands.look_again()
            yield name, hands


def every_panel(open_window: Open) -> Iterator[tuple[str, Hands]]:
    """Every panel, over a page with an open deviation; it is left by the caller's next turn."""
    desk = FakeDesk(sample_plan())
    hands = open_window(desk)
    Player(desk).until(lambda now: getattr(now, "purpose", "") == "result")
    answered(desk.deviate("note", 2, "A black pen.", "The pen is blue."))
    hands.look_again()
    for name, show in PANELS.items():
        show(hands.window.area)
        hands.settle()
        yield name, hands
        while hands.window.area.shown is not hands.window.area._page:
            hands.window.area.leave()
        hands.settle()


def everywhere(open_window: Open) -> Iterator[tuple[str, Hands]]:
    """Pages and panels."""
    yield from every_page(open_window)
    yield from every_panel(open_window)
