"""Reads the files that a record PDF carries back out of it, as an auditor with nothing else would."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Name

from ceremony_app.core.errors import Unusable
from ceremony_app.core.names import NAME
from ceremony_app.record.document import Attachment

MOST_BYTES: Final = 256 * 1024 * 1024
"""What all files of one PDF may come to: a small file must not fill the memory."""
_PART: Final = NAME.strip("^$")
_PATH: Final = re.compile(rf"{_PART}(/{_PART})*\Z")
_RELATIONSHIPS: Final = ("Source", "Data", "Alternative", "Supplement")


def read_attachments(pdf: bytes) -> tuple[Attachment, ...]:
    """The embedded files, by name.

    Raises:
        Unusable: CER-PDF, where this is no PDF, an attachment has a name that is no plain path, a filter other than
            Flate, or is damaged, or all together are too large.
    """
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            found: list[Attachment] = []
            room = MOST_BYTES
            for name in sorted(opened.attachments):
                attachment = _read(name, opened.attachments[name], room)
                room -= len(attachment.data)
                found.append(attachment)
            return tuple(found)
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(f"It is no readable PDF ({type(error).__name__}).") from error


def _read(name: str, spec: pikepdf.AttachedFileSpec, room: int) -> Attachment:
    if _PATH.match(name) is None:
        raise _unusable(f"It carries a file named {name[:80]!r}, which is no plain path.")
    file = spec.get_file()
    relationship = str(spec.obj.get(Name.AFRelationship, "")).removeprefix("/")
    return Attachment(
        name=name,
        data=_data(file.obj, name, room),
        mime=file.mime_type,
        relationship=relationship if relationship in _RELATIONSHIPS else "Unspecified",  # type: ignore[arg-type] # in
        description=spec.description,
    )


def _data(stream: pikepdf.Object, name: str, room: int) -> bytes:
    """The file's bytes: as they lie there, or inflated no further than `room`."""
    raw = stream.read_raw_bytes()
    filters = stream.get(Name.Filter)
    if filters is None:
        if len(raw) > room:
            raise _unusable("The files that it carries are too large.")
        return raw
    if filters != Name.FlateDecode and list(filters) != [Name.FlateDecode]:
        raise _unusable(f"It carries {name} in a form that a record never uses.")
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(raw, room + 1)
    except zlib.error as error:
        raise _unusable(f"It carries {name} damaged.") from error
    if len(data) > room:
        raise _unusable("The files that it carries are too large.")
    if not inflate.eof:
        raise _unusable(f"It carries {name} only in part.")
    return data


def _unusable(why: str) -> Unusable:
    return Unusable(
        "CER-PDF",
        f"The files in this PDF cannot be read. {why}",
        "Use the PDF as it came from the ceremony folder or the archive.",
    )
