"""What a person is told when something cannot be done.

Refusal                     a rule said no; carries the rule id and what to do
├── Unusable                the input is missing, unreadable or not what it claims (exit status 2)
├── NotBuilt                a command or step kind that is not there yet (exit status 2)
└── TokenFault              a device did not do what it was asked; says whether anything may have happened
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import ClassVar


@unique
class Executed(StrEnum):
    """What is certain about a device call that failed."""

    NO = "no"
    UNKNOWN = "unknown"


class Refusal(Exception):  # noqa: N818 - it is an answer to a person, not a fault of the program
    """A rule said no: the rule id, what happened, and what to do about it.

    `status` is the exit status of a command that ends with it: 1 for a finding, 2 for unusable input.
    """

    status: ClassVar[int] = 1

    def __init__(self, rule: str, why: str, what_to_do: str, *, where: str = "") -> None:
        super().__init__(f"{rule}: {why}")
        self.rule = rule
        self.why = why
        self.what_to_do = what_to_do
        self.where = where

    def paragraph(self) -> str:
        """One readable paragraph: what happened, where, what to do, and the rule id."""
        where = f" (at {self.where})" if self.where else ""
        return f"{self.why}{where} {self.what_to_do} [{self.rule}]"


class Unusable(Refusal):
    """The input is missing, unreadable, or is not what it claims to be."""

    status = 2


class NotBuilt(Refusal):
    """Something that this version does not have yet."""

    status = 2

    def __init__(self, what: str) -> None:
        super().__init__("CER-NOT-BUILT", f"{what} is not built yet.", "Use a later version of this program.")


class TokenFault(Refusal):
    """A device call failed: the name and number of the return code, and whether it may have taken effect.

    `code` is the PKCS#11 name such as `CKR_PIN_INCORRECT`; `executed` says whether the call may have changed the
    device (PKCS#11 2.40, 5.1.6: some codes promise that nothing happened, most do not).
    """

    def __init__(
        self, code: str, number: int, why: str, what_to_do: str, *, executed: Executed, rule: str = "CER-TOKEN"
    ) -> None:
        super().__init__(rule, why, what_to_do, where=f"{code} 0x{number:08x}")
        self.code = code
        self.number = number
        self.executed = executed


class Corrupt(Refusal):
    """A ceremony folder does not say what it should: a finding of the verifier, or a reason to open it read-only."""
