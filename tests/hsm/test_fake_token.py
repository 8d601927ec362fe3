"""What the token in memory has beside the contract: tries that run out, and failures by plan."""

from __future__ import annotations

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.quirks import software_model
from tests.fakes.token import FakeToken, Planned

SO_PIN, PIN, WRONG = Secret.of("security-officer"), Secret.of("activation"), Secret.of("wrong pin")
SPEC = KeySpec(label="operator-root", id="0a0b", algorithm=Algorithm.P256)


def activated(*plan: Planned) -> FakeToken:
    token = FakeToken(plan=plan)
    token.initialise("Root token", SO_PIN)
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)
    return token


def pin_flags(token: FakeToken) -> set[str]:
    return {flag for flag in token.facts().flags if flag.startswith("USER_PIN_") and flag != "USER_PIN_INITIALIZED"}


def test_it_is_a_piece_of_hardware() -> None:
    assert not software_model(FakeToken().facts())


def test_tries_run_out_one_by_one_and_then_the_pin_is_locked() -> None:
    token = activated()
    token.deactivate()
    seen = []
    for _ in range(4):
        with pytest.raises(TokenFault) as caught:
            token.activate(WRONG)
        seen.append((caught.value.code, pin_flags(token)))
    assert seen == [
        ("CKR_PIN_INCORRECT", {"USER_PIN_COUNT_LOW"}),
        ("CKR_PIN_INCORRECT", {"USER_PIN_COUNT_LOW", "USER_PIN_FINAL_TRY"}),
        ("CKR_PIN_INCORRECT", {"USER_PIN_COUNT_LOW", "USER_PIN_LOCKED"}),
        ("CKR_PIN_LOCKED", {"USER_PIN_COUNT_LOW", "USER_PIN_LOCKED"}),
    ]
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)


def test_the_right_pin_gives_all_tries_back() -> None:
    token = activated()
    token.deactivate()
    for _ in range(2):
        with pytest.raises(TokenFault):
            token.activate(WRONG)
    token.activate(PIN)
    assert pin_flags(token) == set()


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 2)])
def test_a_planned_failure_comes_before_or_after_the_work(when: str, made: int) -> None:
    token = activated(Planned("generate_key_pair", "CKR_DEVICE_ERROR", when="after" if when == "after" else "before"))
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert caught.value.executed is Executed.UNKNOWN
    assert len(token.inventory().objects) == made


def test_the_nth_call_fails_and_no_other() -> None:
    token = activated(Planned("sign", "CKR_FUNCTION_FAILED", nth=2))
    token.generate_key_pair(SPEC)
    token.sign("0a0b", Scheme.ECDSA_SHA256, b"1")
    with pytest.raises(TokenFault):
        token.sign("0a0b", Scheme.ECDSA_SHA256, b"2")
    token.sign("0a0b", Scheme.ECDSA_SHA256, b"3")
    assert token.calls.count("sign") == 3


@pytest.mark.parametrize("code", ["WORKER_DIED", "NO_ANSWER", "CKR_DEVICE_REMOVED"])
def test_a_lost_worker_takes_the_login_with_it(code: str) -> None:
    token = activated(Planned("generate_key_pair", code, when="after"))
    with pytest.raises(TokenFault) as caught:
        token.generate_key_pair(SPEC)
    assert (caught.value.code, caught.value.executed) == (code, Executed.UNKNOWN)
    assert not token.active
    assert len(token.inventory().objects) == 1
    token.activate(PIN)
    assert len(token.inventory().objects) == 2
