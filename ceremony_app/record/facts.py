"""Facts: labels on the left, values on the right; what is missing is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.document import Facts
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Rule, Strip, beside
from ceremony_app.record.paragraph import paragraph
from ceremony_app.record.rows import LEAF, PAD, PAD_ROW, none, padded, ruled
from ceremony_app.record.shapes import sign
from ceremony_app.record.styles import (
    CELL,
    CELL_BOLD,
    HAIR,
    MM,
    QUIET,
    TIGHT,
    TIGHT_BOLD,
    TIGHT_VALUE,
    VALUE,
    Style,
)

_LABEL: Final = 46 * MM
_TIGHT_LABEL: Final = 33 * MM
_LABEL_MOST: Final = 0.6
_AFTER_LABEL: Final = 3 * PAD


def facts(faces: Faces, block: Facts, width: float, limit: float, *, tight: bool = False) -> list[Strip]:
    """Labels on the left, values on the right, a fine rule under each row; `tight` is for facts within a step."""
    if not block.rows:
        return none(faces, width)
    text, strong, mono = (TIGHT, TIGHT_BOLD, TIGHT_VALUE) if tight else (CELL, CELL_BOLD, VALUE)
    label_width = _label_width(faces, block, width, strong, mono, tight=tight)
    strips: list[Strip] = []
    for fact in block.rows:
        style = (mono if fact.mono else text) if fact.value else strong
        value = paragraph(faces, fact.value or phrases.NOT_RECORDED, style, width - label_width)
        label = paragraph(faces, fact.label, strong, label_width - _AFTER_LABEL)
        if fact.leaf:
            mark = sign("leaf", label_width - 2.5 * PAD, (text.leading - LEAF) / 2, LEAF)
            label[0] = replace(label[0], ink=(*label[0].ink, *mark))
        row = padded(beside([(0, label), (label_width, value)], limit - 2 * PAD_ROW), 0, PAD_ROW)
        strips.extend(ruled(row, width, HAIR, QUIET))
    first = strips[0]
    top = Rule(0, 0, width, 0, HAIR, QUIET)
    return [replace(first, ink=(top, *first.ink)), *strips[1:]]


def _label_width(faces: Faces, block: Facts, width: float, label: Style, value: Style, *, tight: bool) -> float:
    """The usual width; more where labels are long and values are so short that they leave room."""
    usual = _TIGHT_LABEL if tight else min(_LABEL, width * 0.34)
    wanted = max(faces.width(fact.label, label.face, label.size) for fact in block.rows) + _AFTER_LABEL + 0.1
    values = max(faces.width(fact.value, value.face, value.size) for fact in block.rows)
    return max(usual, min(wanted, width - values, width * _LABEL_MOST))
