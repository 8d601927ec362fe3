"""A SHA-256 as people compare it: rows A to H, or the empty boxes to write one into."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony_app.core.words import LETTERS, HashRow, hash_rows
from ceremony_app.record import phrases
from ceremony_app.record.document import HashBlock
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Ink, Panel, Rule, Strip, kept
from ceremony_app.record.paragraph import line, paragraph, right
from ceremony_app.record.shapes import CHARACTER, character_boxes
from ceremony_app.record.styles import (
    CELL_BOLD,
    FAINT,
    HAIR,
    HASH,
    HASH_LETTER,
    HASH_WORD,
    LINE,
    MM,
    QUIET,
    SMALL,
    WRITE,
)

_LETTER: Final = 5 * MM
_HEX: Final = 12 * MM
_GROUPS: Final = (4, 4)
_WORDS: Final = 4
_AIR: Final = 4 * MM
_BOX: Final = 7 * MM


def hash_block(faces: Faces, block: HashBlock, width: float) -> list[Strip]:
    """Title, note, eight rows; held together on one page."""
    note = block.note or (phrases.COMPARE if block.digest else phrases.TRANSCRIBE)
    note_width = faces.width(note, SMALL.face, SMALL.size) + _AIR
    if note_width > width * 2 / 3:
        title = [*paragraph(faces, block.title, CELL_BOLD, width), *paragraph(faces, note, SMALL, width)]
    else:
        title = paragraph(faces, block.title, CELL_BOLD, width - note_width)
        title[0] = replace(title[0], ink=(*title[0].ink, *right(faces, note, SMALL, width, CELL_BOLD.baseline)))
    rows = hash_rows(block.digest) if block.digest else ()
    body = [_printed(faces, row, width, i) for i, row in enumerate(rows)] or [
        _empty(faces, letter, width) for letter in LETTERS
    ]
    first, last = body[0], body[-1]
    body[0] = replace(first, gap=3.0, ink=(*first.ink, Rule(0, 0, width, 0, LINE)))
    if rows:
        body[-1] = replace(last, ink=(*last.ink, Rule(0, last.height, width, last.height, LINE)))
    return kept([*title, *body])


def _printed(faces: Faces, row: HashRow, width: float, number: int) -> Strip:
    """Letter, two groups of four digits, four words, each word in a column of its own."""
    ink: list[Ink] = [Panel(0, 0, width, HASH.leading, shade=FAINT)] if number % 2 == 0 else []
    ink.extend(line(faces, row.letter, HASH_LETTER, _LETTER, HASH.baseline))
    ink.extend(line(faces, row.groups, HASH, _HEX, HASH.baseline))
    start = _HEX + faces.width(row.groups, HASH.face, HASH.size) + 2 * _AIR
    column = (width - start) / _WORDS
    for i, word in enumerate(row.words):
        ink.extend(line(faces, word, HASH_WORD, start + i * column, HASH.baseline))
    return Strip(HASH.leading, tuple(ink))


def _empty(faces: Faces, letter: str, width: float) -> Strip:
    """Letter, eight boxes, four lines for words."""
    side = min(CHARACTER, (width * 0.42 - _HEX) / sum(_GROUPS))
    top = (WRITE - _BOX) / 2
    boxes = character_boxes(_HEX, top, _GROUPS, side, _BOX)
    start = max(ink.x + ink.w for ink in boxes if isinstance(ink, Panel)) + _AIR
    column = (width - start) / _WORDS
    base = top + _BOX
    ink: list[Ink] = [*line(faces, letter, HASH_LETTER, _LETTER, base - 2 * MM), *boxes]
    ink.extend(
        Rule(start + i * column, base, start + (i + 1) * column - _AIR / 2, base, HAIR, QUIET) for i in range(_WORDS)
    )
    return Strip(WRITE, tuple(ink))
