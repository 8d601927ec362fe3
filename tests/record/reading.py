"""Reads laid-out pages and finished PDFs back, for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import assert_never

import pypdfium2

from ceremony_app.record.document import Block, Document
from ceremony_app.record.fonts import Faces, load
from ceremony_app.record.ink import Dots, Group, Ink, Panel, Polygon, Ring, Rule, Slanted, Words
from ceremony_app.record.layout import Laid

FONTS = Path(__file__).parents[2] / "resources" / "fonts"
WHEN = "2026-11-22T12:41:30Z"


@cache
def our_faces() -> Faces:
    """The fonts; for property tests, which would print them whole if they were an argument."""
    return load(FONTS)


def flat(inks: Sequence[Ink], dx: float = 0.0, dy: float = 0.0) -> Iterator[tuple[float, float, Ink]]:
    """Every piece of ink that is no group, with how far it was moved."""
    for ink in inks:
        if isinstance(ink, Group):
            yield from flat(ink.ink, dx + ink.dx, dy + ink.dy)
        else:
            yield dx, dy, ink


def words(laid: Laid) -> list[str]:
    """The characters of each page's body, blanks left out."""
    return [
        "".join(
            ink.run.text for placed in page for _, _, ink in flat(placed.strip.ink) if isinstance(ink, Words)
        ).replace(" ", "")
        for page in laid.pages
    ]


def extent(faces: Faces, dx: float, dy: float, ink: Ink) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a piece of ink."""
    match ink:
        case Words():
            width = sum(faces.advances(ink.run, ink.size))
            box = (ink.x, ink.y - ink.size, ink.x + width, ink.y)
        case Rule():
            box = (min(ink.x1, ink.x2), min(ink.y1, ink.y2), max(ink.x1, ink.x2), max(ink.y1, ink.y2))
        case Panel():
            box = (ink.x, ink.y, ink.x + ink.w, ink.y + ink.h)
        case Ring():
            box = (ink.x - ink.radius, ink.y - ink.radius, ink.x + ink.radius, ink.y + ink.radius)
        case Polygon():
            xs, ys = [x for x, _ in ink.points], [y for _, y in ink.points]
            box = (min(xs), min(ys), max(xs), max(ys))
        case Dots():
            far = max(max(x + length, y + 1) for x, y, length in ink.runs) * ink.cell
            box = (ink.x, ink.y, ink.x + far, ink.y + far)
        case Slanted() | Group():
            raise AssertionError(ink)
        case _:
            assert_never(ink)
    return box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as a reader extracts it."""
    opened = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call] # pypdfium2 has no types
    try:
        return [opened[i].get_textpage().get_text_range() for i in range(len(opened))]
    finally:
        opened.close()  # type: ignore[no-untyped-call] # pypdfium2 has no types


def squeezed(text: str) -> str:
    """The text without blanks and line ends."""
    return "".join(text.split())


def script_of(*blocks: Block) -> Document:
    """A script of nothing but these blocks."""
    return Document(kind="script", title="T", blocks=blocks)
