"""Takes a fake desk through what a token can do to people: lost PINs, silence, objects left, a keypad of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from ceremony_app.core import prompts as p
from ceremony_app.core.secret import Secret
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.tour import PIN, Player, busy, until_busy


def lost(desk: FakeDesk) -> Iterator[str]:
    """The last try of a PIN, a token that does not answer any more, what it left, and a token that cannot be seen."""
    player = Player(desk)
    player.until_step("2.3", p.Perform)
    desk.ends += ["again", "failed"]
    answered(desk.perform(pin(), ""))
    yield "perform-wrong-pin"
    desk.last_try = True
    answered(desk.perform(pin(), ""))
    player.until_step("2.3", p.Approve)
    yield "approve-last-try"
    player.until_step("2.3", p.Perform)
    yield "perform-last-try"
    desk.last_try = False
    player.until_step("3.3", p.Perform)
    yield from _silence(desk)
    yield "inspect-pin"
    desk.finds.append("unseen")
    answered(desk.inspect(pin()))
    yield "inspect-in-vain"
    desk.finds.append("executed")
    answered(desk.inspect(pin()))
    yield "halted-objects"
    player.answer(desk.prompt())
    yield "halted-remedies"
    now = desk.prompt()
    assert isinstance(now, p.Halted)
    assert now.problem is not None
    number = now.problem.opened.deviation
    answered(desk.settle(number, "repeat", "none", 1, "Held again.", again="activate", remedy="destroy"))
    player.until_step("3.3", p.Perform)
    yield from busy(desk, "busy-destroy", "unknown")
    desk.finds.append("unseen")
    answered(desk.inspect(pin()))
    answered(desk.deviate("failure", 1, "The token can be looked at.", "It does not take its PIN."))
    yield "inspect-give-up"
    answered(desk.settle(len(desk.state().problems), "abort", "assess", 1, "The token is lost."))
    yield "aborted"


def keypad(desk: FakeDesk) -> Iterator[str]:
    """A token with a keypad of its own: nobody types a PIN at this workstation."""
    player = Player(desk)
    player.until_step("2.3", p.Perform)
    yield "perform-keypad"
    yield from busy(desk, "busy-keypad", "done")
    player.until_step("3.3", p.Perform)
    desk.ends.append("unknown")
    answered(desk.perform({}, "GENERATE ROOT-2026"))
    yield "inspect-keypad"


def pin() -> dict[str, Secret]:
    """The activation PIN, as a page hands it over."""
    return {"pin": Secret.of(PIN)}


def _silence(desk: FakeDesk) -> Iterator[str]:
    """A call that takes long, whose process falls silent, and that is given up at last."""
    desk.hold.clear()
    future = desk.perform({}, "GENERATE ROOT-2026")
    until_busy(desk, future)
    desk.beats = False
    desk.now += dt.timedelta(seconds=72)
    yield "busy-silent"
    desk.now += dt.timedelta(minutes=12)
    yield "busy-late"
    answered(desk.give_up())
    answered(future)
    desk.beats = True
