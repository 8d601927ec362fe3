"""What each PKCS#11 return code means to the people in the room: certainty, plain sentence, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.hsm.code_names import CODE_NAMES
from ceremony_app.hsm.reactions import UNSURE, reaction_to

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


def code_of(number: int) -> ReturnCode:
    """The code with this number; numbers that nobody knows count as `CKR_GENERAL_ERROR` and keep their number."""
    name = CODE_NAMES.get(number)
    reaction = UNSURE if name is None else reaction_to(name)
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
