"""While a device works: how long, whether its process lives, and the way out in two steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest
from PySide6.QtWidgets import QPushButton

from ceremony_app.core import prompts as p
from ceremony_app.core.device import LAST_TRY
from ceremony_app.core.script import Act, Plan
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.pages.parts import KEYPAD
from ceremony_app.ui.secretentry import SecretEntry
from tests.ui.asking import said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import CTRL, Hands, Key, Open
from tests.ui.sample_plan import sample_plan
from tests.ui.token_plan import keypad_plan, token_plan
from tests.ui.tour import Player

ASK, STAY, LEAVE = "Give up waiting…", "Go on waiting", "Give up waiting and end the process"
ESTIMATE = 90
"""Seconds that the rehearsal took for the step, by the plan's binding."""


@contextmanager
def at_work(open_window: Open, plan: Plan | None = None, step: str = "3.3") -> Iterator[Hands]:
    """A window while a device works."""
    desk = FakeDesk(plan or token_plan())
    Player(desk).until_step(step, p.Perform)
    now = desk.prompt()
    assert isinstance(now, p.Perform)
    hands = open_window(desk)
    desk.hold.clear()
    future = desk.perform({}, now.phrase)
    hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Busy))
    hands.settle()
    try:
        yield hands
    finally:
        desk.hold.set()
        answered(future)


def later(hands: Hands, seconds: int) -> None:
    """Let time pass."""
    hands.desk.now += dt.timedelta(seconds=seconds)
    hands.page.refresh()
    hands.settle()


def offered(hands: Hands) -> list[str]:
    """The buttons of the page that can be seen."""
    return [b.accessibleName() for b in hands.page.findChildren(QPushButton) if b.isVisible()]


def test_it_says_what_and_how_long_it_took_in_the_rehearsal(open_window: Open) -> None:
    with at_work(open_window) as hands:
        later(hands, 72)
        text = said(hands.page)
        assert "Generate the Operator Root key pair" in text
        assert "01:12 so far  ·  started 10:31:07 UTC" in text
        assert "In the rehearsal the whole step took 01:30." in text
        assert "about 2 min" in text
        assert "Do not touch the device." in text
    with at_work(open_window, sample_plan()) as hands:
        assert "The script allows for the whole step 06:00." in said(hands.page)
        assert "about 6 min" in said(hands.page)


def test_silence_is_told_after_five_seconds(open_window: Open) -> None:
    with at_work(open_window) as hands:
        later(hands, 30)
        assert "The process answers, the token is still working." in said(hands.page)
        hands.desk.beats = False
        hands.desk.now = hands.desk._working.started if hands.desk._working else hands.desk.now
        later(hands, 5)
        assert "No sign of life" not in said(hands.page)
        later(hands, 1)
        assert "⚠  No sign of life for 6 s; the last was at 10:31:07 UTC." in said(hands.page)
        assert "The process answers" not in said(hands.page)
        hands.desk.beats = True
        later(hands, 1)
        assert "No sign of life" not in said(hands.page)


def test_giving_up_is_offered_after_three_times_the_estimate(open_window: Open) -> None:
    with at_work(open_window) as hands:
        later(hands, 3 * ESTIMATE - 1)
        assert offered(hands) == []
        later(hands, 1)
        assert offered(hands) == [ASK]
        assert hands.window.bar.buttons() == ()


def test_a_fast_rehearsal_leaves_a_slow_token_its_time(open_window: Open) -> None:
    plan, replace = token_plan(), msgspec.structs.replace
    with at_work(open_window, replace(plan, binding=replace(plan.binding, estimates={"generate": 1}))) as hands:
        later(hands, 179)
        assert offered(hands) == []
        later(hands, 1)
        assert offered(hands) == [ASK]


def test_giving_up_takes_two_steps_and_no_key_in_passing(open_window: Open) -> None:
    with at_work(open_window) as hands:
        later(hands, 3 * ESTIMATE)
        hands.press(Key.Key_Return, CTRL)
        assert offered(hands) == [ASK]
        hands.push(ASK)
        assert offered(hands) == [STAY, LEAVE]
        assert "Nobody knows then what the call did" in said(hands.page)
        assert hands.focus is hands.page.heading
        hands.press(Key.Key_Space)
        hands.press(Key.Key_Return)
        hands.press(Key.Key_Return, CTRL)
        assert hands.desk.given_up == 0
        hands.push(STAY)
        assert offered(hands) == [ASK]
        assert hands.focus is hands.page.heading
        hands.push(ASK)
        hands.go_to(hands.button(LEAVE))
        hands.press(Key.Key_Return)
        assert hands.desk.given_up == 0
        hands.press(Key.Key_Space)
        hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Inspect))
        hands.look_again()
        assert hands.desk.given_up == 1
        assert "Nobody knows yet what this call did." in said(hands.page)


@pytest.mark.parametrize("size", [12, 22, 24])
def test_the_way_out_is_in_sight_once_it_is_asked_for(open_window: Open, look: Appearance, size: int) -> None:
    look.resize(size)
    with at_work(open_window) as hands:
        later(hands, 3 * ESTIMATE)
        hands.push(ASK)
        hands.qtbot.wait(20)
        hands.settle()
        leave = hands.button(LEAVE)
        assert leave.visibleRegion().boundingRect() == leave.rect()


def test_where_no_token_works_there_is_nothing_to_give_up(open_window: Open) -> None:
    plan, replace = sample_plan(), msgspec.structs.replace
    steps = tuple(
        replace(s, stages=tuple(replace(x, device="") if isinstance(x, Act) else x for x in s.stages))
        for s in plan.definition.steps
    )
    with at_work(open_window, replace(plan, definition=replace(plan.definition, steps=steps))) as hands:
        later(hands, 36000)
        assert offered(hands) == []
        assert "Do not touch the device." not in said(hands.page)


def test_at_a_keypad_the_sentence_stays_until_the_token_answers(open_window: Open) -> None:
    desk = FakeDesk(keypad_plan())
    Player(desk).until_step("2.3", p.Perform)
    hands = open_window(desk)
    assert KEYPAD in said(hands.page)
    assert not [entry for entry in hands.page.findChildren(SecretEntry) if entry.isVisible()]
    desk.hold.clear()
    hands.press(Key.Key_Return, CTRL)
    hands.qtbot.waitUntil(lambda: isinstance(hands.window.presenter.view.prompt, p.Busy))
    hands.settle()
    assert KEYPAD in said(hands.page)
    assert "Do not touch" not in said(hands.page), "the keypad is to be touched"
    desk.hold.set()
    hands.answered()
    assert desk.entered == {}


def test_at_the_keyboard_nothing_is_said_of_a_keypad(open_window: Open) -> None:
    with at_work(open_window, step="2.3") as hands:
        assert KEYPAD not in said(hands.page)


def test_the_last_try_cannot_be_overlooked(open_window: Open) -> None:
    desk = FakeDesk(token_plan())
    player = Player(desk)
    player.until_step("2.3", p.Perform)
    hands = open_window(desk)
    box = "▲  ONE try is left for the PIN."
    assert box not in said(hands.page)
    desk.ends += ["again", "failed"]
    desk.last_try = True
    for _ in range(2):
        hands.primary()
        hands.type("1357")
        hands.primary()
    assert isinstance(desk.prompt(), p.Halted)
    assert box not in said(hands.page), "few tries are left, and not one"
    player.until_step("2.3", p.Approve)
    hands.look_again()
    assert box in said(hands.page)
    assert LAST_TRY in said(hands.page)
    assert "The quorum that decides on deviations must sign as well before this is done." in said(hands.page)
    player.until_step("2.3", p.Perform)
    hands.look_again()
    assert box in said(hands.page)
    assert "The quorum that decides on deviations has signed for this try." in said(hands.page)
    player.until_step("3.3", p.Approve)
    hands.look_again()
    assert box not in said(hands.page)


def test_after_a_wrong_pin_only_the_newer_count_of_tries_is_shown(open_window: Open) -> None:
    desk = FakeDesk(token_plan())
    Player(desk).until_step("2.3", p.Perform)
    hands = open_window(desk)
    assert "no wrong try since the last right one" in said(hands.page)
    desk.ends.append("again")
    hands.primary()
    hands.type("1357")
    hands.primary()
    assert "few tries are left" in said(hands.page)
    assert "no wrong try since the last right one" not in said(hands.page)
