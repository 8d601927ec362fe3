"""Usability points 16 to 30: where one is, what one confirms, and that nothing happens by itself."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Deviation, SignOff
from ceremony_app.core.values import Mode
from ceremony_app.core.words import hash_rows
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.sheet import Sheet
from ceremony_app.ui.text import Text
from tests.ui.asking import said
from tests.ui.conftest import STATION
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import CTRL, Hands, Key, Open
from tests.ui.journeys import every_page, everywhere
from tests.ui.sample_evidence import SPKI
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import NAMES, PIN, Player

BANNED = re.compile(r"\b(OK|Yes|Continue|Next|Submit|Proceed|Error|Oops)\b", re.IGNORECASE)


def test_16_the_banner_says_where_we_are(open_window: Open) -> None:
    for name, hands in every_page(open_window):
        state, said = hands.desk.state(), hands.window.banner.spoken()
        assert said.startswith("REHEARSAL"), name
        assert hands.desk.plan.definition.title in said
        assert re.search(r"\d\d:\d\d:\d\d UTC", said)
        assert STATION in said
        assert "token H7-00412" in said
        assert f"journal {state.length:04} {hash_rows(state.head)[0].groups}" in said, name
        assert f"deviations {len(state.problems)}" in said
        now = hands.window.presenter.view.step
        if now is not None:
            assert f"step {now.number}  (" in said
            assert f"of {len(hands.desk.plan.definition.steps)})" in said


def test_16_mode_cannot_be_mistaken(open_window: Open) -> None:
    rehearsal, production = open_window(), open_window(mode=Mode.PRODUCTION)
    marks = [t for t in rehearsal.window.banner.findChildren(Text) if t.text() == "REHEARSAL"]
    assert len(marks) == 2
    left, right = sorted(mark.mapTo(rehearsal.window, mark.rect().center()).x() for mark in marks)
    assert left < 200
    assert right > 1366 - 200
    assert "REHEARSAL" in rehearsal.window.windowTitle()
    assert "REHEARSAL" not in production.window.banner.spoken()
    assert production.window.banner.spoken().startswith("PRODUCTION")
    assert "REHEARSAL" not in production.window.windowTitle()


def test_17_looking_elsewhere_says_so_and_one_key_goes_back(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    hands = open_window(desk)
    page = hands.page
    hands.window.steps.setFocus()
    hands.press(Key.Key_Up, times=3)
    assert hands.window.strip.text() == "You are looking at 2.2. Current is 3.2."
    assert hands.page.heading.text() == "2.2  Connect the HSM"
    assert hands.focus is hands.window.steps
    hands.press(Key.Key_G, CTRL)
    assert hands.window.strip.text() == ""
    assert hands.page is page


def test_17_what_was_typed_survives_the_look(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until(lambda now: isinstance(now, p.Enter))
    hands = open_window(desk)
    hands.type("H7-0041")
    field = hands.focus
    hands.window.steps.setFocus()
    hands.press(Key.Key_Home)
    hands.press(Key.Key_Down)
    assert hands.window.strip.text().startswith("You are looking at")
    hands.press(Key.Key_G, CTRL)
    assert hands.focus is field
    hands.type("2")
    hands.primary()
    assert desk.state().run is not None
    assert "H7-00412" in str(desk.entries()[-1].event)


def test_22_hash_rows_have_letters_hex_and_words(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until(lambda now: isinstance(now, p.WriteRows))
    hands = open_window(desk)
    block = hands.page.findChild(HashBlock)
    assert block is not None
    expected = [f"{row.letter} {row.groups} {' '.join(row.words)}" for row in hash_rows(SPKI)]
    assert list(block.lines()) == expected
    assert [line[0] for line in block.lines()] == list("ABCDEFGH")
    assert all(re.fullmatch(r"[A-H] [0-9a-f]{4} [0-9a-f]{4}( [A-Za-z]+){4}", line) for line in block.lines())
    assert block.accessibleDescription().startswith("Row A. one foxtrot zero four. alfa four zero one. Words:")


def test_23_drawn_rows_are_hidden_everywhere(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until(lambda now: isinstance(now, p.TypeRows))
    hands = open_window(desk)
    now = desk.prompt()
    assert isinstance(now, p.TypeRows)
    rows = {row.letter: row for row in hash_rows(SPKI)}
    secret = [rows[letter].hex for letter in now.drawn] + [rows[letter].groups for letter in now.drawn]

    def shown() -> str:
        blocks = [" ".join((*b.lines(), b.accessibleDescription())) for b in hands.visible(HashBlock)]
        sheets = [sheet.toPlainText() for sheet in hands.visible(Sheet)]
        return "\n".join([*blocks, *sheets, *(label.text() for label in hands.visible(Text))])

    assert not [part for part in secret if part in shown()]
    assert "read it from the paper" in shown()
    for step in desk.plan.definition.steps:
        hands.window.area.look_at(step)
        hands.settle()
        assert not [part for part in secret if part in shown()], step.number


def test_24_a_wrong_row_is_named_and_not_accepted(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until(lambda now: isinstance(now, p.TypeRows))
    hands = open_window(desk)
    now = desk.prompt()
    assert isinstance(now, p.TypeRows)
    letter = now.left[0]
    hands.type("00000000")
    hands.primary()
    assert f"✗ Row {letter} differs. Read row {letter} again slowly" in hands.page._verdicts[letter].text()  # type: ignore[attr-defined]  # the rows' page
    assert hands.focus is hands.page.first()
    assert f"row {letter}" in hands.window.bar.needed()
    hands.type("00000000")
    hands.primary()
    assert isinstance(desk.prompt(), p.Halted)


def test_26_buttons_say_what_they_do(open_window: Open) -> None:
    for name, hands in everywhere(open_window):
        for button in hands.visible(QPushButton):
            assert not BANNED.search(button.text()), (name, button.text())
            assert len(button.text().split()) > 1, (name, button.text())


def test_27_nobody_signs_twice_or_makes_both_entries(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enter) and now.second)
    hands = open_window(desk)
    who = hands.page.findChildren(Chooser)[0]
    assert "Anna Novak" not in " ".join(who.itemText(i) for i in range(who.count()))
    player.until(lambda now: isinstance(now, p.Approve))
    player.answer(desk.prompt())
    hands.look_again()
    signers = next(box for box in hands.page.findChildren(Chooser) if box.accessibleName() == "I am")
    assert [signers.itemText(i) for i in range(signers.count())] == ["Clara Lindqvist, External witness"]


@pytest.mark.parametrize("number", ["2.1", "3.3"])
def test_28_to_disagree_is_an_equal_button_and_opens_a_deviation(open_window: Open, number: str) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step(number, p.Approve)
    hands = open_window(desk)
    agree, disagree = hands.window.bar.buttons()
    assert agree.size() == disagree.size()
    assert agree.property("kind") == disagree.property("kind") == "equal"
    hands.push("I do not agree")
    choose_and_read(hands)
    statement = hands.page.findChildren(Sheet)[-1].shown_text()
    assert statement.endswith("decision DISAGREE\nI do not agree.\n")
    hands.primary()
    hands.qtbot.waitUntil(lambda: bool(desk.state().problems))
    signed, opened = (entry.event for entry in desk.entries()[-2:])
    assert getattr(signed, "statement", "") == statement
    assert isinstance(signed, SignOff)
    assert isinstance(opened, Deviation)
    assert opened.by == signed.person
    assert desk.text_of(opened.happened.leaf) == f"{NAMES[signed.person]} does not agree: The seal is broken."
    hands.look_again()
    assert isinstance(desk.prompt(), p.Halted)
    assert any("A person does not agree." in text.text() for text in hands.page.findChildren(Text))
    assert "The seal is broken." in said(hands.page)


def choose_and_read(hands: Hands) -> None:
    """Choose the first person, read to the end, type the PIN."""
    for _ in range(20):
        gaps = hands.page.gaps()
        if not gaps:
            return
        hands.primary()
        if gaps[0].text == "who signs":
            hands.press(Key.Key_Down)
        elif "end" in gaps[0].text:
            hands.press(Key.Key_PageDown)
        elif gaps[0].text == "why you do not agree":
            hands.type("The seal is broken.")
        else:
            hands.type(PIN)


def test_28_a_refusal_that_was_begun_stays_with_its_person(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    player = Player(desk)
    player.until_step("3.3", p.Approve)
    hands = open_window(desk)
    hands.push("I do not agree")
    choose_and_read(hands)
    hands.button("Sign that I do not agree")
    player.answer(desk.prompt())
    hands.look_again()
    hands.button("Agree and sign")
    assert any(gap.text == "the PIN" for gap in hands.page.gaps())


def test_28_what_is_shown_is_what_is_signed(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.3", p.Approve)
    hands = open_window(desk)
    choose_and_read(hands)
    sheet = hands.page.findChildren(Sheet)[-1]
    assert sheet.toPlainText() + "\n" == sheet.shown_text()
    answered(desk.deviate("note", 1, "Silence.", "A bell rings."))
    hands.look_again()
    assert hands.page.gaps(), "another text: it is read again before it is signed"


def test_30_nothing_goes_on_by_itself(open_window: Open) -> None:
    for name, hands in every_page(open_window):
        length, page = hands.desk.state().length, hands.page
        for timer in hands.window.findChildren(QTimer):
            for _ in range(3):
                timer.timeout.emit()
        hands.settle()
        assert hands.desk.state().length == length, name
        assert hands.page is page, name
