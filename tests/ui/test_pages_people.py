"""Pages about people: enrolment, signatures, pauses, restarts, and what a rehearsal fills in."""

from __future__ import annotations

from functools import partial

import pytest

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.events import Enrol
from ceremony_app.core.values import Mode
from ceremony_app.ui.choices import Chooser, Tick
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.enrolment import EnrolmentPage
from ceremony_app.ui.secretentry import SecretEntry
from tests.ui.asking import at, identified, is_a, said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Key, Open
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import PIN, Player


def test_a_person_is_enrolled_with_a_pin_typed_twice(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enrolment))
    hands.type("Anna Novak")
    hands.press(Key.Key_Return)
    hands.type("Example CA Ltd")
    hands.press(Key.Key_Return)
    identified(hands)
    hands.type(PIN)
    hands.press(Key.Key_Return)
    hands.type("246811")
    hands.primary()
    assert "the same PIN again" in hands.window.notice.text()
    assert not hands.desk.state().people
    hands.press(Key.Key_Backspace)
    hands.type("0")
    hands.primary()
    person = hands.desk.state().people[0]
    assert hands.desk.text_of(person.name.leaf) == "Anna Novak"
    assert "Anna Novak, Example CA Ltd" in said(hands.page)
    assert all(entry.is_empty() for entry in hands.page.findChildren(SecretEntry))
    assert hands.focus.accessibleName() == "Name, typed by the person"


def test_a_refused_pin_leaves_the_name_and_asks_again(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enrolment))
    for text in ("Anna Novak", "Example CA Ltd"):
        hands.type(text)
        hands.press(Key.Key_Return)
    identified(hands)
    hands.type("12")
    hands.press(Key.Key_Return)
    hands.type("12")
    hands.primary()
    assert "[CER-PIN]" in hands.window.notice.text()
    assert hands.focus.accessibleName() == "PIN, chosen by the person"
    assert hands.page.findChildren(Line)[0].text() == "Anna Novak"


def test_rehearsal_enrols_simulated_people_at_one_press_each(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enrolment))
    for title in ("Ceremony administrator", "Internal witness", "External witness", "Key custodian"):
        hands.button(f"Enrol {title} Sample").click()
        hands.answered()
    first = hands.desk.state().people[0]
    assert hands.desk.text_of(first.name.leaf) == "Ceremony administrator Sample"
    hands.primary()
    assert isinstance(hands.desk.prompt(), p.TypeTime)


def test_production_offers_no_samples(open_window: Open) -> None:
    for kind in (p.Enrolment, p.TypeTime, p.Enter, p.Approve):
        hands = at(open_window, partial(is_a, kind), Mode.PRODUCTION)
        assert not [b for b in hands.page.findChildren(type(hands.window.bar.pause)) if "ample" in b.text()]


@pytest.mark.parametrize("kind", [p.TypeTime, p.Enter, p.Approve])
def test_samples_fill_what_a_rehearsal_needs(open_window: Open, kind: type) -> None:
    hands = at(open_window, lambda now: isinstance(now, kind))
    if kind is p.Approve:
        answered(hands.desk.deviate("note", 1, "x", "y"))
        for person in hands.desk.state().people:
            hands.desk._pins[person.number] = b"24681012"
        hands.look_again()
    length = hands.desk.state().length
    hands.button("Fill sample values").click()
    hands.settle()
    for _ in range(20):
        if not hands.page.gaps():
            break
        hands.press(Key.Key_PageDown)
    hands.primary()
    assert hands.desk.state().length > length, hands.window.notice.text()


def test_a_wrong_pin_signs_nothing_and_is_typed_again(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Approve))
    for _ in range(20):
        gaps = hands.page.gaps()
        if not gaps:
            break
        hands.primary()
        if gaps[0].text == "who signs":
            hands.press(Key.Key_Down)
        elif "end" in gaps[0].text:
            hands.press(Key.Key_PageDown)
        else:
            hands.type("000000")
    hands.primary()
    assert "[CER-PIN]" in hands.window.notice.text()
    assert isinstance(hands.focus, SecretEntry)
    assert hands.focus.is_empty()
    hands.type(PIN)
    hands.primary()
    assert "Signed 1 of 2:   ✓ Internal witness: Bola Okafor" in said(hands.page)


def test_the_text_must_have_been_read_to_its_end(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.3", p.Approve)
    hands = open_window(desk)
    hands.window.appearance.resize(20)
    hands.settle()
    hands.page.findChildren(Chooser)[0].setCurrentIndex(1)
    hands.settle()
    assert any("read to its end" in gap.text for gap in hands.page.gaps())
    bar = hands.page.pane.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    assert any("read to its end" in gap.text for gap in hands.page.gaps())
    bar.setValue(bar.maximum())
    assert not any("read to its end" in gap.text for gap in hands.page.gaps())


def test_who_left_is_recorded_before_the_pause_ends(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    hands = open_window(desk)
    hands.press(Key.Key_F9)
    hands.press(Key.Key_Space)
    hands.primary()
    assert "two people who stay" in hands.window.notice.text()
    for tick in hands.page.findChildren(Tick)[:2]:
        tick.setChecked(True)
    hands.primary()
    hands.type("Fresh air.")
    hands.primary()
    assert isinstance(desk.prompt(), p.Paused)
    hands.primary()
    assert "Anna Novak" in hands.window.notice.text()
    hands.push("Record that Dai Sato has left")
    for tick in hands.page.findChildren(Tick):
        tick.setChecked(True)
    hands.primary()
    assert desk.state().pause is None
    assert [person.number for person in desk.state().people if person.present] == [1, 2, 3]


def test_people_leave_and_return(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    hands = open_window(desk)
    hands.press(Key.Key_F7)
    hands.push("Record that Bola Okafor leaves")
    assert not [x for x in desk.state().people if x.number == 2 and x.present]
    hands.push("Record that Bola Okafor is back")
    assert [x for x in desk.state().people if x.number == 2 and x.present]


def test_after_a_restart_people_are_enrolled_again(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    desk.restart()
    hands = open_window(desk)
    for _ in range(4):
        hands.primary()
        hands.press(Key.Key_Down)
        hands.primary()
        hands.type(PIN)
        hands.press(Key.Key_Return)
        hands.type(PIN)
        hands.primary()
    assert [e.event.person for e in desk.entries() if isinstance(e.event, Enrol) and e.event.replaces] == [1, 2, 3, 4]
    assert isinstance(desk.prompt(), p.Halted)


def test_enrolment_page_survives_arrivals(open_window: Open) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enrolment))
    Player(hands.desk).enrol(1)
    hands.look_again()
    page = hands.page
    assert isinstance(page, EnrolmentPage)
    hands.type("Bola")
    answered(hands.desk.do(c.Go(person=1)))
    hands.look_again()
    assert hands.page is page
    assert page.findChildren(Line)[0].text() == "Bola"
