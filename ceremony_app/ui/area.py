"""The step area: the current prompt's page, and over it panels or a look at another step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from ceremony_app.core.script import Step
from ceremony_app.core.state import Problem
from ceremony_app.ui.focus import focused
from ceremony_app.ui.pages.base import Page
from ceremony_app.ui.pages.past import PastPage
from ceremony_app.ui.panels.abort import AbortPanel
from ceremony_app.ui.panels.correction import CorrectionPanel
from ceremony_app.ui.panels.deviation import DecisionPanel, DeviationPanel
from ceremony_app.ui.panels.pause import PausePanel
from ceremony_app.ui.panels.people import PeoplePanel
from ceremony_app.ui.panels.why import WhyPanel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.registry import identity, page_for
from ceremony_app.ui.secretentry import SecretEntry


class Area(QStackedWidget):
    """Keeps the page, and each panel, with all that was typed while something else is shown over it.

    `altered` is a page's own; `turned` comes when another page is shown.
    """

    altered = Signal()
    turned = Signal()

    def __init__(self, presenter: Presenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._presenter = presenter
        self._identity = identity(presenter.view.prompt)
        self._page = page_for(presenter, presenter.view.prompt, self)
        self._overs: list[Page] = []
        self.looked_at: Step | None = None
        self._take_in(self._page)
        self.setCurrentWidget(self._page)
        self._page.first().setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def shown(self) -> Page:
        """The page that people see."""
        return self._overs[-1] if self._overs else self._page

    def at_the_step(self) -> bool:
        """Whether people see the page of the current prompt, and nothing over it."""
        return not self._overs

    def refresh(self) -> None:
        """Show the new view: the same page with newer contents, or the next page."""
        prompt = self._presenter.view.prompt
        now = identity(prompt)
        old = self._page
        if now == self._identity:
            self._page.refresh()
        else:
            self._identity = now
            self._page = page_for(self._presenter, prompt, self)
            self._take_in(self._page)
        for panel in self._overs:
            panel.refresh()
        if old is not self._page:
            if not self._overs:
                self.setCurrentWidget(self._page)
                self._page.first().setFocus(Qt.FocusReason.OtherFocusReason)
                self.turned.emit()
            self._end(old)

    def look_at(self, step: Step) -> None:
        """Show another step to read; the current one comes back with Ctrl+G. The keyboard stays where it is."""
        current = self._presenter.view.step
        if self.looked_at is not None:
            self._drop()
        if current is not None and step.id == current.id and not self._overs:
            self.turned.emit()
            return
        self._remember()
        self.looked_at = step
        self._lay_over(PastPage(self._presenter, step, self.leave, self))

    def show_current(self) -> None:
        """Back to the current step; a panel in which something was typed stays."""
        while self._overs and self.shown.is_empty():
            self.leave()

    def escape(self) -> None:
        """Esc: leaves what is over the page, if nothing was entered there; otherwise does nothing."""
        if self._overs and self.shown.is_empty():
            self.leave()

    def leave(self) -> None:
        """Back to what lies below, with the keyboard where it was."""
        self._drop()
        below = self.shown
        before = below.property("before")
        target = before if isinstance(before, QWidget) and below.isAncestorOf(before) else below.first()
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.turned.emit()

    def open_deviation(self) -> None:
        """F8."""
        self._open(DeviationPanel, lambda: DeviationPanel(self._presenter, self.leave, self._open_decision, self))

    def open_pause(self, stop: Callable[[], None] | None = None) -> None:
        """F9; with `stop`, the window was to be closed."""
        if stop is not None and isinstance(self.shown, PausePanel):
            self._drop()
        self._open(PausePanel, lambda: PausePanel(self._presenter, self.leave, stop, self))

    def open_people(self) -> None:
        """F7."""
        self._open(PeoplePanel, lambda: PeoplePanel(self._presenter, self.leave, self))

    def open_why(self) -> None:
        """F1."""
        self._open(WhyPanel, lambda: WhyPanel(self._presenter, self.leave, self))

    def open_abort(self) -> None:
        """Only by its button."""
        self._open(AbortPanel, lambda: AbortPanel(self._presenter, self.leave, self))

    def open_correction(self) -> None:
        """From a page with entries."""
        self._open(CorrectionPanel, lambda: CorrectionPanel(self._presenter, self.leave, self))

    def _open_decision(self, problem: Problem) -> None:
        self._open(DecisionPanel, lambda: DecisionPanel(self._presenter, problem, self.leave, self))

    def _open(self, kind: type[Page], make: Callable[[], Page]) -> None:
        """Open a panel over what is shown, or bring it up where it is open; nothing that was typed is lost."""
        if isinstance(self.shown, kind):
            return
        if self.looked_at is not None:
            self._drop()
        self._remember()
        below = next((panel for panel in self._overs if isinstance(panel, kind)), None)
        if below is not None:
            self._overs.remove(below)
        panel = below or make()
        self._lay_over(panel)
        panel.first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _remember(self) -> None:
        """Note where the keyboard is on the page that is about to be covered."""
        self.shown.setProperty("before", focused(self.shown))

    def _lay_over(self, page: Page) -> None:
        self._overs.append(page)
        self._take_in(page)
        self.setCurrentWidget(page)
        self.turned.emit()

    def _drop(self) -> None:
        self.looked_at = None
        if self._overs:
            over = self._overs.pop()
            self.setCurrentWidget(self.shown)
            self._end(over)

    def _take_in(self, page: Page) -> None:
        if self.indexOf(page) < 0:
            page.resize(self.contentsRect().size())  # otherwise it would be laid out at no size first
            self.addWidget(page)
            page.altered.connect(self.altered)
            page.correction_wanted.connect(self.open_correction)

    def _end(self, page: Page) -> None:
        """Let a page go, and overwrite what secrets were typed there."""
        for entry in page.findChildren(SecretEntry):
            entry.wipe()
        page.let_go = True
        self.removeWidget(page)
        page.hide()
        page.deleteLater()
