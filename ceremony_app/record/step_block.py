"""A step as the script asks for it: words on the left, time and initials on a rail at the right."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.checks import blanks, labelled
from ceremony_app.record.document import Expectation, StepBlock
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Mark, Panel, Strip, beside, kept, moved, spaced
from ceremony_app.record.paragraph import line, paragraph
from ceremony_app.record.rows import boxes
from ceremony_app.record.shapes import TICK, tick_box
from ceremony_app.record.steps import (
    AIR,
    INDENT,
    LEVEL,
    NUMBER,
    PART,
    Setter,
    acted,
    inner_width,
    number,
    outlined,
    spoken,
    title,
)
from ceremony_app.record.styles import CELL, LABEL, LINE, MM, SMALL, SMALL_BOLD, VALUE, WRITE

_RAIL: Final = 33 * MM
_INITIALS_ABREAST: Final = 3
_INITIAL: Final = 11 * MM
_LABEL_INSET: Final = 3.0
_COLON: Final = (0.42, 0.66)
_DOT: Final = 1.3


def step_block(faces: Faces, block: StepBlock, width: float, limit: float, setter: Setter) -> list[Strip]:
    """The step, held together on one page."""
    inner = inner_width(width, block.marker)
    room = inner - NUMBER - _RAIL - AIR
    words = [
        *title(faces, block.title, "", room),
        *_who(faces, block, room),
        *spoken(faces, phrases.SAY, block.say, room),
        *acted(faces, phrases.DO, block.do, room),
        *_expected(faces, block.expected, room),
        *_actual(faces, block, room, limit),
    ]
    columns = [
        (0.0, number(faces, block.number, block.marker)),
        (NUMBER, words),
        (inner - _RAIL, _rail(faces, block.initials, limit)),
    ]
    below = setter(block.blocks, inner - NUMBER)
    strips = [*beside(columns, limit), *moved(spaced(below, PART), NUMBER)]
    return kept(outlined(kept(strips), Mark(f"{block.number} {block.title}", LEVEL), block.marker, width))


def _who(faces: Faces, block: StepBlock, width: float) -> list[Strip]:
    strips = paragraph(faces, phrases.MARKER[block.marker], SMALL_BOLD, width) if block.marker else []
    text = "  ·  ".join(part for part in (", ".join(block.who), block.estimate) if part)
    return [*strips, *(paragraph(faces, text, SMALL, width) if text else [])]


def _expected(faces: Faces, expected: tuple[Expectation, ...], width: float) -> list[Strip]:
    strips: list[Strip] = []
    beside_box = TICK + AIR / 2
    for entry in expected:
        lines = paragraph(faces, entry.text, CELL, width - INDENT - beside_box)
        if entry.value:
            lines.extend(paragraph(faces, entry.value, VALUE, width - INDENT - beside_box))
        lines = moved(lines, beside_box)
        box = tick_box(0, (CELL.leading - TICK) / 2)
        lines[0] = replace(lines[0], ink=(*lines[0].ink, box))
        strips.extend(spaced(lines, PART / 2 if strips else PART))
    return labelled(faces, phrases.EXPECT, strips, INDENT, CELL.baseline)


def _actual(faces: Faces, block: StepBlock, width: float, limit: float) -> list[Strip]:
    if not block.actual:
        return []
    strips = spaced(blanks(faces, block.actual, width - INDENT, limit), PART)
    return labelled(faces, phrases.ACTUAL, strips, INDENT, SMALL.baseline)


def _rail(faces: Faces, initials: tuple[str, ...], limit: float) -> list[Strip]:
    """A box for the time, and boxes for initials below it."""
    colon = (Panel((_RAIL - _DOT) / 2, WRITE * part, _DOT, _DOT, shade=0.0) for part in _COLON)
    label = line(faces, phrases.UTC, LABEL, _LABEL_INSET, LABEL.baseline)
    strips = [Strip(WRITE, (Panel(0, 0, _RAIL, WRITE, width=LINE), *label, *colon))]
    side = _RAIL / _INITIALS_ABREAST
    for start in range(0, len(initials), _INITIALS_ABREAST):
        names = initials[start : start + _INITIALS_ABREAST]
        edges = tuple(i * side for i in range(len(names) + 1))
        strips.extend(boxes(faces, names, edges, LABEL, _INITIAL, limit))
    return strips
