"""What stands on every page: header, footer, watermark, square code."""

from __future__ import annotations

import math
from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.document import Document
from ceremony_app.record.fonts import Face, Faces
from ceremony_app.record.ink import Ink, Panel, Rule, Slanted
from ceremony_app.record.paragraph import line, right, shortened
from ceremony_app.record.qr import square_code
from ceremony_app.record.styles import (
    FOOT,
    FOOT_BOLD,
    FOOT_VALUE,
    HAIR,
    LABEL,
    LEFT,
    LINE,
    MM,
    RIGHT,
    SMALL,
    SMALL_BOLD,
    WATERMARK_GREY,
    Sheet,
)

_HEADER: Final = 13 * MM
_HEADER_RULE: Final = 16.5 * MM
_FOOTER: Final = 25 * MM
"""From the lower edge of the sheet to the footer's rule."""
_FOOT_LABEL: Final = 27 * MM
_FOOT_ABOVE: Final = 4.0
_FOOT_ROWS: Final = 3
_INITIALS: Final = 3
_QR: Final = 16 * MM
_INITIAL: Final = (11 * MM, 9 * MM)
_MODE_AIR: Final = 3 * MM
_DIGITS: Final = 4


def mode_of(document: Document) -> str:
    """The mode as a key of `phrases`; empty for a draft."""
    return document.mode.value if document.mode else ""


def grouped(digest: str) -> str:
    """Hex digits in groups of four."""
    return " ".join(digest[i : i + _DIGITS] for i in range(0, len(digest), _DIGITS))


# --------------------------------------------------------------------------------------------------------- every page


def fixed(faces: Faces, document: Document, sheet: Sheet) -> tuple[Ink, ...]:
    """What is the same on every page - watermark, header, footer - in coordinates of the whole sheet."""
    top = sheet.height - _FOOTER
    footer = _record_footer if document.kind == "record" else _script_footer
    return (
        *_watermark(faces, document, sheet),
        *_header(faces, document, sheet),
        Rule(LEFT, top, sheet.width - RIGHT, top, HAIR),
        *footer(faces, document, sheet, top),
    )


def numbered(faces: Faces, document: Document, sheet: Sheet, number: int, total: int) -> tuple[Ink, ...]:
    """What differs from page to page: its number, and in a record the square code that binds it."""
    top, edge = sheet.height - _FOOTER, sheet.width - RIGHT
    place = phrases.sheet_of(number, total) if document.kind == "worksheets" else phrases.page_of(number, total)
    if document.kind != "record":
        return right(faces, place, FOOT_BOLD, edge, _last_line(top))
    code = square_code(f"{document.ceremony}|{document.head}|{number}", edge - _QR, top + 2, _QR)
    return (code, *right(faces, place, FOOT_BOLD, edge - _QR - 2 * MM, _last_line(top)))


def _last_line(top: float) -> float:
    """The baseline of the footer's last line."""
    return top + _FOOT_ABOVE + _FOOT_ROWS * FOOT.leading + FOOT.baseline + 2


def _watermark(faces: Faces, document: Document, sheet: Sheet) -> tuple[Ink, ...]:
    word = phrases.WATERMARK[mode_of(document)]
    if not word:
        return ()
    angle = math.degrees(math.atan2(sheet.height, sheet.width))
    size = 0.72 * math.hypot(sheet.width, sheet.height) / faces.width(word, Face.BOLD, 1)
    size = min(size, sheet.width / 5)
    width = faces.width(word, Face.BOLD, size)
    (run,) = faces.runs(word, Face.BOLD)
    return (Slanted(sheet.width / 2, sheet.height / 2, run, size, width, angle, WATERMARK_GREY),)


def _header(faces: Faces, document: Document, sheet: Sheet) -> tuple[Ink, ...]:
    """Title, mode, kind: left, middle, right."""
    word, kind = phrases.MODE[mode_of(document)], phrases.KIND[document.kind]
    edge = sheet.width - RIGHT
    word_width = faces.width(word, SMALL_BOLD.face, SMALL_BOLD.size)
    kind_width = faces.width(kind, SMALL.face, SMALL.size)
    at = edge - kind_width - 2 * _MODE_AIR - word_width
    frame = Panel(at - _MODE_AIR / 2, _HEADER - SMALL.size - 1, word_width + _MODE_AIR, SMALL.size + 4.5, width=LINE)
    return (
        *shortened(faces, document.title, SMALL, LEFT, _HEADER, at - LEFT - 2 * _MODE_AIR),
        frame,
        *line(faces, word, SMALL_BOLD, at, _HEADER),
        *right(faces, kind, SMALL, edge, _HEADER),
        Rule(LEFT, _HEADER_RULE, edge, _HEADER_RULE, HAIR),
    )


def _foot_rows(faces: Faces, rows: list[tuple[str, str]], top: float) -> list[Ink]:
    ink: list[Ink] = []
    for i, (label, value) in enumerate(rows[:_FOOT_ROWS]):
        y = top + _FOOT_ABOVE + i * FOOT.leading + FOOT.baseline
        ink.extend(shortened(faces, label, FOOT_BOLD, LEFT, y, _FOOT_LABEL - MM))
        ink.extend(line(faces, value, FOOT_VALUE, LEFT + _FOOT_LABEL, y))
    return ink


def _script_footer(faces: Faces, document: Document, sheet: Sheet, top: float) -> tuple[Ink, ...]:
    """The digests that script or worksheet stands for, and boxes for the initials of those who hold it."""
    ink = _foot_rows(faces, [(entry.label, grouped(entry.sha256)) for entry in document.fingerprints], top)
    side, height = _INITIAL
    names = document.initials[:_INITIALS]
    x = sheet.width - RIGHT - side * len(names)
    for name in names:
        ink.append(Panel(x, top + 5, side, height, width=LINE))
        ink.extend(shortened(faces, name, LABEL, x + 2.5, top + 5 + LABEL.baseline, side - 3))
        x += side
    ink.extend(shortened(faces, document.version, FOOT, LEFT, _last_line(top), sheet.room * 0.7))
    return tuple(ink)


def _record_footer(faces: Faces, document: Document, sheet: Sheet, top: float) -> tuple[Ink, ...]:
    """What binds the page to the journal."""
    rows = [
        (phrases.CEREMONY_ID, grouped(document.ceremony) or phrases.NOT_RECORDED),
        (phrases.FINAL_HEAD, grouped(document.head) or phrases.NOT_RECORDED),
    ]
    mode = phrases.MODE[mode_of(document)]
    foot = f"{mode}  ·  {document.version}" if document.version else mode
    return (
        *_foot_rows(faces, rows, top),
        *shortened(faces, foot, FOOT, LEFT, _last_line(top), sheet.room * 0.6),
    )
