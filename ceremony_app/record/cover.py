"""What begins the first page: which document this is, of which ceremony, in which mode, made from what."""

from __future__ import annotations

from typing import Final

from ceremony_app.record import phrases
from ceremony_app.record.checks import blanks, notice
from ceremony_app.record.document import Blank, Document, Fact, Facts, Notice
from ceremony_app.record.facts import facts
from ceremony_app.record.fonts import Faces
from ceremony_app.record.furniture import mode_of
from ceremony_app.record.ink import Rule, Strip, spaced
from ceremony_app.record.paragraph import paragraph
from ceremony_app.record.styles import BODY, FRAME, MM, SMALL_BOLD, SUBTITLE, TITLE, Sheet

_ID_BOXES: Final = (8, 8, 8, 8)
_TOP: Final = 10 * MM


def cover(faces: Faces, document: Document, sheet: Sheet) -> list[Strip]:
    """Kind, title, mode, purpose, and everything that tells this document from any other; single sheets have none."""
    if document.kind in ("worksheets", "slip"):
        return []
    width, limit = sheet.room, sheet.body
    kind = f"{phrases.KIND[document.kind].upper()}  –  {phrases.KIND_MEANS[document.kind]}"
    key = mode_of(document)
    mode = notice(faces, Notice(word=phrases.MODE[key], text=phrases.MODE_MEANS[key]), width, limit)
    parts = [
        [Strip(_TOP, (Rule(0, 0, 0, 0, grey=1.0),))],
        paragraph(faces, kind, SMALL_BOLD, width),
        spaced(paragraph(faces, document.title, TITLE, width), 6),
        spaced(paragraph(faces, document.subtitle, SUBTITLE, width) if document.subtitle else [], 4),
        spaced([Strip(FRAME, (Rule(0, 0, width, 0, FRAME),))], 10),
        spaced(paragraph(faces, document.purpose, BODY, width) if document.purpose else [], 8),
        spaced(mode, 14),
        spaced(facts(faces, Facts(rows=_identity(document)), width, limit), 16),
        spaced(_id_boxes(faces, document, width, limit), 14),
    ]
    return [strip for part in parts for strip in part]


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
