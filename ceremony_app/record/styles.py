"""The measures of a page: paper, margins, type sizes, spacing. All lengths in points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ceremony_app.record.fonts import Face

MM: Final = 72 / 25.4
PAPERS: Final = {"A4": (210 * MM, 297 * MM), "Letter": (612.0, 792.0)}

LEFT: Final = 20 * MM
"""Wide enough to be punched and bound."""
RIGHT: Final = 16 * MM
TOP: Final = 23 * MM
BOTTOM: Final = 30 * MM

WRITE: Final = 9 * MM
"""The least height of anything to be filled in by hand."""
SIGN: Final = 13 * MM


@dataclass(frozen=True, slots=True)
class Style:
    """Face, size and distance of baselines."""

    face: Face
    size: float
    leading: float

    @property
    def baseline(self) -> float:
        """From the top of a line to its baseline: capitals (0.714 em) stand in the middle."""
        return self.leading / 2 + 0.357 * self.size


TITLE: Final = Style(Face.BOLD, 23, 29)
HEADINGS: Final = {
    1: Style(Face.BOLD, 16, 21),
    2: Style(Face.BOLD, 12, 16),
    3: Style(Face.BOLD, 10, 14),
}
SUBTITLE: Final = Style(Face.SANS, 12, 17)
BODY: Final = Style(Face.SANS, 10, 14)
STRONG: Final = Style(Face.BOLD, 10, 14)
SPOKEN: Final = Style(Face.SANS, 11, 15.5)
SMALL: Final = Style(Face.SANS, 8, 11)
SMALL_BOLD: Final = Style(Face.BOLD, 8, 11)
CELL: Final = Style(Face.SANS, 9, 12)
CELL_BOLD: Final = Style(Face.BOLD, 9, 12)
VALUE: Final = Style(Face.MONO, 8.6, 12)
TIGHT: Final = Style(Face.SANS, 8.4, 11.5)
TIGHT_BOLD: Final = Style(Face.BOLD, 8.4, 11.5)
TIGHT_VALUE: Final = Style(Face.MONO, 7.9, 11.5)
"""Tight styles let a whole SHA-256 stand on one line inside a step."""
SMALL_VALUE: Final = Style(Face.MONO, 7.2, 10)
LABEL: Final = Style(Face.BOLD, 6.8, 9)
LISTING: Final = Style(Face.MONO, 7.4, 9.6)
FOOT: Final = Style(Face.SANS, 7, 9)
FOOT_BOLD: Final = Style(Face.BOLD, 7, 9)
FOOT_VALUE: Final = Style(Face.MONO, 6.6, 9)
WORD: Final = Style(Face.BOLD, 15, 20)

HASH: Final = Style(Face.MONO, 11, 17)
HASH_LETTER: Final = Style(Face.BOLD, 10, 17)
HASH_WORD: Final = Style(Face.SANS, 10, 17)

BETWEEN: Final = 8.0
"""The usual space between blocks."""
HAIR: Final = 0.4
LINE: Final = 0.7
FRAME: Final = 1.3
QUIET: Final = 0.65
"""The grey of rules that only guide the eye."""
SHADE: Final = 0.93
FAINT: Final = 0.965
"""Of every other row of a digest, and of an example."""
WATERMARK_GREY: Final = 0.925


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper size with its margins taken off."""

    width: float
    height: float

    @property
    def room(self) -> float:
        """The width that blocks are set in."""
        return self.width - LEFT - RIGHT

    @property
    def body(self) -> float:
        """The height that blocks are set in."""
        return self.height - TOP - BOTTOM


def sheet(paper: str) -> Sheet:
    """The sheet of a paper size."""
    return Sheet(*PAPERS[paper])
