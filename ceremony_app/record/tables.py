"""Tables: grids, and the rows that people sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ceremony_app.record import phrases
from ceremony_app.record.document import Column, Grid, Signatures
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Rule, Strip, beside
from ceremony_app.record.paragraph import paragraph
from ceremony_app.record.rows import LEAF, PAD, PAD_ROW, none, padded, ruled, shaded
from ceremony_app.record.shapes import TICK, sign, tick_box
from ceremony_app.record.styles import (
    CELL,
    FAINT,
    HAIR,
    LINE,
    QUIET,
    SHADE,
    SIGN,
    SMALL,
    SMALL_BOLD,
    SMALL_VALUE,
    VALUE,
    WRITE,
    Style,
)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a grid is set: its edges from left to right, styles, height of rows, and whether cells are parted."""

    edges: tuple[float, ...]
    text: Style
    mono: Style
    head: Style
    least: float
    pad: float
    parted: bool


def grid(faces: Faces, block: Grid, width: float, limit: float) -> list[Strip]:
    """A shaded header that repeats, rows ruled finely, columns parted where people write."""
    writing = any(column.kind in {"write", "tick"} for column in block.columns) or block.blank_rows > 0
    look = _Look(
        edges=_edges(faces, block.columns, width),
        text=SMALL if block.small else CELL,
        mono=SMALL_VALUE if block.small else VALUE,
        head=SMALL_BOLD,
        least=WRITE if writing else 0.0,
        pad=PAD_ROW if not block.small else PAD_ROW / 2,
        parted=writing,
    )
    rows: list[tuple[str | None, ...]] = [*block.rows, *[(None,) * len(block.columns)] * block.blank_rows]
    if not rows and not block.sample:
        rows = [(phrases.NONE, *([None] * (len(block.columns) - 1)))]
    return _grid(faces, block.columns, rows, look, limit, sample=block.sample)


def signatures(faces: Faces, block: Signatures, width: float, limit: float) -> list[Strip]:
    """One high row for each person."""
    columns = (
        Column(title=phrases.ROLE, weight=26),
        Column(title=phrases.NAME, weight=30),
        Column(title=phrases.SIGNATURE, weight=42, kind="write"),
        Column(title=phrases.DATE, weight=17, kind="write"),
        Column(title=phrases.TIME, weight=13, kind="write"),
    )
    look = _Look(_edges(faces, columns, width), CELL, VALUE, SMALL_BOLD, SIGN, PAD_ROW, parted=True)
    rows = [(signer.role, signer.name or None, None, None, None) for signer in block.people]
    return _grid(faces, columns, rows, look, limit) if rows else none(faces, width)


def _edges(faces: Faces, columns: Sequence[Column], width: float) -> tuple[float, ...]:
    """Where columns begin, and where the last one ends: by weight, but wide enough for each word of a title."""
    weights = [max(column.weight, 1) for column in columns]
    least = [_least(faces, column) for column in columns]
    if sum(least) > width:
        least = [0.0] * len(columns)
    short: set[int] = set()
    widths: list[float] = []
    for _ in columns:
        free = width - sum(least[i] for i in short)
        total = sum(weight for i, weight in enumerate(weights) if i not in short) or 1
        widths = [least[i] if i in short else free * weight / total for i, weight in enumerate(weights)]
        found = {i for i, own in enumerate(widths) if own < least[i]}
        if not found - short:
            break
        short |= found
    return (0.0, *accumulate(widths))


def _least(faces: Faces, column: Column) -> float:
    """The width of the longest word in a column's title, with its padding."""
    words = [faces.width(word, SMALL_BOLD.face, SMALL_BOLD.size) for word in column.title.split(" ")]
    return max(words) + 2 * PAD + (2 * LEAF if column.leaf else 0) + 0.1


def _grid(
    faces: Faces,
    columns: Sequence[Column],
    rows: Sequence[tuple[str | None, ...]],
    look: _Look,
    limit: float,
    *,
    sample: tuple[str, ...] = (),
) -> list[Strip]:
    head = _head(faces, columns, look, limit) if any(column.title for column in columns) else []
    body: list[Strip] = []
    if sample:
        row = _row(faces, columns, sample, look, limit)
        body.extend(shaded(row, look.edges[-1], FAINT))
    for row_cells in rows:
        body.extend(_row(faces, columns, row_cells, look, limit))
    again = tuple(head)
    return [*head, *body[:1], *(replace(strip, again=again) for strip in body[1:])]


def _head(faces: Faces, columns: Sequence[Column], look: _Look, limit: float) -> list[Strip]:
    cells = []
    for i, column in enumerate(columns):
        room = look.edges[i + 1] - look.edges[i] - 2 * PAD - (2 * LEAF if column.leaf else 0)
        lines = paragraph(faces, column.title, look.head, room)
        if column.leaf:
            at = look.edges[i + 1] - look.edges[i] - 2 * PAD - LEAF
            mark = sign("leaf", at, (look.head.leading - LEAF) / 2, LEAF)
            lines[0] = replace(lines[0], ink=(*lines[0].ink, *mark))
        cells.append((look.edges[i] + PAD, lines))
    strips = shaded(padded(beside(cells, limit - 2 * look.pad), 0, look.pad), look.edges[-1], SHADE)
    first = strips[0]
    strips[0] = replace(first, ink=(*first.ink, Rule(0, 0, look.edges[-1], 0, LINE)))
    return [replace(strip, keep=True) for strip in _closed(strips, look, LINE, 0.0)]


def _row(
    faces: Faces, columns: Sequence[Column], cells: Sequence[str | None], look: _Look, limit: float
) -> list[Strip]:
    """A row; a cell of None is left for writing, missing cells too."""
    set_cells: list[tuple[float, list[Strip]]] = []
    for i, column in enumerate(columns):
        cell = cells[i] if i < len(cells) else None
        room = look.edges[i + 1] - look.edges[i] - 2 * PAD
        set_cells.append((look.edges[i] + PAD, _cell(faces, column, cell, look, room)))
    strips = padded(beside(set_cells, limit - 2 * look.pad), look.least, look.pad)
    return _closed(strips, look, HAIR, QUIET / 2 if look.parted else QUIET)


def _cell(faces: Faces, column: Column, cell: str | None, look: _Look, room: float) -> list[Strip]:
    match column.kind:
        case "write":
            return paragraph(faces, cell, look.text, room) if cell else []
        case "tick":
            lines = paragraph(faces, cell or "", look.text, room - TICK - PAD, x=TICK + PAD)
            box = tick_box(0, (look.text.leading - TICK) / 2)
            return [replace(lines[0], ink=(*lines[0].ink, box)), *lines[1:]]
        case "text" | "mono":
            if cell is None:
                return []
            style = look.mono if column.kind == "mono" and cell else look.text
            return paragraph(faces, cell or phrases.DASH, style, room)


def _closed(strips: list[Strip], look: _Look, line: float, grey: float) -> list[Strip]:
    """A row with a rule under it, and rules between its cells where people write."""
    if look.parted:
        strips = [
            replace(s, ink=(*s.ink, *(Rule(x, 0, x, s.height, HAIR, QUIET / 2) for x in look.edges))) for s in strips
        ]
    return ruled(strips, look.edges[-1], line, grey)
