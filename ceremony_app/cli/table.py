"""Tables for a terminal of any width: columns where there is room, one field below another where there is not."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from ceremony_app.core.names import escaped

_WITHOUT_TERMINAL: Final = (110, 24)
_NARROWEST: Final = 40
_TABLE_FROM: Final = 100
_GAP: Final = 2
_LEAST: Final = 10


def width() -> int:
    """The columns of the terminal; 110 where there is none."""
    return max(_NARROWEST, shutil.get_terminal_size(_WITHOUT_TERMINAL).columns)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    """The lines of a table, none wider than `room` columns; cells go on below themselves.

    Below 100 columns each row stands as a block, its first cell above the others, which are named by their heads.
    """
    shown = [[escaped(cell) for cell in row] for row in rows]
    if room < _TABLE_FROM:
        for row in shown:
            yield from _block(heads, row, room)
        return
    widths = _widths(heads, shown, room)
    yield _line(heads, widths)
    yield _line(["-" * one for one in widths], widths)
    for row in shown:
        yield from _cells(row, widths)


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines of at most so many columns, broken at blanks where there are any."""
    lines, line, taken, blank = [], "", 0, 0
    for character in text:
        wide = columns(character)
        if taken + wide > room and line:
            keep = blank if blank and character != " " else len(line)
            lines.append(line[:keep].rstrip(" "))
            line = line[keep:].lstrip(" ")
            taken, blank = sum(map(columns, line)), 0
        if character == " ":
            if not line:
                continue
            blank = len(line) + 1
        line += character
        taken += wide
    return [*lines, line.rstrip(" ")] if line.strip(" ") or not lines else lines


def columns(character: str) -> int:
    """How many columns a character takes: two for wide ones, none for those that stand on another."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """What each column gets: those that need less than an even share keep what they need, the others share the rest."""
    needed = [max(map(_length, (head, *(row[i] for row in rows)))) for i, head in enumerate(heads)]
    left, open_columns = room - _GAP * (len(heads) - 1), list(range(len(heads)))
    widths = [0] * len(heads)
    while open_columns:
        share = max(_LEAST, left // len(open_columns))
        fitting = [i for i in open_columns if needed[i] <= share]
        if not fitting:
            for i in open_columns:
                widths[i] = share
            break
        for i in fitting:
            widths[i] = needed[i]
            left -= needed[i]
            open_columns.remove(i)
    return widths


def _cells(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    pieces = [wrapped(cell, room) for cell, room in zip(row, widths, strict=True)]
    for i in range(max(map(len, pieces))):
        yield _line([piece[i] if i < len(piece) else "" for piece in pieces], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (room - _length(cell)) for cell, room in zip(cells, widths, strict=True))
    return (" " * _GAP).join(padded).rstrip(" ")


def _block(heads: Sequence[str], row: Sequence[str], room: int) -> Iterator[str]:
    yield from wrapped(row[0], room)
    margin = _GAP + max(map(_length, heads[1:])) + _GAP
    for head, cell in zip(heads[1:], row[1:], strict=True):
        for i, line in enumerate(wrapped(cell, room - margin)):
            yield f"{' ' * _GAP}{head if i == 0 else '':<{margin - _GAP}}{line}".rstrip(" ")


def _length(text: str) -> int:
    return sum(map(columns, text))
