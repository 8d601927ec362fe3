"""A document becomes pages, and pages become a PDF: first everything is measured, then everything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, assert_never

from reportlab.pdfgen.canvas import Canvas

from ceremony_app.record import phrases
from ceremony_app.record.blocks import set_blocks
from ceremony_app.record.cover import cover
from ceremony_app.record.document import LAYOUT_VERSION, Document
from ceremony_app.record.escape import visible
from ceremony_app.record.fonts import NOTO, Faces
from ceremony_app.record.furniture import fixed, numbered
from ceremony_app.record.ink import Dots, Group, Ink, Panel, Polygon, Ring, Rule, Slanted, Words
from ceremony_app.record.pages import Page, paginate
from ceremony_app.record.styles import LEFT, TOP, Sheet, sheet

_SHORT: Final = 200
_PRODUCER: Final = f"ceremony-app, layout {LAYOUT_VERSION}"


@dataclass(frozen=True, slots=True)
class Laid:
    """A document that is measured: its sheet, and what lies in the body of each page."""

    sheet: Sheet
    pages: tuple[Page, ...]


def lay_out(document: Document, faces: Faces) -> Laid:
    """Which strip of the document stands on which page."""
    paper = sheet(document.paper)
    strips = [
        *cover(faces, document, paper),
        *set_blocks(faces, document.blocks, paper.room, paper.body),
    ]
    return Laid(paper, paginate(strips, paper.body))


def draw(document: Document, faces: Faces) -> bytes:
    """The document as a PDF: same document, same fonts, same bytes.

    Nothing is compressed: the bytes must not depend on which zlib this computer has, and can be read without one.
    """
    laid = lay_out(document, faces)
    out = BytesIO()
    canvas = Canvas(
        out,
        pagesize=(laid.sheet.width, laid.sheet.height),
        pageCompression=0,
        invariant=1,
        initialFontName=NOTO,  # type: ignore[arg-type] # the stubs take a name for a number
        lang=document.language,
    )
    _describe(canvas, document)
    pen = _Pen(canvas, laid.sheet.height)
    every = fixed(faces, document, laid.sheet)
    level = -1
    for number, page in enumerate(laid.pages, 1):
        pen.fresh()
        pen.draw(every, 0, 0)
        pen.draw(numbered(faces, document, laid.sheet, number, len(laid.pages)), 0, 0)
        for placed in page:
            strip, y = placed.strip, TOP + placed.y
            if strip.mark:
                level = min(strip.mark.level - 1, level + 1)
                pen.mark(_short(strip.mark.title), level, y)
            pen.draw(strip.ink, LEFT, y)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _describe(canvas: Canvas, document: Document) -> None:
    kind = phrases.KIND[document.kind]
    canvas.setTitle(f"{_short(document.title)} – {kind}")
    canvas.setSubject(kind)
    canvas.setAuthor(_PRODUCER)
    canvas.setCreator(_short(document.version) or _PRODUCER)
    canvas.setProducer(_PRODUCER)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas.showOutline()


def _short(text: str) -> str:
    """A text for outline and metadata, where a string has its limits (ISO 19005-3, 6.1.13); pages have it whole."""
    seen = visible(text)
    return seen if len(seen) <= _SHORT else f"{seen[:_SHORT]}…"


class _Pen:
    """Draws ink on a canvas and remembers what it last set, so that nothing is set twice."""

    def __init__(self, canvas: Canvas, height: float) -> None:
        self._canvas = canvas
        self._height = height
        self._set: dict[str, object] = {}
        self._marks = 0

    def fresh(self) -> None:
        """A new page begins with nothing set."""
        self._set.clear()

    def mark(self, title: str, level: int, y: float) -> None:
        """An entry in the outline that leads here."""
        self._marks += 1
        key = f"m{self._marks}"
        self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=self._height - y + 12, zoom=0)
        self._canvas.addOutlineEntry(title, key, level, closed=level > 0)

    def draw(self, inks: Sequence[Ink], x: float, y: float) -> None:
        """The ink, from x and y of the sheet's upper left corner."""
        canvas, base = self._canvas, self._height - y
        for ink in inks:
            match ink:
                case Words():
                    self._font(ink.run.font, ink.size)
                    self._fill(0.0)
                    canvas.drawString(x + ink.x, base - ink.y, ink.run.text)
                case Group():
                    self.draw(ink.ink, x + ink.dx, y + ink.dy)
                case Rule():
                    self._stroke(ink.grey, ink.width)
                    canvas.line(x + ink.x1, base - ink.y1, x + ink.x2, base - ink.y2)
                case Panel():
                    self._panel(ink, x + ink.x, base - ink.y - ink.h)
                case Ring():
                    self._stroke(0.0, ink.width)
                    canvas.circle(x + ink.x, base - ink.y, ink.radius, stroke=1, fill=0)
                case Polygon():
                    self._polygon(ink, x, base)
                case Dots():
                    self._dots(ink, x + ink.x, base - ink.y)
                case Slanted():
                    self._slanted(ink, x + ink.x, base - ink.y)
                case _:
                    assert_never(ink)

    def _once(self, what: str, value: object) -> bool:
        """Whether the value is another than the one last set."""
        if self._set.get(what) == value:
            return False
        self._set[what] = value
        return True

    def _font(self, font: str, size: float) -> None:
        if self._once("font", (font, size)):
            self._canvas.setFont(font, size)

    def _fill(self, grey: float) -> None:
        if self._once("fill", grey):
            self._canvas.setFillGray(grey)

    def _stroke(self, grey: float, width: float) -> None:
        if self._once("stroke", grey):
            self._canvas.setStrokeGray(grey)
        if self._once("width", width):
            self._canvas.setLineWidth(width)

    def _panel(self, ink: Panel, x: float, y: float) -> None:
        if ink.shade is not None:
            self._fill(ink.shade)
        if ink.width:
            self._stroke(ink.grey, ink.width)
        self._canvas.rect(x, y, ink.w, ink.h, stroke=int(ink.width > 0), fill=int(ink.shade is not None))

    def _polygon(self, ink: Polygon, x: float, base: float) -> None:
        path = self._canvas.beginPath()
        for i, (px, py) in enumerate(ink.points):
            (path.lineTo if i else path.moveTo)(x + px, base - py)
        path.close()
        if ink.width:
            self._stroke(0.0, ink.width)
        else:
            self._fill(0.0)
        self._canvas.drawPath(path, stroke=int(ink.width > 0), fill=int(ink.width == 0))

    def _dots(self, ink: Dots, x: float, y: float) -> None:
        """One path in units of a cell: small numbers make short pages."""
        self._fill(0.0)
        self._canvas.saveState()
        self._canvas.transform(ink.cell, 0, 0, -ink.cell, x, y)
        path = self._canvas.beginPath()
        for column, row, length in ink.runs:
            path.rect(column, row, length, 1)
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.restoreState()

    def _slanted(self, ink: Slanted, x: float, y: float) -> None:
        self._canvas.saveState()
        self._canvas.translate(x, y)
        self._canvas.rotate(ink.angle)
        self._canvas.setFont(ink.run.font, ink.size)
        self._canvas.setFillGray(ink.grey)
        self._canvas.drawString(-ink.width / 2, -ink.size * 0.357, ink.run.text)
        self._canvas.restoreState()
        self.fresh()
