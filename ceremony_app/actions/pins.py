"""The state of a token's PINs before people are asked for one: locked, to be entered where, and with how many tries."""

from __future__ import annotations

from typing import Literal

from ceremony_app.actions.device_rows import last_try, pin_tries
from ceremony_app.core.errors import Refusal
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Row


def activation_pin_rows(plan: Plan, token: str, flags: tuple[str, ...]) -> tuple[Row, ...]:
    """Where the activation PIN is entered, and the tries that are left.

    Raises `Refusal` where it is locked (CER-PIN-LOCKED), or to be entered at a keypad that is not there
    (CER-PIN-ENTRY).
    """
    keypad = plan.binding.tokens[token].pin_entry == "token"
    if "USER_PIN_LOCKED" in flags:
        raise Refusal(
            "CER-PIN-LOCKED",
            "The activation PIN is locked: the token takes no further try.",
            "Only the security officer can set a new one, in a step of its own; go to the spare token, or abort.",
        )
    if keypad and "PROTECTED_AUTHENTICATION_PATH" not in flags:
        raise Refusal(
            "CER-PIN-ENTRY",
            "The binding says that the PIN is entered at the token, and the token has no keypad of its own.",
            "Correct the binding; bind the room again.",
        )
    return (
        Row("PIN entry", "at the token's own keypad" if keypad else "at this keyboard"),
        Row("PIN tries", pin_tries(flags)),
    )


def officer_pin_rows(plan: Plan, token: str, flags: tuple[str, ...]) -> tuple[Row, ...]:
    """The tries that are left of the security officer's PIN. Raises `Refusal` where it is locked (CER-PIN-LOCKED)."""
    del plan, token
    if "SO_PIN_LOCKED" in flags:
        raise Refusal(
            "CER-PIN-LOCKED",
            "The security officer's PIN is locked: the token takes no further try.",
            "Go to the spare token, or reset this one as its maker describes.",
        )
    return (Row("PIN tries", tries(flags, "so")),)


def tries(flags: tuple[str, ...], whose: Literal["user", "so"]) -> str:
    """What the token says about the remaining tries of a PIN."""
    return pin_tries(_of(flags, whose))


def last_try_of(flags: tuple[str, ...], whose: Literal["user", "so"]) -> bool:
    """Whether the next wrong PIN locks, by the token's own account."""
    return last_try(_of(flags, whose))


def _of(flags: tuple[str, ...], whose: Literal["user", "so"]) -> tuple[str, ...]:
    """The flags that tell of this PIN, by the names that the user's have."""
    if whose == "user":
        return flags
    return tuple(flag.replace("SO_PIN", "USER_PIN", 1) for flag in flags if flag.startswith("SO_PIN"))


def tries_rows(flags: tuple[str, ...]) -> tuple[Row, ...]:
    """The tries that are left of the user's PIN, and of the security officer's where the token says anything of it."""
    rows = [Row("PIN tries", pin_tries(flags))]
    if any(flag.startswith("SO_PIN_") and flag != "SO_PIN_TO_BE_CHANGED" for flag in flags):
        rows.append(Row("Security officer's PIN tries", tries(flags, "so")))
    return tuple(rows)
