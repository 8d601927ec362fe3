"""Rows of tables: space around what stands in them, rules under them, shades behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Group, Panel, Rule, Strip, beside, height_of
from ceremony_app.record.paragraph import paragraph
from ceremony_app.record.styles import BODY, LINE, Style

PAD: Final = 4.0
"""Space within a cell, left and right."""
PAD_ROW: Final = 3.0
"""And above and below."""
LEAF: Final = 5.0
"""Side of the sign for personal texts."""


def none(faces: Faces, width: float) -> list[Strip]:
    """What stands where there is nothing to say."""
    return paragraph(faces, phrases.NONE, BODY, width)


def padded(strips: list[Strip], least: float, pad: float) -> list[Strip]:
    """A row's strips with space above and below, at least `least` high, held together."""
    if not strips:
        return [Strip(max(least, 2 * pad))]
    more = max(least - height_of(strips) - 2 * pad, 0.0)
    first, *rest = strips
    row = [replace(first, height=first.height + pad, ink=(Group(0, pad, first.ink),)), *rest]
    row[-1] = replace(row[-1], height=row[-1].height + pad + more, keep=False)
    return [*(replace(strip, keep=True) for strip in row[:-1]), row[-1]]


def ruled(strips: list[Strip], width: float, line: float, grey: float) -> list[Strip]:
    """A row with a rule under it."""
    last = strips[-1]
    y = last.height - line / 2
    return [*strips[:-1], replace(last, ink=(*last.ink, Rule(0, y, width, y, line, grey)))]


def shaded(strips: list[Strip], width: float, shade: float) -> list[Strip]:
    """A row on a grey ground."""
    return [replace(s, ink=(Panel(0, 0, width, s.height, shade=shade), *s.ink)) for s in strips]


def boxes(
    faces: Faces, names: Sequence[str], edges: tuple[float, ...], style: Style, least: float, limit: float
) -> list[Strip]:
    """A row of boxes to write in, each with its name in the upper left corner."""
    cells = [
        (edges[i] + PAD_ROW, paragraph(faces, name, style, edges[i + 1] - edges[i] - 2 * PAD_ROW))
        for i, name in enumerate(names)
    ]
    row = padded(beside(cells, limit - PAD_ROW), least, 1.0)
    sides = [replace(s, ink=(*s.ink, *(Rule(x, 0, x, s.height, LINE) for x in edges))) for s in row]
    end = sides[-1]
    return [*sides[:-1], replace(end, ink=(*end.ink, Rule(0, end.height, edges[-1], end.height, LINE)))]
