"""A room key signs for who knows its PIN, makes the others wait, and can be erased."""

from __future__ import annotations

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Signer
from ceremony_app.core.secret import Secret
from ceremony_app.people.room import RoomKey
from ceremony_app.people.signatures import verify
from tests.people.clock_by_hand import ClockByHand

PIN = "8371-Ünf"
STATEMENT = b"what was shown\n"


@pytest.fixture
def clock() -> ClockByHand:
    return ClockByHand()


@pytest.fixture
def key(clock: ClockByHand) -> RoomKey:
    return RoomKey.make(Secret.of(PIN), clock)


def refused(key: Signer, pin: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        key.sign(STATEMENT, Secret.of(pin))
    return caught.value


def test_it_signs_what_it_is_given(key: RoomKey) -> None:
    signature = key.sign(STATEMENT, Secret.of(PIN))
    assert verify(key.algorithm, key.spki, STATEMENT, signature)


def test_two_people_with_one_pin_have_two_keys(clock: ClockByHand) -> None:
    one, two = (RoomKey.make(Secret.of(PIN), clock) for _ in range(2))
    assert one.spki != two.spki
    assert not verify(two.algorithm, two.spki, STATEMENT, one.sign(STATEMENT, Secret.of(PIN)))


@pytest.mark.parametrize("pin", ["", "12345", "ÄÖÜß€"])
def test_a_pin_has_six_characters(clock: ClockByHand, pin: str) -> None:
    with pytest.raises(Refusal) as caught:
        RoomKey.make(Secret.of(pin), clock)
    assert caught.value.rule == "CER-PIN"


def test_six_characters_are_enough(clock: ClockByHand) -> None:
    RoomKey.make(Secret.of("ÄÖÜß€1"), clock)


def test_a_wrong_pin_signs_nothing(key: RoomKey) -> None:
    for wrong in ("", PIN + " ", PIN[:-1], PIN.swapcase()):
        key.sign(STATEMENT, Secret.of(PIN))
        assert refused(key, wrong).rule == "CER-PIN"


def test_three_wrong_pins_in_a_row_cost_thirty_seconds(key: RoomKey, clock: ClockByHand) -> None:
    for _ in range(3):
        assert refused(key, "wrong one").rule == "CER-PIN"
    assert refused(key, PIN).rule == "CER-PIN-WAIT"
    clock.ms += 29_999
    told = refused(key, PIN)
    assert told.rule == "CER-PIN-WAIT"
    assert "Wait 1 s" in told.what_to_do
    clock.ms += 1
    key.sign(STATEMENT, Secret.of(PIN))


def test_after_the_wait_one_more_wrong_pin_costs_the_wait_again(key: RoomKey, clock: ClockByHand) -> None:
    for _ in range(3):
        refused(key, "wrong one")
    clock.ms += 30_000
    assert refused(key, "wrong one").rule == "CER-PIN"
    assert refused(key, PIN).rule == "CER-PIN-WAIT"


def test_a_right_pin_starts_the_count_anew(key: RoomKey) -> None:
    for _ in range(3):
        refused(key, "wrong one")
        refused(key, "wrong two")
        key.sign(STATEMENT, Secret.of(PIN))


def test_an_erased_key_is_gone(key: RoomKey) -> None:
    key.erase()
    assert refused(key, PIN).rule == "CER-VOID"
    assert key.spki


def test_no_pin_stays_in_what_it_holds_or_says(clock: ClockByHand) -> None:
    pin = "q7-canary-pin"
    key = RoomKey.make(Secret.of(pin), clock)
    told = refused(key, "q7-canary-no").paragraph()
    held = [value for one in (key, key._tries) for value in vars(one).values()]
    assert "canary" not in told + repr(key) + repr(held)


def test_without_a_pin_nothing_is_signed_and_nothing_counted(key: RoomKey) -> None:
    for _ in range(4):
        with pytest.raises(Refusal) as refusal:
            key.sign(STATEMENT, None)
        assert refusal.value.rule == "CER-PIN"
