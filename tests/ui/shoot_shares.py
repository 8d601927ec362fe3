"""The windows in which shares are handed out and entered, for pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.shareentry import ShareEntry
from ceremony_app.ui.sharerow import SHOW_KEY, ShareRow
from ceremony_app.ui.window import CeremonyWindow
from tests.ui.custody_plan import custody_plan, device_plan
from tests.ui.custody_tour import cards, shares
from tests.ui.fake_desk import FakeDesk

_TYPED = "acid acne acquire acrobat activity\nadapt adult advance\nadvocate afraid again agency agree\n\n"


def share_scenes(appearance: Appearance, station: str) -> Iterator[tuple[str, CeremonyWindow]]:
    """Every page of a split PIN, and what becomes of it under somebody's hands."""
    yield from _tour(appearance, station, custody_plan(), shares)
    yield from _tour(appearance, station, device_plan(), cards)


def _tour(
    appearance: Appearance, station: str, plan: Plan, play: Callable[[FakeDesk], Iterator[str]]
) -> Iterator[tuple[str, CeremonyWindow]]:
    desk = FakeDesk(plan)
    window = CeremonyWindow(Presenter(desk), appearance, station)
    window.resize(1366, 768)
    window.show()
    for name in play(desk):
        _settle()
        yield name, window
        if name in ("hand-over", "hand-over-second"):
            window.area.shown._fill()  # type: ignore[attr-defined]  # the page of a hand-out
            _press(window, "Show share")
            yield f"{name}-shown", window
        if name in ("hand-over-back", "perform-shares-one", "inspect-shares-one"):
            _mistype(window)
            yield f"{name}-typed", window
            _read(window)
            yield f"{name}-read", window
            window.press_primary()
            _settle()
            yield f"{name}-early", window
        if name == "hand-over-back":
            _press(window, "Show share")
            yield "hand-over-again", window
    desk.close()
    window._may_close = True
    window.close()


def _settle() -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    for _ in range(6):
        application.processEvents()


def _press(window: CeremonyWindow, text: str) -> None:
    next(b for b in window.area.shown.findChildren(Button) if b.isVisible() and b.text().startswith(text)).click()
    _settle()


def _mistype(window: CeremonyWindow) -> None:
    """A row that does not fit its check word, one with too few words, one that is being typed."""
    entry = window.area.shown.findChildren(ShareEntry)[0]
    entry.fill(Secret.of(_TYPED))
    row = entry.findChildren(ShareRow)[2]
    row.fill(Secret.of("advocate afraid again"))
    row.setFocus()
    _settle()


def _read(window: CeremonyWindow) -> None:
    """The key is held that shows the row."""
    row = window.area.shown.findChildren(ShareRow)[2]
    event = QKeyEvent(QEvent.Type.KeyPress, SHOW_KEY, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(row, event)
    _settle()
