"""The typefaces of every page: loaded from our own files, measured, and handed to ReportLab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from ceremony_app.core.errors import Unusable
from ceremony_app.record.escape import Run, runs

NOTO: Final = "NotoSans-Regular"
NOTO_BOLD: Final = "NotoSans-Bold"
NOTO_MONO: Final = "NotoSansMono-Regular"
NOTO_MONO_BOLD: Final = "NotoSansMono-Bold"
DEJAVU: Final = "DejaVuSans"
FILES: Final = (NOTO, NOTO_BOLD, NOTO_MONO, NOTO_MONO_BOLD, DEJAVU)


@unique
class Face(Enum):
    """A way of setting text: the fonts that are tried in turn for each character.

    All ways end alike, so that a character that one of them can draw is written out by none.
    """

    SANS = (NOTO, DEJAVU, NOTO_MONO)
    BOLD = (NOTO_BOLD, NOTO, DEJAVU, NOTO_MONO)
    MONO = (NOTO_MONO, NOTO, DEJAVU)
    MONO_BOLD = (NOTO_MONO_BOLD, NOTO, DEJAVU, NOTO_MONO)


@dataclass(frozen=True, slots=True)
class Faces:
    """What setting text needs to know of the fonts: advance widths in 1/1000 em, and which characters each has."""

    widths: Mapping[str, Mapping[int, float]]
    characters: Mapping[str, frozenset[int]]

    def runs(self, text: str, face: Face, *, listing: bool = False) -> tuple[Run, ...]:
        """Anybody's text, safe to draw; in a `listing` all blanks stay blank."""
        return runs(text, face.value, self.characters, listing=listing)

    def advances(self, run: Run, size: float) -> list[float]:
        """The width of each character, in points."""
        widths, scale = self.widths[run.font], size / 1000
        return [widths[ord(character)] * scale for character in run.text]

    def width(self, text: str, face: Face, size: float) -> float:
        """The width of a text on one line, in points."""
        return sum(sum(self.advances(run, size)) for run in self.runs(text, face))


def load(folder: Path) -> Faces:
    """Reads the fonts and makes them known to ReportLab under their file names.

    Raises:
        Unusable: CER-PDF, where a font file is missing or is none.
    """
    fonts = {name: _font(folder / f"{name}.ttf", name) for name in FILES}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return Faces(
        widths={name: font.face.charWidths for name, font in fonts.items()},
        characters={name: _characters(font) for name, font in fonts.items()},
    )


def _characters(font: TTFont) -> frozenset[int]:
    return frozenset(code for code, glyph in font.face.charToGlyph.items() if glyph)


def _font(path: Path, name: str) -> TTFont:
    try:
        font = TTFont(name, str(path))
    except (TTFError, OSError) as error:
        raise Unusable(
            "CER-PDF",
            f"The font {path.name} cannot be read.",
            "Put the program's own fonts back: they come with it, in resources/fonts.",
            where=str(path),
        ) from error
    return font
