"""What is told when the worker, the choice of token or a precondition fails: faults that no return code names."""

from __future__ import annotations

from ceremony_app.core.errors import Executed, TokenFault

_RECONCILE = "Log in again, take an inventory, compare it with the one before, and let the quorum decide."


def _certainty(*, changes: bool) -> tuple[Executed, str]:
    if changes:
        return Executed.UNKNOWN, "whether the call took effect is not known"
    return Executed.NO, "the call only reads, so nothing was changed"


def worker_died(*, changes: bool, status: int) -> TokenFault:
    """The worker ended during a call; `status` is its exit status, or the number of the signal that ended it."""
    executed, certain = _certainty(changes=changes)
    why = f"The process that drives the token ended during the call; {certain}. The activation has ended with it."
    return TokenFault("WORKER_DIED", status, why, _RECONCILE, executed=executed)


def worker_gone(*, status: int) -> TokenFault:
    """The worker had ended before the call was sent to it, and an activation with it."""
    why = "The process that drives the token had ended before the call; nothing was sent to the token."
    return TokenFault("WORKER_DIED", status, why, f"The activation has ended. {_RECONCILE}", executed=Executed.NO)


def no_answer(*, changes: bool, seconds: float) -> TokenFault:
    """The deadline passed without an answer, and the worker was ended."""
    executed, certain = _certainty(changes=changes)
    why = (
        f"The token did not answer within {seconds:g} seconds and its process was ended; {certain}. The activation has "
        "ended with it."
    )
    return TokenFault("NO_ANSWER", 0, why, _RECONCILE, executed=executed)


def foreign_answer(*, changes: bool) -> TokenFault:
    """An answer arrived that belongs to no open request, or that cannot be read."""
    executed, certain = _certainty(changes=changes)
    why = f"The process that drives the token sent an answer to something else and was ended; {certain}."
    return TokenFault("FOREIGN_ANSWER", 0, why, _RECONCILE, executed=executed)


def worker_fault(kind: str, *, changes: bool) -> TokenFault:
    """The worker met an exception that it has no name for; only the exception's class is told."""
    executed, certain = _certainty(changes=changes)
    why = f"The process that drives the token met an unforeseen {kind}; {certain}."
    return TokenFault("WORKER_FAULT", 0, why, _RECONCILE, executed=executed)


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


def key_exists(what: str) -> TokenFault:
    """The label or id of a new key is taken."""
    return TokenFault(
        "KEY_EXISTS",
        0,
        f"The token already holds an object with the {what} of the new key; nothing was made.",
        "Look at the inventory. Destroy the old object in a step of its own, or give the new key another name.",
        executed=Executed.NO,
        rule="CER-KEY-EXISTS",
    )


def key_not_found(key_id: str) -> TokenFault:
    """No private key that the present login can see has this id."""
    return TokenFault(
        "KEY_NOT_FOUND",
        0,
        f"The token shows no private key with the id {key_id}; nothing was signed.",
        "Check that the token is activated and that it is the one that holds this key.",
        executed=Executed.NO,
        rule="CER-KEY-MISSING",
    )


def key_ambiguous(key_id: str) -> TokenFault:
    """More than one private key has this id."""
    return TokenFault(
        "KEY_AMBIGUOUS",
        0,
        f"The token holds more than one private key with the id {key_id}; nothing was signed.",
        "Take an inventory and let the quorum decide what is to happen with the second one.",
        executed=Executed.NO,
        rule="CER-KEY-MISSING",
    )


def key_unreadable(key_id: str, code: str) -> TokenFault:
    """A key pair was made, and what was made cannot be read back."""
    return TokenFault(
        "KEY_UNREADABLE",
        0,
        f"The token made the key pair {key_id} and then would not show it ({code or 'no public key'}).",
        f"Do not use the key. {_RECONCILE}",
        executed=Executed.UNKNOWN,
    )
