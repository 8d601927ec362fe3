"""Properties of the whole process: what is imported before the first paint, references, garbage, sources."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

import ceremony_app.ui
from ceremony_app.ui.collector import Collector
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import Role

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(Path(ceremony_app.ui.__file__).parent.rglob("*.py"))

FIRST_PAINT = """
import sys
from ceremony_app.ui.app import application
from ceremony_app.ui.start import StartWindow
from tests.ui.fake_shelf import FakeShelf
app, appearance = application()
window = StartWindow(FakeShelf(), appearance)
window.show()
app.processEvents()
heavy = ("cryptography", "pkcs11", "reportlab", "pikepdf", "pkilint", "pypdfium2", "asn1crypto", "bagit", "segno",
         "PySide6.QtNetwork", "PySide6.QtPrintSupport")
print(",".join(name for name in heavy if name in sys.modules))
"""


def test_the_first_paint_imports_nothing_heavy() -> None:
    run = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == ""


def test_the_start_screen_needs_no_core() -> None:
    """What the start screen imports is on the way to the first paint."""
    code = (
        "import sys, ceremony_app.ui.app, ceremony_app.ui.start\n"
        "print('msgspec' in sys.modules, 'ceremony_app.ui.window' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_calls_that_return_none_lose_no_reference(qapp: QApplication) -> None:
    """PySide6 6.12.0 lost a reference to None with each call and ended the process on CPython 3.11."""
    label, button = Text("", Role.BODY), QPushButton()
    before = sys.getrefcount(None)
    for i in range(50_000):
        label.setText("7" if i % 2 else "8")
        label.setObjectName("name")
        button.setText("Sign step 3.3")
        button.setAccessibleName("Sign step 3.3")
    after = sys.getrefcount(None)
    assert after > before - 1000
    label.deleteLater()
    button.deleteLater()


def test_garbage_is_collected_on_the_windows_thread_only(qtbot: QtBot) -> None:
    owner = QObject()
    collector = Collector(owner)
    threads: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            threads.append(threading.get_ident())

    gc.callbacks.append(note)
    try:
        worker = threading.Thread(target=lambda: [[] for _ in range(20_000)])
        worker.start()
        worker.join()
        assert threads == []
        junk = [[i] for i in range(5_000)]
        for inner in junk:
            inner.append(inner)  # type: ignore[arg-type]  # a cycle
        collector._collect()
        assert set(threads) == {threading.get_ident()}
    finally:
        gc.callbacks.remove(note)
        collector.end()
    assert gc.isenabled()


def test_only_the_text_module_makes_labels() -> None:
    makers = [source.name for source in SOURCES if re.search(r"\bQLabel\(", source.read_text())]
    assert makers in ([], ["text.py"])
    bases = [source.name for source in SOURCES if re.search(r"\(QLabel\)", source.read_text())]
    assert bases == ["text.py"]


def test_nothing_is_set_as_html() -> None:
    markup = re.compile(r"setHtml|insertHtml|TextFormat\.(RichText|AutoText|MarkdownText)|toHtml")
    for source in SOURCES:
        assert not markup.search(source.read_text()), source.name


def test_the_real_conductor_fits_the_desk() -> None:
    """Checked by mypy: the assignment below is the test."""
    from ceremony_app.conductor import Conductor
    from ceremony_app.ui.desk import Desk

    def fits(conductor: Conductor) -> Desk:
        return conductor

    assert callable(fits)
