"""The sign-off of somebody with a card, by keyboard: the tries come before the PIN, and a card can be away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal

import msgspec
import pytest

from ceremony_app.core import prompts as p
from ceremony_app.core.coming import Card, Coming, KeyFile
from ceremony_app.core.device import LAST_TRY
from ceremony_app.core.events import SignOff
from ceremony_app.core.room import BoundToken
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Mode, Row
from ceremony_app.ui.choices import Chooser
from ceremony_app.ui.fields import Line
from ceremony_app.ui.secretentry import SecretEntry
from tests.ui.asking import said
from tests.ui.fake_desk import FakeDesk, answered
from tests.ui.hands import Hands, Key, Open
from tests.ui.sample_plan import sample_plan
from tests.ui.tour import NAMES, Player

PIN = "86420975"
LOOK = "Look for the card again"


@pytest.fixture
def signing(open_window: Open) -> Callable[..., Hands]:
    """A window on the first sign-off, at which everybody has a card (or a key file) of their own."""

    def make(method: Literal["card", "file"] = "card", *, keypad: bool = False, away: bool = False) -> Hands:
        plan = sample_plan(Mode.PRODUCTION)
        card = BoundToken(
            module="/m.so", module_sha256="0" * 64, serial="C", pin_entry="token" if keypad else "keyboard"
        )
        people = tuple(
            msgspec.structs.replace(person, method=method, card=card if method == "card" else None)
            for person in plan.binding.people
        )
        desk = FakeDesk(msgspec.structs.replace(plan, binding=msgspec.structs.replace(plan.binding, people=people)))
        player = Player(desk)
        player.until(lambda now: isinstance(now, p.Enrolment))
        for person in people:
            who = Coming(
                person=person.number, roles=person.roles, name=NAMES[person.number], organisation="Example CA",
                seen_by=person.number % len(people) + 1, paper="Passport",
            )  # fmt: skip
            pin = None if keypad else Secret.of(PIN)
            answered(desk.enrol(who, Card(pin) if method == "card" else KeyFile("/k.pem", Secret.of(PIN))))
        player.until(lambda now: isinstance(now, p.Approve))
        desk.away = {person.number for person in people} if away else set()
        desk.looks = 0
        return open_window(desk)

    return make


def choose(hands: Hands, downs: int = 1) -> int:
    """Choose somebody, and read to the end; the chosen person's number."""
    chooser = hands.visible(Chooser)[0]
    hands.go_to(chooser)
    hands.press(Key.Key_Down, times=downs)
    hands.answered()
    bar = hands.page.pane.verticalScrollBar()
    bar.setValue(bar.maximum())
    hands.settle()
    return int(chooser.value().partition(" ")[0] or 0)


def signed(desk: FakeDesk) -> int:
    return sum(isinstance(entry.event, SignOff) for entry in desk.entries())


def test_the_tries_stand_there_before_the_pin_and_the_card_signs(signing: Callable[..., Hands]) -> None:
    hands = signing()
    assert not hands.desk.looks, "a card is asked when its holder is chosen"
    number = choose(hands)
    assert f"Serial number of the card: C-{number}" in said(hands.page)
    assert "PIN tries: no wrong try" in said(hands.page)
    before = signed(hands.desk)
    hands.go_to(hands.visible(SecretEntry)[0])
    hands.type(PIN)
    hands.primary()
    assert signed(hands.desk) == before + 1
    assert not hands.visible(SecretEntry) or hands.page.is_empty()


def test_while_the_card_is_looked_for_no_pin_is_asked(signing: Callable[..., Hands]) -> None:
    hands = signing()
    hands.desk.show.clear()
    hands.go_to(hands.visible(Chooser)[0])
    hands.press(Key.Key_Down)
    assert "Looking for the card" in said(hands.page)
    assert not hands.visible(SecretEntry)
    hands.desk.show.set()
    hands.answered()
    assert hands.visible(SecretEntry)


def test_the_last_try_cannot_be_overlooked(signing: Callable[..., Hands]) -> None:
    hands = signing()
    hands.desk.tries = dict.fromkeys(NAMES, LAST_TRY)
    choose(hands)
    assert f"▲  PIN tries: {LAST_TRY}" in said(hands.page)


def test_a_card_that_is_away_is_asked_for_by_name_and_looked_for_again(signing: Callable[..., Hands]) -> None:
    hands = signing(away=True)
    number = choose(hands)
    assert f"Insert the card of {NAMES[number]}" in said(hands.page)
    assert f"C-{number} is not in its reader" in said(hands.page)
    assert not hands.visible(SecretEntry)
    assert "the card" in [gap.text for gap in hands.page.gaps()]
    hands.desk.away.clear()
    hands.push(LOOK)
    assert "PIN tries: no wrong try" in said(hands.page)
    assert hands.visible(SecretEntry)


def test_after_a_wrong_pin_the_card_is_looked_at_again(signing: Callable[..., Hands]) -> None:
    hands = signing()
    number = choose(hands)
    hands.go_to(hands.visible(SecretEntry)[0])
    hands.type("wrong pin")
    hands.desk.tries[number] = LAST_TRY
    before = signed(hands.desk)
    hands.primary()
    hands.answered()
    assert signed(hands.desk) == before
    assert LAST_TRY in said(hands.page)
    assert hands.focus is hands.visible(SecretEntry)[0]
    assert hands.page.is_empty()


def test_a_card_that_is_taken_out_before_it_signs_is_asked_for(signing: Callable[..., Hands]) -> None:
    hands = signing()
    number = choose(hands)
    hands.go_to(hands.visible(SecretEntry)[0])
    hands.type(PIN)
    hands.desk.away.add(number)
    hands.primary()
    hands.answered()
    assert f"Insert the card of {NAMES[number]}" in said(hands.page)


def test_at_a_reader_with_keys_no_pin_is_typed_here(signing: Callable[..., Hands]) -> None:
    hands = signing(keypad=True)
    choose(hands)
    assert "enter the PIN at the reader" in said(hands.page)
    assert not hands.visible(SecretEntry)
    before = signed(hands.desk)
    hands.primary()
    assert signed(hands.desk) == before + 1


def test_what_comes_for_somebody_else_is_not_shown(
    signing: Callable[..., Hands], monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = signing()
    asked: list[Future[tuple[Row, ...]]] = []

    def card_rows(person: int) -> Future[tuple[Row, ...]]:
        assert person
        asked.append(Future())
        return asked[-1]

    monkeypatch.setattr(hands.desk, "card_rows", card_rows)
    hands.go_to(hands.visible(Chooser)[0])
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Down)
    first, second = asked
    first.set_result((Row("Card", "of the one before"),))
    hands.settle()
    assert "of the one before" not in said(hands.page)
    assert "Looking for the card" in said(hands.page)
    second.set_result((Row("Card", "of the one who signs"),))
    hands.answered()
    assert "of the one who signs" in said(hands.page)


def test_nothing_that_was_typed_stays_for_the_next_person(signing: Callable[..., Hands]) -> None:
    hands = signing("file")
    hands.desk.put_away = set(NAMES)
    choose(hands)
    hands.go_to(hands.visible(Line)[0])
    hands.type("/media/me/key.pem")
    hands.press(Key.Key_Tab)
    hands.type(PIN)
    choose(hands)
    assert not hands.visible(Line)[0].text()
    assert hands.page.is_empty()


def test_after_a_restart_the_key_file_is_named_again_and_then_signs(signing: Callable[..., Hands]) -> None:
    hands = signing("file")
    assert not hands.visible(Line)
    hands.desk.put_away = set(NAMES)
    number = choose(hands)
    before = signed(hands.desk)
    assert "the key file" in [gap.text for gap in hands.page.gaps()]
    hands.go_to(hands.visible(Line)[0])
    hands.type("/media/me/key.pem")
    hands.press(Key.Key_Tab)
    hands.type("not the passphrase")
    hands.primary()
    assert signed(hands.desk) == before
    assert number in hands.desk.put_away
    hands.type(PIN)
    hands.primary()
    assert signed(hands.desk) == before + 1
    assert number not in hands.desk.put_away
    assert str(hands.desk.files[-1]) == "/media/me/key.pem"
