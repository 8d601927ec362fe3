"""The numbers of shares (`scripts/bench --shares`): are they uniform, and how long splitting and proving take."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from shamir_mnemonic import EncryptedMasterSecret

from ceremony_app.core.secret import Secret
from ceremony_app.shares.activation import check_value, checker
from ceremony_app.shares.slip39 import SEED_OCTETS, pieces_of_sealed
from ceremony_app.shares.splitting import proven, recovered, split
from scripts.benches.command import Found, progress, run
from scripts.benches.shares.uniform import Points, judge
from scripts.benches.table import Measure

MANY: Final = 1_000_000
FEW: Final = 4_000
SECRET: Final = (255, bytes(SEED_OCTETS))
"""SLIP-39's place of the secret; all octets the same, so that sixteen of them are counted as one."""

_SHAPES: Final = ((2, 3), (3, 5))
_MOST: Final = 5.0
_ROUNDS: Final = 25

_NOTES: Final = """\
Uniform: one secret is split over and over, nothing encrypted; chi-square over the 256 values, in standard deviations: \
the worst share, and the polynomial's leading coefficient. Beyond 5 by chance: once in 10^6 runs.
Times are medians. Every combination is interpolated; one is decrypted (10,000 rounds of SHA-256).
"""


def shares(quick: bool) -> Found:  # noqa: FBT001 - the one word that a bench is asked with
    """All measures of shares."""
    return Found(measures=[*_uniform(FEW if quick else MANY), *_times()], notes=_NOTES.splitlines())


def ours(threshold: int, count: int) -> Callable[[], Points]:
    """The program's own splitter, for one secret."""
    sealed = EncryptedMasterSecret(0, extendable=False, iteration_exponent=0, ciphertext=SECRET[1])

    def points() -> Points:
        members = (piece._mnemonic for piece in pieces_of_sealed(sealed, threshold, count))  # noqa: SLF001 - its value
        return [(member.index, member.value) for member in members]

    return points


def _uniform(splits: int) -> Iterator[Measure]:
    for threshold, count in _SHAPES:
        progress(f"{splits} splits, {threshold} of {count}")
        judged = judge(ours(threshold, count), SECRET, threshold, splits)
        for what, figure in (("octets of the worst share", judged.octets), ("leading coefficient", judged.leading)):
            name = f"uniform: {what}, {threshold} of {count}"
            yield Measure(name=name, figure=abs(figure), unit="sigma", n=splits, target=_MOST)


def _times() -> Iterator[Measure]:
    progress("times")
    seed = Secret(bytes(range(SEED_OCTETS)))
    check = checker(check_value(seed, "activation", "1"), "activation", "1")
    for threshold, count, rounds in ((3, 5, _ROUNDS), (8, 16, 1)):
        name = f"{threshold} of {count}"
        made = split(seed, threshold, count)
        yield _timed(f"split {name}", rounds, partial(split, seed, threshold, count))
        yield _timed(f"recovered from {name}", rounds, partial(recovered, made[:threshold], check, threshold))
        yield _timed(f"every combination of {name} proven", rounds, partial(proven, made, check, threshold))


def _timed(name: str, rounds: int, what: Callable[[], object]) -> Measure:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        what()
        taken.append((time.perf_counter() - began) * 1e3)
    return Measure(name=name, figure=statistics.median(taken), unit="ms", n=rounds)


if __name__ == "__main__":
    sys.exit(run("shares", shares))
