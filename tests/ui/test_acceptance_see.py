"""Usability points 7 to 9: nothing is clipped, text grows live, colours can be told apart."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from ceremony_app.core import prompts as p
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.choices import Chooser, Tick
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.text import OneLine, Text
from ceremony_app.ui.theme import THEMES, contrast
from tests.ui.asking import identified
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import CTRL, Hands, Key, Open
from tests.ui.journeys import everywhere
from tests.ui.people_tour import come, mixed_plan
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import NAMES, PIN, Player


def unclipped(name: str, hands: Hands) -> None:
    """Nothing that is shown is cut off, and nothing is wider than the window."""
    window = hands.window
    assert (window.width(), window.height()) == (1366, 768), name
    for area in hands.visible(QScrollArea):
        assert area.horizontalScrollBar().maximum() == 0, name
        inside = area.widget()
        assert inside is not None
        assert inside.width() <= area.viewport().width(), name
        assert inside.height() <= max(area.viewport().height(), inside.heightForWidth(inside.width())), name
    pane = hands.page.pane
    assert pane.viewport().height() >= window.fontMetrics().lineSpacing() * 2, name
    for label in hands.visible(Text):
        if isinstance(label, OneLine):
            continue
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
        assert label.height() >= needed, (name, label.text())
    for button in hands.visible(QPushButton):
        hint = button.minimumSizeHint()
        assert button.width() >= hint.width(), (name, button.text())
        assert button.height() >= hint.height(), (name, button.text())
    for part in (window.bar, window.banner):
        for child in part.findChildren(QWidget):
            corner = child.mapTo(part, child.rect().bottomRight())
            assert not child.isVisible() or part.rect().contains(corner), (name, child)


@pytest.mark.parametrize("size", [10, 12, 16, 24])
def test_07_nothing_is_clipped(open_window: Open, look: Appearance, size: int) -> None:
    look.resize(size)
    for name, hands in everywhere(open_window):
        hands.settle()
        unclipped(name, hands)


@pytest.mark.parametrize("size", [10, 12, 16, 24])
def test_07_nothing_is_clipped_of_what_people_say_of_themselves(open_window: Open, look: Appearance, size: int) -> None:
    """A proxy with somebody else's name, a key to be read from paper, a card; and a card's owner who does not agree."""
    look.resize(size)
    desk = FakeDesk(mixed_plan())
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enrolment))
    for number in (1, 2):
        come(desk, number)
    hands = open_window(desk)
    for text in (NAMES[1], "Example CA Ltd"):
        hands.type(text)
        hands.press(Key.Key_Return)
    identified(hands)
    hands.visible(Tick)[0].setChecked(True)
    hands.settle()
    unclipped("proxy", hands)
    hands.visible(Tick)[0].setChecked(False)
    hands.go_to(hands.visible(SecretEntry)[0])
    hands.type(PIN)
    hands.primary()
    assert hands.visible(HashBlock)
    unclipped("key", hands)
    come(desk, 4)
    player.until(lambda now: isinstance(now, p.Approve))
    hands.look_again()
    hands.push("I do not agree")
    hands.page.findChildren(Chooser)[0].setCurrentIndex(2)
    hands.answered()
    unclipped("dissent", hands)


def test_08_text_size_changes_at_once_and_loses_nothing(open_window: Open, look: Appearance) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until(lambda now: isinstance(now, p.Enter))
    hands = open_window(desk)
    hands.type("H7-0")
    before = hands.page.heading.font().pointSizeF()
    assert hands.focus.font().pointSizeF() == 12
    for key in (Key.Key_Plus, Key.Key_Plus, Key.Key_Equal):
        hands.press(key, CTRL)
    assert look.size == 15
    assert hands.focus.font().pointSizeF() == 15
    assert hands.page.heading.font().pointSizeF() > before
    hands.press(Key.Key_Minus, CTRL)
    assert look.size == 14
    hands.press(Key.Key_T, CTRL)
    assert look.theme.name == "high contrast"
    hands.press(Key.Key_0, CTRL)
    assert look.size == 12
    assert getattr(hands.focus, "text", str)() == "H7-0"
    hands.press(Key.Key_Minus, CTRL, times=9)
    assert look.size == 10
    hands.press(Key.Key_Plus, CTRL, times=20)
    assert look.size == 24


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_09_contrast(theme: object) -> None:
    t = next(known for known in THEMES.values() if known is theme)
    texts = [(ink, ground) for ink in (t.ink, t.quiet, t.accent) for ground in (t.ground, t.surface, t.well)]
    texts += [(t.on_strong, t.strong), (t.on_banner, t.banner), (t.on_current, t.current), (t.ink, t.bad_well)]
    texts += [(t.on_amber, t.amber), (t.on_amber, t.stripe)]
    for ink, ground in texts:
        assert contrast(ink, ground) >= 7, (ink, ground)
    for ground in (t.ground, t.surface, t.well):
        assert contrast(t.focus, ground) >= 3, ground
        assert contrast(t.edge, ground) >= 3, ground
