"""Signs drawn as figures, never as characters of a font: boxes to tick, rings, warnings, boxes to write into."""

from __future__ import annotations

from typing import Final

from ceremony_app.record.ink import Ink, Panel, Polygon, Ring, Rule
from ceremony_app.record.styles import HAIR, LINE, QUIET

TICK: Final = 9.0
"""Side of a box to tick; large enough for a pen."""
CHARACTER: Final = 13.0
"""Width of a box for one character, where there is room."""
CHARACTER_LEAST: Final = 10.0
GROUP_GAP: Final = 7.0


def tick_box(x: float, y: float, side: float = TICK) -> Ink:
    """☐ with its upper left corner at x, y."""
    return Panel(x, y, side, side, width=LINE)


def ring(x: float, y: float, side: float = TICK) -> Ink:
    """○ in the square whose upper left corner is at x, y."""
    return Ring(x + side / 2, y + side / 2, side / 2, width=LINE)


def sign(mark: str, x: float, y: float, side: float = TICK) -> tuple[Ink, ...]:
    """A sign by its name (`document.Sign`) in the square whose upper left corner is at x, y."""
    match mark:
        case "tick":
            return (tick_box(x, y, side),)
        case "ring":
            return (ring(x, y, side),)
        case "irreversible":
            return (Polygon(((x, y + side), (x + side, y + side), (x + side / 2, y))),)
        case "pause":
            bar = side * 0.28
            return (_bar(x + side * 0.12, y, bar, side), _bar(x + side * 0.6, y, bar, side))
        case "leaf":
            half = side / 2
            return (Polygon(((x + half, y), (x + side, y + half), (x + half, y + side), (x, y + half)), LINE),)
        case "write":
            return (Rule(x, y + side, x + side * 2, y + side, LINE),)
        case _:
            return ()


def _bar(x: float, y: float, w: float, h: float) -> Ink:
    return Polygon(((x, y), (x + w, y), (x + w, y + h), (x, y + h)))


def character_boxes(x: float, y: float, groups: tuple[int, ...], side: float, height: float) -> list[Ink]:
    """Boxes for single characters, in groups."""
    ink: list[Ink] = []
    for count in groups:
        ink.append(Panel(x, y, side * count, height, width=LINE))
        ink.extend(Rule(x + side * i, y, x + side * i, y + height, HAIR, QUIET) for i in range(1, count))
        x += side * count + GROUP_GAP
    return ink


def character_rows(groups: tuple[int, ...], width: float) -> tuple[float, tuple[tuple[int, ...], ...]]:
    """The width of a box, and the groups by line, so that everything fits into `width`."""
    wanted = (width - GROUP_GAP * (len(groups) - 1)) / max(sum(groups), 1)
    if wanted >= CHARACTER_LEAST:
        return min(wanted, CHARACTER), (groups,)
    rows: list[tuple[int, ...]] = []
    most = max(int(width // CHARACTER_LEAST), 1)
    for count in (part for group in groups for part in _parts(group, most)):
        row = rows[-1] if rows else ()
        if rows and (sum(row) + count) * CHARACTER_LEAST + GROUP_GAP * len(row) <= width:
            rows[-1] = (*row, count)
        else:
            rows.append((count,))
    return CHARACTER_LEAST, tuple(rows)


def _parts(count: int, most: int) -> list[int]:
    """A group that is too wide for a line, in pieces that are not."""
    return [most] * (count // most) + ([count % most] if count % most else [])
