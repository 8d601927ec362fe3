"""Starts the window: on the start screen, or on a ceremony that is open already."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.collector import Collector

if TYPE_CHECKING:
    from ceremony_app.core.cast import Cast
    from ceremony_app.ui.desk import Desk
    from ceremony_app.ui.shelf import Opened, Shelf
    from ceremony_app.ui.start import StartWindow
    from ceremony_app.ui.window import CeremonyWindow

_WIDTH, _HEIGHT = 1366, 768


class Stage(QObject):
    """Which window is shown. Ends the workers of the ceremony that it shows, when it ends itself."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance)
        self._appearance = appearance
        self._desk: Desk | None = None
        self.window: StartWindow | CeremonyWindow | None = None

    def start(self, shelf: Shelf) -> None:
        """Show the start screen."""
        from ceremony_app.ui.start import StartWindow

        window = StartWindow(shelf, self._appearance)
        window.opened.connect(self.enter)
        self._show(window)

    def enter(self, opened: Opened) -> None:
        """Show a ceremony in place of what was shown. Its pages are imported here: the start screen needs none."""
        from ceremony_app.ui.presenter import Presenter
        from ceremony_app.ui.window import CeremonyWindow

        self._desk = opened.desk
        before = self.window
        presenter = Presenter(opened.desk, opened.cast, self)
        self._show(CeremonyWindow(presenter, self._appearance, opened.station))
        if before is not None:
            before.close()
            before.deleteLater()

    def end(self) -> None:
        """End the workers."""
        if self._desk is not None:
            self._desk.close()

    def _show(self, window: StartWindow | CeremonyWindow) -> None:
        self.window = window
        window.resize(_WIDTH, _HEIGHT)
        window.show()


def application() -> tuple[QApplication, Appearance]:
    """The application with its own fonts and style; made once in a process."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("ceremony")
    app.setApplicationDisplayName("Key ceremony")
    app.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    return app, Appearance(app)


def run_start(shelf: Shelf) -> int:
    """The start screen until the window is closed; the exit status."""
    return _run(lambda stage: stage.start(shelf))


def run_ceremony(desk: Desk, *, station: str = "", cast: Cast | None = None) -> int:
    """A ceremony until its window is closed; the exit status.

    `station` is one short line for the banner on what was observed of this computer; `cast` fills in the samples of
    a rehearsal. The desk is closed at the end.
    """
    from ceremony_app.ui.shelf import Opened

    return _run(lambda stage: stage.enter(Opened(desk=desk, station=station, cast=cast)))


def _run(begin: Callable[[Stage], None]) -> int:
    app, appearance = application()
    collector = Collector(app)
    stage = Stage(appearance)
    try:
        begin(stage)
        return app.exec()
    finally:
        stage.end()
        collector.end()
