"""What a bench found, as values: a line of a table for people, a line of JSON for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

Unit = Literal["ratio", "ms", "ms an object", "count", "sigma"]

_HEADINGS: Final = ("what", "ours", "beside", "figure", "target", "", "n")
_SHOWN: Final[dict[Unit, str]] = {
    "ratio": "{:.3f} x",
    "ms": "{:.2f} ms",
    "ms an object": "{:.3f} ms",
    "count": "{:.0f}",
    "sigma": "{:.2f} sigma",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure, and what it came from.

    `ours` and `beside` are medians of the same run, in milliseconds; `beside` is what ours is held against, where there
    is such a thing. `figure` is in `unit`; `target` is the most that it is to be, None for a figure that only explains
    others. `n` counts the runs, or the samples of a distribution.
    """

    name: str
    figure: float
    unit: Unit
    n: int
    ours: float | None = None
    beside: float | None = None
    target: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number: a bench that measured nothing must not look like one that did."""
        numbers = (self.figure, self.ours, self.beside, self.target)
        if not all(math.isfinite(number) for number in numbers if number is not None):
            raise ValueError(f"{self.name}: not a finite number")

    @property
    def met(self) -> bool | None:
        """Whether the figure is within its target; None where it has none."""
        return None if self.target is None else self.figure <= self.target

    def cells(self) -> tuple[str, ...]:
        """The line of the table."""
        verdict = {None: "", True: "met", False: "NOT met"}[self.met]
        target = "" if self.target is None else f"<= {_SHOWN[self.unit].format(self.target)}"
        figure = _SHOWN[self.unit].format(self.figure)
        return (self.name, _milliseconds(self.ours), _milliseconds(self.beside), figure, target, verdict, str(self.n))

    def plain(self) -> dict[str, str | int | float | bool | None]:
        """The figure as JSON tells it."""
        return {**asdict(self), "met": self.met}


def _milliseconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} ms"


def lines(measures: Sequence[Measure]) -> list[str]:
    """The table: names to the left, numbers to the right."""
    rows = [_HEADINGS, *(measure.cells() for measure in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
