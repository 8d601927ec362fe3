"""What is told when a person's card does not sign: the PIN, the key, the reader, the module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ceremony_app.core.device import LAST_TRY, LOCKED
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.core.names import escaped
from ceremony_app.hsm.codes import code_of, fault

CARD: Final = "CER-CARD"
PIN: Final = "CER-PIN"
PIN_LOCKED: Final = "CER-PIN-LOCKED"

_TOLD: Final = frozenset({CARD, PIN, PIN_LOCKED, "CER-MODULE", "CER-MODULE-CHANGED"})
"""Rules whose sentences are said of cards, or go for them as for any token."""

_WRONG_PIN: Final = frozenset({"CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE"})
_AWAY: Final = frozenset(
    {
        "TOKEN_NOT_FOUND",
        "CKR_TOKEN_NOT_PRESENT",
        "CKR_TOKEN_NOT_RECOGNIZED",
        "CKR_SLOT_ID_INVALID",
        "CKR_DEVICE_REMOVED",
        "CKR_SESSION_CLOSED",
        "CKR_SESSION_HANDLE_INVALID",
    }
)

_AGAIN: Final = "Nothing was recorded. Try once more, then use another card under a deviation."


def tries_left(flags: Sequence[str]) -> str:
    """What a card says of the tries that its PIN has left (CKF_USER_PIN_*)."""
    if "USER_PIN_LOCKED" in flags:
        return LOCKED
    if "USER_PIN_FINAL_TRY" in flags:
        return LAST_TRY
    if "USER_PIN_COUNT_LOW" in flags:
        return "a wrong PIN was entered before; few tries are left"
    return "no wrong try since the last right one, as far as the card reports"


def _of_card(code: str, why: str, what_to_do: str, rule: str = CARD) -> TokenFault:
    return TokenFault(code, 0, why, what_to_do, executed=Executed.NO, rule=rule)


def no_keypad(serial: str) -> TokenFault:
    """The PIN was to be entered at a reader that has no keys."""
    return _of_card(
        "NO_PIN_ENTRY",
        f"The reader of the card of serial {escaped(serial)} has no place where a PIN could be entered.",
        "Enter the PIN at this keyboard; a binding that says otherwise is made again.",
        PIN,
    )


def no_private_half(serial: str, digest: str) -> TokenFault:
    """The card shows the public half, and no private one to it."""
    return _of_card(
        "NO_PRIVATE_KEY",
        f"The card of serial {escaped(serial)} has no private key to the public key {digest}; nothing was signed.",
        "Bring the card on which the key was made.",
    )


def no_single_key(serial: str, digest: str, shown: Sequence[str]) -> TokenFault:
    """The named key is not on the card, or none is named and there is not exactly one."""
    there = ", ".join(sorted(shown)) or "none"
    if digest:
        return _of_card(
            "OTHER_KEY",
            f"The card of serial {escaped(serial)} does not hold the one key {digest}; nothing was signed. Signing "
            f"keys on it: {there}.",
            "Bring the card with the bound key. A new key needs a new binding.",
        )
    return _of_card(
        "NO_SINGLE_KEY",
        f"The card of serial {escaped(serial)} holds {len(shown)} signing keys ({there}), and the binding does not "
        "say which is meant; nothing was signed.",
        "Name the key's SHA-256 in the binding.",
    )


def login_refused(number: int, serial: str, flags: Sequence[str]) -> TokenFault:
    """The card did not take the PIN; `flags` are its own, read after that."""
    card, code = f"The card of serial {escaped(serial)}", code_of(number)
    if code.name == "CKR_PIN_LOCKED" or (code.name in _WRONG_PIN and "USER_PIN_LOCKED" in flags):
        why = f"{card} does not take the PIN: {LOCKED}. Nothing was signed."
        return _of_card(code.name, why, "Unlock it as its maker describes, or let another person sign.", PIN_LOCKED)
    if code.name in _WRONG_PIN:
        why = f"That is not the PIN of the card of serial {escaped(serial)}; nothing was signed."
        return _of_card(code.name, why, f"PIN tries: {tries_left(flags)}. Enter it again, slowly.", PIN)
    if code.name in {"CKR_FUNCTION_CANCELED", "CKR_FUNCTION_REJECTED"}:
        return _of_card(code.name, f"{card} was given no PIN: the entry was cancelled.", "Begin again.", PIN)
    if code.name == "CKR_USER_PIN_NOT_INITIALIZED":
        return _of_card(code.name, f"{card} has no PIN yet.", "Its holder sets one before the day.", PIN)
    return fault(number)


def refusal(known: TokenFault, serial: str, seconds: float) -> Refusal:
    """A fault of the worker or the device as it is told of a person's card; `seconds` is what the call was given."""
    card = f"The card of serial {escaped(serial)}"
    if known.rule in _TOLD:
        return Refusal(known.rule, known.why, known.what_to_do)
    match known.code:
        case code if code in _AWAY:
            return Refusal(CARD, f"{card} is not in its reader.", "Insert it, in any reader, and look again.")
        case "TOKEN_AMBIGUOUS":
            return Refusal(CARD, f"{card} is there more than once.", "Take out every card but the one that is meant.")
        case "NO_ANSWER":
            why = f"{card} did not answer within {seconds:g} seconds; its process was ended, and nothing was recorded."
            return Refusal(CARD, why, "Take the card out, insert it again, and try once more.")
        case "WORKER_DIED" | "MODULE_CRASHED" | "FOREIGN_ANSWER" | "WORKER_FAULT":
            return Refusal(CARD, f"The process that drives the card of serial {escaped(serial)} failed.", _AGAIN)
        case _:
            return Refusal(CARD, f"{card} did not sign ({known.code}). {known.why}", _AGAIN)


def key_hidden(serial: str) -> Refusal:
    """The card shows its key to its holder only."""
    return Refusal(
        CARD,
        f"The card of serial {escaped(serial)} does not show its public key without its PIN.",
        "Its holder reads the digest with `ceremony credential show --card`, for the binding.",
    )


def pin_wanted(*, keypad: bool) -> Refusal:
    """A PIN came where none is entered, or none came where one is."""
    if keypad:
        return Refusal(PIN, "The PIN of this card is entered at its reader; nothing was sent to it.", "Enter it there.")
    return Refusal(PIN, "No PIN was entered; nothing was sent to the card.", "Enter the PIN of the card.")


def put_away(serial: str) -> Refusal:
    """The signer was closed."""
    return Refusal("CER-VOID", f"The card of serial {escaped(serial)} was put away.", "Enrol the person again.")
