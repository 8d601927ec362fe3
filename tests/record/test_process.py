"""The process that makes PDFs: same bytes, several jobs, errors as sentences, and nothing heavy in the caller."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.record.document import Attachment, Document, Heading, Text
from ceremony_app.record.fonts import Faces
from ceremony_app.record.make import make_with
from ceremony_app.record.process import Job, PdfMaker, make_in_process
from tests.record import samples
from tests.record.reading import FONTS, WHEN

ROOT = Path(__file__).parents[2]
INSIDE = (Attachment(name="a.json", data=b"{}", mime="application/json"),)


def job(document: Document, fonts: Path = FONTS) -> Job:
    return Job(document=document, fonts=str(fonts), when=WHEN, attachments=INSIDE)


def test_one_process_serves_several_jobs_with_the_bytes_of_a_direct_call(faces: Faces) -> None:
    script, record = samples.script(acts=1), samples.record(acts=1)
    with PdfMaker() as maker:
        assert maker.make(job(script)) == make_with(faces, script, INSIDE, WHEN)
        first = maker._process
        assert maker.make(job(record)) == make_with(faces, record, INSIDE, WHEN)
        assert maker._process is first
    assert first is not None
    assert first.returncode == 0


def test_what_goes_wrong_comes_back_as_a_refusal_and_the_process_lives_on(tmp_path: Path) -> None:
    with PdfMaker() as maker:
        with pytest.raises(Unusable) as refused:
            maker.make(job(samples.script(acts=1), tmp_path))
        assert refused.value.rule == "CER-PDF"
        assert "NotoSans-Regular.ttf" in refused.value.paragraph()
        bad = Job(document=samples.script(acts=1), fonts=str(FONTS), when="now")
        with pytest.raises(Refusal) as refused_time:
            maker.make(bad)
        assert not isinstance(refused_time.value, Unusable)
        assert maker.make(job(Document(kind="script", title="t"))).startswith(b"%PDF")


def test_a_process_that_dies_is_said_and_replaced() -> None:
    with PdfMaker() as maker:
        maker.start()
        assert maker._process is not None
        maker._process.kill()
        with pytest.raises(Refusal) as refused:
            maker.make(job(Document(kind="script", title="t")))
        assert "status -9" in refused.value.why
        assert maker.make(job(Document(kind="script", title="t"))).startswith(b"%PDF")


def test_closing_from_another_thread_ends_a_job_that_runs() -> None:
    maker = PdfMaker()
    maker.start()
    said: list[str] = []
    long = Document(kind="script", title="t", blocks=tuple(Text(text="word " * 500) for _ in range(4000)))

    def work() -> None:
        try:
            maker.make(job(long))
        except Refusal as refusal:
            said.append(refusal.rule)

    thread = threading.Thread(target=work)
    thread.start()
    while not maker._lock.locked():
        pass
    maker.close()
    thread.join(timeout=30)
    assert said == ["CER-PDF"]


def test_the_caller_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "import ceremony_app.record.process\n"
        "heavy = {'reportlab', 'pikepdf', 'segno', 'bagit', 'PIL', 'lxml'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-I", "-c", program], check=True)


def test_the_package_is_found_from_any_folder_and_without_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    (tmp_path / "reportlab.py").write_text("raise RuntimeError('the folder one happens to be in was searched')")
    pdf = make_in_process(job(Document(kind="script", title="t", blocks=(Heading(text="h"),))))
    assert pdf.startswith(b"%PDF")


def test_settings_of_the_user_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ReportLab reads `~/.reportlab_settings` and variables: neither reaches the process."""
    document = Document(kind="script", title="t")
    before = make_in_process(job(document))
    (tmp_path / ".reportlab_settings").write_text("ttfAsciiReadable = 0\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RL_ttfAsciiReadable", "0")
    assert make_in_process(job(document)) == before
