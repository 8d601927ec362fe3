"""Every return code has a name, a sentence, a reaction and a certainty."""

from __future__ import annotations

import pytest

from ceremony_app.core.errors import Executed
from ceremony_app.hsm.code_names import CODE_NAMES
from ceremony_app.hsm.codes import code_of, fault, number_of, wants_fresh_worker

UNKNOWN = [
    (0x32, "DEVICE_REMOVED"),
    (0xB0, "SESSION_CLOSED"),
    (0x05, "GENERAL_ERROR"),
    (0x06, "FUNCTION_FAILED"),
    (0x30, "DEVICE_ERROR"),
    (0x02, "HOST_MEMORY"),
    (0x31, "DEVICE_MEMORY"),
]
NOT_DONE = [
    (0xE0, "TOKEN_NOT_PRESENT"),
    (0xB3, "SESSION_HANDLE_INVALID"),
    (0xA0, "PIN_INCORRECT"),
    (0xA4, "PIN_LOCKED"),
    (0xA3, "PIN_EXPIRED"),
    (0x100, "USER_ALREADY_LOGGED_IN"),
    (0x101, "USER_NOT_LOGGED_IN"),
    (0xB5, "SESSION_READ_ONLY"),
    (0xD0, "TEMPLATE_INCOMPLETE"),
    (0xD1, "TEMPLATE_INCONSISTENT"),
    (0x70, "MECHANISM_INVALID"),
    (0x71, "MECHANISM_PARAM_INVALID"),
    (0x10, "ATTRIBUTE_READ_ONLY"),
    (0x12, "ATTRIBUTE_TYPE_INVALID"),
    (0x13, "ATTRIBUTE_VALUE_INVALID"),
    (0x90, "OPERATION_ACTIVE"),
    (0x50, "FUNCTION_CANCELED"),
]
FRESH = {
    "DEVICE_REMOVED",
    "SESSION_CLOSED",
    "TOKEN_NOT_PRESENT",
    "SESSION_HANDLE_INVALID",
    "GENERAL_ERROR",
    "USER_ALREADY_LOGGED_IN",
    "OPERATION_ACTIVE",
}


@pytest.mark.parametrize(("number", "name"), UNKNOWN)
def test_codes_that_leave_the_outcome_open(number: int, name: str) -> None:
    told = fault(number)
    assert (told.code, told.executed) == (f"CKR_{name}", Executed.UNKNOWN)
    assert fault(number, changes=False).executed is Executed.NO


@pytest.mark.parametrize(("number", "name"), NOT_DONE)
def test_codes_that_say_nothing_was_done(number: int, name: str) -> None:
    told = fault(number)
    assert (told.code, told.executed) == (f"CKR_{name}", Executed.NO)


@pytest.mark.parametrize(("number", "name"), UNKNOWN + NOT_DONE)
def test_codes_after_which_a_session_is_not_trusted(number: int, name: str) -> None:
    assert wants_fresh_worker(fault(number)) == (name in FRESH)


@pytest.mark.parametrize("number", [0x80000000, 0x80000123, 0xFFFFFFFF, 0x7777])
def test_a_code_that_nobody_knows_counts_as_a_general_error_and_keeps_its_number(number: int) -> None:
    told, general = fault(number), fault(number_of("CKR_GENERAL_ERROR"))
    assert (told.why, told.what_to_do, told.executed) == (general.why, general.what_to_do, Executed.UNKNOWN)
    assert told.number == number
    assert f"0x{number:08x}" in told.paragraph()
    assert wants_fresh_worker(told)
    assert told.code == ("CKR_VENDOR_DEFINED" if number >= 0x80000000 else "CKR_UNKNOWN")


@pytest.mark.parametrize("number", CODE_NAMES)
def test_every_code_is_said_in_whole_sentences(number: int) -> None:
    code = code_of(number)
    assert number_of(code.name) == number
    for text in (code.why, code.what_to_do):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "CKR_" not in text
