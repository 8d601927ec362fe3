"""Faults of PINs: flags of one's choice, tries that run out and stay so, a pinpad at which people type or do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ceremony_app.core.errors import TokenFault
from ceremony_app.core.secret import Secret
from tests.faults.bare import run_bare
from tests.faults.plan import Pinpad, Tries, flags
from tests.faults.rig import PIN, SO_PIN, Rig

WRONG = Secret.of("activation-canary-2200")
SECURITY_OFFICER, USER = 0, 1
OK, ARGUMENTS_BAD, CANCELED, INCORRECT, LOCKED = 0x00, 0x07, 0x50, 0xA0, 0xA4
TYPED = Pinpad(so=SO_PIN.reveal().decode(), user=PIN.reveal().decode(), new="changed-at-the-pad-88")


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(TokenFault) as caught:
        call()
    return caught.value.code


def test_flags_are_set_and_cleared(rig: Rig) -> None:
    token = rig.open()
    before = set(token.facts().flags)
    rig.plan(flags(on=0x00020000 | 0x00000100, off=0x00000001))
    after = set(token.facts().flags)
    assert after - before == {"USER_PIN_FINAL_TRY", "PROTECTED_AUTHENTICATION_PATH"}
    assert before - after == {"RNG"}


def test_wrong_pins_lock_the_pin_and_the_flags_show_it(rig: Rig) -> None:
    rig.plan(Tries(user=3))
    token = rig.open()
    seen = []
    for _ in range(3):
        assert code_of(lambda: token.activate(WRONG)) == "CKR_PIN_INCORRECT"
        seen.append({flag for flag in token.facts().flags if flag.startswith("USER_PIN_") and "INIT" not in flag})
    assert seen == [
        {"USER_PIN_COUNT_LOW"},
        {"USER_PIN_COUNT_LOW", "USER_PIN_FINAL_TRY"},
        {"USER_PIN_COUNT_LOW", "USER_PIN_LOCKED"},
    ]
    assert code_of(lambda: token.activate(PIN)) == "CKR_PIN_LOCKED"
    assert [call.code for call in rig.calls("C_Login")] == [INCORRECT] * 3 + [LOCKED]


def test_tries_outlive_worker_and_plan_and_end_with_the_right_pin(rig: Rig) -> None:
    rig.plan(Tries(user=2))
    assert code_of(lambda: rig.open().activate(WRONG)) == "CKR_PIN_INCORRECT"
    rig.plan(Tries(user=2))
    token = rig.open()
    assert "USER_PIN_FINAL_TRY" in token.facts().flags
    token.activate(PIN)
    assert "USER_PIN_COUNT_LOW" not in token.facts().flags


def test_a_failure_that_is_no_wrong_pin_costs_no_try(rig: Rig) -> None:
    rig.plan(Tries(user=1))
    assert run_bare(rig, (f"call('C_Login', session + 99, {USER}, b'1234', 4)",)) == [0xB3]
    rig.activated()


def test_the_security_officer_has_tries_of_their_own_and_renews_the_users(rig: Rig) -> None:
    rig.plan(Tries(so=2, user=1))
    token = rig.open()
    assert code_of(lambda: token.activate(WRONG)) == "CKR_PIN_INCORRECT"
    assert code_of(lambda: token.activate(PIN)) == "CKR_PIN_LOCKED"
    token.set_user_pin(SO_PIN, PIN)
    token.activate(PIN)
    token.deactivate()
    for _ in range(2):
        assert code_of(lambda: token.set_user_pin(WRONG, PIN)) == "CKR_PIN_INCORRECT"
    assert "SO_PIN_LOCKED" in token.facts().flags
    assert code_of(lambda: token.set_user_pin(SO_PIN, PIN)) == "CKR_PIN_LOCKED"
    assert code_of(lambda: token.initialise("Root token", SO_PIN)) == "CKR_PIN_LOCKED"
    token.activate(PIN)


@pytest.mark.parametrize(("user", "right"), [(SECURITY_OFFICER, SO_PIN), (USER, PIN)])
def test_a_wrong_old_pin_counts_for_whoever_changes_theirs(rig: Rig, user: int, right: Secret) -> None:
    rig.plan(Tries(so=2, user=2))
    pin = right.reveal()
    program = (
        f"call('C_Login', session, {user}, {pin!r}, {len(pin)})",
        f"change = lambda old: call('C_SetPIN', session, old, len(old), {pin!r}, {len(pin)})",
        f"change(b'nonsense'), change({pin!r}), change(b'nonsense'), change(b'nonsense'), change({pin!r})",
    )
    assert run_bare(rig, program) == [INCORRECT, OK, INCORRECT, INCORRECT, LOCKED]
    locked = {flag for flag in rig.open().facts().flags if flag.endswith("LOCKED")}
    assert locked == {"SO_PIN_LOCKED" if user == SECURITY_OFFICER else "USER_PIN_LOCKED"}


def test_an_initialisation_counts_the_officers_tries_and_ends_the_users(rig: Rig) -> None:
    rig.plan(Tries(so=2, user=2))
    token = rig.open()
    for _ in range(2):
        assert code_of(lambda: token.activate(WRONG)) == "CKR_PIN_INCORRECT"
    assert code_of(lambda: token.initialise("Root token", WRONG)) == "CKR_PIN_INCORRECT"
    assert {"SO_PIN_FINAL_TRY", "USER_PIN_LOCKED"} <= set(token.facts().flags)
    flags_after = token.initialise("Root token", SO_PIN).flags
    assert not any(flag.endswith(("FINAL_TRY", "LOCKED")) for flag in flags_after)


def test_a_pinpad_types_the_pin_where_none_is_given(rig: Rig) -> None:
    rig.plan(TYPED)
    assert "PROTECTED_AUTHENTICATION_PATH" in rig.open().facts().flags
    assert run_bare(rig, (f"call('C_Login', session, {USER}, None, 0)",)) == [OK]
    rig.plan(Pinpad(user=WRONG.reveal().decode()), Tries(user=3))
    assert run_bare(rig, (f"call('C_Login', session, {USER}, None, 0)",)) == [INCORRECT]
    assert "USER_PIN_COUNT_LOW" in rig.open().facts().flags


def test_people_log_in_at_the_pinpad_or_leave_it(rig: Rig) -> None:
    rig.plan(TYPED)
    token = rig.open()
    token.activate(None)
    assert token.active
    token.deactivate()
    rig.plan(Pinpad())
    assert code_of(lambda: token.activate(None)) == "CKR_FUNCTION_CANCELED"


def test_an_entry_at_the_pinpad_is_cancelled(rig: Rig) -> None:
    rig.plan(Pinpad(), Tries(user=1))
    assert run_bare(rig, (f"call('C_Login', session, {USER}, None, 0)",)) == [CANCELED]
    rig.plan(Tries(user=1))
    rig.activated()


def test_without_a_pinpad_no_pin_is_typed(rig: Rig) -> None:
    assert run_bare(rig, (f"call('C_Login', session, {USER}, None, 0)",)) == [ARGUMENTS_BAD]  # as SoftHSM has it


def test_pins_are_set_and_changed_at_the_pinpad(rig: Rig) -> None:
    rig.plan(TYPED)
    set_by_officer = (
        f"first = call('C_Login', session, {SECURITY_OFFICER}, None, 0)",
        "first, call('C_InitPIN', session, None, 0)",
    )
    assert run_bare(rig, set_by_officer) == [OK, OK]
    changed = (
        f"first = call('C_Login', session, {USER}, None, 0)",
        "first, call('C_SetPIN', session, None, 0, None, 0)",
    )
    assert run_bare(rig, changed) == [OK, OK]
    past = rig.open_past_the_shim()
    assert code_of(lambda: past.activate(PIN)) == "CKR_PIN_INCORRECT"
    past.activate(Secret.of("changed-at-the-pad-88"))


def test_a_token_is_initialised_at_the_pinpad(rig: Rig) -> None:
    rig.plan(TYPED)
    program = (
        "slot = module.slots(present=True)[0]",
        "call('C_CloseAllSessions', slot)",
        "call('C_InitToken', slot, None, 0, b'At the pinpad'.ljust(32))",
    )
    assert run_bare(rig, program) == [OK]
    assert rig.open_past_the_shim().facts().label == "At the pinpad"


def test_no_pin_of_the_pinpad_is_logged(rig: Rig) -> None:
    rig.plan(TYPED)
    run_bare(rig, (f"call('C_Login', session, {USER}, None, 0)",))
    log = (rig.folder / "log").read_text()
    assert "C_Login" in log
    assert not any(form in log for form in (PIN.reveal().decode(), PIN.reveal().hex()))
