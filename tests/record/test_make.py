"""The finished file: PDF/A-3b, fonts inside, attachments whole, and the same bytes whoever makes it, where and when."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import AttachedFileSpec, Name, pdfa
from reportlab.pdfgen.canvas import Canvas

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.values import Mode
from ceremony_app.record import attachments as attachments_module
from ceremony_app.record.attachments import read_attachments
from ceremony_app.record.document import Attachment, Document, Text, Verbatim
from ceremony_app.record.fonts import FILES, Faces, load
from ceremony_app.record.make import make_pdf, make_with
from ceremony_app.record.pdfa import archived
from tests.record import samples
from tests.record.reading import FONTS, WHEN, pages_of, script_of

ROOT = Path(__file__).parents[2]
FILES_INSIDE = (
    Attachment(name="journal.jsonl", data=b'{"seq":0}\n' * 2000, mime="application/jsonl", relationship="Source"),
    Attachment(name="artifacts/root.pem", data=b"-----BEGIN\n", mime="application/x-pem-file", description="Root"),
    Attachment(name="empty.txt", data=b"", mime="text/plain", relationship="Supplement"),
)


@pytest.fixture(scope="module")
def record(faces: Faces) -> bytes:
    return make_with(faces, samples.record(mode=Mode.REHEARSAL), FILES_INSIDE, WHEN)


@pytest.fixture(scope="module")
def script(faces: Faces) -> bytes:
    return make_with(faces, samples.script(), (), WHEN)


def test_the_files_conform_to_pdfa(record: bytes, script: bytes) -> None:
    for pdf in (record, script):
        report = pdfa.validate_written(BytesIO(pdf), "3b")
        assert report.passed
        assert report.findings == []


def test_what_does_not_conform_is_refused() -> None:
    """Helvetica is in no file: a viewer would have to have it."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(100, 100, "text")
    canvas.save()
    with pytest.raises(Refusal, match="does not conform") as refused:
        archived(out.getvalue(), (), WHEN)
    assert refused.value.rule == "CER-PDF"


def test_every_character_of_every_font_can_be_printed(faces: Faces) -> None:
    """ReportLab 5.1 gives some glyphs of other fonts another width than the page has, which PDF/A forbids."""
    codes = sorted(set().union(*faces.characters.values()))
    text = " ".join(chr(code) for code in codes if code <= 0xFFFF)
    pdf = make_with(faces, script_of(Verbatim(text=text), Text(text=text), Text(text=text, weight="strong")), (), WHEN)
    assert pdfa.validate_written(BytesIO(pdf), "3b").passed


def test_every_font_is_in_the_file_and_is_ours(record: bytes, script: bytes) -> None:
    for pdf in (record, script):
        with pikepdf.open(BytesIO(pdf)) as opened:
            fonts = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get(Name.Type) == Name.Font]
            assert fonts
            for font in fonts:
                assert Name.FontFile2 in font.FontDescriptor
                assert str(font.BaseFont).split("+")[-1] in FILES


def test_nothing_is_compressed_so_no_zlib_has_a_say(record: bytes) -> None:
    assert b"FlateDecode" not in record


def test_title_language_and_outline(record: bytes) -> None:
    with pikepdf.open(BytesIO(record)) as opened:
        assert str(opened.docinfo[Name.Title]) == f"{samples.TITLE} – Ceremony record"
        assert str(opened.Root.Lang) == "en-GB"
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        with opened.open_outline() as outline:
            titles = [item.title for item in outline.root]
            assert titles[0] == "1 What exists now"
            steps = next(item for item in outline.root if item.title == "4 Steps as they were executed")
            assert [item.title for item in steps.children][:2] == ["Act 1: what was done", "Act 2: what was done"]
            assert steps.children[0].children[0].title == "1.1 Read the definition's digest aloud"


def test_the_given_time_is_the_only_one(record: bytes) -> None:
    with pikepdf.open(BytesIO(record)) as opened:
        assert str(opened.docinfo[Name.CreationDate]) == str(opened.docinfo[Name.ModDate]) == "D:20261122124130+00'00"
        packet = opened.Root.Metadata.read_bytes().decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[0-9:]+", packet)) == {"2026-11-22T12:41:30"}
    assert record.count(b"D:20") == record.count(b"D:20261122124130")


@pytest.mark.parametrize("when", ["yesterday", "2026-11-22T12:41:30", "2026-11-22 12:41:30Z", "2026-11-22T12:41:30Z\n"])
def test_another_form_of_time_is_refused(faces: Faces, when: str) -> None:
    with pytest.raises(Refusal) as refused:
        make_with(faces, Document(kind="record", title="t"), (), when)
    assert refused.value.rule == "CER-PDF"


# ------------------------------------------------------------------------------------------------------- same bytes


def test_twice_is_once(faces: Faces, record: bytes) -> None:
    assert make_pdf(samples.record(mode=Mode.REHEARSAL), FILES_INSIDE, FONTS, WHEN) == record


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
    ],
    ids=["Tokyo", "Los Angeles"],
)
def test_another_process_elsewhere_gives_the_same_bytes(record: bytes, environment: dict[str, str]) -> None:
    program = (
        "import hashlib\n"
        "from ceremony_app.core.values import Mode\n"
        "from ceremony_app.record.make import make_pdf\n"
        "from tests.record import samples, test_make\n"
        "pdf = make_pdf(samples.record(mode=Mode.REHEARSAL), test_make.FILES_INSIDE, test_make.FONTS, test_make.WHEN)\n"
        "print(hashlib.sha256(pdf).hexdigest())\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == hashlib.sha256(record).hexdigest()


def test_another_document_gives_other_bytes(faces: Faces, script: bytes) -> None:
    assert make_with(faces, samples.script(mode=Mode.PRODUCTION), (), WHEN) != script


@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
def test_paper(faces: Faces, paper: samples.Paper, size: tuple[int, int]) -> None:
    pdf = make_with(faces, samples.script(paper=paper, acts=1), (), WHEN)
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert {tuple(round(float(n)) for n in page.mediabox[2:]) for page in opened.pages} == {size}


def test_a_missing_font_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as refused:
        load(tmp_path)
    assert "NotoSans-Regular.ttf" in refused.value.paragraph()
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"no font")
    with pytest.raises(Unusable):
        load(tmp_path)


# ------------------------------------------------------------------------------------------------------ attachments


def test_attachments_are_read_back(record: bytes, script: bytes) -> None:
    found = read_attachments(record)
    assert {a.name: a for a in found} == {
        a.name: Attachment(
            name=a.name,
            data=a.data,
            mime=a.mime,
            relationship=a.relationship,
            description=a.description or a.name,
        )
        for a in FILES_INSIDE
    }
    assert read_attachments(script) == ()


def test_the_pages_are_readable_text(record: bytes) -> None:
    assert "Generate the Operator Root key pair inside the token" in "".join(pages_of(record))


def with_file(name: str, data: bytes, filters: Name | None = None, packed: bytes = b"") -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        spec = AttachedFileSpec(
            pdf, data, filename=name, mime_type="a/b", description="", creation_date="", mod_date=""
        )
        if filters is not None:
            spec.get_file().obj.write(
                packed or (zlib.compress(data) if filters == Name.FlateDecode else data), filter=filters
            )
        pdf.attachments[name] = spec
        out = BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


def test_a_compressed_attachment_is_read_too() -> None:
    (found,) = read_attachments(with_file("a.txt", b"hello" * 100, Name.FlateDecode))
    assert found.data == b"hello" * 100


@pytest.mark.parametrize(
    "pdf",
    [
        b"",
        b"no PDF at all",
        b"%PDF-1.7\n",
        with_file("../../etc/passwd", b"x"),
        with_file("a//b", b"x"),
        with_file("a\nb", b"x"),
        with_file("a.txt", b"41>", Name.ASCIIHexDecode),
    ],
    ids=["empty", "text", "header", "path", "hollow path", "line end", "filter"],
)
def test_a_pdf_that_no_record_is_like_is_unusable(pdf: bytes) -> None:
    with pytest.raises(Unusable) as refused:
        read_attachments(pdf)
    assert refused.value.rule == "CER-PDF"


@pytest.mark.parametrize(("packed", "why"), [(zlib.compress(b"hello" * 100)[:-6], "only in part"), (b"xyz", "damaged")])
def test_a_compressed_attachment_that_is_not_whole_is_unusable(packed: bytes, why: str) -> None:
    with pytest.raises(Unusable, match=why):
        read_attachments(with_file("a.txt", b"", Name.FlateDecode, packed))


def test_a_file_that_swells_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = with_file("bomb", b"\0" * 30_000_000, Name.FlateDecode)
    monkeypatch.setattr(attachments_module, "MOST_BYTES", 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Unusable, match="too large"):
            read_attachments(pdf)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_damaged_record_is_unusable_or_reads_as_it_was(record: bytes) -> None:
    """Cut anywhere: never another content, never a traceback."""
    whole = read_attachments(record)
    for part in range(1, 8):
        try:
            found = read_attachments(record[: len(record) * part // 8])
        except Unusable:
            continue
        assert set(found) <= set(whole)
