"""Faults of any call: errors, hangs, kills, crashes, a token gone or another; and what is really on the token."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.correspondent import Deadlines
from tests.faults.bare import run_bare
from tests.faults.plan import Fault, When, absent, error, hang, kill, segv, serial
from tests.faults.rig import PIN, SO_PIN, Rig

BEFORE, AFTER = When
ID = "00112233445566778899aabbccddeeff"
SPEC = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.P256)
PAIR = ("private-key", "public-key")


def fault_of(call: Callable[[], object]) -> TokenFault:
    with pytest.raises(TokenFault) as caught:
        call()
    return caught.value


@pytest.mark.parametrize(("when", "there"), [(BEFORE, ()), (AFTER, PAIR)])
@pytest.mark.parametrize("code", ["DEVICE_ERROR", "DEVICE_REMOVED", "DEVICE_MEMORY", "GENERAL_ERROR", "SESSION_CLOSED"])
def test_an_error_leaves_open_what_was_done(rig: Rig, when: When, there: tuple[str, ...], code: str) -> None:
    token = rig.activated()
    rig.plan(error("C_GenerateKeyPair", code, when))
    fault = fault_of(lambda: token.generate_key_pair(SPEC))
    assert (fault.code, fault.executed) == (f"CKR_{code}", Executed.UNKNOWN)
    assert rig.struck() == (("C_GenerateKeyPair", f"{when}:error"),)
    assert len(rig.calls("C_GenerateKeyPair")) == 1
    assert rig.kinds(SPEC) == there


def test_a_code_of_the_maker_keeps_its_number(rig: Rig) -> None:
    token = rig.activated()
    rig.plan(error("C_GenerateKeyPair", 0x80000123, AFTER))
    fault = fault_of(lambda: token.generate_key_pair(SPEC))
    assert (fault.code, fault.number, fault.executed) == ("CKR_VENDOR_DEFINED", 0x80000123, Executed.UNKNOWN)


@pytest.mark.parametrize(("when", "there"), [(BEFORE, ()), (AFTER, PAIR)])
def test_a_hang_meets_its_deadline(rig: Rig, when: When, there: tuple[str, ...]) -> None:
    token = rig.activated(Deadlines(generate=2.0))
    rig.plan(hang("C_GenerateKeyPair", when))
    fault = fault_of(lambda: token.generate_key_pair(SPEC))
    assert (fault.code, fault.executed) == ("NO_ANSWER", Executed.UNKNOWN)
    assert not token.active
    assert rig.calls("C_GenerateKeyPair")[0].code is None
    assert rig.kinds(SPEC) == there


@pytest.mark.parametrize(("when", "there"), [(BEFORE, ()), (AFTER, PAIR)])
@pytest.mark.parametrize(("end", "number"), [(kill, 9), (segv, 11)])
def test_the_death_of_the_worker_is_told_and_the_next_call_has_a_new_one(
    rig: Rig, when: When, there: tuple[str, ...], end: Callable[[str, When], Fault], number: int
) -> None:
    token = rig.activated()
    rig.plan(end("C_GenerateKeyPair", when).by_plan())
    fault = fault_of(lambda: token.generate_key_pair(SPEC))
    assert (fault.code, fault.number, fault.executed) == ("WORKER_DIED", number, Executed.UNKNOWN)
    assert not token.active
    assert fault_of(lambda: token.generate_key_pair(SPEC)).code == "CKR_USER_NOT_LOGGED_IN"
    token.activate(PIN)
    assert tuple(thing.kind.value for thing in token.inventory().objects) == there == rig.kinds(SPEC)
    assert rig.struck() == (("C_GenerateKeyPair", f"{when}:{end.__name__}"),)


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("function", ["C_SignInit", "C_Sign"])
def test_a_signature_that_fails_is_not_made_again(rig: Rig, function: str, when: When) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    rig.plan(error(function, "DEVICE_ERROR", when))
    fault = fault_of(lambda: token.sign(ID, Scheme.ECDSA_SHA256, b"approved"))
    assert (fault.code, fault.executed) == ("CKR_DEVICE_ERROR", Executed.UNKNOWN)
    rig.plan()
    assert len(rig.calls(function)) == 1


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("end", [error, kill])
def test_an_initialisation_that_fails_has_happened_or_not(rig: Rig, when: When, end: Callable[..., Fault]) -> None:
    token = rig.open()
    rig.plan(error("C_InitToken", "DEVICE_ERROR", when) if end is error else kill("C_InitToken", when))
    fault = fault_of(lambda: token.initialise("Second label", SO_PIN))
    assert fault.executed is Executed.UNKNOWN
    facts = rig.open_past_the_shim().facts()
    done = when is AFTER
    assert (facts.label == "Second label", "USER_PIN_INITIALIZED" not in facts.flags) == (done, done)


def test_a_login_is_tried_once(rig: Rig) -> None:
    token = rig.open()
    rig.plan(error("C_Login", "GENERAL_ERROR", AFTER))
    assert fault_of(lambda: token.activate(PIN)).code == "CKR_GENERAL_ERROR"
    assert len(rig.calls("C_Login")) == 1
    assert not token.active


@pytest.mark.parametrize("code", ["DEVICE_REMOVED", "SESSION_HANDLE_INVALID"])
def test_a_token_taken_away_before_a_call_is_told(rig: Rig, code: str) -> None:
    token = rig.activated()
    rig.plan(absent("C_GenerateKeyPair", BEFORE, code).by_plan())
    assert fault_of(lambda: token.generate_key_pair(SPEC)).code == f"CKR_{code}"
    assert not token.active
    assert fault_of(token.facts).code == "TOKEN_NOT_FOUND"
    rig.plan()
    assert token.facts().serial == rig.softhsm.serial
    assert rig.kinds(SPEC) == ()


def test_a_token_taken_away_while_it_works_leaves_a_pair(rig: Rig) -> None:
    token = rig.activated()
    rig.plan(absent("C_GenerateKeyPair", AFTER))
    fault = fault_of(lambda: token.generate_key_pair(SPEC))
    assert (fault.code, fault.executed) == ("CKR_DEVICE_REMOVED", Executed.UNKNOWN)
    assert rig.kinds(SPEC) == PAIR


def test_a_token_that_is_gone_without_a_word_does_not_count_as_empty(rig: Rig) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    gone = absent("C_FindObjectsInit", BEFORE, None)
    rig.plan(gone.at(2))
    program = (
        "found, count = (ctypes.c_ulong * 9)(), ctypes.c_ulong()",
        "def search():",
        "    call('C_FindObjectsInit', session, None, 0)",
        "    answer = call('C_FindObjects', session, found, 9, count)",
        "    call('C_FindObjectsFinal', session)",
        "    return answer, count.value",
        "*search(), *search()",
    )
    assert run_bare(rig, program) == [0, 1, 0, 0]  # the public half, then nothing and no error
    rig.plan(gone)
    assert fault_of(token.inventory).code == "CKR_TOKEN_NOT_PRESENT"


def test_a_slot_without_its_token_is_still_a_slot(rig: Rig) -> None:
    rig.plan(absent("C_GetSessionInfo", AFTER))
    program = (
        "slot = module.slots(present=True)[0]",
        "info = (ctypes.c_ulong * 14)()",  # CK_SLOT_INFO: 96 octets, then the flags
        "flag = lambda: info[12] & 1 if call('C_GetSlotInfo', slot, info) == 0 else -1",
        "answers = lambda: [len(module.slots(present=present)) for present in (True, False)] + [flag()]",
        "before = answers()",
        "call('C_GetSessionInfo', session, (ctypes.c_ulong * 4)())",
        "*before, *answers()",
    )
    assert run_bare(rig, program) == [2, 2, 1, 0, 2, 0]


def test_another_token_in_the_slot_is_noticed(rig: Rig) -> None:
    token = rig.activated()
    rig.plan(serial("another").onwards(2))
    assert token.facts().serial == rig.softhsm.serial
    for call in (token.facts, token.inventory):
        fault = fault_of(call)
        assert (fault.rule, fault.code) == ("CER-TOKEN-SERIAL", "TOKEN_NOT_FOUND")
        assert "another" in fault.why


@pytest.mark.parametrize("function", ["C_Initialize", "C_GetInfo", "C_GetSlotList"])
def test_a_module_that_fails_at_the_start_is_told_by_its_code(rig: Rig, function: str) -> None:
    rig.plan(error(function, "DEVICE_ERROR", BEFORE))
    fault = fault_of(rig.open)
    assert (fault.code, fault.executed) == ("CKR_DEVICE_ERROR", Executed.NO)
