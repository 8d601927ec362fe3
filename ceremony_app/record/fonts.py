"""The typefaces of every page: loaded from our own files, measured, and handed to ReportLab."""

from __future__ import annotations

import struct
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
    """What setting text needs to know of the fonts: advance widths in 1/1000 em, and which characters have ink."""

    widths: Mapping[str, Mapping[int, float]]
    inked: Mapping[str, frozenset[int]]

    def runs(self, text: str, face: Face, *, listing: bool = False) -> tuple[Run, ...]:
        """Anybody's text, safe to draw; in a `listing` all blanks stay blank."""
        return runs(text, face.value, self.inked, listing=listing)

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
        widths={name: dict(font.face.charWidths) for name, font in fonts.items()},
        inked={name: _inked(font) for name, font in fonts.items()},
    )


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


def _inked(font: TTFont) -> frozenset[int]:
    """The characters whose glyph has an outline: a blank one would hide a character (OpenType, `loca`)."""
    face = font.face
    long = struct.unpack(">h", _table(font, "head")[50:52])[0]
    table = _table(font, "loca")
    size = 4 if long else 2
    offsets = struct.unpack(f">{len(table) // size}{'L' if long else 'H'}", table)
    return frozenset(code for code, glyph in face.charToGlyph.items() if glyph and offsets[glyph] < offsets[glyph + 1])


def _table(font: TTFont, name: str) -> bytes:
    return bytes(font.face.get_table(name))  # type: ignore[no-untyped-call] # ReportLab's types leave it out
