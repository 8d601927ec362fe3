"""What a call that did not succeed becomes: an outcome that says what is certain, and whether it may be tried again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony_app.actions.base import Concern
from ceremony_app.actions.device_rows import difference_rows, last_try
from ceremony_app.actions.failed import failed_evidence, outcome_rows
from ceremony_app.core import commands as c
from ceremony_app.core.errors import Executed, Refusal, TokenFault
from ceremony_app.core.values import Json

PASSING: Final = frozenset(
    {"CER-PRINTER", "CER-MEDIUM", "CER-WRONG-TOKEN", "CER-PREFLIGHT", "CER-PIN", "CER-TOKEN-SERIAL"}
)
"""Rules whose refusal a hand can mend: paper, a cable, another medium or token, a PIN typed again."""


def failure(op: str, refusal: Refusal, flags: tuple[str, ...] | None, *, unknown: bool) -> c.Report:
    """The report of a call that did not succeed.

    `flags` are the token's after a PIN that it did not take: one that leaves a last try is not just typed again.
    """
    evidence = failed_evidence(refusal, flags)
    grave = flags is not None and (last_try(flags) or "USER_PIN_LOCKED" in flags)
    return c.Report(
        op=op,
        result="unknown" if unknown else "failed",
        complete=False,
        again=not unknown and not grave and _may_be_tried_again(refusal),
        evidence=evidence,
        rows=outcome_rows(evidence, unknown=unknown),
    )


def _may_be_tried_again(refusal: Refusal) -> bool:
    """Whether the same attempt may go on after people have mended something; a failed check never may."""
    return isinstance(refusal, TokenFault) or refusal.rule in PASSING


def refused_view() -> TokenFault:
    """The login ended during the call, so that the token cannot be compared with what it was."""
    return TokenFault(
        "LOGIN_LOST",
        0,
        "The token's login ended during the call, and not everything on it can be seen now.",
        "Inspect the token; after a decision the token is activated again.",
        executed=Executed.UNKNOWN,
    )


def unexpected_change(wrong: str) -> TokenFault:
    """The call said that it had succeeded, and the token shows something else than it was to bring about."""
    return TokenFault(
        "UNEXPECTED_CHANGE",
        0,
        f"The token said that the call had succeeded, and it did not do what it was to do: {wrong}.",
        "Do not use what it made. Inspect the token, and decide what becomes of the objects.",
        executed=Executed.UNKNOWN,
        rule="CER-CHANGE",
    )


def unforeseen(error: Exception) -> TokenFault:
    """The program itself failed during a call; only its error's class is told, since the text may hold anything."""
    return TokenFault(
        "PROGRAM_FAULT",
        0,
        f"The program met a fault of its own ({type(error).__name__}) during the call; what the call did is not known.",
        "Inspect the device. Report the fault with the program's version; the journal is as good as before.",
        executed=Executed.UNKNOWN,
        rule="CER-FAULT",
    )


def unprepared(error: Exception) -> str:
    """The program itself failed before a step's action: nothing was done, and the room can decide."""
    return (
        f"The program met a fault of its own ({type(error).__name__}) when it worked out what will be done; nothing was"
        " done. Report the fault with the program's version. [CER-FAULT]"
    )


def meanwhile(guard: Mapping[str, Json]) -> tuple[Concern, ...]:
    """A deviation where the token had changed between two calls of this ceremony."""
    seen = guard.get("meanwhile")
    if not isinstance(seen, Mapping):
        return ()
    told = "; ".join(f"{row.label.lower()}: {row.value}" for row in difference_rows(seen))
    planned = "nothing but this ceremony's own calls changes the token"
    return (Concern(expected=planned, happened=f"before this call, {told}"),)
