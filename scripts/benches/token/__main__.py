"""The token's numbers (`scripts/bench --token`): what guard, worker and inventory cost beside bare PKCS#11 calls."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.hsm.softhsm import find_module
from scripts.benches.command import Found, progress, run
from scripts.benches.table import Measure
from scripts.benches.token.definition import MadeKey, certifying, generating
from scripts.benches.token.enumeration import enumeration
from scripts.benches.token.generation import elliptic, rsa
from scripts.benches.token.rehearsal import play
from scripts.benches.token.signature import signature
from scripts.benches.token.stopwatch import Stopwatch
from scripts.benches.token.window_timer import window_timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How often each thing is measured: short calls, RSA keys, inventories, windows; and how long a window rests."""

    short: int
    rsa: int
    inventories: int
    windows: int
    seconds: float


_THOROUGH = Effort(short=41, rsa=9, inventories=25, windows=7, seconds=4.0)
_QUICK = Effort(short=2, rsa=1, inventories=5, windows=1, seconds=0.5)

_FEW, _MANY = 2, 20
"""Pairs of keys: 4 objects and 40."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it

_NOTES = """\
Every guarded call goes through the program's own guard, rules, journal and worker, from the same point of a rehearsal \
each time. Bare calls are made through ctypes by another process, on a second SoftHSM home with the same objects, turn \
and turn about. Medians; ratios and differences are medians over the pairs.
RSA-4096 is found by luck: each run is held against the time inside its own C_GenerateKeyPair, which a module before \
SoftHSM's takes in the worker.
An inventory is timed from the request to the value, through the worker's pipe; beside it the bare C_FindObjects and \
C_GetAttributeValue for the same attributes.
The timer runs in the ceremony's real window (offscreen) over a real conductor; beside it the same window at rest.
"""


def token(quick: bool) -> Found:  # noqa: FBT001 - the one word that a bench is asked with
    """All measures of the token. A quick run keeps tokens and journals in memory, where there is a place for that."""
    memory = quick and os.access(_MEMORY, os.W_OK)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as disk,  # memory may forbid to load a module from it
        tempfile.TemporaryDirectory(prefix="bench-", dir=_MEMORY if memory else None) as folder,
    ):
        stopwatch = Stopwatch(Path(disk), find_module())
        measures = tuple(_measures(Path(folder), stopwatch, _QUICK if quick else _THOROUGH))
    notes = _NOTES.splitlines()
    return Found(measures=measures, notes=[*notes, "Tokens and journals lay in memory: no disk."] if memory else notes)


def _measures(place: Path, stopwatch: Stopwatch, effort: Effort) -> Iterator[Measure]:
    fillers = [MadeKey(name=f"filler-{number}") for number in range(1, _MANY)]
    root = MadeKey(name="root", algorithm=Algorithm.P384, certificate=True)
    second = MadeKey(name="second", algorithm=Algorithm.P384)
    few, many, sign = generating(root.name), generating(second.name), certifying(root.name)
    progress("rehearsing up to each call")
    keys = [*fillers[:_FEW], root, *fillers[_FEW:], second]
    points = play(place / "elliptic", keys, (few, sign, many), stopwatch.module)
    large = MadeKey(name="large", algorithm=Algorithm.RSA4096)
    last = generating(large.name)
    point = play(place / "rsa", [*fillers[:_FEW], large], (last,), stopwatch.module)[last]
    progress("P-384 generation")
    yield from elliptic(points[few], stopwatch, 2 * _FEW, 1.3, effort.short)
    yield from elliptic(points[many], stopwatch, 2 * _MANY, 1.8, effort.short)
    progress("signature")
    yield from signature(points[sign], stopwatch, 8.0, effort.short)
    progress("inventories")
    yield from enumeration(place / "enumeration", 0.4, effort.inventories)
    progress("RSA-4096 generation")
    yield from rsa(point, stopwatch, 1.02, effort.rsa)
    progress("RSA-4096 generation under a window")
    yield from window_timer(point, 1.3, 50.0, effort.windows, effort.seconds)


if __name__ == "__main__":
    sys.exit(run("token", token))
