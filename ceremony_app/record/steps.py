"""What a step in the script and a step in the record have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from ceremony_app.record.checks import barred, labelled
from ceremony_app.record.document import Block
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Group, Mark, Rule, Strip, framed, spaced
from ceremony_app.record.paragraph import paragraph, right
from ceremony_app.record.shapes import TICK, sign
from ceremony_app.record.styles import BODY, FRAME, HEADINGS, LINE, MM, SMALL_BOLD, SPOKEN, Style

Setter: TypeAlias = Callable[[Sequence[Block], float], list[Strip]]
"""Sets nested blocks in a width; comes from `blocks`, which knows all kinds."""

NUMBER: Final = 12 * MM
"""Width of the margin that the step number stands in."""
AIR: Final = 5 * MM
INDENT: Final = 15.5 * MM
"""From a label such as SAY to the text."""
PART: Final = 6.0
"""Space between the parts of a step."""
LEVEL: Final = 3
_TITLE: Final = HEADINGS[LEVEL]
_NUMBER: Final = replace(HEADINGS[2], leading=_TITLE.leading)
_ABOVE: Final = 11.0
_BELOW: Final = 7.0
_FRAME_PAD: Final = 7.0
_SIGN: Final = 1.4 * TICK


def inner_width(width: float, marker: str) -> float:
    """What is left of the width where the step stands in a frame."""
    return width - (2 * _FRAME_PAD if marker else 0)


def number(faces: Faces, text: str, marker: str) -> list[Strip]:
    """The step's number, and under it the sign that it cannot be undone or that the room pauses."""
    strips = paragraph(faces, text, _NUMBER, NUMBER - AIR / 2)
    if marker:
        strips.append(Strip(_SIGN, sign(marker, 1, 0, _SIGN), gap=PART))
    return strips


def title(faces: Faces, text: str, state: str, width: float) -> list[Strip]:
    """The title; a word about the step's state stands at the end of its first line, or below where it is no word."""
    state_width = faces.width(state, SMALL_BOLD.face, SMALL_BOLD.size) + AIR if state else 0.0
    if state_width > width / 2:
        return [*title(faces, text, "", width), *paragraph(faces, state, SMALL_BOLD, width)]
    first, *more = paragraph(faces, text, _TITLE, width - state_width)
    first = replace(first, ink=(*first.ink, *right(faces, state, SMALL_BOLD, width, _TITLE.baseline)))
    return [replace(strip, keep=True) for strip in (first, *more)]


def spoken(faces: Faces, label: str, texts: tuple[str, ...], width: float, style: Style = SPOKEN) -> list[Strip]:
    """Words said aloud."""
    strips: list[Strip] = []
    for text in texts:
        strips.extend(spaced(barred(paragraph(faces, text, style, width - INDENT)), PART))
    return labelled(faces, label, strips, INDENT, style.baseline)


def acted(faces: Faces, label: str, texts: tuple[str, ...], width: float) -> list[Strip]:
    """What people do."""
    strips: list[Strip] = []
    for text in texts:
        strips.extend(spaced(paragraph(faces, text, BODY, width - INDENT), PART / 2 if strips else PART))
    return labelled(faces, label, strips, INDENT, BODY.baseline)


def outlined(strips: list[Strip], mark: Mark, marker: str, width: float) -> list[Strip]:
    """The step under a rule, or in a frame where it bears a sign."""
    if marker:
        strips = framed(strips, width, _FRAME_PAD, FRAME)
    else:
        top, *more = strips
        ink = (Rule(0, 0, width, 0, LINE), Group(0, _BELOW, top.ink))
        strips = [replace(top, height=top.height + _BELOW, ink=ink), *more]
    return spaced([replace(strips[0], mark=mark), *strips[1:]], _ABOVE)
