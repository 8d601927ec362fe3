"""Small blocks: lists, boxes to tick, places to write in, the legend of signs, words read aloud, notices."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony_app.record.document import Blank, Bullets, Checkboxes, Legend, Notice, Quote, WriteIn
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Ink, Rule, Strip, beside, framed, kept, moved, spaced, stacked
from ceremony_app.record.paragraph import line, paragraph
from ceremony_app.record.rows import none
from ceremony_app.record.shapes import TICK, character_boxes, character_rows, ring, sign, tick_box
from ceremony_app.record.styles import (
    BODY,
    FRAME,
    LABEL,
    LINE,
    MM,
    SMALL,
    SPOKEN,
    STRONG,
    WORD,
    WRITE,
)

_INDENT: Final = 6 * MM
_ITEM_GAP: Final = 3.0
_LABEL_GAP: Final = 1.0
_BOX_HEIGHT: Final = 7.5 * MM
_BESIDE: Final = 6 * MM
_SPEECH: Final = 2.2
_SPEECH_AWAY: Final = 7.0
_SPEECH_GREY: Final = 0.45
_NOTICE_PAD: Final = 10.0


def quote(faces: Faces, block: Quote, width: float) -> list[Strip]:
    """Words said aloud, larger than the rest, beside a bar."""
    return moved(barred(paragraph(faces, block.text, SPOKEN, width - _INDENT)), _INDENT)


def barred(strips: list[Strip]) -> list[Strip]:
    """The strips with a bar in the margin to their left."""
    return [
        replace(s, ink=(Rule(-_SPEECH_AWAY, 0, -_SPEECH_AWAY, s.height, _SPEECH, _SPEECH_GREY), *s.ink)) for s in strips
    ]


def bullets(faces: Faces, block: Bullets, width: float) -> list[Strip]:
    """Items with a dot or a number."""
    strips: list[Strip] = []
    for i, item in enumerate(block.items):
        lines = paragraph(faces, item, BODY, width - _INDENT, x=_INDENT)
        label = f"{i + 1}." if block.numbered else "•"
        ink = line(faces, label, BODY, 0 if block.numbered else _INDENT / 3, BODY.baseline)
        lines[0] = replace(lines[0], ink=(*lines[0].ink, *ink))
        strips.extend(spaced(lines, _ITEM_GAP if i else 0.0))
    return strips or none(faces, width)


def checkboxes(faces: Faces, block: Checkboxes, width: float) -> list[Strip]:
    """Boxes, or rings where exactly one is to be marked; all of them on one page."""
    strips: list[Strip] = []
    if block.title:
        strips.extend(paragraph(faces, block.title, STRONG, width))
    for i, item in enumerate(block.items):
        lines = paragraph(faces, item, BODY, width - _INDENT, x=_INDENT)
        y = (BODY.leading - TICK) / 2
        mark = ring(0, y) if block.one_of else tick_box(0, y)
        lines[0] = replace(lines[0], ink=(*lines[0].ink, mark))
        strips.extend(spaced(lines, _ITEM_GAP + 1 if i or block.title else 0.0))
    return kept(strips) or none(faces, width)


def legend(faces: Faces, block: Legend, width: float) -> list[Strip]:
    """Each sign beside what it means."""
    strips: list[Strip] = []
    for i, entry in enumerate(block.signs):
        lines = paragraph(faces, entry.text, BODY, width - 2 * _INDENT, x=2 * _INDENT)
        ink = sign(entry.mark, 0, (BODY.leading - TICK) / 2)
        lines[0] = replace(lines[0], ink=(*lines[0].ink, *ink))
        strips.extend(spaced(lines, _ITEM_GAP if i else 0.0))
    return strips or none(faces, width)


def write_in(faces: Faces, block: WriteIn, width: float, limit: float) -> list[Strip]:
    """Places to write in, side by side in the order given."""
    return blanks(faces, block.blanks, width, limit) if block.blanks else []


def blanks(faces: Faces, fields: tuple[Blank, ...], width: float, limit: float) -> list[Strip]:
    """One row of places to write in: label above, line or boxes below."""
    room = width - _BESIDE * (len(fields) - 1)
    total = sum(max(field.weight, 1) for field in fields)
    columns: list[tuple[float, list[Strip]]] = []
    x = 0.0
    for field in fields:
        own = room * max(field.weight, 1) / total
        columns.append((x, _blank(faces, field, own)))
        x += own + _BESIDE
    return beside(columns, limit)


def _blank(faces: Faces, field: Blank, width: float) -> list[Strip]:
    label = [replace(s, keep=True) for s in paragraph(faces, field.label, SMALL, width)]
    if not field.boxes:
        return [*label, Strip(WRITE, (Rule(0, WRITE, width, WRITE, LINE),))]
    side, rows = character_rows(field.boxes, width)
    boxes = [
        Strip(_BOX_HEIGHT, tuple(character_boxes(0, 0, row, side, _BOX_HEIGHT)), gap=WRITE - _BOX_HEIGHT)
        for row in rows
    ]
    return kept([*label, *spaced(boxes[:1], _LABEL_GAP + 1), *boxes[1:]])


def notice(faces: Faces, block: Notice, width: float, limit: float) -> list[Strip]:
    """A large word and a sentence, in a heavy frame."""
    inner = width - 2 * _NOTICE_PAD
    strips = paragraph(faces, block.word, WORD, inner)
    if block.text:
        strips = kept([*strips, *spaced(paragraph(faces, block.text, BODY, inner), 2)])
    return whole(framed(strips, width, _NOTICE_PAD, FRAME), limit)


def whole(strips: list[Strip], limit: float) -> list[Strip]:
    """The strips as one, where that is no higher than `limit`."""
    one = stacked(strips)
    return [one] if one.height <= limit else strips


def labelled(faces: Faces, label: str, strips: list[Strip], indent: float, baseline: float) -> list[Strip]:
    """The strips, indented, with a label beside their first line, whose baseline is given."""
    if not strips:
        return []
    ink: tuple[Ink, ...] = line(faces, label, LABEL, 0, baseline)
    shifted = moved(strips, indent)
    shifted[0] = replace(shifted[0], ink=(*ink, *shifted[0].ink))
    return shifted
