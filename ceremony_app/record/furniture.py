"""What stands on every page: header, footer, watermark; and what begins the first: the cover."""

from __future__ import annotations

import math
from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.checks import blanks, notice
from ceremony_app.record.document import Blank, Document, Fact, Facts, Notice
from ceremony_app.record.fonts import Face, Faces
from ceremony_app.record.ink import Ink, Panel, Rule, Slanted, Strip, kept, spaced
from ceremony_app.record.paragraph import line, paragraph, right, shortened
from ceremony_app.record.qr import square_code
from ceremony_app.record.styles import (
    BODY,
    FOOT,
    FOOT_BOLD,
    FOOT_VALUE,
    FRAME,
    HAIR,
    LABEL,
    LEFT,
    LINE,
    MM,
    RIGHT,
    SMALL,
    SMALL_BOLD,
    SUBTITLE,
    TITLE,
    WATERMARK_GREY,
    Sheet,
)
from ceremony_app.record.tables import facts

_HEADER: Final = 13 * MM
_HEADER_RULE: Final = 16.5 * MM
_FOOTER: Final = 25 * MM
"""From the lower edge of the sheet to the footer's rule."""
_FOOT_LABEL: Final = 27 * MM
_QR: Final = 16 * MM
_INITIAL: Final = (11 * MM, 9 * MM)
_MODE_AIR: Final = 3 * MM
_DIGITS: Final = 4
_ID_BOXES: Final = (8, 8, 8, 8)
_COVER_TOP: Final = 10 * MM


def mode_of(document: Document) -> str:
    """The mode as a key of `phrases`; empty for a draft."""
    return document.mode.value if document.mode else ""


def grouped(digest: str) -> str:
    """Hex digits in groups of four."""
    return " ".join(digest[i : i + _DIGITS] for i in range(0, len(digest), _DIGITS))


# --------------------------------------------------------------------------------------------------------- every page


def furniture(faces: Faces, document: Document, sheet: Sheet, number: int, total: int) -> tuple[Ink, ...]:
    """Watermark, header and footer of a page, in coordinates of the whole sheet."""
    return (
        *_watermark(faces, document, sheet),
        *_header(faces, document, sheet),
        *_footer(faces, document, sheet, number, total),
    )


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


def _footer(faces: Faces, document: Document, sheet: Sheet, number: int, total: int) -> tuple[Ink, ...]:
    top = sheet.height - _FOOTER
    rule = Rule(LEFT, top, sheet.width - RIGHT, top, HAIR)
    place = phrases.page_of(number, total)
    match document.kind:
        case "script":
            return (rule, *_script_footer(faces, document, sheet, top, place))
        case "record":
            return (rule, *_record_footer(faces, document, sheet, top, place, number))


def _foot_rows(faces: Faces, rows: list[tuple[str, str]], top: float) -> list[Ink]:
    ink: list[Ink] = []
    for i, (label, value) in enumerate(rows):
        y = top + 4 + i * FOOT.leading + FOOT.baseline
        ink.extend(shortened(faces, label, FOOT_BOLD, LEFT, y, _FOOT_LABEL - MM))
        ink.extend(line(faces, value, FOOT_VALUE, LEFT + _FOOT_LABEL, y))
    return ink


def _script_footer(faces: Faces, document: Document, sheet: Sheet, top: float, place: str) -> tuple[Ink, ...]:
    """The digests that the script stands for, and boxes for the initials of those who hold it."""
    rows = [(entry.label, grouped(entry.sha256)) for entry in document.fingerprints]
    ink = _foot_rows(faces, rows, top)
    edge = sheet.width - RIGHT
    side, height = _INITIAL
    x = edge - side * len(document.initials)
    for name in document.initials:
        ink.append(Panel(x, top + 5, side, height, width=LINE))
        ink.extend(shortened(faces, name, LABEL, x + 2.5, top + 5 + LABEL.baseline, side - 3))
        x += side
    y = top + 4 + max(len(rows), 3) * FOOT.leading + FOOT.baseline + 2
    ink.extend(shortened(faces, document.version, FOOT, LEFT, y, sheet.room * 0.7))
    ink.extend(right(faces, place, FOOT_BOLD, edge, y))
    return tuple(ink)


def _record_footer(
    faces: Faces, document: Document, sheet: Sheet, top: float, place: str, number: int
) -> tuple[Ink, ...]:
    """What binds the page to the journal, in words and as a square code."""
    rows = [
        (phrases.CEREMONY_ID, grouped(document.ceremony) or phrases.NOT_RECORDED),
        (phrases.FINAL_HEAD, grouped(document.head) or phrases.NOT_RECORDED),
    ]
    edge = sheet.width - RIGHT
    code = square_code(f"{document.ceremony}|{document.head}|{number}", edge - _QR, top + 2, _QR)
    y = top + 4 + 3 * FOOT.leading + FOOT.baseline + 2
    mode = phrases.MODE[mode_of(document)]
    foot = f"{mode}  ·  {document.version}" if document.version else mode
    return (
        *_foot_rows(faces, rows, top),
        *shortened(faces, foot, FOOT, LEFT, y, sheet.room * 0.6),
        *right(faces, place, FOOT_BOLD, edge - _QR - 2 * MM, y),
        code,
    )


# --------------------------------------------------------------------------------------------------------- first page


def cover(faces: Faces, document: Document, sheet: Sheet) -> list[Strip]:
    """Kind, title, mode, purpose, and everything that tells this document from any other."""
    width, limit = sheet.room, sheet.body
    kind = f"{phrases.KIND[document.kind].upper()}  –  {phrases.KIND_MEANS[document.kind]}"
    key = mode_of(document)
    mode = notice(faces, Notice(word=phrases.MODE[key], text=phrases.MODE_MEANS[key]), width, limit)
    parts = [
        spaced(_dropped(paragraph(faces, kind, SMALL_BOLD, width)), 0),
        spaced(paragraph(faces, document.title, TITLE, width), 6),
        spaced(paragraph(faces, document.subtitle, SUBTITLE, width) if document.subtitle else [], 4),
        spaced([Strip(FRAME, (Rule(0, 0, width, 0, FRAME),))], 10),
        spaced(paragraph(faces, document.purpose, BODY, width) if document.purpose else [], 8),
        spaced(mode, 14),
        spaced(facts(faces, Facts(rows=_identity(document)), width, limit), 16),
        spaced(_id_boxes(faces, document, width, limit), 14),
    ]
    return [strip for part in parts for strip in part]


def _dropped(strips: list[Strip]) -> list[Strip]:
    """The strips, some way below the top of the page, where gaps do not count."""
    return kept([Strip(_COVER_TOP, (Rule(0, 0, 0, 0, HAIR, 1.0),)), *strips, *([] if strips else [Strip(0)])])


def _identity(document: Document) -> tuple[Fact, ...]:
    rows = list(document.facts)
    if document.ceremony or document.kind == "record":
        rows.append(Fact(label=phrases.CEREMONY_ID, value=document.ceremony, mono=True))
    if document.kind == "record":
        rows.append(Fact(label=phrases.FINAL_HEAD, value=document.head, mono=True))
    rows.extend(
        Fact(label=f"{entry.label} {phrases.SHA256}", value=entry.sha256, mono=True) for entry in document.fingerprints
    )
    if document.version:
        rows.append(Fact(label=phrases.VERSION, value=document.version))
    return tuple(rows)


def _id_boxes(faces: Faces, document: Document, width: float, limit: float) -> list[Strip]:
    if document.ceremony or document.kind == "record":
        return []
    return blanks(faces, (Blank(label=phrases.CEREMONY_ID_BLANK, boxes=_ID_BOXES),), width, limit)
