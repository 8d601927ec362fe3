"""Whether what a splitter makes is uniform: chi-square over the octets of shares, and over the leading coefficient.

A splitter whose coefficients leave out a value (a zero, for instance) makes shares from which, with every new split of
the same secret, a little more of the secret follows. So one secret is split over and over, with nothing encrypted, and
every value must come up as often as every other: in each share, and in the polynomial's leading coefficient, which
shows such a bias at every threshold where single shares hide it from three on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

Points = Sequence[tuple[int, bytes]]
Splitter = Callable[[], Points]
"""Splits always the same secret anew: the shares as points (x, octets)."""

VALUES: Final = 256
_FIELD: Final = 0b1_0001_1011


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How far from what is expected, in standard deviations (0: as expected; the sign: too uneven or too even)."""

    octets: float
    leading: float
    splits: int


def judge(splitter: Splitter, secret: tuple[int, bytes], threshold: int, splits: int) -> Judged:
    """Split so often, and say how far the worst share and the leading coefficient are from uniform."""
    of_share: dict[int, Counter[int]] = {}
    of_leading: Counter[int] = Counter()
    factors: list[bytes] = []
    for _ in range(splits):
        points = splitter()
        for x, octets in points:
            of_share.setdefault(x, Counter()).update(octets)
        known = (secret, *points[: threshold - 1])
        if not factors:
            factors = _factors([x for x, _ in known])
        of_leading.update(_leading(known, factors))
    deviations = [deviation(counts) for counts in of_share.values()]
    return Judged(octets=max(deviations, key=abs), leading=deviation(of_leading), splits=splits)


def deviation(counts: Counter[int]) -> float:
    """The chi-square of the 256 values, as standard deviations of a normal variable (Wilson and Hilferty, 1931)."""
    expected = counts.total() / VALUES
    chi_square = sum((counts[value] - expected) ** 2 for value in range(VALUES)) / expected
    spread = 2 / (9 * (VALUES - 1))
    return (math.cbrt(chi_square / (VALUES - 1)) - (1 - spread)) / math.sqrt(spread)


def product(a: int, b: int) -> int:
    """In GF(256), by the polynomial of SLIP-39 (Rijndael's)."""
    total = 0
    while b:
        if b & 1:
            total ^= a
        a, b = a << 1, b >> 1
        if a >= VALUES:
            a ^= _FIELD
    return total


def _factors(places: Sequence[int]) -> list[bytes]:
    """For each point a table that multiplies with 1 / the product of its distances to the others."""
    tables = []
    for mine in places:
        distance = 1
        for other in places:
            distance = product(distance, mine ^ other) if other != mine else distance
        inverse = next(value for value in range(1, VALUES) if product(value, distance) == 1)
        tables.append(bytes(product(value, inverse) for value in range(VALUES)))
    return tables


def _leading(points: Points, factors: Sequence[bytes]) -> bytes:
    """The leading coefficient of the polynomial through the points, octet for octet."""
    length = len(points[0][1])
    total = 0
    for (_, octets), table in zip(points, factors, strict=True):
        total ^= int.from_bytes(octets.translate(table))
    return total.to_bytes(length)
