"""A step as it went: state and times, words, evidence, signatures, deviations."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.checks import labelled
from ceremony_app.record.document import Column, Facts, Grid, SignOff, StepRecord
from ceremony_app.record.facts import facts
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Mark, Panel, Strip, beside, height_of, kept, moved, spaced
from ceremony_app.record.paragraph import paragraph, shortened
from ceremony_app.record.rows import PAD, PAD_ROW
from ceremony_app.record.steps import (
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
from ceremony_app.record.styles import BODY, CELL, SHADE, SMALL, SMALL_BOLD, STRONG, TIGHT
from ceremony_app.record.tables import grid

_HELD: Final = 0.45
"""A step up to this share of a page is not broken; a longer one may be, between its rows."""
_SIGN_OFFS: Final = (
    Column(title=phrases.SIGNED_AS, weight=22),
    Column(title=phrases.WHO, weight=24, leaf=True),
    Column(title=phrases.PURPOSE, weight=19),
    Column(title=phrases.DECISION, weight=13),
    Column(title=phrases.TIME, weight=11),
    Column(title=phrases.METHOD, weight=30, kind="mono"),
)


def step_record(faces: Faces, block: StepRecord, width: float, limit: float, setter: Setter) -> list[Strip]:
    """The step; its head stays with what follows."""
    inner = inner_width(width, block.marker)
    room = inner - NUMBER
    head = [*title(faces, block.title, block.state, room), *_when(faces, block, room)]
    top = beside([(0.0, number(faces, block.number, block.marker)), (NUMBER, head)], limit)
    parts = (
        spoken(faces, phrases.SAID, block.said, room, BODY),
        acted(faces, phrases.DONE, block.done, room),
        _found(faces, block, room, limit),
        _signed(faces, block, room, limit),
        *(_deviation(faces, text, room) for text in block.deviations),
        setter(block.blocks, room),
    )
    overleaf = _continued(faces, block, inner)
    body = [strip for part in parts for strip in spaced(part, PART)]
    body = [replace(strip, again=(overleaf, *strip.again)) for strip in moved(body, NUMBER)]
    strips = [*(replace(strip, keep=True) for strip in top), *body]
    strips[-1] = replace(strips[-1], keep=False)
    strips = outlined(strips, Mark(f"{block.number} {block.title}", LEVEL), block.marker, width)
    return kept(strips) if height_of(strips) <= limit * _HELD else strips


def _continued(faces: Faces, block: StepRecord, width: float) -> Strip:
    """What stands at the top of a page that a step runs over to."""
    height = SMALL.leading + PART
    text = f"{block.number}  {block.title} – {phrases.CONTINUED}"
    return Strip(height, shortened(faces, text, SMALL, 0, SMALL.baseline, width))


def _when(faces: Faces, block: StepRecord, width: float) -> list[Strip]:
    start, end = (time or phrases.NOT_RECORDED for time in (block.start, block.end))
    parts = (
        f"{start} {phrases.TO} {end}",
        f"{block.attempts} {phrases.ATTEMPTS}" if block.attempts != 1 else "",
        f"{phrases.ENTRIES} {block.entries or phrases.NOT_RECORDED}",
    )
    strips = paragraph(faces, phrases.MARKER[block.marker], SMALL_BOLD, width) if block.marker else []
    return [*strips, *paragraph(faces, "  ·  ".join(part for part in parts if part), SMALL, width)]


def _found(faces: Faces, block: StepRecord, width: float, limit: float) -> list[Strip]:
    if not block.facts:
        return []
    rows = facts(faces, Facts(rows=block.facts), width - INDENT, limit, tight=True)
    return labelled(faces, phrases.FOUND, rows, INDENT, PAD_ROW + TIGHT.baseline)


def _signed(faces: Faces, block: StepRecord, width: float, limit: float) -> list[Strip]:
    if block.sign_offs:
        rows = tuple(_row(sign_off) for sign_off in block.sign_offs)
        return grid(faces, Grid(columns=_SIGN_OFFS, rows=rows, small=True), width, limit)
    if not block.wants_sign_offs:
        return []
    nothing = paragraph(faces, phrases.NONE, CELL, width - INDENT)
    return labelled(faces, phrases.SIGNED, nothing, INDENT, CELL.baseline)


def _row(sign_off: SignOff) -> tuple[str, ...]:
    key = " ".join(part for part in (sign_off.method, sign_off.key) if part)
    return (sign_off.role, sign_off.name, sign_off.purpose, sign_off.decision, sign_off.utc, key)


def _deviation(faces: Faces, text: str, width: float) -> list[Strip]:
    """In bold on a shade: it must not be overlooked."""
    words = paragraph(faces, text, STRONG, width - INDENT - PAD)
    lines = labelled(faces, phrases.DEVIATION, words, INDENT, STRONG.baseline)
    return [replace(s, ink=(Panel(-PAD, 0, width + PAD, s.height, shade=SHADE), *s.ink)) for s in lines]
