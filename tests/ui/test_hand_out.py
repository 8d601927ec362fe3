"""A split PIN is handed out in the window: shown to one person, typed back by the same, and gone from the screen."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.values import Mode
from ceremony_app.ui.choices import Chooser
from tests.ui.asking import said
from tests.ui.fake_desk import answered
from tests.ui.hands import Key, Open
from tests.ui.sharing import (
    answers,
    at_the_first,
    beside,
    choose,
    entry,
    hand_over,
    has_keyboard,
    offered,
    record,
    rows,
    told,
    type_backwards,
    words,
    written,
)
from tests.ui.tour import NAMES

CUSTODIANS = [NAMES[n] for n in (4, 5, 6)]


def test_three_people_get_a_share_each_by_keyboard_alone(open_window: Open) -> None:
    hands = at_the_first(open_window, Mode.PRODUCTION)
    for index, name in enumerate(CUSTODIANS, start=1):
        assert f"Share {index} of 3 of the activation PIN" in said(hands.page)
        type_backwards(hands, written(hands, name))
        assert f"{name} types share {index} back" in said(hands.page)
        hands.primary()
        hands.look_again()
    assert answers(hands.desk, "written") == [(f"share activation {n} written", n + 3) for n in (1, 2, 3)]
    assert answers(hands.desk, "proven") == [(f"share activation {n} proven", n + 3) for n in (1, 2, 3)]
    assert answers(hands.desk, "combined") == [("shares activation combined", 0)]
    assert isinstance(hands.desk.prompt(), p.Perform)


def test_the_page_says_who_holds_what_and_no_word_of_it(open_window: Open) -> None:
    hands = at_the_first(open_window)
    type_backwards(hands, written(hands, NAMES[5]))
    hands.primary()
    text = said(hands.page)
    assert f"✓ typed back: {NAMES[5]}, 10:31:07 UTC" in text
    assert "2 of 3 × Key custodian" in text
    assert "activation PIN of the token hsm, serial number H7-00412" in text
    known = record(hands.desk)
    assert f"{known.set:05}" in text
    assert known.check in text.replace(" ", "")


def test_nobody_is_offered_who_has_one_or_has_another_role(open_window: Open) -> None:
    hands = at_the_first(open_window)
    assert offered(hands.page.findChildren(Chooser)[0]) == CUSTODIANS
    type_backwards(hands, written(hands, NAMES[5]))
    hands.primary()
    assert offered(hands.page.findChildren(Chooser)[0]) == [NAMES[4], NAMES[6]]


def test_a_typo_is_named_by_its_row_and_nothing_is_sent(open_window: Open) -> None:
    hands = at_the_first(open_window)
    sheet = written(hands, NAMES[4])
    wrong = [*sheet]
    wrong[2] = f"{sheet[2]}x"  # written backwards: an x before the first word
    type_backwards(hands, wrong)
    assert told(hands).startswith("✗ Row 3: word 1 is not in the list")
    assert beside(hands) == ["✓ fits", "✓ fits", "✗ not right", "✓ fits", "5 of 5 words"]
    hands.primary()
    assert "row 3, typed again" in hands.window.notice.text()
    assert has_keyboard(hands, rows(hands)[2])
    assert answers(hands.desk, "proven") == []
    hands.press(Key.Key_Delete)
    assert told(hands) == ""
    type_backwards(hands, [sheet[2]])
    hands.primary()
    assert answers(hands.desk, "proven") == [("share activation 1 proven", 4)]


def test_the_sheet_of_another_share_is_refused_in_place(open_window: Open) -> None:
    hands = at_the_first(open_window)
    first = written(hands, NAMES[4])
    type_backwards(hands, first)
    hands.primary()
    written(hands, NAMES[5])
    type_backwards(hands, first)
    hands.primary()
    assert "CER-SHARE-HOLDER" in hands.window.notice.text()
    assert entry(hands).is_empty()
    assert has_keyboard(hands, rows(hands)[0])
    assert len(answers(hands.desk, "proven")) == 1


def test_a_spoiled_sheet_is_written_again(open_window: Open) -> None:
    hands = at_the_first(open_window)
    sheet = written(hands, NAMES[4])
    hands.type("spoiled")
    hands.push("Show share 1 again")
    assert has_keyboard(hands, hands.button(f"Show share 1 to {NAMES[4]}"))
    hands.primary()
    assert len(answers(hands.desk, "written")) == 1, "not before it was seen again"
    hands.press(Key.Key_Space)
    assert [row.strip()[::-1] for row in words(hands).copied().reveal().decode().split("\n")] == sheet
    hands.primary()
    assert answers(hands.desk, "written") == [("share activation 1 written", 4)] * 2
    assert entry(hands).is_empty()
    assert has_keyboard(hands, rows(hands)[0])
    type_backwards(hands, sheet)
    hands.primary()
    assert hand_over(hands.desk).index == 2


def test_a_spoiled_sheet_may_go_to_somebody_else(open_window: Open) -> None:
    hands = at_the_first(open_window)
    written(hands, NAMES[4])
    hands.push("Show share 1 again")
    hands.go_to(hands.page.findChildren(Chooser)[0])
    choose(hands, NAMES[6])
    hands.push("Show share 1")
    hands.primary()
    assert hand_over(hands.desk).holder == 6
    assert f"{NAMES[6]} types share 1 back" in said(hands.page)


def test_one_may_return_from_a_second_look_without_one(open_window: Open) -> None:
    hands = at_the_first(open_window)
    sheet = written(hands, NAMES[4])
    hands.push("Show share 1 again")
    hands.push("Return to typing share 1")
    type_backwards(hands, sheet)
    hands.primary()
    assert hand_over(hands.desk).index == 2


def test_a_rehearsal_plays_the_holders(open_window: Open) -> None:
    hands = at_the_first(open_window)
    for _ in CUSTODIANS:
        hands.push("Fill sample values")
        hands.press(Key.Key_Space)
        hands.primary()
        hands.push("Fill sample values")
        hands.primary()
        hands.look_again()
    assert answers(hands.desk, "combined")
    hands.primary()
    new = hands.desk.entered["pin"]
    hands.push("Fill sample values")
    hands.primary()
    hands.push("Fill sample values")
    hands.primary()
    hands.primary()
    assert hands.desk.entered["pin"] == new, "the token is activated by what the sheets give"


def test_with_nobody_left_the_page_says_so(open_window: Open) -> None:
    hands = at_the_first(open_window)
    for number in (4, 5, 6):
        answered(hands.desk.do(c.Go(person=number)))
    hands.look_again()
    assert "Nobody is here with the role Key custodian and without a share." in said(hands.page)
    hands.primary()
    assert answers(hands.desk, "written") == []
