"""The statistics of shares can fail: splitters that are known to give the secret away bit by bit are caught."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.benches.shares.__main__ import FEW, SECRET, ours
from scripts.benches.shares.uniform import Points, deviation, judge, product
from tests.shares import oracle

ROOT = Path(__file__).resolve().parents[2]
AT_ZERO = (0, bytes(16))
SURE = 6.5
"""Beyond it by chance: less than once in 10^10."""


def polynomial(draw: Callable[[int], list[int]], threshold: int, count: int) -> Callable[[], Points]:
    """A splitter as in a textbook, secret at 0, all its octets zero; `draw` makes an octet's coefficients."""

    def points() -> Points:
        octets = [[0, *draw(threshold - 1)] for _ in range(16)]
        return [(x, bytes(_value(coefficients, x) for coefficients in octets)) for x in range(1, count + 1)]

    return points


def _value(coefficients: list[int], x: int) -> int:
    total = 0
    for coefficient in reversed(coefficients):
        total = product(total, x) ^ coefficient
    return total


def honest(source: random.Random) -> Callable[[int], list[int]]:
    return lambda count: [source.randrange(256) for _ in range(count)]


def counter() -> Callable[[int], list[int]]:
    """Every value as often as every other, which no randomness does."""
    state = iter(range(1 << 30))
    return lambda count: [next(state) % 256 for _ in range(count)]


BIASED: dict[str, Callable[[random.Random], Callable[[int], list[int]]]] = {
    "no coefficient is zero": lambda source: lambda count: [source.randrange(1, 256) for _ in range(count)],
    "the leading one is never zero": lambda source: (
        lambda count: [
            *(source.randrange(256) for _ in range(count - 1)),
            source.randrange(1, 256),
        ]
    ),
    "no coefficient is 255": lambda source: lambda count: [source.randrange(255) for _ in range(count)],
    "a number modulo 256 of 1,000": lambda source: lambda count: [source.randrange(1000) % 256 for _ in range(count)],
    "a counter": lambda source: counter(),
}


@pytest.mark.parametrize(("threshold", "count"), [(2, 3), (3, 5)])
def test_our_splitter_is_uniform(threshold: int, count: int) -> None:
    judged = judge(ours(threshold, count), SECRET, threshold, FEW)
    assert abs(judged.octets) < SURE
    assert abs(judged.leading) < SURE


@pytest.mark.parametrize(("threshold", "count"), [(2, 3), (3, 5)])
def test_a_textbook_splitter_is_uniform(threshold: int, count: int) -> None:
    judged = judge(polynomial(honest(random.Random(1)), threshold, count), AT_ZERO, threshold, FEW)
    assert abs(judged.octets) < SURE
    assert abs(judged.leading) < SURE


@pytest.mark.parametrize("bias", BIASED)
@pytest.mark.parametrize(("threshold", "count"), [(2, 3), (3, 5)])
def test_a_biased_splitter_is_caught(bias: str, threshold: int, count: int) -> None:
    judged = judge(polynomial(BIASED[bias](random.Random(2)), threshold, count), AT_ZERO, threshold, FEW)
    assert abs(judged.leading) > SURE


def test_a_share_that_is_never_the_secret_is_caught_in_the_shares_too() -> None:
    judged = judge(polynomial(BIASED["no coefficient is zero"](random.Random(3)), 2, 3), AT_ZERO, 2, FEW)
    assert judged.octets > SURE


def test_deviations_are_what_they_are_said_to_be() -> None:
    even = Counter(dict.fromkeys(range(256), 100))
    assert deviation(even) < -10
    source = random.Random(4)
    many = [deviation(Counter(source.randbytes(10_000))) for _ in range(200)]
    assert abs(sum(many) / len(many)) < 0.3
    assert 0.8 < (sum(one * one for one in many) / len(many)) ** 0.5 < 1.2


def test_products_are_those_of_the_field() -> None:
    assert all(product(a, b) == oracle.in256(a, b) for a in range(256) for b in range(0, 256, 7))


def test_the_bench_tells_every_figure() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "scripts.benches.shares", "--quick", "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    named = {measure["name"]: measure for measure in json.loads(run.stdout)["measures"]}
    judged = [measure for name, measure in named.items() if name.startswith("uniform")]
    assert len(judged) == 4
    assert all(measure["n"] == FEW and measure["target"] == 5.0 for measure in judged)
    assert named["every combination of 8 of 16 proven"]["figure"] > 0
