"""A whole ceremony through the window, by keyboard alone, from the first page to the closed record."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.core import prompts as p
from ceremony_app.core.values import Mode
from ceremony_app.core.words import hash_rows
from ceremony_app.ui.choices import Options
from tests.ui.asking import identified
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import Hands, Key, Open
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import NAMES, PIN


def enrol(hands: Hands, number: int) -> None:
    """Name, organisation, who saw which paper, PIN twice: Enter moves from field to field."""
    for text in (NAMES[number], "Example CA Ltd"):
        hands.type(text)
        hands.press(Key.Key_Return)
    identified(hands)
    hands.type(PIN)
    hands.press(Key.Key_Return)
    hands.type(PIN)
    hands.primary()


def answer(hands: Hands, now: p.Enter) -> None:
    options = hands.page.findChild(Options)
    if options is None:
        hands.type(now.field.sample)
    else:
        hands.press(Key.Key_Space)
    hands.primary()


def sign(hands: Hands) -> None:
    """Early presses lead to what is missing: who signs, the end of the text, the PIN."""
    for _ in range(30):
        gaps = hands.page.gaps()
        if not gaps:
            break
        hands.primary()
        if gaps[0].text == "who signs":
            hands.press(Key.Key_Down)
        elif "read to its end" in gaps[0].text:
            hands.press(Key.Key_PageDown, times=3)
        else:
            hands.type(PIN)
    hands.primary()


def perform(hands: Hands, now: p.Perform) -> None:
    for _ in range(2 * len(now.secrets)):
        hands.primary()
        hands.type("24681012")
    if now.phrase:
        hands.primary()
        hands.type(now.phrase)
    hands.primary()


def play(hands: Hands, now: p.AnyPrompt) -> None:
    match now:
        case p.Read() | p.WriteRows() | p.FixTheHead() | p.Conclusion():
            hands.primary()
        case p.Enrolment() if now.missing:
            enrol(hands, 1 + len(hands.desk.state().people))
        case p.Enrolment():
            hands.primary()
        case p.TypeTime():
            hands.type("103110")
            hands.primary()
        case p.Enter():
            answer(hands, now)
        case p.Approve():
            sign(hands)
        case p.Perform():
            perform(hands, now)
        case p.TypeRows():
            row = next(row for row in hash_rows(now.digest) if row.letter == now.left[0])
            hands.type(" ".join(row.words).upper() if now.left[0] in "ACEG" else row.hex)
            hands.primary()
        case _:
            raise AssertionError(now)


def test_a_whole_ceremony_by_keyboard_alone(open_window: Open, tmp_path: Path) -> None:
    hands = open_window(FakeDesk(sample_plan(Mode.PRODUCTION), tmp_path))
    seen = []
    for _ in range(120):
        now = hands.desk.prompt()
        if isinstance(now, p.Closed):
            break
        length = hands.desk.state().length
        seen.append(type(now).__name__)
        play(hands, now)
        hands.look_again()
        assert hands.desk.state().length > length, (now, hands.window.notice.text())
    assert isinstance(hands.desk.prompt(), p.Closed)
    assert hands.page.heading.text() == "The ceremony is completed"
    assert {"Read", "Enrolment", "TypeTime", "Enter", "Approve", "Perform", "WriteRows", "TypeRows"} <= set(seen)
    clock = next(e.event for e in hands.desk.entries() if e.event.type == "clock")
    assert getattr(clock, "typed", "") == "10:31:10"
