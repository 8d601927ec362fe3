"""The PDF becomes PDF/A-3b (ISO 19005-3), with its attachments, checked before anyone gets it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import AttachedFileSpec, Name, ObjectStreamMode, pdfa

from ceremony_app.core.errors import Refusal
from ceremony_app.record.document import Attachment

FLAVOUR: Final = "3b"
_WHEN: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z\Z")
_XMP_DATE: Final = re.compile(rb"(<xmp:MetadataDate>|xmp:MetadataDate=\")[^<\"]*")
_SHOWN: Final = 3


def archived(plain: bytes, attachments: Iterable[Attachment], when: str) -> bytes:
    """The PDF/A-3b of a plain PDF; the same bytes for the same input.

    `when` is the only date in the file: `YYYY-MM-DDTHH:MM:SSZ`.

    Raises:
        Refusal: CER-PDF, where the result is not PDF/A-3b or the date has another form.
    """
    stamp = _pdf_date(when)
    with pikepdf.open(BytesIO(plain)) as pdf:
        for page in pdf.pages:
            if Name.Trans in page.obj:
                del page.obj.Trans
        for attachment in attachments:
            pdf.attachments[attachment.name] = _embedded(pdf, attachment, stamp)
        pdf.docinfo[Name.CreationDate] = stamp
        pdf.docinfo[Name.ModDate] = stamp
        pdfa.prepare(pdf, FLAVOUR)
        _date_metadata(pdf, when)
        settings = pdfa.resolve_save_kwargs(
            FLAVOUR,
            compress_streams=False,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.disable,
            min_version="1.7",
        )
        out = BytesIO()
        pdf.save(out, **settings)
    _require_archivable(out)
    return out.getvalue()


def _require_archivable(out: BytesIO) -> None:
    out.seek(0)
    report = pdfa.validate_written(out, FLAVOUR)
    if not report.passed:
        found = "; ".join(str(finding) for finding in report.findings[:_SHOWN])
        raise Refusal(
            "CER-PDF",
            f"The document does not conform to PDF/A-{FLAVOUR}: {found}.",
            "Keep the ceremony folder as it is and report this: the journal is complete without the document.",
        )


def _embedded(pdf: pikepdf.Pdf, attachment: Attachment, stamp: str) -> AttachedFileSpec:
    spec = AttachedFileSpec(
        pdf,
        attachment.data,
        filename=attachment.name,
        mime_type=attachment.mime,
        description=attachment.description or attachment.name,
        creation_date=stamp,
        mod_date=stamp,
    )
    spec.obj[Name.AFRelationship] = Name(f"/{attachment.relationship}")
    return spec


def _date_metadata(pdf: pikepdf.Pdf, when: str) -> None:
    """Puts our date where `prepare` wrote the present one."""
    packet = _XMP_DATE.sub(rb"\g<1>" + when.encode(), pdf.Root.Metadata.read_bytes())
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def _pdf_date(when: str) -> str:
    """The date in the form of ISO 32000-1, 7.9.4."""
    found = _WHEN.match(when)
    if found is None:
        raise Refusal(
            "CER-PDF",
            f"{when!r} is not a UTC time.",
            "Write it as YYYY-MM-DDTHH:MM:SSZ.",
        )
    return f"D:{''.join(found.groups())}Z"
