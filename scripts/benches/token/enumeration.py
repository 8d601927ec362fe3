"""What an inventory costs, by the number of objects on the token, beside the bare calls for the same attributes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.remote import RemoteToken
from ceremony_app.hsm.softhsm import SoftHsm, environment_of, prepare
from scripts.benches.figures import slope, turn_about
from scripts.benches.table import Measure
from scripts.benches.token.bare_process import BareProcess
from scripts.benches.token.rehearsal import copy_folder

_COUNTS: Final = (4, 40, 400)
_SO_PIN: Final = Secret.of("officer-of-benches")
_PIN: Final = Secret.of("user-of-benches")
_LATER: Final = 5
"""Inventories that one worker takes after its first."""


def enumeration(place: Path, target: float, runs: int) -> Iterator[Measure]:
    """`TokenPort.inventory` through a worker, from the request to the value; `target` in ms an object."""
    place.mkdir()
    home, token = place / "home", _token(place / "home")
    warm: dict[int, float] = {}
    there = 0
    for count in _COUNTS:
        with closing(BareProcess(token.module, token.environment, token.serial, _PIN)) as filler:
            while there < count:
                filler.generate(Algorithm.P256, keep=True)
                there += 2
        twin = place / f"twin-{count}"
        copy_folder(home, twin)
        firsts, pairs = _paired(token, twin, count, runs)
        warm[count] = statistics.median(ours for ours, _ in pairs)
        yield Measure(
            name=f"inventory of {count} objects, an object",
            ours=warm[count],
            beside=statistics.median(bare for _, bare in pairs),
            figure=warm[count] / count,
            unit="ms an object",
            target=target,
            n=len(pairs),
        )
        first = statistics.median(firsts)
        yield Measure(
            name="  the first one of a worker, an object",
            ours=first,
            figure=first / count,
            unit="ms an object",
            target=target,
            n=len(firsts),
        )
    yield Measure(
        name=f"inventory, slope of {', '.join(map(str, _COUNTS))} objects",
        figure=slope(warm),
        unit="ms an object",
        target=target,
        n=len(warm),
    )


def _token(home: Path) -> SoftHsm:
    """A practice token with both PINs and nothing on it."""
    made = prepare(home)
    with closing(open_token(made.module, made.serial, environment=made.environment)) as token:
        token.initialise("BENCH", _SO_PIN)
        token.set_user_pin(_SO_PIN, _PIN)
    return made


def _paired(token: SoftHsm, twin: Path, count: int, runs: int) -> tuple[list[float], list[tuple[float, float]]]:
    """Milliseconds of the first inventory of each worker, and of later ones with a bare enumeration beside each."""
    firsts, pairs = [], []
    with closing(BareProcess(token.module, environment_of(twin), token.serial, _PIN)) as bare:
        bare.enumerate(count)
        for _ in range(max(1, runs // _LATER)):
            with closing(open_token(token.module, token.serial, environment=token.environment)) as remote:
                remote.activate(_PIN)
                firsts.append(_inventory(remote, count))
                ours, other = partial(_inventory, remote, count), partial(bare.enumerate, count)
                pairs += [turn_about(turn, ours, other) for turn in range(_LATER)]
    return firsts, pairs


def _inventory(token: RemoteToken, count: int) -> float:
    begin = time.perf_counter_ns()
    found = token.inventory()
    taken = (time.perf_counter_ns() - begin) / 1e6
    if len(found.objects) != count:
        raise RuntimeError(f"{len(found.objects)} objects instead of {count}")
    return taken
