"""The matrix of H1: every function that matters, every way in which it can fail, at three places of a ceremony."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tests.faults.plan import Fault, When, error, hang, kill, segv, torn

CODES: Final = (
    "DEVICE_REMOVED",
    "TOKEN_NOT_PRESENT",
    "SESSION_HANDLE_INVALID",
    "SESSION_CLOSED",
    "GENERAL_ERROR",
    "FUNCTION_FAILED",
    "DEVICE_ERROR",
    "DEVICE_MEMORY",
    "HOST_MEMORY",
    "PIN_INCORRECT",
    "USER_ALREADY_LOGGED_IN",
    "USER_NOT_LOGGED_IN",
    "OPERATION_ACTIVE",
    0x80000042,
)
"""Fourteen return codes: at least one for each row of the table of reactions, the last a maker's own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is armed: when the action of this step is about to be done, together with other faults."""

    step: str
    beside: tuple[Fault, ...] = ()


_LOST = kill("C_GenerateKeyPair", When.BEFORE).by_plan()
_UNSIGNED = kill("C_Sign", When.AFTER).by_plan()
_TORN = (torn("public").by_plan(), error("C_GenerateKeyPair", "GENERAL_ERROR", When.AFTER).by_plan())
_HALF = (torn("private").by_plan(), error("C_GenerateKeyPair", "FUNCTION_FAILED", When.AFTER).by_plan())
_KILLED = (torn("public").by_plan(), kill("C_GenerateKeyPair", When.AFTER).by_plan())

PLACES: Final[dict[str, tuple[Place, Place, Place]]] = {
    "C_Initialize": (Place("connect"), Place("generate", (_LOST,)), Place("sign", (_UNSIGNED,))),
    "C_OpenSession": (Place("initialise"), Place("generate", (_LOST,)), Place("sign", (_UNSIGNED,))),
    "C_Login": (Place("activate"), Place("initialise"), Place("generate", (_LOST,))),
    "C_InitToken": (Place("initialise"), Place("initialise"), Place("initialise")),
    "C_InitPIN": (Place("initialise"), Place("initialise"), Place("initialise")),
    "C_GenerateKeyPair": (Place("generate"), Place("generate", (_LOST,)), Place("generate", _TORN)),
    "C_SignInit": (Place("generate"), Place("sign"), Place("generate", (_LOST,))),
    "C_Sign": (Place("generate"), Place("sign"), Place("generate", (_LOST,))),
    "C_FindObjectsInit": (Place("generate"), Place("sign"), Place("activate")),
    "C_GetAttributeValue": (Place("generate"), Place("sign"), Place("generate", (_LOST,))),
    "C_GetTokenInfo": (Place("generate"), Place("initialise"), Place("inspect")),
    "C_DestroyObject": (Place("generate", _TORN), Place("generate", _HALF), Place("generate", _KILLED)),
}
"""Twelve functions, each where the ceremony calls it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One fault at one place."""

    name: str
    place: Place
    fault: Fault

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that is armed together."""
        return (*self.place.beside, self.fault)


def cases(position: int) -> Iterator[Case]:
    """All 384 cases at one of the three places."""
    for function, places in PLACES.items():
        place = places[position]
        for fault in _faults(function):
            first = any(other.function == function for other in place.beside)
            armed = replace(fault, scope="plan", nth=2 if first else 1)
            name = f"{function}-{fault.when}-{fault.what}-{fault.word}-at-{place.step}-{position}"
            yield Case(name, place, armed)


def _faults(function: str) -> Iterator[Fault]:
    for when in When:
        for code in CODES:
            yield error(function, code, when)
    yield hang(function, When.BEFORE)
    yield kill(function, When.BEFORE)
    yield kill(function, When.AFTER)
    yield segv(function, When.BEFORE)


def chosen(count: int) -> list[Case]:
    """So many cases of all, spread evenly over functions, codes and places; the same ones each time."""
    each = [list(cases(position)) for position in range(3)]
    step = len(each[0]) / count
    return [each[i % 3][int(i * step)] for i in range(count)]
