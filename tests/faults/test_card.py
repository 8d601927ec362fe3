"""A person's card that fails: PINs that run out, readers with keys, modules that hang, and never a second login."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.card import Card, CardSigner, open_card
from ceremony_app.hsm.correspondent import Deadlines
from ceremony_app.hsm.open import module_sha256
from ceremony_app.people.signatures import verify
from tests.faults.plan import Fault, Pinpad, Tries, When, absent, error, hang, kill, wrong_signature
from tests.faults.rig import PIN, Rig

WRONG = Secret.of("activation-canary-2200")
STATEMENT = b"what was shown\n"
QUICK = Deadlines(start=10.0, read=2.0, login=2.0, entry=2.0, card=2.0)


@pytest.fixture
def card(rig: Rig) -> Card:
    """The rig's token as a person's card: with a key, through the shim."""
    token = rig.open_past_the_shim()
    token.activate(PIN)
    token.generate_key_pair(KeySpec(label="sign-off", id="0102", algorithm=Algorithm.P256))
    token.close()
    return Card(
        module=rig.shim,
        module_sha256=module_sha256(rig.shim),
        serial=rig.softhsm.serial,
        environment=rig.environment,
    )


def refused(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value


def tries_row(signer: CardSigner) -> str:
    return next(row.value for row in signer.rows() if row.label == "PIN tries")


def test_a_signature_is_one_login_one_logout_and_no_process_after_it(rig: Rig, card: Card) -> None:
    signer = open_card(card)
    rig.plan()
    signer.sign(STATEMENT, PIN)
    names = [call.function for call in rig.calls() if call.function in {"C_Login", "C_Sign", "C_Logout"}]
    assert names == ["C_Login", "C_Sign", "C_Logout"]
    assert len({call.pid for call in rig.calls("C_Login") + rig.calls("C_Logout")}) == 1
    signer.sign(STATEMENT, PIN)
    assert len({call.pid for call in rig.calls("C_Login")}) == 2, "the next signature is another process"


def test_a_wrong_pin_costs_one_try_and_is_told_with_what_is_left(rig: Rig, card: Card) -> None:
    signer = open_card(card)
    rig.plan(Tries(user=3))
    assert tries_row(signer).startswith("no wrong try")
    told = refused(lambda: signer.sign(STATEMENT, WRONG))
    assert (told.rule, "few tries are left" in told.what_to_do) == ("CER-PIN", True)
    told = refused(lambda: signer.sign(STATEMENT, WRONG))
    assert (told.rule, "ONE try is left" in told.what_to_do) == ("CER-PIN", True)
    assert "ONE try is left" in tries_row(signer), "told before the PIN is entered"
    assert len(rig.calls("C_Login")) == 2
    told = refused(lambda: signer.sign(STATEMENT, WRONG))
    assert told.rule == "CER-PIN-LOCKED"
    assert "locked" in tries_row(signer)
    assert refused(lambda: signer.sign(STATEMENT, PIN)).rule == "CER-PIN-LOCKED"
    assert len(rig.calls("C_Login")) == 4
    assert not rig.calls("C_Sign")


def test_what_is_asked_for_without_a_pin_costs_no_try(rig: Rig, card: Card) -> None:
    rig.plan(Tries(user=1))
    signer = open_card(card)
    for _ in range(3):
        signer.rows()
    assert refused(lambda: signer.sign(STATEMENT, None)).rule == "CER-PIN"
    assert not rig.calls("C_Login")


def test_a_card_on_which_the_key_cannot_be_told_is_given_no_pin(rig: Rig, card: Card) -> None:
    token = rig.open_past_the_shim()
    token.activate(PIN)
    token.generate_key_pair(KeySpec(label="another", id="0506", algorithm=Algorithm.P256))
    token.close()
    rig.plan()
    assert "holds 2 signing keys" in refused(lambda: open_card(card).sign(STATEMENT, PIN)).why
    assert not rig.calls("C_Login")


def test_the_pin_is_entered_at_the_readers_keys(rig: Rig, card: Card) -> None:
    rig.plan(Pinpad(user=PIN.reveal().decode()))
    signer = open_card(replace(card, keypad=True))
    assert verify(signer.algorithm, signer.spki, STATEMENT, signer.sign(STATEMENT, None))
    assert ("PIN is entered", "at the reader") in [(row.label, row.value) for row in signer.rows()]
    rig.plan(Pinpad())
    told = refused(lambda: signer.sign(STATEMENT, None))
    assert (told.rule, "cancelled" in told.why) == ("CER-PIN", True)


@pytest.mark.parametrize("function", ["C_Initialize", "C_FindObjectsInit", "C_Login", "C_Sign", "C_Logout"])
def test_a_module_that_hangs_is_given_up_after_the_deadline(rig: Rig, card: Card, function: str) -> None:
    signer = open_card(card, deadlines=QUICK)
    rig.plan(hang(function, When.BEFORE))
    told = refused(lambda: signer.sign(STATEMENT, PIN))
    assert told.rule == "CER-CARD"
    assert "did not answer within 2 seconds" in told.why
    rig.plan()
    assert verify(signer.algorithm, signer.spki, STATEMENT, signer.sign(STATEMENT, PIN))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (kill("C_Sign", When.AFTER), "process that drives the card"),
        (kill("C_GetSlotList", When.BEFORE), "process that drives the card"),
        (absent("C_SignInit", When.BEFORE), "is not in its reader"),
        (absent("C_FindObjectsInit", When.BEFORE), "is not in its reader"),
        (absent("C_Login", When.BEFORE, "TOKEN_NOT_PRESENT"), "is not in its reader"),
        (error("C_Sign", "FUNCTION_FAILED", When.BEFORE), "did not sign (CKR_FUNCTION_FAILED)"),
        (error("C_Sign", 0x80001234, When.BEFORE), "did not sign (CKR_VENDOR_DEFINED)"),
        (error("C_Login", "USER_ALREADY_LOGGED_IN", When.BEFORE), "did not sign (CKR_USER_ALREADY_LOGGED_IN)"),
        (error("C_OpenSession", "DEVICE_ERROR", When.BEFORE), "did not sign (CKR_DEVICE_ERROR)"),
    ],
)
def test_every_failure_is_told_of_the_card(rig: Rig, card: Card, fault: Fault, words: str) -> None:
    signer = open_card(card, deadlines=QUICK)
    rig.plan(fault)
    told = refused(lambda: signer.sign(STATEMENT, PIN))
    assert told.rule == "CER-CARD"
    assert words in told.why
    assert rig.softhsm.serial in told.why
    assert len(rig.calls("C_Login")) <= 1


def test_a_failed_logout_does_not_cost_the_signature(rig: Rig, card: Card) -> None:
    signer = open_card(card)
    rig.plan(error("C_Logout", "FUNCTION_FAILED", When.BEFORE))
    assert verify(signer.algorithm, signer.spki, STATEMENT, signer.sign(STATEMENT, PIN))


def test_a_login_ends_also_where_the_signature_fails(rig: Rig, card: Card) -> None:
    signer = open_card(card)
    rig.plan(error("C_Sign", "FUNCTION_FAILED", When.BEFORE))
    refused(lambda: signer.sign(STATEMENT, PIN))
    assert [call.code for call in rig.calls("C_Logout")] == [0]


def test_a_card_that_asks_each_time_is_not_given_a_wrong_pin_twice(rig: Rig, card: Card) -> None:
    token = rig.open_past_the_shim()
    token.activate(PIN)
    for thing in token.inventory().objects:
        token.destroy(thing)
    spec = KeySpec(label="sign-off", id="0102", algorithm=Algorithm.P256, always_authenticate=True)
    token.generate_key_pair(spec)
    token.close()
    signer = open_card(card)
    rig.plan()
    assert refused(lambda: signer.sign(STATEMENT, WRONG)).rule == "CER-PIN"
    assert len(rig.calls("C_Login")) == 1
    signer.sign(STATEMENT, PIN)
    assert len(rig.calls("C_Login")) == 3


def test_a_bit_that_is_wrong_is_found_by_who_takes_the_signature(rig: Rig, card: Card) -> None:
    signer = open_card(card)
    rig.plan(wrong_signature())
    assert not verify(signer.algorithm, signer.spki, STATEMENT, signer.sign(STATEMENT, PIN))
