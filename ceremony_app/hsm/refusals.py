"""What is told when the worker or the choice of the token fails: faults that no return code names."""

from __future__ import annotations

from typing import Final

from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.names import escaped

RECONCILE: Final = "Log in again, take an inventory, compare it with the one before, and let the quorum decide."
"""What to do when it is not known what happened."""


def _certainty(*, changes: bool) -> tuple[Executed, str]:
    if changes:
        return Executed.UNKNOWN, "whether the call took effect is not known"
    return Executed.NO, "the call only reads, so nothing was changed"


def worker_died(*, changes: bool, status: int) -> TokenFault:
    """The worker ended during a call; `status` is its exit status, or the number of the signal that ended it."""
    executed, certain = _certainty(changes=changes)
    why = f"The process that drives the token ended during the call; {certain}. The activation has ended with it."
    return TokenFault("WORKER_DIED", status, why, RECONCILE, executed=executed)


def worker_gone(*, status: int) -> TokenFault:
    """The worker had ended before the call was sent to it, and an activation with it."""
    why = "The process that drives the token had ended before the call; nothing was sent to the token."
    return TokenFault("WORKER_DIED", status, why, f"The activation has ended. {RECONCILE}", executed=Executed.NO)


def no_answer(*, changes: bool, seconds: float) -> TokenFault:
    """The deadline passed without an answer, and the worker was ended."""
    executed, certain = _certainty(changes=changes)
    why = (
        f"The token did not answer within {seconds:g} seconds and its process was ended; {certain}. The activation has "
        "ended with it."
    )
    return TokenFault("NO_ANSWER", 0, why, RECONCILE, executed=executed)


def foreign_answer(*, changes: bool) -> TokenFault:
    """An answer arrived that belongs to no open request, or that cannot be read."""
    executed, certain = _certainty(changes=changes)
    why = f"The process that drives the token sent an answer to something else and was ended; {certain}."
    return TokenFault("FOREIGN_ANSWER", 0, why, RECONCILE, executed=executed)


def worker_fault(kind: str, *, changes: bool) -> TokenFault:
    """The worker met an exception that it has no name for; only the exception's class is told."""
    executed, certain = _certainty(changes=changes)
    why = f"The process that drives the token met an unforeseen {kind}; {certain}."
    return TokenFault("WORKER_FAULT", 0, why, RECONCILE, executed=executed)


def not_started(reason: str) -> TokenFault:
    """The worker never became ready; `reason` is the last line that it wrote, from before it held any secret."""
    why = "The process that drives the token did not start" + (f": {reason[:200]}" if reason else ".")
    what = "Check that the installation is complete (scripts/setup), then start the step again."
    return TokenFault("WORKER_NOT_STARTED", 0, why, what, executed=Executed.NO)


def closed() -> TokenFault:
    """The token was closed by us."""
    return TokenFault("CLOSED", 0, "This token has been closed.", "Open it again by its serial.", executed=Executed.NO)


def module_unusable(why: str) -> TokenFault:
    """The file is no PKCS#11 module that can be loaded here."""
    return TokenFault(
        "MODULE_UNUSABLE",
        0,
        why,
        "Give the path of the PKCS#11 module that the token's maker supplies for this system.",
        executed=Executed.NO,
        rule="CER-MODULE",
    )


def arguments_wrong(module: str, given: str, number: int) -> TokenFault:
    """The module does not start with these arguments, or without any."""
    said = f"with the arguments {escaped(given)}" if given else "without arguments"
    return TokenFault(
        "CKR_ARGUMENTS_BAD",
        number,
        f"The PKCS#11 module {module} does not start {said}.",
        "Give it those that its maker describes: with --arguments, or as `arguments` of the token in the binding.",
        executed=Executed.NO,
        rule="CER-MODULE",
    )


def module_crashed(module: str, status: int) -> TokenFault:
    """Loading the module, or asking it for its tokens, ended the worker."""
    return TokenFault(
        "MODULE_CRASHED",
        status,
        f"The PKCS#11 module {module} ended its process when it was asked for its tokens.",
        "Check its configuration, and that no two tokens behind it have the same serial; then start the step again.",
        executed=Executed.NO,
        rule="CER-MODULE",
    )


def token_not_found(wanted: str, present: str) -> TokenFault:
    """No token fits the serial and model asked for; `present` lists those that are there."""
    return TokenFault(
        "TOKEN_NOT_FOUND",
        0,
        f"There is no {wanted} behind this module. Present: {present or 'none'}.",
        "Connect the token that the binding names, or correct the binding and have its difference signed.",
        executed=Executed.NO,
        rule="CER-TOKEN-SERIAL",
    )


def token_ambiguous(wanted: str) -> TokenFault:
    """More than one token fits."""
    return TokenFault(
        "TOKEN_AMBIGUOUS",
        0,
        f"More than one {wanted} is connected, so it cannot be told which one is meant.",
        "Take out every token that this ceremony does not use.",
        executed=Executed.NO,
        rule="CER-TOKEN-SERIAL",
    )


def serial_changed(before: str, now: str) -> TokenFault:
    """After initialisation the token answers under another serial."""
    return TokenFault(
        "SERIAL_CHANGED",
        0,
        f"The token {before} was initialised and no longer answers to its serial. Present: {now or 'none'}.",
        "Stop. Check the device itself; a token with another serial needs a binding of its own.",
        executed=Executed.UNKNOWN,
        rule="CER-TOKEN-SERIAL",
    )


def initialised_already(make: str) -> TokenFault:
    """Tokens of this make can be initialised once only."""
    return TokenFault(
        "INITIALISED_ALREADY",
        0,
        f"The token has been initialised before, and {make} does not do that a second time; nothing was done.",
        "Bind a token in factory state, or leave this step out and activate the token with the PINs that it has.",
        executed=Executed.NO,
    )


def pin_needed() -> TokenFault:
    """A key asks for the PIN before every use, none was given, and the token has no PIN entry of its own."""
    return TokenFault(
        "PIN_NEEDED",
        0,
        "This key asks for the PIN before every use, and none was given; nothing was signed.",
        "Give the PIN together with the request, by the people who hold it.",
        executed=Executed.NO,
        rule="CER-PIN-NEEDED",
    )


def no_pin_entry() -> TokenFault:
    """The PIN was to be entered at a token that takes it from the workstation."""
    return TokenFault(
        "NO_PIN_ENTRY",
        0,
        "The token has no place of its own where a PIN could be entered; nothing was sent to it.",
        "Enter the PIN at the workstation.",
        executed=Executed.NO,
        rule="CER-PIN-NEEDED",
    )
