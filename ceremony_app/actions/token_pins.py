"""The checks of a pre-flight sheet that tell of PINs: where they are entered, their length, the tries that are left."""

from __future__ import annotations

from typing import Final

from ceremony_app.actions.token_checks import ELSEWHERE, Check, Wanted, failed, noted, passed
from ceremony_app.core.device import TokenFacts

SPLIT_PIN: Final = 26
"""Characters of a PIN that is split among custodians."""

_LONGEST_SAID: Final = 2**31
"""A larger PIN limit is CK_UNAVAILABLE_INFORMATION (PKCS#11 2.40, 3.2), and says nothing."""


def pin_checks(token: TokenFacts, wanted: Wanted) -> tuple[Check, ...]:
    """What the token says of PINs, as far as it reports them."""
    return (_entry(token, wanted), _activation_pin(token), _officers_pin(token), _length(token, wanted))


def _entry(token: TokenFacts, wanted: Wanted) -> Check:
    title = "Where PINs are entered"
    keypad = "PROTECTED_AUTHENTICATION_PATH" in token.flags
    if wanted.pin_entry == "token":
        if keypad:
            return passed(title, "At the token's own keypad, as the binding says.")
        said = "The binding says at the token, and the token has no keypad of its own."
        do = "Correct the binding; bind the room again."
        return failed(title, said, do)
    if keypad:
        said = 'At this keyboard, though the token has a keypad of its own. The binding can say `pin-entry = "token"`.'
        return noted(title, said)
    return passed(title, "At this keyboard: the token has no keypad of its own.")


def _activation_pin(token: TokenFacts) -> Check:
    title = "Activation PIN"
    flags = token.flags
    if "USER_PIN_LOCKED" in flags:
        said = "The activation PIN is locked."
        do = "Only the security officer can set a new one: in a step for that, or by initialising the token."
        return failed(title, said, do)
    if "USER_PIN_FINAL_TRY" in flags:
        said = "ONE try is left; the next wrong activation PIN locks the token."
        do = "Enter it with the quorum's agreement only, or let the security officer set a new one."
        return failed(title, said, do)
    if "USER_PIN_INITIALIZED" not in flags:
        return noted(title, "No activation PIN is set yet.")
    if "USER_PIN_TO_BE_CHANGED" in flags:
        said = "The activation PIN must be changed before anything else."
        do = "Change it in a step of its own, or initialise the token."
        return failed(title, said, do)
    if "USER_PIN_COUNT_LOW" in flags:
        said = "A wrong activation PIN was entered before; few tries are left."
        return noted(title, said)
    said = "No wrong activation PIN since the last right one, as far as the token reports."
    return passed(title, said)


def _officers_pin(token: TokenFacts) -> Check:
    title = "Security officer's PIN"
    flags = token.flags
    if "SO_PIN_LOCKED" in flags:
        said = "The security officer's PIN is locked: the token can be neither initialised nor unlocked."
        do = "Go to the spare token, or reset this one as its maker describes."
        return failed(title, said, do)
    if "SO_PIN_FINAL_TRY" in flags:
        said = "ONE try is left; the next wrong PIN of the security officer locks the token for good."
        do = "Go to the spare token unless the PIN is certain."
        return failed(title, said, do)
    if "SO_PIN_COUNT_LOW" in flags:
        said = "A wrong PIN of the security officer was entered before; few tries are left."
        return noted(title, said)
    if "SO_PIN_TO_BE_CHANGED" in flags:
        said = "The token asks that the security officer's PIN be changed."
        return noted(title, said)
    said = "No wrong PIN of the security officer since the last right one, as far as the token reports."
    return passed(title, said)


def _length(token: TokenFacts, wanted: Wanted) -> Check:
    title = "PIN length"
    least, most = token.pin_min, token.pin_max
    if not 0 < most < _LONGEST_SAID or least > most:
        return noted(title, "The token does not say how long a PIN may be.")
    limits = f"A PIN has {least} to {most} characters"
    if most < SPLIT_PIN and wanted.split:
        return failed(title, f"{limits}: too short for a split PIN, which has {SPLIT_PIN}.", ELSEWHERE, needed=True)
    if most < SPLIT_PIN:
        return noted(title, f"{limits}: too short for a split PIN, which has {SPLIT_PIN}.")
    return passed(title, f"{limits}: long enough for a split PIN, which has {SPLIT_PIN}.")
