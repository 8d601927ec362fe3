"""Holders of shares, or of a device's cards, come forward in the window before an action, and before a look."""

from __future__ import annotations

import random

import pytest
from PySide6.QtGui import QShortcut

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.secret import Secret
from ceremony_app.shares.splitting import Share
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.pages.inspect import InspectPage
from ceremony_app.ui.pages.perform import PerformPage
from ceremony_app.ui.panels.deviation import DeviationPanel
from ceremony_app.ui.text import Text
from tests.shares import oracle
from tests.shares.making import rows as words_of
from tests.shares.making import shares
from tests.ui.asking import said
from tests.ui.custody_plan import custody_plan, device_plan
from tests.ui.custody_tour import Sheets, activating, losing
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Key, Open
from tests.ui.sharing import answers, choose, entry, has_keyboard, offered, record, rows, told, type_backwards
from tests.ui.tour import NAMES, Player

STRANGE = [" ".join(words)[::-1] for words in words_of(shares(2, 3)[0])]
"""A sheet of another set, written backwards."""


def at_activation(open_window: Open) -> tuple[Hands, Sheets]:
    desk = FakeDesk(custody_plan())
    sheets = activating(desk)
    desk.entered.clear()
    return open_window(desk), sheets


def backwards(sheets: Sheets, person: int) -> list[str]:
    return [row[::-1] for row in sheets.of[person]]


def come(hands: Hands, name: str, sheet: list[str]) -> None:
    """This person comes forward and types a sheet."""
    hands.primary()
    choose(hands, name)
    hands.press(Key.Key_Return)
    assert has_keyboard(hands, rows(hands)[0])
    type_backwards(hands, sheet)
    hands.primary()


def who(hands: Hands) -> Chooser:
    return next(box for box in hands.visible(Chooser) if box.accessibleName() == "Who comes forward")


def test_two_of_three_activate_the_token_by_keyboard_alone(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    assert "Shares of the activation PIN: 0 of 2 are there" in said(hands.page)
    assert "PIN tries are not used by shares" in said(hands.page)
    assert offered(who(hands)) == [NAMES[4], NAMES[5], NAMES[6]]
    come(hands, NAMES[6], backwards(sheets, 6))
    assert isinstance(hands.page, PerformPage)
    assert "1 of 2 are there" in said(hands.page)
    assert f"Share 3✓ {NAMES[6]}, 10:31:07 UTC" in said(hands.page).replace("\n", "")
    assert "1 × Key custodian" in said(hands.page)
    assert entry(hands).is_empty()
    assert has_keyboard(hands, who(hands))
    assert offered(who(hands)) == [NAMES[4], NAMES[5]]
    come(hands, NAMES[4], backwards(sheets, 4))
    assert "2 of 2 are there" in said(hands.page)
    assert has_keyboard(hands, hands.page.heading)
    assert answers(hands.desk, "entered") == [("share activation 3 entered", 6), ("share activation 1 entered", 4)]
    assert hands.desk.entered == {}, "to enter the last share does not do the act"
    hands.primary()
    assert len(hands.desk.entered["pin"]) == 26
    assert not isinstance(hands.page, PerformPage)


def test_the_act_waits_for_the_last_share(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    enter, act = hands.window.bar.buttons()
    assert (enter.accessibleName(), act.accessibleName()) == ("Enter the share", "Activate the HSM")
    hands.push("Activate the HSM")
    assert "shares of 2 × Key custodian" in hands.window.notice.text()
    assert has_keyboard(hands, who(hands))
    sheets.enter(4)
    hands.look_again()
    hands.push("Activate the HSM")
    assert "shares of 1 × Key custodian" in hands.window.notice.text()
    assert hands.desk.entered == {}


def test_a_held_key_does_not_run_on_into_the_act(open_window: Open) -> None:
    hands, _ = at_activation(open_window)
    held = {s.key().toString(): s.autoRepeat() for s in hands.window.findChildren(QShortcut)}
    assert not held["Ctrl+Return"]
    assert not held["Ctrl+Enter"]
    assert held["Ctrl++"]


def test_enter_in_the_last_row_enters_no_share(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    hands.primary()
    choose(hands, NAMES[4])
    hands.press(Key.Key_Return)
    type_backwards(hands, backwards(sheets, 4))
    for _ in range(3):
        hands.press(Key.Key_Return)
    hands.answered()
    assert answers(hands.desk, "entered") == []
    assert not entry(hands).is_empty()


def test_a_share_of_another_set_is_refused_in_place(open_window: Open) -> None:
    hands, _ = at_activation(open_window)
    come(hands, NAMES[5], STRANGE)
    assert "CER-SHARE-SET" in hands.window.notice.text()
    assert entry(hands).is_empty()
    assert has_keyboard(hands, rows(hands)[0])
    assert who(hands).currentText() == NAMES[5]
    assert answers(hands.desk, "entered") == []


def test_the_share_of_somebody_else_is_refused_in_place(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    come(hands, NAMES[5], backwards(sheets, 4))
    assert "CER-SHARE-HOLDER" in hands.window.notice.text()
    assert entry(hands).is_empty()
    assert has_keyboard(hands, rows(hands)[0])


def test_a_share_counts_once(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    come(hands, NAMES[4], backwards(sheets, 4))
    come(hands, NAMES[5], backwards(sheets, 4))
    assert "CER-SHARE-TWICE" in hands.window.notice.text()
    assert "1 of 2 are there" in said(hands.page)


def test_rows_of_two_sheets_are_refused_in_place(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    come(hands, NAMES[4], [*backwards(sheets, 4)[:4], backwards(sheets, 5)[4]])
    assert "CER-SHARE]" in hands.window.notice.text()
    assert entry(hands).is_empty()


def test_a_typo_is_named_before_anything_is_sent(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    sheet = backwards(sheets, 4)
    come(hands, NAMES[4], [*sheet[:1], sheet[3], *sheet[2:]])
    assert told(hands) == "✗ This is not row 2; it would be right as row 4."
    assert has_keyboard(hands, rows(hands)[1])
    assert not entry(hands).is_empty()
    hands.press(Key.Key_Delete)
    type_backwards(hands, [sheet[1]])
    hands.primary()
    assert answers(hands.desk, "entered") == [("share activation 1 entered", 4)]


@pytest.mark.parametrize("size", [11, 16, 22])
def test_verdicts_are_seen_whole_at_every_text_size(open_window: Open, look: Appearance, size: int) -> None:
    hands, sheets = at_activation(open_window)
    look.resize(size)
    sheet = backwards(sheets, 4)
    come(hands, NAMES[4], [sheet[1], "dica", *sheet[2:]])
    assert hands.page.pane.horizontalScrollBar().maximum() == 0
    assert (hands.window.width(), hands.window.height()) == (1366, 768)
    for text in entry(hands).findChildren(Text):
        if text.isVisible():
            needed = text.heightForWidth(text.width()) if text.wordWrap() else text.sizeHint().height()
            assert text.height() >= needed, text.text()
            assert text.mapTo(entry(hands), text.rect().bottomRight()).x() <= entry(hands).width()


def test_shares_that_do_not_give_the_secret_become_a_deviation(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    come(hands, NAMES[4], backwards(sheets, 4))
    number = record(hands.desk).set
    texts = oracle.split(bytes(16), 2, 3, number, random.Random(1).randbytes)
    forged = Share(index=2, set_id=number, threshold=2, words=Secret.of(texts[1]))
    come(hands, NAMES[5], [" ".join(words)[::-1] for words in words_of(forged)])
    hands.look_again()
    assert "CER-CHECK" in hands.window.notice.text()
    assert len(hands.desk.state().problems) == 1
    assert "No PIN try was used" in hands.desk.text_of(hands.desk.state().problems[0].opened.happened.leaf)
    assert not [box for box in hands.visible(Chooser) if box.count() == 1], "nobody is taken for having come forward"


def test_a_deviation_takes_back_what_was_entered(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    come(hands, NAMES[4], backwards(sheets, 4))
    hands.press(Key.Key_F8)
    assert isinstance(hands.page, DeviationPanel)
    hands.type("Somebody came in.")
    hands.primary()
    hands.press(Key.Key_Escape)
    assert isinstance(hands.page, PerformPage)
    assert "0 of 2 are there" in said(hands.page)
    assert offered(who(hands)) == [NAMES[4], NAMES[5], NAMES[6]]
    come(hands, NAMES[4], backwards(sheets, 4))
    assert "1 of 2 are there" in said(hands.page)


def test_what_is_half_typed_goes_when_the_page_is_covered_or_the_person_changes(open_window: Open) -> None:
    hands, _ = at_activation(open_window)
    hands.primary()
    choose(hands, NAMES[4])
    hands.press(Key.Key_Return)
    hands.type("acid acne")
    hands.press(Key.Key_Return)
    hands.type("acid acne")
    hands.press(Key.Key_Escape)
    assert not entry(hands).is_empty(), "Esc discards nothing"
    hands.press(Key.Key_F8)
    hands.press(Key.Key_Escape)
    assert entry(hands).is_empty()
    assert has_keyboard(hands, rows(hands)[0]), "it begins anew at the first row"
    hands.type("acid acne")
    hands.go_to(who(hands))
    choose(hands, NAMES[5])
    assert entry(hands).is_empty()


def test_what_is_typed_before_a_name_is_chosen_stays(open_window: Open) -> None:
    hands, sheets = at_activation(open_window)
    rows(hands)[0].setFocus()
    type_backwards(hands, backwards(sheets, 4))
    hands.primary()
    choose(hands, NAMES[4])
    hands.primary()
    assert answers(hands.desk, "entered") == [("share activation 1 entered", 4)]


def test_a_device_asks_for_its_own_cards(open_window: Open) -> None:
    desk = FakeDesk(device_plan())
    Player(desk).until_step("2.5", p.Perform)
    hands = open_window(desk)
    for name, number, index in ((NAMES[5], "2", 0), (NAMES[4], "1", 1)):
        hands.primary()
        choose(hands, name)
        hands.press(Key.Key_Return)
        card = hands.focus
        assert isinstance(card, Chooser)
        assert card.accessibleName() == "Number on the card"
        choose(hands, number)
        assert hands.window.bar.buttons()[0].accessibleName() == "Present the card"
        hands.primary()
        assert answers(desk, "entered")[index] == (f"share activation {number} entered", 4 + (name == NAMES[5]))
    assert "Card 2" in said(hands.page)
    assert "2 of 2 are there" in said(hands.page)
    hands.primary()
    assert not isinstance(hands.page, PerformPage)


def test_a_look_at_the_token_asks_for_shares_again(open_window: Open) -> None:
    desk = FakeDesk(custody_plan())
    sheets = losing(desk)
    hands = open_window(desk)
    assert isinstance(hands.page, InspectPage)
    assert "come forward again, for this look only" in said(hands.page)
    hands.push("Inspect the device")
    assert "shares of 2 × Key custodian" in hands.window.notice.text()
    come(hands, NAMES[5], backwards(sheets, 5))
    come(hands, NAMES[6], backwards(sheets, 6))
    desk.entered.clear()
    hands.primary()
    assert len(desk.entered["pin"]) == 26
    assert not isinstance(hands.page, InspectPage)


@pytest.mark.parametrize("gone", [5, 6])
def test_who_has_left_is_not_offered(open_window: Open, gone: int) -> None:
    hands, _ = at_activation(open_window)
    answered(hands.desk.do(c.Go(person=gone)))
    hands.look_again()
    assert NAMES[gone] not in offered(who(hands))
