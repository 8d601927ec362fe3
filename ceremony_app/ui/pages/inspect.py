"""Nobody knows what a call did: the device is looked at before anything else, as often as it takes, or given up."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.outlook import open_call
from ceremony_app.core.prompts import Inspect
from ceremony_app.core.rules import Refused
from ceremony_app.core.values import Row
from ceremony_app.ui.atwork import AtWork
from ceremony_app.ui.blocks import evidence, ruled, section
from ceremony_app.ui.calls import called, where
from ceremony_app.ui.decisionform import DecisionForm
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import at_keypad, lines, told, tries
from ceremony_app.ui.pages.secrets import SecretsForm
from ceremony_app.ui.pages.shares import SharesForm
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.sheet import Lines
from ceremony_app.ui.text import Text
from ceremony_app.ui.theme import SPACE

_LOOKING = "The program repeats nothing. To look changes nothing on the token: its objects are listed and compared."
_NO_TOKEN = (
    "The program repeats nothing. This call touched no token: look at the medium or the printer yourselves, "
    "and write what you saw into the deviation that follows."
)
_LOGIN = (
    "The login has ended, and without one nobody sees private objects. The activation PIN is asked again, "
    "for this look only."
)
_LOGIN_BY_SHARES = (
    "The login has ended, and without one nobody sees private objects. Those who hold the activation PIN come forward "
    "again, for this look only."
)
_GIVE_UP = (
    "Look again when what stands in the way is mended. If it cannot be mended, give up: "
    "open a deviation (F8), and decide here to abort the ceremony."
)


class InspectPage(StepPage):
    """Which call it was, what came of the last look, the PIN where the login is lost, and how to give up."""

    def __init__(self, presenter: Presenter, prompt: Inspect, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent, warn=False)
        self._prompt = prompt
        self._work: AtWork | None = None
        self._working = QVBoxLayout()
        self.body.addLayout(self._working)
        if prompt.last:
            tries(self.body, prompt.last, self)
            evidence(self.body, "✗  The last look was in vain.", self.view.lines(prompt.last), self)
        self.body.addWidget(ruled("?  Nobody knows yet what this call did.", self._what(), self))
        if prompt.secrets or prompt.at_token or prompt.shares:
            section(self.body, "What it takes to look", self)
            self.body.addWidget(Text(_LOGIN_BY_SHARES if prompt.shares else _LOGIN, parent=self))
        self._shares = SharesForm(presenter, prompt.run, prompt.shares, self.send, self)
        self._shares.altered.connect(self.altered)
        self._shares.complete.connect(self.heading.setFocus)
        self._shares.setVisible(bool(prompt.shares))
        self.body.addWidget(self._shares)
        if prompt.at_token:
            self.body.addWidget(at_keypad(self))
        self._secrets = SecretsForm(presenter, prompt.secrets, prompt.token, self)
        self._secrets.altered.connect(self.altered)
        self._secrets.setVisible(bool(prompt.secrets))
        self.body.addWidget(self._secrets)
        self._decision: DecisionForm | None = None
        self._giving_up = QVBoxLayout()
        self._giving_up.setSpacing(SPACE)
        if prompt.last:
            section(self._giving_up, "Look again, or give up", self)
            self._giving_up.addWidget(Text(_GIVE_UP, parent=self))
        self.body.addLayout(self._giving_up)
        evidence(self.body, "The call", self._about(), self)
        self.body.addStretch(1)
        if prompt.secrets or prompt.shares:
            self.offer_samples(self._fill)
        self.refresh()

    def deeds(self) -> tuple[Deed, ...]:
        """Look; and where that was in vain and a deviation is open, abort."""
        words = "Look at the device again" if self._prompt.last else "Inspect the device"
        words = words if self._prompt.token else "Record that you looked"
        shares = self._shares.deeds()
        if shares:
            gaps = (*self._shares.still_to_come(), *self._secrets.gaps())
            looks = (*shares, Deed(words, self._look, "equal", gaps=gaps))
        else:
            looks = (Deed(words, self._look),)
        if self._decision is None:
            return looks
        return (*looks, Deed(self._decision.words(), self._decide, "equal", gaps=self._decision.gaps()))

    def gaps(self) -> tuple[Gap, ...]:
        """The PIN, where it is asked; or the share of whoever comes next."""
        return (*self._shares.gaps(), *self._secrets.gaps())

    def first(self) -> QWidget:
        """The heading: what is not known is read first."""
        return self.heading

    def refresh(self) -> None:
        """Where a deviation was opened after a look in vain, its decision can be made here."""
        if self._work is not None:
            self._work.refresh()
        prompt = self.view.prompt
        if isinstance(prompt, Inspect):
            self._shares.show_asked(prompt.run, prompt.shares)
        problem = prompt.problem if isinstance(prompt, Inspect) else None
        if problem is not None and self._decision is None:
            evidence(self._giving_up, told(problem), lines(self.view, problem), self)
            self._decision = DecisionForm(self.presenter, problem, self)
            self._decision.altered.connect(self.altered)
            self._giving_up.addWidget(self._decision)

    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        typed = not self._secrets.is_empty() or not self._shares.is_empty()
        return not typed and (self._decision is None or self._decision.is_empty())

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing of a share stays on a page that is not seen."""
        if not self._shares.is_empty():
            self._shares.wipe()
            self.setProperty("before", self._shares.first())  # where the typing begins anew
        super().hideEvent(event)

    def _what(self) -> str:
        """Which call, since when, and that nothing happens by itself."""
        began = f"“{called(self.view, self.step, self._prompt.call)}” was begun at {self._begun()} UTC."
        return f"{began} {_LOOKING if self._prompt.token else _NO_TOKEN}"

    def _begun(self) -> str:
        """When the call was begun, UTC."""
        call = open_call(self.view.state)
        entries = (entry for run in self.view.state.runs for entry in run.entries)
        return next((e.utc[11:19] for e in entries if call is not None and e.event is call.intent), "an unknown time")

    def _about(self) -> Lines:
        """The call by its name, its token, and what was answered."""
        view, prompt, call = self.view, self._prompt, open_call(self.view.state)
        answered = call.outcome.rows if call is not None and call.outcome is not None else ()
        return (
            ("Call", prompt.call, ""),
            ("Token", where(view, prompt.token), ""),
            *view.lines(answered or (Row("Answer", "none is recorded"),)),
        )

    def _fill(self) -> None:
        self._secrets.fill()
        if self._shares.deeds():
            self._shares.fill()
            return
        self.heading.setFocus()

    def _look(self) -> None:
        self._work = AtWork(
            self.presenter,
            "The device is being looked at.",
            self.presenter.desk.clock(),
            keypad=self._prompt.at_token,
            parent=self,
        )
        self._working.addWidget(self._work)
        self.pane.verticalScrollBar().setValue(0)
        self.send(self.presenter.desk.inspect(self._secrets.take()), self._looked)

    def _looked(self, refused: Refused | None) -> None:
        """The same page is still here only where the look was refused."""
        del refused
        if self._work is not None:
            self._working.removeWidget(self._work)
            self._work.hide()
            self._work.deleteLater()
            self._work = None

    def _decide(self) -> None:
        if self._decision is not None:
            self.send(self._decision.answer())
