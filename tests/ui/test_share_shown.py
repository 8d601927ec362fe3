"""The words of a share on the screen: for one person, as long as nothing else is seen, and never before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ceremony_app.core import commands as c
from ceremony_app.core.values import Mode
from ceremony_app.shares.sheet import sheet
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.pages.handover import HandOverPage
from ceremony_app.ui.sharewords import ShareWords
from tests.shares.making import shares
from tests.ui.asking import said
from tests.ui.fake_desk import answered
from tests.ui.hands import CTRL, Hands, Key, Open
from tests.ui.sharing import (
    answers,
    at_the_first,
    choose,
    hand_over,
    has_keyboard,
    rows,
    see,
    words,
    written,
)
from tests.ui.tour import NAMES


def test_nothing_is_shown_before_the_button(open_window: Open) -> None:
    hands = at_the_first(open_window)
    assert words(hands).is_empty()
    hands.primary()
    assert "the holder of share 1" in hands.window.notice.text()
    choose(hands, NAMES[4])
    hands.primary()
    assert f"share 1, shown to {NAMES[4]}" in hands.window.notice.text()
    assert has_keyboard(hands, hands.button("Show share 1"))
    assert words(hands).is_empty()
    assert answers(hands.desk, "written") == []
    hands.press(Key.Key_Space)
    assert words(hands).isVisible()
    assert not words(hands).is_empty()
    assert f"Only {NAMES[4]} looks at this screen" in said(hands.page)
    assert "The shares" not in said(hands.page)


def _deactivate(hands: Hands) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.focusChanged.emit(hands.focus, None)
    hands.settle()


AWAY: dict[str, Callable[[Hands], object]] = {
    "hidden by its button": lambda hands: hands.press(Key.Key_Space),
    "a deviation": lambda hands: hands.press(Key.Key_F8),
    "a pause": lambda hands: hands.press(Key.Key_F9),
    "people": lambda hands: hands.press(Key.Key_F7),
    "why": lambda hands: hands.press(Key.Key_F1),
    "the steps": lambda hands: hands.press(Key.Key_F6, times=3),
    "the bar": lambda hands: hands.press(Key.Key_F6),
    "another program": _deactivate,
    "another step": lambda hands: hands.window.area.look_at(hands.desk.plan.definition.steps[0]),
}


@pytest.mark.parametrize("away", AWAY)
def test_the_words_go_when_anything_else_is_seen(open_window: Open, away: str) -> None:
    hands = at_the_first(open_window)
    see(hands, NAMES[4])
    shown = words(hands)
    assert not shown.is_empty()
    buffers = list(shown._rows)
    AWAY[away](hands)
    hands.settle()
    assert shown.is_empty()
    assert not any(any(buffer) for buffer in buffers)
    assert not shown.isVisible()
    while hands.window.area.shown is not hands.window.area._page:
        hands.window.area.leave()
    hands.settle()
    assert isinstance(hands.page, HandOverPage)
    assert words(hands).is_empty()


def test_the_words_stay_where_only_their_own_page_has_the_keyboard(open_window: Open) -> None:
    hands = at_the_first(open_window)
    see(hands, NAMES[4])
    assert has_keyboard(hands, hands.button("Hide share 1"))
    hands.press(Key.Key_Return)
    hands.press(Key.Key_Escape)
    hands.press(Key.Key_PageDown)
    assert not words(hands).is_empty()


def test_the_words_go_with_their_holder(open_window: Open) -> None:
    hands = at_the_first(open_window)
    see(hands, NAMES[4])
    answered(hands.desk.do(c.Go(person=4)))
    hands.look_again()
    assert words(hands).is_empty()
    assert "to its holder" in hands.button("Show share 1").text()


def test_the_words_are_gone_before_anything_answers(open_window: Open) -> None:
    hands = at_the_first(open_window)
    see(hands, NAMES[4])
    hands.window.press_primary()
    assert words(hands).is_empty()
    hands.answered()


def test_the_words_go_with_their_widget(qtbot: QtBot) -> None:
    shown = ShareWords()
    qtbot.addWidget(shown)
    shown.show()
    shown.show_rows(sheet(shares(2, 3)[0]))
    buffers = list(shown._rows)
    assert len(shown.copied().reveal().split()) == 25
    shown.hide()
    assert shown.is_empty()
    assert not any(any(buffer) for buffer in buffers)


def test_the_words_go_with_the_word_that_they_are_written(open_window: Open) -> None:
    hands = at_the_first(open_window)
    see(hands, NAMES[4])
    buffers = list(words(hands)._rows)
    hands.primary()
    assert not any(any(buffer) for buffer in buffers)
    assert hand_over(hands.desk).holder == 4
    assert has_keyboard(hands, rows(hands)[0])


def test_what_one_person_saw_is_not_written_by_another(open_window: Open) -> None:
    hands = at_the_first(open_window)
    see(hands, NAMES[4])
    hands.press(Key.Key_Space)
    hands.go_to(hands.page.findChildren(Chooser)[0])
    choose(hands, NAMES[5])
    assert words(hands).is_empty()
    hands.primary()
    assert answers(hands.desk, "written") == []
    assert f"shown to {NAMES[5]}" in hands.window.notice.text()
    hands.go_to(hands.page.findChildren(Chooser)[0])
    choose(hands, NAMES[4])
    assert hands.page.gaps(), "nor by the first one, before another look"


def test_the_words_are_painted_and_nothing_else(open_window: Open, look: Appearance) -> None:
    hands = at_the_first(open_window)
    hands.primary()
    choose(hands, NAMES[4])
    hands.push("Show share")
    shown = words(hands)
    assert shown.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert shown.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    full = shown.grab().toImage()
    heights = []
    for size in (22, 16, 11, 16, 22):
        look.resize(size)
        hands.settle()
        heights.append(shown.height())
        pane = hands.page.pane
        assert pane.horizontalScrollBar().maximum() == 0
        top = shown.mapTo(pane.viewport(), shown.rect().topLeft()).y()
        assert top >= 0, size
        assert top + shown.height() <= pane.viewport().height(), f"the whole share is seen at {size} pt"
    assert heights == heights[::-1]
    assert heights[0] > heights[1] > heights[2]
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("from outside")
    for key in (Key.Key_A, Key.Key_C, Key.Key_X):
        hands.press(key, CTRL)
    assert clipboard.text() == "from outside"
    shown.wipe()
    look.resize(12)
    hands.settle()
    assert shown.grab().toImage() != full


def test_production_keeps_no_sheet_and_offers_no_sample(open_window: Open) -> None:
    hands = at_the_first(open_window, Mode.PRODUCTION)
    written(hands, NAMES[4])
    assert hands.window.presenter.cast.share("hsm/activation", 4) is None
    assert not [b for b in hands.page.findChildren(ShareWords) if b.isVisible()]
    assert "Fill sample values" not in [b.accessibleName() for b in hands.visible(type(hands.window.bar.pause))]
