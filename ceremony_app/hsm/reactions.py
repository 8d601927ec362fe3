"""What is told to people after each return code: the sentence, what to do, what is certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony_app.core.errors import Executed


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is told about a code: what happened, what to do, what is certain, whether the session can go on."""

    why: str
    what_to_do: str
    executed: Executed = Executed.UNKNOWN
    fresh_worker: bool = False


_LOOK = "Do not repeat the step. Take an inventory, compare it with the one before, and let the quorum decide."
_RECORD = "Nothing was done. Correct what was asked, record a deviation, and make a new attempt."

_GONE = Reaction(
    "The token was taken away or lost its connection while it was working.",
    f"Leave the token in its reader or put it back, log in again, and check the serial. {_LOOK}",
    fresh_worker=True,
)
_ABSENT = Reaction(
    "The token was not there when the call was made.",
    "Put the token back, check its serial, log in again and take an inventory before anything else.",
    Executed.NO,
    fresh_worker=True,
)
UNSURE = Reaction(
    "The token failed in a way that leaves open what it did.",
    f"Stop all work on the token. {_LOOK}",
    fresh_worker=True,
)
_UNSPECIFIC = Reaction("The token reported a failure without saying what it did before it failed.", _LOOK)
_ARGUMENT = Reaction("The token refused the request in the form in which it was put.", _RECORD, Executed.NO)
_NOT_OFFERED = Reaction(
    "The token does not offer this algorithm, or not for keys like this one.",
    "Nothing was done. The pre-flight sheet shows what the token can do; go to one that can, or abort.",
    Executed.NO,
)
_HANDLE = Reaction(
    "The token no longer knows the object that the call named.",
    f"The object was removed, or the token lost its contents. {_LOOK}",
)
_NOT_LOGGED_IN = Reaction(
    "Nobody is logged in to the token.",
    "Activate the token with the people whom the script names, then go on with the step.",
    Executed.NO,
)
_SECOND_LOGIN = Reaction(
    "The token says that somebody is logged in already; by whom is not known, so it does not count as our login.",
    "The worker is ended. Take the token out and put it back if it allows that, then log in once more.",
    Executed.NO,
    fresh_worker=True,
)
_PIN_FORM = Reaction(
    "The token does not take a PIN of this form or length.",
    "Choose a PIN within the limits that the pre-flight sheet shows for this token.",
    Executed.NO,
)
_LOCKED = Reaction(
    "The PIN is locked: the token refuses every further try.",
    "Stop. Unlocking is a separate procedure of the security officer and needs its own step and sign-off.",
    Executed.NO,
)
_BUSY = Reaction(
    "The token still holds an operation open that was begun before.",
    "The worker is ended. Log in again, take an inventory, and make a new attempt.",
    Executed.NO,
    fresh_worker=True,
)
_MODULE = Reaction(
    "The PKCS#11 module could not be started as it should be.",
    "Check the module's path, its configuration and the permissions of its files; then start this step again.",
    Executed.NO,
    fresh_worker=True,
)
_FULL = Reaction(
    "The token has no room left; it may have stored one half of a key pair.",
    f"{_LOOK} Only then may people clear space.",
)
_KEPT = Reaction(
    "The token keeps this key to itself: it was not made so that it could leave the token, not even wrapped.",
    "Nothing was done. A backup of this key needs what its maker provides for that, or a key made as extractable.",
    Executed.NO,
)
_UNWRAPPABLE = Reaction(
    "The token wraps no key of this kind.",
    "Nothing was done. A backup of this key needs what its maker provides for that, or a key of another kind.",
    Executed.NO,
)
_NO_BACKUP = Reaction(
    "What should be a wrapped key cannot be opened with this wrapping key.",
    "Check that backup and wrapping key belong together; the record holds the digests of both. Then look at the "
    "inventory: some tokens leave something behind when they refuse a wrapped key.",
    Executed.NO,
)

_REACTIONS: Final[dict[str, Reaction]] = {
    "DEVICE_REMOVED": _GONE,
    "SESSION_CLOSED": _GONE,
    "TOKEN_NOT_PRESENT": _ABSENT,
    "SESSION_HANDLE_INVALID": _ABSENT,
    "SLOT_ID_INVALID": _ABSENT,
    "TOKEN_NOT_RECOGNIZED": _ABSENT,
    "GENERAL_ERROR": UNSURE,
    "FIPS_SELF_TEST_FAILED": UNSURE,
    "FUNCTION_FAILED": _UNSPECIFIC,
    "DEVICE_ERROR": _UNSPECIFIC,
    "HOST_MEMORY": _UNSPECIFIC,
    "DEVICE_MEMORY": _FULL,
    "TOKEN_RESOURCE_EXCEEDED": _FULL,
    "PIN_INCORRECT": Reaction(
        "The PIN is wrong, or the token believes so. This cost one of its tries.",
        "Look at the remaining tries, then enter the PIN once more. After a token was taken out and put back, log in "
        "with a fresh worker first.",
        Executed.NO,
    ),
    "PIN_LOCKED": _LOCKED,
    "PIN_EXPIRED": Reaction(
        "The PIN has expired and must be changed before anything else.",
        "Change the PIN in a step of its own, with its own sign-off.",
        Executed.NO,
    ),
    "PIN_INVALID": _PIN_FORM,
    "PIN_LEN_RANGE": _PIN_FORM,
    "PIN_TOO_WEAK": _PIN_FORM,
    "USER_ALREADY_LOGGED_IN": _SECOND_LOGIN,
    "USER_ANOTHER_ALREADY_LOGGED_IN": Reaction(
        "Another kind of user is logged in to the token.",
        "Deactivate the token first, then go on with the step.",
        Executed.NO,
    ),
    "USER_TOO_MANY_TYPES": _SECOND_LOGIN,
    "USER_NOT_LOGGED_IN": _NOT_LOGGED_IN,
    "USER_PIN_NOT_INITIALIZED": Reaction(
        "The token has no user PIN yet.",
        "Set the user PIN in the step for it, then activate the token.",
        Executed.NO,
    ),
    "OPERATION_ACTIVE": _BUSY,
    "SESSION_EXISTS": _BUSY,
    "SESSION_COUNT": Reaction(
        "The token allows no further session.",
        "Close other programs that use this token, then make a new attempt.",
        Executed.NO,
    ),
    "SESSION_READ_ONLY": _ARGUMENT,
    "TOKEN_WRITE_PROTECTED": Reaction(
        "The token is protected against writing.",
        "Take the protection off as its maker describes, record that as a deviation, and make a new attempt.",
        Executed.NO,
    ),
    "FUNCTION_CANCELED": Reaction(
        "The entry was cancelled at the token.",
        "Nothing was done. Start the step's entry again.",
        Executed.NO,
    ),
    "FUNCTION_REJECTED": Reaction(
        "A person or a rule at the token turned the request down.",
        "Nothing was done. Ask the person at the token, then make a new attempt.",
        Executed.NO,
    ),
    "FUNCTION_NOT_SUPPORTED": Reaction(
        "The token does not know this function.",
        "Use a token or a definition that fit each other; the pre-flight sheet shows what this token can do.",
        Executed.NO,
    ),
    "KEY_UNEXTRACTABLE": _KEPT,
    "KEY_NOT_WRAPPABLE": _UNWRAPPABLE,
    "WRAPPED_KEY_INVALID": _NO_BACKUP,
    "WRAPPED_KEY_LEN_RANGE": _NO_BACKUP,
    "ENCRYPTED_DATA_INVALID": _NO_BACKUP,
    "ENCRYPTED_DATA_LEN_RANGE": _NO_BACKUP,
    "ACTION_PROHIBITED": _ARGUMENT,
    "ARGUMENTS_BAD": _ARGUMENT,
    "CURVE_NOT_SUPPORTED": _NOT_OFFERED,
    "MECHANISM_INVALID": _NOT_OFFERED,
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
_ARGUMENT_CLASS: Final = (
    "TEMPLATE_",
    "MECHANISM_",
    "ATTRIBUTE_",
    "DATA_",
    "KEY_",
    "WRAPPED_KEY_",
    "WRAPPING_KEY_",
    "UNWRAPPING_KEY_",
)


def reaction_to(name: str) -> Reaction:
    """The reaction to a code by its name without `CKR_`."""
    if name in _REACTIONS:
        return _REACTIONS[name]
    return _ARGUMENT if name.startswith(_ARGUMENT_CLASS) else _UNSPECIFIC
