"""Windows over a fake desk, ended after each test whatever happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QMessageBox
from pytestqt.qtbot import QtBot

from ceremony_app.core.values import Mode
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.theme import USUAL
from ceremony_app.ui.window import CeremonyWindow
from tests.ui.fake_desk import FakeDesk
from tests.ui.hands import Hands, Open
from tests.ui.sample_plan import sample_plan

STATION = "offline (seen 10:31 UTC)"


@pytest.fixture(scope="session")
def appearance(qapp: QApplication) -> Appearance:
    return Appearance(qapp)


@pytest.fixture
def look(appearance: Appearance) -> Iterator[Appearance]:
    yield appearance
    appearance.resize(USUAL)
    appearance.wear("light")


@pytest.fixture(autouse=True)
def no_dialogs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a dialog was made")

    for kind in (QDialog, QMessageBox, QInputDialog, QFileDialog):
        monkeypatch.setattr(kind, "__init__", refuse)


@pytest.fixture
def open_window(qtbot: QtBot, look: Appearance) -> Iterator[Open]:
    """Open a window: on a new ceremony, or on a desk that was taken to some state before."""
    opened: list[Hands] = []

    def make(desk: FakeDesk | None = None, mode: Mode = Mode.REHEARSAL) -> Hands:
        desk = desk or FakeDesk(sample_plan(mode))
        presenter = Presenter(desk)
        window = CeremonyWindow(presenter, look, STATION)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        opened.append(Hands(qtbot, desk, window))
        return opened[-1]

    yield make
    for hands in opened:
        hands.desk.close()
        hands.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        hands.window._may_close = True
        hands.window.close()
    QApplication.processEvents()
