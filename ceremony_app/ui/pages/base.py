"""What every page is: a heading that stays, a body that scrolls, and what the bottom bar asks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from ceremony_app.core.attempt import Run
from ceremony_app.core.rules import Refused
from ceremony_app.core.script import Step
from ceremony_app.ui.blocks import ruled
from ceremony_app.ui.buttons import Button
from ceremony_app.ui.desk import Answer
from ceremony_app.ui.focus import focused
from ceremony_app.ui.holders import Inside, scrolling
from ceremony_app.ui.presenter import Presenter, Then
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.text import Heading, Text
from ceremony_app.ui.theme import GAP, MARGIN, RING, SPACE, Role
from ceremony_app.ui.view import View


@dataclass(frozen=True, slots=True)
class Gap:
    """What is still missing on a page, in words, and where it is entered."""

    text: str
    where: QWidget


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the bottom bar offers: its words, what happens, how it looks, and what holds it back.

    That is what the page lacks, unless the deed has `gaps` of its own, or is done `anyway`.
    """

    text: str
    do: Callable[[], None]
    kind: Literal["primary", "equal"] = "primary"
    anyway: bool = False
    gaps: tuple[Gap, ...] | None = None

    def lacks(self, page: Page) -> tuple[Gap, ...]:
        """What is missing before it can be done."""
        return () if self.anyway else page.gaps() if self.gaps is None else self.gaps


class Page(QWidget):
    """Base of pages and panels.

    `altered` says that the bottom bar should ask again, `correction_wanted` that an entry is to be corrected.
    """

    altered = Signal()
    correction_wanted = Signal()

    def __init__(self, presenter: Presenter, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("part", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.presenter = presenter
        self.waiting = False
        self.let_go = False
        self.heading = Heading(title, self)
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.head = QVBoxLayout()
        self.head.setContentsMargins(MARGIN, SPACE, MARGIN, GAP)
        self.head.setSpacing(4)
        self._top = QHBoxLayout()
        self._top.setSpacing(SPACE)
        self._top.addWidget(self.heading, 1)
        self.head.addLayout(self._top)
        outer.addLayout(self.head)
        inside = Inside(self)
        self.pane = scrolling("The text of the page", inside, self)
        outer.addWidget(self.pane, 1)
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(MARGIN - RING, GAP, MARGIN - RING, SPACE)
        self.body.setSpacing(SPACE)
        below = QFrame(self)
        below.setProperty("part", "foot")
        self.foot = QVBoxLayout(below)
        self.foot.setContentsMargins(MARGIN, GAP, MARGIN, GAP)
        self.foot.setSpacing(GAP)
        below.hide()
        outer.addWidget(below)
        self.pane.verticalScrollBar().rangeChanged.connect(self._laid_out_anew)

    @property
    def view(self) -> View:
        """What the presenter saw last."""
        return self.presenter.view

    def deeds(self) -> tuple[Deed, ...]:
        """What the bottom bar offers: the first one is Ctrl+Return's."""
        return ()

    def gaps(self) -> tuple[Gap, ...]:
        """What is missing before a deed can be done, in the order in which it is entered."""
        return ()

    def needed(self) -> tuple[str, ...]:
        """What the bottom bar lists: what is missing here, or else what the step waits for."""
        return tuple(gap.text for gap in self.gaps()) or self.view.prompt.needed

    def refresh(self) -> None:
        """Show the new view; what was typed stays."""

    def first(self) -> QWidget:
        """What has the keyboard when the page opens: the heading, or the first field."""
        return self.heading

    def is_empty(self) -> bool:
        """Whether nothing was entered here, so that Esc may leave."""
        return True

    def send(self, answer: Answer, then: Then | None = None) -> None:
        """Send a wish; the page takes no other until this one is answered."""
        self.waiting = True

        def heard(refused: Refused | None) -> None:
            if not isValid(self):
                return
            self.waiting = False
            keyboard = QApplication.focusWidget() if self.let_go else None
            if then is not None:
                then(refused)
            if keyboard is not None:  # the next page has it, and this one must not take it along
                keyboard.setFocus(Qt.FocusReason.OtherFocusReason)
            self.altered.emit()

        self.presenter.ask(answer, heard)

    def offer_samples(self, fill: Callable[[], None], words: str = "Fill sample values") -> None:
        """In a rehearsal, a button that fills in samples."""
        if self.view.rehearsal:
            button = Button(words, fill, "plain", self)
            self._top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def open_foot(self) -> QVBoxLayout:
        """The strip below the body, for what the person at the keyboard enters there."""
        below = self.foot.parentWidget()
        if below is not None:
            below.show()
        return self.foot

    def _laid_out_anew(self) -> None:
        """Wait until the layout has come to rest."""
        QTimer.singleShot(0, self, self._stay_in_sight)

    def _stay_in_sight(self) -> None:
        """When the text has become longer or shorter, what has the keyboard is still seen."""
        keyboard = focused(self)
        if keyboard is not None:
            self.bring_into_sight(keyboard)

    def bring_into_sight(self, widget: QWidget) -> None:
        """Scroll so that a widget of the body is seen, unless it is higher than what can be seen."""
        if self.pane.isAncestorOf(widget) and widget.height() < self.pane.viewport().height():
            self.pane.ensureWidgetVisible(widget, 0, MARGIN)


class StepPage(Page):
    """A page about a step: its number and title, who does it, and whether it can be undone.

    `warn` is false where the step is done already, or under way.
    """

    def __init__(
        self, presenter: Presenter, step: Step, run: Run | None, parent: QWidget | None = None, *, warn: bool = True
    ) -> None:
        super().__init__(presenter, f"{step.number}  {step.title}", parent)
        self.step = step
        plan = presenter.view.plan
        parts = [f"By the {role_title(plan, step.who)}"] if step.who else []
        seconds = presenter.view.expected(step)
        parts += [f"about {-(-seconds // 60)} min"] if seconds else []
        parts += [f"attempt {run.attempt}"] if run is not None and run.attempt > 1 else []
        act = step.action
        grave = act is not None and act.irreversible
        parts += ["▲ cannot be undone"] if grave else []
        if parts:
            self.head.addWidget(Text("  ·  ".join(parts), Role.QUIET, parent=self))
        if grave and warn:
            way = _ONLY_WAY_BACK if act is not None and act.mutates else _NO_WAY_BACK
            self.body.addWidget(ruled("▲  This step cannot be undone.", way, self))


_ONLY_WAY_BACK = "After it, the only way back is to destroy what was made and to hold a new ceremony."
_NO_WAY_BACK = "What is signed or revoked here stays so: a certificate that should not be there can only be revoked."
