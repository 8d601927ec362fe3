"""What a finished future says, in words that a room can read."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ceremony_app.core.rules import Refused

T = TypeVar("T")


def outcome(answer: Future[T]) -> T | Refused:
    """The result of a finished future; a fault of the program becomes a readable sentence with a rule id too."""
    from ceremony_app.core.errors import Refusal
    from ceremony_app.core.rules import Refused

    fault = answer.exception()
    if fault is None:
        return answer.result()
    if isinstance(fault, Refusal):
        return Refused(fault.rule, fault.why, fault.what_to_do)
    return Refused(
        "CER-PROGRAM",
        f"The program could not do that ({type(fault).__name__}).",
        "What was recorded before is safe. Open a deviation; stop the program and resume the ceremony if it goes on.",
    )
