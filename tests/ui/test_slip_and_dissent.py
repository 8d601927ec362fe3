"""On the page of the sign-off: the statement on paper first, and to disagree as easily as to agree."""

from __future__ import annotations

import pytest

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Deviation, SignOff
from ceremony_app.core.secret import Secret
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.fields import Line
from ceremony_app.ui.sheet import Sheet
from tests.ui.asking import said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Key, Open
from tests.ui.people_tour import PEOPLE, come, mixed_plan
from tests.ui.sample_plan import EXTERNAL, INTERNAL, sample_plan
from tests.ui.tour import NAMES, PIN, Player


def at_sign_off(open_window: Open) -> Hands:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.3", p.Approve)
    hands: Hands = open_window(desk)
    return hands


def choose(hands: Hands, name: str) -> None:
    chooser = hands.page.findChildren(Chooser)[0]
    found = next(i for i in range(chooser.count()) if chooser.itemText(i).startswith(name))
    chooser.setCurrentIndex(found)
    hands.settle()


def complete(hands: Hands, why: str = "The seal is broken.") -> None:
    """What is still missing, in the order in which early presses of the primary button lead to it."""
    for _ in range(20):
        gaps = hands.page.gaps()
        if not gaps:
            return
        hands.primary()
        if "end" in gaps[0].text:
            hands.press(Key.Key_PageDown)
        elif gaps[0].text == "why you do not agree":
            hands.type(why)
        elif gaps[0].text == "the card":
            hands.qtbot.waitUntil(lambda: not hands.window.presenter.waiting)
        else:
            hands.type(PIN)
    raise AssertionError(hands.page.gaps())


def test_the_slip_is_of_the_text_on_the_screen(open_window: Open) -> None:
    hands = at_sign_off(open_window)
    assert "Print the statement slip" not in [b.text() for b in hands.visible(type(hands.window.bar.pause))]
    choose(hands, "Dai Sato")
    length = hands.desk.state().length
    hands.push("Print the statement slip")
    assert hands.desk.slips == [hands.page.findChildren(Sheet)[-1].shown_text()]
    assert "The slip was sent to the printer at 10:31:07 UTC. Compare it with the screen" in said(hands.page)
    assert hands.desk.state().length == length
    hands.push("I do not agree")
    assert "sent to the printer" not in said(hands.page), "another text is signed now"
    hands.push("Print the statement slip")
    assert hands.desk.slips[-1].endswith("decision DISAGREE\nI do not agree.\n")


def test_without_paper_the_statement_is_signed_all_the_same(open_window: Open) -> None:
    hands = at_sign_off(open_window)
    hands.desk.out_of_paper = True
    choose(hands, "Dai Sato")
    hands.push("Print the statement slip")
    assert "[CER-PRINTER]" in hands.window.notice.text()
    assert "The slip was not printed. The statement can be signed all the same." in said(hands.page)
    complete(hands)
    hands.primary()
    assert isinstance(hands.desk.entries()[-1].event, SignOff)


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_to_disagree_needs_the_same_key_and_a_sentence(open_window: Open, number: int) -> None:
    """By key file, card, card with a keypad, and ceremony PIN."""
    desk = FakeDesk(mixed_plan())
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enrolment))
    for one in PEOPLE:
        come(desk, one.number)
    while not (isinstance(now := desk.prompt(), p.Approve) and _asks(desk, now, number)):
        player.answer(now)
    hands = open_window(desk)
    choose(hands, NAMES[number])
    hands.push("I do not agree")
    assert isinstance(hands.focus, Line), "the sentence is asked for first"
    complete(hands, "The label is not the one of the script.")
    hands.primary()
    hands.qtbot.waitUntil(lambda: isinstance(desk.entries()[-1].event, Deviation), timeout=10_000)
    signed, opened = (entry.event for entry in desk.entries()[-2:])
    assert isinstance(signed, SignOff)
    assert isinstance(opened, Deviation)
    assert (signed.person, signed.decision, signed.method) == (number, "DISAGREE", PEOPLE[number - 1].method)
    assert "The label is not the one of the script." in desk.text_of(opened.happened.leaf)


def _asks(desk: FakeDesk, now: p.Approve, number: int) -> bool:
    person = desk.state().person(number)
    return person is not None and any(role in person.roles for role in now.missing)


def test_the_sentence_of_one_person_is_not_the_next_ones(open_window: Open) -> None:
    hands = at_sign_off(open_window)
    choose(hands, "Dai Sato")
    hands.push("I do not agree")
    hands.type("I cannot see the token.")
    choose(hands, "Clara Lindqvist")
    hands.button("Agree and sign")
    assert "I cannot see the token." not in [line.text() for line in hands.page.findChildren(Line)]
    hands.push("I do not agree")
    assert "why you do not agree" in [gap.text for gap in hands.page.gaps()]


def test_whose_place_is_filled_can_still_disagree(open_window: Open) -> None:
    """Two internal witnesses, of whom one is asked: when the other has agreed, this one can say no."""
    people = (*PEOPLE[:1], *PEOPLE[4:], PEOPLE[2], PEOPLE[3])
    desk = FakeDesk(mixed_plan(people=(*people, PEOPLE[1])))
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enrolment))
    for one in (1, 2, 3, 4, 5):
        come(desk, one)
    player.until(lambda now: isinstance(now, p.Approve) and now.purpose == "result")
    now = desk.prompt()
    assert isinstance(now, p.Approve)
    text = desk.statement(2, INTERNAL, "result", "AGREE")
    answered(desk.sign(2, INTERNAL, "result", "AGREE", Secret.of(PIN), text))
    hands = open_window(desk)
    chooser = hands.page.findChildren(Chooser)[0]
    offered = [chooser.itemText(i) for i in range(chooser.count())]
    assert not [name for name in offered if NAMES[5] in name]
    assert [name for name in offered if "External witness" in name]
    hands.push("I do not agree")
    assert not [i for i in range(chooser.count()) if NAMES[2] in chooser.itemText(i)], "who has signed has signed"
    choose(hands, NAMES[5])
    complete(hands)
    hands.primary()
    hands.qtbot.waitUntil(lambda: bool(desk.state().problems))
    signed = [entry.event for entry in desk.entries() if isinstance(entry.event, SignOff)][-1]
    assert (signed.person, signed.role, signed.decision) == (5, INTERNAL, "DISAGREE")
    assert EXTERNAL in now.missing
