"""Measuring turn and turn about; medians, quantiles and slopes of what was measured."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def turn_about(turn: int, one: Callable[[], T], other: Callable[[], float]) -> tuple[T, float]:
    """Both, right after each other: at even turns the one first, at odd turns the other."""
    if turn % 2:
        second = other()
        return one(), second
    return one(), other()


def ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of the ratios of pairs that were measured one right after the other."""
    return statistics.median(one / other for one, other in pairs)


def excess(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of the differences of such pairs."""
    return statistics.median(one - other for one, other in pairs)


def quantile(values: Sequence[float], part: float) -> float:
    """The smallest value that is not exceeded by this part of them."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def slope(points: Mapping[int, float]) -> float:
    """The slope of the straight line that fits best (least squares)."""
    return statistics.linear_regression(list(points), list(points.values())).slope
