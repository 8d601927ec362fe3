"""Listings in fixed width: every character of every line, blanks too."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ceremony_app.record.document import Verbatim
from ceremony_app.record.escape import cut
from ceremony_app.record.fonts import Faces
from ceremony_app.record.ink import Ink, Rule, Strip, Words, spaced
from ceremony_app.record.paragraph import paragraph
from ceremony_app.record.styles import CELL_BOLD, HAIR, LISTING, QUIET

_INSET: Final = 8.0
_HOOK: Final = 7.0


def listing(faces: Faces, block: Verbatim, width: float) -> list[Strip]:
    """The lines beside a fine rule; a hook stands before what goes on from the line above."""
    strips: list[Strip] = []
    for text in block.text.removesuffix("\n").split("\n"):
        strips.extend(_lines(faces, text, width - _INSET))
    title = [replace(s, keep=True) for s in paragraph(faces, block.title, CELL_BOLD, width)] if block.title else []
    return [*title, *spaced(strips, 3.0 if title else 0.0)]


def _lines(faces: Faces, text: str, width: float) -> list[Strip]:
    """One line of the file, on as many lines as it needs."""
    found = faces.runs(text, LISTING.face, listing=True)
    starts, ends, advances = [], [0], [0.0]
    for run in found:
        starts.append(ends[-1])
        ends.append(ends[-1] + len(run.text))
        advances.extend(faces.advances(run, LISTING.size))
    strips: list[Strip] = []
    start, total = 0, ends[-1]
    while start < total or not strips:
        x = _INSET + (_HOOK if strips else 0.0)
        room = width - (_HOOK if strips else 0.0)
        end, used = start, 0.0
        while end < total and (used + advances[end + 1] <= room or end == start):
            used += advances[end + 1]
            end += 1
        ink: list[Ink] = [Rule(0, 0, 0, LISTING.leading, HAIR, QUIET), *(_hook() if strips else ())]
        for run in cut(found, starts, start, end):
            ink.append(Words(x, LISTING.baseline, run, LISTING.size))
            x += sum(faces.advances(run, LISTING.size))
        strips.append(Strip(LISTING.leading, tuple(ink)))
        start = end
    return strips


def _hook() -> tuple[Ink, ...]:
    middle = LISTING.leading / 2
    return (Rule(_INSET, 1, _INSET, middle, HAIR), Rule(_INSET, middle, _INSET + _HOOK - 3, middle, HAIR))
