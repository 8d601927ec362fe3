"""The shim itself: it changes nothing unasked, obeys its plan, counts right, and logs every call and no PIN."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from pathlib import Path

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import TokenFault
from tests.faults.bare import run_bare
from tests.faults.building import build
from tests.faults.plan import FUNCTIONS, Fault, When, error, kill, read_log
from tests.faults.rig import PIN, SO_PIN, Rig

ID = "00112233445566778899aabbccddeeff"
SPEC = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.P256)


def test_without_a_compiler_the_test_fails_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AssertionError, match=r"scripts/setup --dev.*apt install gcc libc6-dev"):
        build(tmp_path)


def test_every_function_of_the_standard_can_be_called_by_its_name(shim: Path) -> None:
    library = ctypes.CDLL(str(shim))
    assert len(FUNCTIONS) == 68
    assert all(hasattr(library, name) for name in FUNCTIONS)


def test_with_an_empty_plan_the_token_is_as_it_is(rig: Rig) -> None:
    token = rig.open()
    assert token.facts() == rig.open_past_the_shim().facts()
    token.initialise("Root token", SO_PIN)
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)
    token.generate_key_pair(SPEC)
    assert token.sign(ID, Scheme.ECDSA_SHA256, b"what was approved")
    assert token.random(8) != token.random(8)
    seen = token.inventory()
    token.deactivate()
    assert seen == rig.truth()
    assert len(seen.objects) == 2
    assert rig.struck() == ()


def test_the_log_tells_every_call_once_and_no_pin(rig: Rig) -> None:
    token = rig.activated()
    token.generate_key_pair(SPEC)
    token.sign(ID, Scheme.ECDSA_SHA256, b"what was approved")
    calls = rig.calls()
    assert {call.pid for call in calls} == {token._peer.process.pid}
    for function in {call.function for call in calls}:
        assert [call.n for call in rig.calls(function)] == list(range(1, len(rig.calls(function)) + 1))
    assert [len(rig.calls(name)) for name in ("C_Login", "C_GenerateKeyPair", "C_Sign")] == [1, 1, 1]
    text = (rig.folder / "log").read_bytes()
    assert not any(secret.reveal() in text for secret in (PIN, SO_PIN))


def test_a_question_for_a_length_is_no_call(rig: Rig) -> None:
    rig.plan(error("C_GetSlotList", "DEVICE_ERROR", When.BEFORE).at(2))  # the first one opens the session
    program = (
        "count = ctypes.c_ulong()",
        "asked = call('C_GetSlotList', 1, None, count)",
        "asked, call('C_GetSlotList', 1, (ctypes.c_ulong * 9)(), ctypes.c_ulong(9))",
    )
    assert run_bare(rig, program) == [0, 0x30]
    log = read_log(rig.folder / "log")
    assert [call.n for call in log if call.function == "C_GetSlotList"] == [1, 0, 2]


def test_a_plan_changes_while_a_worker_lives_and_counting_begins_anew(rig: Rig) -> None:
    token = rig.open()
    second = error("C_GetTokenInfo", "DEVICE_ERROR", When.BEFORE).at(2)
    for _ in range(2):
        rig.plan(second)
        assert token.facts().serial
        with pytest.raises(TokenFault) as caught:
            token.facts()
        assert caught.value.code == "CKR_DEVICE_ERROR"
        assert token.facts().serial
    rig.plan()
    assert [token.facts().serial for _ in range(3)] == [rig.softhsm.serial] * 3
    assert {call.pid for call in rig.calls()} == {token._peer.process.pid}


@pytest.mark.parametrize("by_plan", [False, True])
def test_a_fault_counted_by_the_plan_does_not_strike_the_next_worker(rig: Rig, by_plan: bool) -> None:
    fault = kill("C_GetTokenInfo", When.BEFORE)
    token = rig.open()
    rig.plan(fault.by_plan() if by_plan else fault)
    with pytest.raises(TokenFault) as caught:
        token.facts()
    assert caught.value.code == "WORKER_DIED"
    if by_plan:
        assert token.facts().serial == rig.softhsm.serial
    else:
        with pytest.raises(TokenFault) as again:
            token.facts()
        assert again.value.code == "MODULE_CRASHED"
    assert len(rig.struck()) == (1 if by_plan else 2)


def test_from_the_nth_call_on(rig: Rig) -> None:
    token = rig.open()
    rig.plan(error("C_GetTokenInfo", "DEVICE_ERROR", When.AFTER).onwards(2))
    token.facts()
    for _ in range(3):
        with pytest.raises(TokenFault):
            token.facts()
    assert rig.struck() == (("C_GetTokenInfo", "after:error"),) * 3


def test_an_error_after_success_leaves_another_failure_as_it_is(rig: Rig) -> None:
    rig.plan(error("C_Logout", "DEVICE_ERROR", When.AFTER))
    assert run_bare(rig, ("call('C_Logout', session + 99)",)) == [0xB3]
    assert rig.struck() == ()


@pytest.mark.parametrize(
    "line", ["C_Sing 1 worker before error 0x30 -", "C_Sign 1 worker before eror 0x30 -", "C_Sign first", "tries 3"]
)
def test_a_plan_that_is_not_understood_is_told(rig: Rig, line: str) -> None:
    (rig.folder / "plan").write_text(f"plan one\n{line}\n")
    with pytest.raises(TokenFault) as caught:
        rig.open()
    assert (caught.value.code, caught.value.number) == ("MODULE_CRASHED", 99)


def test_a_function_that_does_not_exist_is_refused_when_the_plan_is_written(rig: Rig) -> None:
    with pytest.raises(ValueError, match="C_Sing 1"):
        rig.plan(Fault("C_Sing", "error"))


def test_without_a_target_there_is_no_module(rig: Rig, tmp_path: Path) -> None:
    nowhere = replace(rig, softhsm=replace(rig.softhsm, module=tmp_path / "nothing.so"))
    with pytest.raises(TokenFault) as caught:
        nowhere.open()
    assert caught.value.code == "CKR_GENERAL_ERROR"
