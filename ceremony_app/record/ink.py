"""What lies on a page, as values: words, lines, panels; and strips of them, the pieces that pages are filled with.

Lengths are points. Within a strip x runs to the right from its left edge and y runs down from its top.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from ceremony_app.record.escape import Run


@dataclass(frozen=True, slots=True)
class Words:
    """A run of glyphs with its baseline at y."""

    x: float
    y: float
    run: Run
    size: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line; `grey` 0 is black, 1 white."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.6
    grey: float = 0.0


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle with its upper left corner at x, y: outlined where `width` > 0, shaded where `shade` is given."""

    x: float
    y: float
    w: float
    h: float
    width: float = 0.0
    grey: float = 0.0
    shade: float | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle around x, y."""

    x: float
    y: float
    radius: float
    width: float = 0.8


@dataclass(frozen=True, slots=True)
class Polygon:
    """A closed figure: filled black, or outlined where `width` > 0."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Dots:
    """Black squares of side `cell` from x, y: runs of (column, row, length)."""

    x: float
    y: float
    cell: float
    runs: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Slanted:
    """A word across the page, behind everything: centred on x, y, turned by `angle` degrees, in light grey."""

    x: float
    y: float
    run: Run
    size: float
    width: float
    angle: float
    grey: float


@dataclass(frozen=True, slots=True)
class Group:
    """Ink moved to the right and down."""

    dx: float
    dy: float
    ink: tuple[Ink, ...]


Ink: TypeAlias = "Words | Rule | Panel | Ring | Polygon | Dots | Slanted | Group"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that the file's outline points to."""

    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of a page that is never cut.

    `keep` holds it on one page with the next strip. `gap` is the space above it, dropped at the top of a page.
    `again` is printed above it where a page begins with it (a table's header). `new_page` starts a page.
    """

    height: float
    ink: tuple[Ink, ...] = ()
    keep: bool = False
    gap: float = 0.0
    again: tuple[Strip, ...] = ()
    mark: Mark | None = None
    new_page: bool = False


def height_of(strips: Iterable[Strip]) -> float:
    """The height of strips one under the other, gaps included."""
    return sum(strip.height + strip.gap for strip in strips)


def kept(strips: Sequence[Strip]) -> list[Strip]:
    """The strips, held together on one page."""
    return [*(replace(strip, keep=True) for strip in strips[:-1]), *strips[-1:]]


def spaced(strips: Sequence[Strip], gap: float) -> list[Strip]:
    """The strips with at least so much space above the first one."""
    return [replace(strips[0], gap=max(gap, strips[0].gap)), *strips[1:]] if strips else []


def moved(strips: Iterable[Strip], dx: float) -> list[Strip]:
    """The strips, further to the right."""
    return [replace(strip, ink=(Group(dx, 0, strip.ink),), again=tuple(moved(strip.again, dx))) for strip in strips]


def stacked(strips: Iterable[Strip]) -> Strip:
    """One strip made of many."""
    ink: list[Ink] = []
    y = 0.0
    mark = None
    for strip in strips:
        y += strip.gap
        ink.append(Group(0, y, strip.ink))
        y += strip.height
        mark = mark or strip.mark
    return Strip(y, tuple(ink), mark=mark)


def beside(columns: Sequence[tuple[float, Sequence[Strip]]], limit: float) -> list[Strip]:
    """Columns of strips side by side, each at its x: one strip, or where that is higher than `limit` line by line."""
    if max(height_of(strips) for _, strips in columns) <= limit:
        parts = [(x, stacked(strips)) for x, strips in columns if strips]
        mark = next((part.mark for _, part in parts if part.mark), None)
        height = max((part.height for _, part in parts), default=0.0)
        return [Strip(height, tuple(Group(x, 0, part.ink) for x, part in parts), mark=mark)]
    rows: list[Strip] = []
    for i in range(max(len(strips) for _, strips in columns)):
        cells = [(x, strips[i]) for x, strips in columns if i < len(strips)]
        gap = max(cell.gap for _, cell in cells)
        ink = tuple(Group(x, 0, cell.ink) for x, cell in cells)
        mark = next((cell.mark for _, cell in cells if cell.mark), None)
        rows.append(Strip(max(cell.height for _, cell in cells), ink, gap=gap, mark=mark))
    return rows


def framed(strips: Sequence[Strip], width: float, pad: float, line: float) -> list[Strip]:
    """The strips in a ruled frame of `width`; where a page ends within it, the frame goes on overleaf."""

    def sided(strip: Strip) -> Strip:
        height = strip.gap + strip.height
        sides = (Rule(0, 0, 0, height, line), Rule(width, 0, width, height, line))
        again = tuple(sided(head) for head in strip.again)
        return replace(strip, height=height, gap=0.0, ink=(Group(pad, strip.gap, strip.ink), *sides), again=again)

    half = line / 2
    top = Strip(pad, (Rule(-half, 0, width + half, 0, line), *_sides(width, pad, line)), keep=True)
    end = Strip(pad, (Rule(-half, pad, width + half, pad, line), *_sides(width, pad, line)))
    body = [sided(strip) for strip in strips]
    if body:
        body[-1] = replace(body[-1], keep=True)
    return [top, *body, end]


def _sides(width: float, height: float, line: float) -> tuple[Ink, ...]:
    return (Rule(0, 0, 0, height, line), Rule(width, 0, width, height, line))
