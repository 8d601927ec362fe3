"""Roll-call in all three ways of signing, proxies, who is here, and for whom the room waits; by keyboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core import commands as c
from ceremony_app.core import prompts as p
from ceremony_app.core.coming import Card, Coming, Credential
from ceremony_app.core.events import Enrol
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode
from ceremony_app.ui.choices import Chooser, Tick
from ceremony_app.ui.desk import Answer
from ceremony_app.ui.fields import Line
from ceremony_app.ui.hashblock import HashBlock
from ceremony_app.ui.pages.people import EnrolAgainPage
from ceremony_app.ui.panels.people import PeoplePanel
from ceremony_app.ui.secretentry import SecretEntry
from tests.ui.asking import at, identified, is_a, said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Key, Open
from tests.ui.journeys import every_page
from tests.ui.people_tour import PEOPLE, PINNED, come, mixed_plan
from tests.ui.sample_plan import CUSTODIAN, EXTERNAL, INTERNAL, sample_plan
from tests.ui.tour import PIN, Player


def roll_call(open_window: Open, *here: int, people: tuple[BoundPerson, ...] = PEOPLE) -> Hands:
    """A window at the roll-call, with these people enrolled."""
    desk = FakeDesk(mixed_plan(people=people))
    Player(desk).until(lambda now: isinstance(now, p.Enrolment))
    for number in here:
        come(desk, number)
    hands: Hands = open_window(desk)
    return hands


def introduced(hands: Hands, name: str) -> None:
    """Name, organisation, who saw which paper; then the keyboard is at what the person signs with."""
    for text in (name, "Example CA Ltd"):
        hands.type(text)
        hands.press(Key.Key_Return)
    identified(hands)


def last(hands: Hands) -> Enrol:
    return [entry.event for entry in hands.desk.entries() if isinstance(entry.event, Enrol)][-1]


def texts(hands: Hands, event: Enrol) -> dict[str, str]:
    return {name: hands.desk.text_of(leaf.leaf) for name, leaf in event.more.items()}


def test_a_key_file_that_is_bound_is_compared_by_the_program(open_window: Open) -> None:
    hands = roll_call(open_window, 1)
    introduced(hands, "Bola Okafor")
    hands.type("/media/stick/key.pem")
    hands.press(Key.Key_Return)
    hands.type(PIN)
    hands.primary()
    assert hands.desk.files == [Path("/media/stick/key.pem")]
    event = last(hands)
    assert (event.person, event.method, event.identified_by) == (2, "file", 1)
    assert texts(hands, event) == {"paper": "Passport, Norway"}
    assert "it is the same, to the last digit" in said(hands.page)
    (rows,) = hands.page.findChildren(HashBlock)
    assert rows.lines() == HashBlock(PINNED).lines()
    assert not [gap for gap in hands.page.gaps() if "rows A to H" in gap.text]


def test_a_card_that_is_not_bound_by_digest_is_read_from_its_owners_paper(open_window: Open) -> None:
    hands = roll_call(open_window, 1, 2)
    introduced(hands, "Clara Lindqvist")
    hands.push("Ask the card")
    hands.qtbot.waitUntil(lambda: "C-3   PIN tries: no wrong try" in said(hands.page))
    hands.go_to(next(entry for entry in hands.visible(SecretEntry)))
    hands.type(PIN)
    hands.primary()
    event = last(hands)
    assert (event.person, event.method) == (3, "card")
    (rows,) = hands.page.findChildren(HashBlock)
    assert rows.lines() == HashBlock(event.key).lines()
    hands.primary()
    assert "rows A to H read by Clara Lindqvist" in hands.window.notice.text()
    assert len(hands.desk.state().people) == 3
    assert isinstance(hands.focus, Tick)
    hands.press(Key.Key_Space)
    assert not [gap for gap in hands.page.gaps() if "rows A to H" in gap.text]


def test_a_card_whose_reader_has_a_keypad_is_asked_for_no_pin(
    open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = roll_call(open_window, 1, 2, 3)
    assert not hands.visible(SecretEntry)
    assert "own keypad" in said(hands.page)
    introduced(hands, "Dai Sato")
    brought: list[Credential] = []
    enrol = hands.desk.enrol

    def noted(who: Coming, credential: Credential) -> Answer:
        brought.append(credential)
        return enrol(who, credential)

    monkeypatch.setattr(hands.desk, "enrol", noted)
    hands.primary()
    assert last(hands).person == 4
    assert brought == [Card(None)], "no PIN, not even an empty one"


def test_another_place_forgets_what_the_one_before_typed(open_window: Open) -> None:
    hands = roll_call(open_window, people=(PEOPLE[0], PEOPLE[4], *PEOPLE[1:4]))
    introduced(hands, "Anna Novak")
    hands.type(PIN)
    who = hands.page.findChildren(Chooser)[0]
    who.choose("5")
    hands.settle()
    assert all(entry.is_empty() for entry in hands.page.findChildren(SecretEntry))


def test_a_proxy_is_asked_for_name_and_authority_together(open_window: Open) -> None:
    hands = roll_call(open_window)
    for text in ("Eva Ruiz", "Example CA Ltd"):
        hands.type(text)
        hands.press(Key.Key_Return)
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Return)
    hands.type("Identity card, Spain")
    hands.press(Key.Key_Return)
    hands.press(Key.Key_Space)
    assert [gap.text for gap in hands.page.gaps()][:2] == ["who is absent", "the proxy's authority"]
    hands.press(Key.Key_Return)
    hands.type("Frieda Haas")
    hands.press(Key.Key_Return)
    hands.type("Letter of the board, 3 May 2026")
    hands.press(Key.Key_Return)
    hands.type(PIN)
    hands.press(Key.Key_Return)
    hands.type(PIN)
    hands.primary()
    assert texts(hands, last(hands)) == {
        "paper": "Identity card, Spain",
        "proxy-for": "Frieda Haas",
        "authority": "Letter of the board, 3 May 2026",
    }
    assert "Eva Ruiz, Example CA Ltd, standing in for Frieda Haas (Letter of the board, 3 May 2026)" in said(hands.page)


def test_what_was_said_of_a_proxy_and_taken_back_is_not_sent(open_window: Open) -> None:
    hands = roll_call(open_window)
    introduced(hands, "Eva Ruiz")
    tick = hands.page.findChildren(Tick)[0]
    tick.setChecked(True)
    for line in [line for line in hands.visible(Line) if line.accessibleName().startswith(("Stands in", "By what"))]:
        line.setText("x")
    tick.setChecked(False)
    entries = hands.visible(SecretEntry)
    for entry in entries:
        hands.go_to(entry)
        hands.type(PIN)
    hands.primary()
    assert set(last(hands).more) == {"paper"}


@pytest.mark.parametrize(
    ("paper", "fine"),
    [("Passport, Norway", True), ("Passport C01X00T47", True), ("ID 12 345 67", False), ("no. 4711-0815", False)],
)
def test_the_number_of_a_paper_is_not_taken(open_window: Open, paper: str, fine: bool) -> None:
    hands = roll_call(open_window)
    hands.page.findChildren(Chooser)[1].setCurrentIndex(1)
    line = next(line for line in hands.visible(Line) if line.accessibleName().startswith("Identity paper"))
    line.setText(paper)
    hands.settle()
    assert ("the identity paper without its number" not in [gap.text for gap in hands.page.gaps()]) is fine
    assert "never the number of the paper" in said(hands.page)


@pytest.mark.parametrize("mode", [Mode.REHEARSAL, Mode.PRODUCTION])
def test_nobody_yet_is_offered_in_a_rehearsal_only(open_window: Open, mode: Mode) -> None:
    hands = at(open_window, lambda now: isinstance(now, p.Enrolment), mode)
    seen_by = hands.page.findChildren(Chooser)[1]
    offered = [seen_by.itemText(i) for i in range(seen_by.count())]
    assert any("nobody yet" in text for text in offered) is (mode is Mode.REHEARSAL)
    assert not any("Ceremony administrator" in text for text in offered), "nobody sees their own paper"
    assert "who saw the identity paper" in [gap.text for gap in hands.page.gaps()]


def test_one_name_under_two_numbers_is_asked_about_and_not_refused(open_window: Open) -> None:
    hands = roll_call(open_window, 1, 2, 3, 4)
    hands.go_to(next(line for line in hands.visible(Line) if line.accessibleName().startswith("Name")))
    introduced(hands, "anna  NOVAK")
    assert "Anna Novak, Ceremony administrator (person 1) has the same name and organisation." in said(hands.page)
    hands.type(PIN)
    hands.press(Key.Key_Return)
    hands.type(PIN)
    hands.primary()
    assert last(hands).person == 5


def test_who_is_here_says_all_that_is_asked(open_window: Open) -> None:
    hands = roll_call(open_window, 1, 2, 3)
    key = hands.desk.state().people[2].key
    shown = said(hands.page).replace("\N{NO-BREAK SPACE}", " ")
    assert "3  External witness" in shown
    assert f"in 10:31:07 · external · card, key {key[:4]} {key[4:8]}" in shown
    assert "identity seen by Anna Novak (passport, Norway)" in shown
    answered(hands.desk.do(c.Go(person=3)))
    hands.look_again()
    assert "out 10:31:07" in said(hands.page).replace("\N{NO-BREAK SPACE}", " ")


def test_the_people_panel_opens_over_every_page(open_window: Open) -> None:
    for name, hands in every_page(open_window):
        hands.press(Key.Key_F7)
        assert isinstance(hands.page, PeoplePanel), name
        hands.press(Key.Key_Escape)
        assert not isinstance(hands.page, PeoplePanel), name


def test_the_room_waits_for_whoever_has_left(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.3", p.Approve)
    hands = open_window(desk)
    hands.press(Key.Key_F7)
    hands.push("Record that Clara Lindqvist leaves")
    assert "Step 3.3: waiting for External witness." in said(hands.page)
    hands.press(Key.Key_Escape)
    assert "waiting for External witness" in hands.window.bar.needed()
    assert [b.text() for b in hands.window.bar.buttons()][1] == "I do not agree", "the custodian can sign meanwhile"
    answered(desk.do(c.Go(person=4)))
    hands.look_again()
    (button,) = hands.window.bar.buttons()
    assert button.accessibleName().startswith("Waiting for Key custodian and External witness")
    hands.primary()
    assert isinstance(hands.page, PeoplePanel), "the way to record who is back"
    hands.push("Record that Dai Sato is back")
    hands.press(Key.Key_Escape)
    assert len(hands.window.bar.buttons()) == 2


def test_the_watch_and_the_rows_wait_for_those_who_read_them(open_window: Open) -> None:
    for kind, number, title in ((p.TypeTime, 3, "External witness"), (p.TypeRows, 2, "Internal witness")):
        hands = at(open_window, partial(is_a, kind))
        answered(hands.desk.do(c.Go(person=number)))
        hands.look_again()
        assert hands.window.bar.buttons()[0].accessibleName().startswith(f"Waiting for {title}")
        answered(hands.desk.do(c.Come(person=number)))
        hands.look_again()
        assert not hands.window.bar.buttons()[0].accessibleName().startswith("Waiting")


def test_who_has_signed_in_one_role_does_not_fill_the_other(open_window: Open) -> None:
    """Person 2 agrees as custodian before the key is made: the result wants another internal witness."""
    people = (PEOPLE[0], BoundPerson(number=2, roles=(INTERNAL, CUSTODIAN)), PEOPLE[2])
    desk = FakeDesk(mixed_plan(people=people))
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enrolment))
    for number in (1, 2, 3):
        come(desk, number)
    while not (isinstance(now := desk.prompt(), p.Approve) and (now.step.number, now.purpose) == ("3.3", "result")):
        if isinstance(now, p.Approve):
            role = next(iter(now.missing))
            number = 3 if role == EXTERNAL else 2
            text = desk.statement(number, role, now.purpose, "AGREE")
            answered(desk.sign(number, role, now.purpose, "AGREE", Secret.of(PIN), text))
        else:
            player.answer(now)
    hands = open_window(desk)
    assert "waiting for Internal witness" in hands.window.bar.needed()
    chooser = hands.page.findChildren(Chooser)[0]
    assert [chooser.itemText(i) for i in range(chooser.count())] == ["Clara Lindqvist, External witness"]


def test_who_comes_late_is_enrolled_in_the_people_panel(open_window: Open) -> None:
    desk = FakeDesk(mixed_plan())
    player = Player(desk)
    player.until(lambda now: isinstance(now, p.Enrolment))
    for number in (1, 2, 3, 4):
        come(desk, number)
    player.until(lambda now: isinstance(now, p.TypeTime))
    hands = open_window(desk)
    hands.press(Key.Key_F7)
    assert "Enrol somebody who has come late" in said(hands.page)
    hands.go_to(next(line for line in hands.visible(Line) if line.accessibleName().startswith("Name")))
    introduced(hands, "Eli Berg")
    hands.type(PIN)
    hands.press(Key.Key_Return)
    hands.type(PIN)
    hands.press(Key.Key_Escape)
    assert isinstance(hands.page, PeoplePanel), "what was typed is not thrown away"
    hands.primary()
    assert [one.number for one in desk.state().people] == [1, 2, 3, 4, 5]
    hands.press(Key.Key_Escape)
    assert not isinstance(hands.page, PeoplePanel)


def test_nobody_can_come_late_where_every_place_is_filled(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    hands = open_window(desk)
    hands.press(Key.Key_F7)
    assert "come late" not in said(hands.page)


def test_after_a_restart_who_sees_the_paper_is_asked_anew(open_window: Open) -> None:
    desk = FakeDesk(sample_plan())
    Player(desk).until_step("3.2", p.Approve)
    desk.restart()
    hands = open_window(desk)
    assert isinstance(hands.page, EnrolAgainPage)
    names = {line.accessibleName(): line.text() for line in hands.visible(Line)}
    assert names["Name, typed by the person"] == "Anna Novak"
    assert names["Identity paper: kind and issuing country"] == "Passport, Norway"
    assert next(gap.text for gap in hands.page.gaps()) == "who saw the identity paper"
    hands.page.findChildren(Chooser)[0].choose("3")
    hands.settle()
    names = {line.accessibleName(): line.text() for line in hands.visible(Line)}
    assert names["Name, typed by the person"] == "Clara Lindqvist", "the name follows the place"
    hands.page.findChildren(Chooser)[1].choose("2")
    for entry in hands.visible(SecretEntry):
        hands.go_to(entry)
        hands.type(PIN)
    hands.primary()
    event = last(hands)
    assert (event.person, event.identified_by, bool(event.replaces)) == (3, 2, True)


def test_a_rehearsal_enrols_everybody_of_the_cast_with_what_the_binding_says(open_window: Open) -> None:
    """The cast says who saw whom; the desk gets it whole."""
    hands = roll_call(open_window, people=tuple(msgspec.structs.replace(one, method="room") for one in PEOPLE[:4]))
    hands.settle()
    hands.button("Enrol Ceremony administrator Sample").click()
    hands.answered()
    assert last(hands).identified_by == 2
    assert isinstance(hands.window.presenter.cast.coming(PEOPLE[0]), Coming)
