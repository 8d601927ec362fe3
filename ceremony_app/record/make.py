"""A document and its attachments become the bytes of a PDF/A file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ceremony_app.record.document import Attachment, Document
from ceremony_app.record.fonts import Faces, load
from ceremony_app.record.layout import draw
from ceremony_app.record.pdfa import archived


def make_pdf(document: Document, attachments: Iterable[Attachment], fonts: Path, when: str) -> bytes:
    """The PDF/A-3b of a document: the same bytes for the same arguments, on any computer with the same wheels.

    `fonts` is the folder of our fonts; `when` is the only date in the file (`YYYY-MM-DDTHH:MM:SSZ`).

    Raises:
        Unusable: CER-PDF, where a font is missing.
        Refusal: CER-PDF, where the result would not conform.
    """
    return make_with(load(fonts), document, attachments, when)


def make_with(faces: Faces, document: Document, attachments: Iterable[Attachment], when: str) -> bytes:
    """Like `make_pdf`, with fonts that are loaded already."""
    return archived(draw(document, faces), attachments, when)
