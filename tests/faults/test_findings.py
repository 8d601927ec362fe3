"""What the shim has found, and what was mended since: each test holds what must be true."""

from __future__ import annotations

from contextlib import suppress

import pytest

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, ObjectKind
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.codes import number_of
from tests.faults.plan import When, absent, empty_id, error, serial
from tests.faults.rig import PIN, SO_PIN, Rig

BEFORE, AFTER = When
SPEC = KeySpec(label="operator-root", id="00112233445566778899aabbccddeeff", algorithm=Algorithm.P256)
NOT_CLOSED = error("C_CloseAllSessions", "GENERAL_ERROR", BEFORE).onwards()


def test_a_login_that_cannot_be_ended_does_not_go_on_unseen(rig: Rig) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    rig.plan(NOT_CLOSED)
    with suppress(TokenFault):
        token.deactivate()
    assert not token.active
    assert ObjectKind.PRIVATE not in {thing.kind for thing in token.inventory().objects}


def test_the_security_officer_does_not_stay_logged_in(rig: Rig) -> None:
    token = rig.open()
    rig.plan(NOT_CLOSED)
    with suppress(TokenFault):
        token.set_user_pin(SO_PIN, PIN)
    rig.plan()
    token.activate(PIN)


@pytest.mark.parametrize("code", ["SESSION_HANDLE_INVALID", "TOKEN_NOT_PRESENT", "USER_NOT_LOGGED_IN"])
def test_a_pair_that_was_made_is_not_told_as_not_made(rig: Rig, code: str) -> None:
    token = rig.activated()
    rig.plan(absent("C_GenerateKeyPair", AFTER, code))
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert rig.calls("C_GenerateKeyPair")[0].code == 0
    assert caught.value.executed is Executed.UNKNOWN


def test_a_token_that_was_initialised_is_not_told_as_not_initialised(rig: Rig) -> None:
    met = []
    for nth in range(1, 5):
        rig.plan()
        token = rig.open()
        done = len(rig.calls("C_InitToken"))
        rig.plan(error("C_GetSlotList", "DEVICE_ERROR", BEFORE).at(nth))
        try:
            token.initialise("Root token", SO_PIN)
        except TokenFault as fault:
            met.append((len(rig.calls("C_InitToken")) > done, fault.executed))
    assert (True, Executed.UNKNOWN) in met
    assert (True, Executed.NO) not in met


def test_another_token_is_given_no_pin(rig: Rig) -> None:
    token = rig.open()
    rig.plan(serial("another").onwards())
    with suppress(TokenFault):
        token.activate(PIN)
    with suppress(TokenFault):
        token.set_user_pin(SO_PIN, PIN)
    assert rig.calls("C_Login") == ()


def test_a_token_that_does_not_answer_is_told_by_its_code(rig: Rig) -> None:
    rig.plan(error("C_GetTokenInfo", "DEVICE_ERROR", BEFORE).onwards())
    with pytest.raises(TokenFault) as caught:
        rig.open()
    assert "CKR_DEVICE_ERROR" in f"{caught.value.code} {caught.value.why}"


@pytest.mark.parametrize(
    "code",
    [
        "BUFFER_TOO_SMALL",
        "CRYPTOKI_ALREADY_INITIALIZED",
        "CRYPTOKI_NOT_INITIALIZED",
        "SESSION_PARALLEL_NOT_SUPPORTED",
        "USER_TYPE_INVALID",
    ],
)
def test_no_code_is_told_as_another_one(rig: Rig, code: str) -> None:
    token = rig.activated()
    rig.plan(error("C_GenerateKeyPair", code, BEFORE))
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert caught.value.number == number_of(code)


@pytest.mark.parametrize("half", ["public", "private"])
def test_a_pair_that_is_not_what_was_asked_for_is_no_success(rig: Rig, half: str) -> None:
    token = rig.activated()
    rig.plan(empty_id("public" if half == "public" else "private"))
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert caught.value.executed is Executed.UNKNOWN
