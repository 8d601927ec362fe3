"""What each PKCS#11 return code means to the people in the room: certainty, plain sentence, what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.code_names import CODE_NAMES

VENDOR_DEFINED: Final = 0x80000000
"""CKR_VENDOR_DEFINED: this number and all above it belong to the maker of the module (PKCS#11 2.40, 3.6)."""

_NUMBERS: Final = {name: number for number, name in CODE_NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCode:
    """A return code and the reaction to it.

    `executed` is what is certain after a call that changes the token; a call that only reads changes nothing whatever
    it returns. `fresh_worker` says that neither session nor login can be relied on any more, so that the worker is
    ended and people log in again.
    """

    name: str
    number: int
    why: str
    what_to_do: str
    executed: Executed
    fresh_worker: bool = False


@dataclass(frozen=True, slots=True)
class _Reaction:
    why: str
    what_to_do: str
    executed: Executed = Executed.UNKNOWN
    fresh_worker: bool = False


_LOOK = "Do not repeat the step. Take an inventory, compare it with the one before, and let the quorum decide."
_RECORD = "Nothing was done. Correct what was asked, record a deviation, and make a new attempt."

_GONE = _Reaction(
    "The token was taken away or lost its connection while it was working.",
    f"Leave the token in its reader or put it back, log in again, and check the serial. {_LOOK}",
    fresh_worker=True,
)
_ABSENT = _Reaction(
    "The token was not there when the call was made.",
    "Put the token back, check its serial, log in again and take an inventory before anything else.",
    Executed.NO,
    fresh_worker=True,
)
_UNSURE = _Reaction(
    "The token failed in a way that leaves open what it did.",
    f"Stop all work on the token. {_LOOK}",
    fresh_worker=True,
)
_UNSPECIFIC = _Reaction("The token reported a failure without saying what it did before it failed.", _LOOK)
_ARGUMENT = _Reaction("The token refused the request in the form in which it was put.", _RECORD, Executed.NO)
_HANDLE = _Reaction(
    "The token no longer knows the object that the call named.",
    f"The object was removed, or the token lost its contents. {_LOOK}",
)
_NOT_LOGGED_IN = _Reaction(
    "Nobody is logged in to the token.",
    "Activate the token with the people whom the script names, then go on with the step.",
    Executed.NO,
)
_SECOND_LOGIN = _Reaction(
    "The token says that somebody is logged in already; by whom is not known, so it does not count as our login.",
    "The worker is ended. Take the token out and put it back if it allows that, then log in once more.",
    Executed.NO,
    fresh_worker=True,
)
_PIN_FORM = _Reaction(
    "The token does not take a PIN of this form or length.",
    "Choose a PIN within the limits that the pre-flight sheet shows for this token.",
    Executed.NO,
)
_LOCKED = _Reaction(
    "The PIN is locked: the token refuses every further try.",
    "Stop. Unlocking is a separate procedure of the security officer and needs its own step and sign-off.",
    Executed.NO,
)
_BUSY = _Reaction(
    "The token still holds an operation open that was begun before.",
    "The worker is ended. Log in again, take an inventory, and make a new attempt.",
    Executed.NO,
    fresh_worker=True,
)
_MODULE = _Reaction(
    "The PKCS#11 module could not be started as it should be.",
    "Check the module's path, its configuration and the permissions of its files; then start this step again.",
    Executed.NO,
    fresh_worker=True,
)
_FULL = _Reaction(
    "The token has no room left; it may have stored one half of a key pair.",
    f"{_LOOK} Only then may people clear space.",
)

_REACTIONS: Final[dict[str, _Reaction]] = {
    "DEVICE_REMOVED": _GONE,
    "SESSION_CLOSED": _GONE,
    "TOKEN_NOT_PRESENT": _ABSENT,
    "SESSION_HANDLE_INVALID": _ABSENT,
    "SLOT_ID_INVALID": _ABSENT,
    "TOKEN_NOT_RECOGNIZED": _ABSENT,
    "GENERAL_ERROR": _UNSURE,
    "FIPS_SELF_TEST_FAILED": _UNSURE,
    "FUNCTION_FAILED": _UNSPECIFIC,
    "DEVICE_ERROR": _UNSPECIFIC,
    "HOST_MEMORY": _UNSPECIFIC,
    "DEVICE_MEMORY": _FULL,
    "TOKEN_RESOURCE_EXCEEDED": _FULL,
    "PIN_INCORRECT": _Reaction(
        "The PIN is wrong, or the token believes so. This cost one of its tries.",
        "Look at the remaining tries, then enter the PIN once more. After a token was taken out and put back, log in "
        "with a fresh worker first.",
        Executed.NO,
    ),
    "PIN_LOCKED": _LOCKED,
    "PIN_EXPIRED": _Reaction(
        "The PIN has expired and must be changed before anything else.",
        "Change the PIN in a step of its own, with its own sign-off.",
        Executed.NO,
    ),
    "PIN_INVALID": _PIN_FORM,
    "PIN_LEN_RANGE": _PIN_FORM,
    "PIN_TOO_WEAK": _PIN_FORM,
    "USER_ALREADY_LOGGED_IN": _SECOND_LOGIN,
    "USER_ANOTHER_ALREADY_LOGGED_IN": _Reaction(
        "Another kind of user is logged in to the token.",
        "Deactivate the token first, then go on with the step.",
        Executed.NO,
    ),
    "USER_TOO_MANY_TYPES": _SECOND_LOGIN,
    "USER_NOT_LOGGED_IN": _NOT_LOGGED_IN,
    "USER_PIN_NOT_INITIALIZED": _Reaction(
        "The token has no user PIN yet.",
        "Set the user PIN in the step for it, then activate the token.",
        Executed.NO,
    ),
    "OPERATION_ACTIVE": _BUSY,
    "SESSION_EXISTS": _BUSY,
    "SESSION_COUNT": _Reaction(
        "The token allows no further session.",
        "Close other programs that use this token, then make a new attempt.",
        Executed.NO,
    ),
    "SESSION_READ_ONLY": _ARGUMENT,
    "TOKEN_WRITE_PROTECTED": _Reaction(
        "The token is protected against writing.",
        "Take the protection off as its maker describes, record that as a deviation, and make a new attempt.",
        Executed.NO,
    ),
    "FUNCTION_CANCELED": _Reaction(
        "The entry was cancelled at the token.",
        "Nothing was done. Start the step's entry again.",
        Executed.NO,
    ),
    "FUNCTION_REJECTED": _Reaction(
        "A person or a rule at the token turned the request down.",
        "Nothing was done. Ask the person at the token, then make a new attempt.",
        Executed.NO,
    ),
    "FUNCTION_NOT_SUPPORTED": _Reaction(
        "The token does not know this function.",
        "Use a token or a definition that fit each other; the pre-flight sheet shows what this token can do.",
        Executed.NO,
    ),
    "ACTION_PROHIBITED": _ARGUMENT,
    "ARGUMENTS_BAD": _ARGUMENT,
    "CURVE_NOT_SUPPORTED": _ARGUMENT,
    "DOMAIN_PARAMS_INVALID": _ARGUMENT,
    "BUFFER_TOO_SMALL": _ARGUMENT,
    "OBJECT_HANDLE_INVALID": _HANDLE,
    "KEY_HANDLE_INVALID": _HANDLE,
    "CRYPTOKI_NOT_INITIALIZED": _MODULE,
    "CRYPTOKI_ALREADY_INITIALIZED": _MODULE,
    "LIBRARY_LOAD_FAILED": _MODULE,
    "NEED_TO_CREATE_THREADS": _MODULE,
    "CANT_LOCK": _MODULE,
}

# Codes that tell of the request itself; the standard has them returned before anything is done.
_ARGUMENT_CLASS: Final = ("TEMPLATE_", "MECHANISM_", "ATTRIBUTE_", "DATA_", "KEY_")


def _reaction(name: str) -> _Reaction:
    if name in _REACTIONS:
        return _REACTIONS[name]
    return _ARGUMENT if name.startswith(_ARGUMENT_CLASS) else _UNSPECIFIC


def code_of(number: int) -> ReturnCode:
    """The code with this number; numbers that nobody knows count as `CKR_GENERAL_ERROR` and keep their number."""
    name = CODE_NAMES.get(number)
    reaction = _UNSURE if name is None else _reaction(name)
    if name is None:
        name = "VENDOR_DEFINED" if number >= VENDOR_DEFINED else "UNKNOWN"
    return ReturnCode(
        name=f"CKR_{name}",
        number=number,
        why=reaction.why,
        what_to_do=reaction.what_to_do,
        executed=reaction.executed,
        fresh_worker=reaction.fresh_worker,
    )


def number_of(name: str) -> int:
    """The number of a code by its name, with or without `CKR_`; raises KeyError for a name that does not exist."""
    return _NUMBERS[name.removeprefix("CKR_")]


# Class names of python-pkcs11 that do not follow from the code's name.
_IRREGULAR: Final = {
    "AnotherUserAlreadyLoggedIn": "USER_ANOTHER_ALREADY_LOGGED_IN",
    "FunctionCancelled": "FUNCTION_CANCELED",
    "TokenNotRecognised": "TOKEN_NOT_RECOGNIZED",
}


def number_of_class(name: str) -> int | None:
    """The code behind an exception class of python-pkcs11, whose instances carry no text; None if there is none."""
    spelt = _IRREGULAR.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()
    return _NUMBERS.get(spelt)


def fault(number: int, *, changes: bool = True) -> TokenFault:
    """The fault for a return code; `changes` says whether the call could change the token at all."""
    code = code_of(number)
    executed = code.executed if changes else Executed.NO
    return TokenFault(code.name, code.number, code.why, code.what_to_do, executed=executed)


def wants_fresh_worker(told: TokenFault) -> bool:
    """Whether session and login cannot be relied on any more after this fault."""
    if told.code.startswith("CKR_"):
        return code_of(told.number).fresh_worker
    return told.code in {"FOREIGN_ANSWER", "WORKER_FAULT"}
