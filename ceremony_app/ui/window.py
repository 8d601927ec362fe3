"""The window of a ceremony: banner, steps, step area, bottom bar; one window, and never a dialog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget
from shiboken6 import isValid

from ceremony_app.core.prompts import Closed
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Step
from ceremony_app.ui.announce import announce
from ceremony_app.ui.appearance import Appearance
from ceremony_app.ui.area import Area
from ceremony_app.ui.banner import Banner
from ceremony_app.ui.bottom import BottomBar, Openers
from ceremony_app.ui.focus import focused
from ceremony_app.ui.holders import Whole
from ceremony_app.ui.notice import Notice
from ceremony_app.ui.outline import outline
from ceremony_app.ui.pages.base import Deed
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.regions import Regions
from ceremony_app.ui.steps import LEGEND, StepList
from ceremony_app.ui.strip import Strip
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import GAP, SPACE, USUAL, Role
from ceremony_app.ui.waiting import waited_for

_TICK_MS = 1000
_REPEATED = ("Ctrl++", "Ctrl+=", "Ctrl+-")
_LIST_CHARACTERS, _LIST_WIDEST = 46, 372


class CeremonyWindow(QMainWindow):
    """Shows what the presenter sees. `station` is one line on what was observed of this computer."""

    def __init__(self, presenter: Presenter, appearance: Appearance, station: str = "") -> None:
        super().__init__()
        self.presenter = presenter
        self.appearance = appearance
        self._may_close = False
        view = presenter.view
        self.setWindowTitle(f"{'REHEARSAL: ' if view.rehearsal else ''}{view.plan.definition.title}")
        self.banner = Banner(view, station, self)
        self.steps = StepList(outline(view.plan, view.state), appearance, self)
        self.strip = Strip(self.return_to_current, self)
        self.notice = Notice(self._put_away, self)
        self.area = Area(presenter, self)
        self.bar = BottomBar(
            Openers(
                deviation=self.area.open_deviation,
                pause=self.area.open_pause,
                people=self.area.open_people,
                why=self.area.open_why,
                abort=self.area.open_abort,
            ),
            self.act,
            self,
        )
        self._lay_out()
        self._connect()
        self._shortcuts()
        self._wear()
        self._refresh()
        self._tell_time()
        self.area.shown.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def act(self, deed: Deed) -> None:
        """Do a deed, or say what is missing and go there."""
        page = self.area.shown
        if page.waiting:
            return
        gaps = deed.lacks(page)
        if not gaps:
            deed.do()
            return
        self.notice.ask_for(tuple(gap.text for gap in gaps))
        page.bring_into_sight(gaps[0].where)
        gaps[0].where.setFocus(Qt.FocusReason.OtherFocusReason)

    def press_primary(self) -> None:
        """Ctrl+Return."""
        deed = self.bar.first_deed()
        if deed is not None:
            self.act(deed)

    def return_to_current(self) -> None:
        """Ctrl+G: from a look at another step back to the current one."""
        self.area.show_current()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window during a ceremony opens the pause panel; nothing ends without a word."""
        if self._may_close or isinstance(self.presenter.view.prompt, Closed):
            event.accept()
            return
        event.ignore()
        self.area.open_pause(self._stop)

    def _stop(self) -> None:
        self._may_close = True
        self.close()

    def _lay_out(self) -> None:
        central = Whole(self)
        rows = QVBoxLayout(central)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.banner)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        self._side = QFrame(self)
        self._side.setProperty("part", "side")
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, GAP, 0, GAP)
        side.setSpacing(GAP)
        side.addWidget(self.steps, 1)
        self._legend = Text(LEGEND, Role.QUIET, parent=self._side)
        self._legend.setContentsMargins(SPACE, 0, GAP, 0)
        side.addWidget(self._legend)
        middle.addWidget(self._side)
        column = QVBoxLayout()
        column.setSpacing(0)
        for widget in (self.strip, self.area, self.notice):
            column.addWidget(widget)
        column.setStretch(1, 1)
        middle.addLayout(column, 1)
        rows.addLayout(middle, 1)
        rows.addWidget(self.bar)
        self.setCentralWidget(central)

    def _connect(self) -> None:
        self.presenter.changed.connect(self._refresh)
        self.presenter.refused.connect(self._refused)
        self.presenter.accepted.connect(self._put_away)
        self.area.altered.connect(self._show_deeds)
        self.area.turned.connect(self._turned)
        self.steps.looked_at.connect(self._look_at)
        self.appearance.changed.connect(self._wear)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)
        timer = QTimer(self)
        timer.timeout.connect(self._tell_time)
        timer.start(_TICK_MS)

    def _shortcuts(self) -> None:
        look = self.appearance
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Ctrl+Return", self.press_primary),
            ("Ctrl+Enter", self.press_primary),
            ("F1", self.area.open_why),
            ("F7", self.area.open_people),
            ("F8", self.area.open_deviation),
            ("F9", self.area.open_pause),
            ("F6", lambda: self._regions().go(1)),
            ("Shift+F6", lambda: self._regions().go(-1)),
            ("Ctrl+G", self.return_to_current),
            ("Esc", self.area.escape),
            ("Ctrl++", lambda: look.resize(look.size + 1)),
            ("Ctrl+=", lambda: look.resize(look.size + 1)),
            ("Ctrl+-", lambda: look.resize(look.size - 1)),
            ("Ctrl+0", lambda: look.resize(USUAL)),
            ("Ctrl+T", lambda: look.wear(look.other_theme())),
        )
        for key, do in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(key in _REPEATED)  # a key that is held does no second deed on the page that follows
            shortcut.activated.connect(lambda do=do: do())

    def _refresh(self) -> None:
        view = self.presenter.view
        self.banner.refresh(view)
        self.steps.show_lines(outline(view.plan, view.state), None if self.area.looked_at else view.step)
        self.area.refresh()
        self._show_deeds()

    def _show_deeds(self) -> None:
        page = self.area.shown
        deeds, needed = page.deeds(), page.needed()
        waits = waited_for(self.presenter.view)
        if waits.roles and self.area.at_the_step():
            needed = (waits.told(),) if waits.stuck else (waits.told(), *needed)
            if waits.stuck:
                words = f"W{waits.told()[1:]}"
                deeds = (Deed(words, self.area.open_people, anyway=True),)
        self.bar.show_deeds(deeds, needed)

    def _turned(self) -> None:
        """Another page is shown: announce it, and say whether it is the current step."""
        page = self.area.shown
        step, current = self.area.looked_at, self.presenter.view.step
        if step is None:
            self.strip.hide()
            if current is not None:
                self.steps.point_at(current)
        else:
            self.strip.tell(step, current)
        self._put_away()
        self._show_deeds()
        announce(page, page.heading.text())

    def _look_at(self, step: Step) -> None:
        self.area.look_at(step)

    def _refused(self, refused: Refused) -> None:
        self.notice.tell(refused)

    def _put_away(self) -> None:
        keyboard = focused(self)
        if keyboard is not None and self.notice.isAncestorOf(keyboard):
            self.area.shown.first().setFocus()
        self.notice.hide()

    def _follow(self, _: QWidget | None = None, now: QWidget | None = None) -> None:
        """Keep what has the keyboard in sight."""
        if now is not None and self.isAncestorOf(now):
            QTimer.singleShot(0, self, partial(self._bring_into_sight, now))

    def _bring_into_sight(self, now: QWidget) -> None:
        if isValid(now):
            self.area.shown.bring_into_sight(now)

    def _tell_time(self) -> None:
        self.banner.show_time(self.presenter.desk.clock())

    def _wear(self) -> None:
        self.banner.wear(self.appearance)
        width = QFontMetrics(self.appearance.chrome()).averageCharWidth() * _LIST_CHARACTERS
        self._side.setFixedWidth(min(width, _LIST_WIDEST))
        self.steps.again()
        self._follow(None, focused(self))

    def _regions(self) -> Regions:
        """What F6 goes through."""
        all_of_them = (self.banner, self.steps, self.strip, self.area, self.notice, self.bar)
        return Regions(self, all_of_them, {self.area: self.area.shown.first()})
