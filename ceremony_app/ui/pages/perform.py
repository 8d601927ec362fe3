"""All is agreed: secrets are entered, the phrase is typed, and it is done."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from ceremony_app.core.asked import asked_at_token
from ceremony_app.core.prompts import Perform
from ceremony_app.ui.blocks import evidence, named, section
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import at_keypad, script, tries, unsaid
from ceremony_app.ui.pages.secrets import SecretsForm
from ceremony_app.ui.pages.shares import SharesForm
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text

_ALL_AGREED = "All who must agree have signed. It begins when the button is pressed."
_SIGNED = "The quorum that decides on deviations has signed for this try."


class PerformPage(StepPage):
    """What will be done, the secrets (a new one twice), the phrase, and a button that says the act."""

    def __init__(self, presenter: Presenter, prompt: Perform, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        self._prompt = prompt
        newer = {row.label for row in prompt.failed}
        rows = tuple(row for row in unsaid(prompt.rows) if row.label not in newer)
        tries(self.body, (*prompt.failed, *rows), self, _SIGNED if prompt.run.grave else "")
        if prompt.failed:
            evidence(
                self.body,
                "✗  The last try did not succeed. It may be tried again.",
                self.view.lines(prompt.failed),
                self,
            )
        script(self.body, prompt.step, self)
        self._shares = SharesForm(presenter, prompt.run, prompt.shares, self.send, self)
        self._shares.altered.connect(self.altered)
        self._shares.complete.connect(self._all_there)
        self._shares.setVisible(bool(prompt.shares))
        self.body.addWidget(self._shares)
        if asked_at_token(self.view.plan, prompt.act):
            self.body.addWidget(at_keypad(self))
        if rows:
            evidence(self.body, "What will be done", self.view.lines(rows), self)
        if prompt.secrets or prompt.phrase:
            section(self.body, "What it takes", self)
        self._secrets = SecretsForm(presenter, prompt.secrets, prompt.act.device, self)
        self._secrets.altered.connect(self.altered)
        self._secrets.setVisible(bool(prompt.secrets))
        self.body.addWidget(self._secrets)
        self._phrase = Line("The phrase that arms this step", mono=True, parent=self)
        if prompt.phrase:
            self._phrase.textChanged.connect(self.altered)
            named(self.body, f"Type  {prompt.phrase}  to arm this step", self._phrase)
        else:
            self._phrase.hide()
        if not prompt.secrets and not prompt.phrase:
            self.body.addWidget(Text(_ALL_AGREED, parent=self))
        self.body.addStretch(1)
        if prompt.secrets or prompt.shares:
            self.offer_samples(self._fill)

    def deeds(self) -> tuple[Deed, ...]:
        """The act itself, in its own words; before it, as long as somebody is to come forward, a share."""
        shares, words = self._shares.deeds(), self._prompt.act.button
        if not shares:
            return (Deed(words, self._perform),)
        return (*shares, Deed(words, self._perform, "equal", gaps=(*self._shares.still_to_come(), *self._own_gaps())))

    def gaps(self) -> tuple[Gap, ...]:
        """The share of whoever comes next, secrets and phrase."""
        return (*self._shares.gaps(), *self._own_gaps())

    def refresh(self) -> None:
        """A share was entered, or those that were are forgotten."""
        if isinstance(self.view.prompt, Perform):
            self._prompt = self.view.prompt
            self._shares.show_asked(self._prompt.run, self._prompt.shares)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing of a share stays on a page that is not seen."""
        if not self._shares.is_empty():
            self._shares.wipe()
            self.setProperty("before", self._shares.first())  # where the typing begins anew
        super().hideEvent(event)

    def _own_gaps(self) -> tuple[Gap, ...]:
        found = list(self._secrets.gaps())
        if self._prompt.phrase and self._phrase.text().strip() != self._prompt.phrase:
            found.append(Gap(f"the phrase {self._prompt.phrase}", self._phrase))
        return tuple(found)

    def needed(self) -> tuple[str, ...]:
        """What is missing here."""
        return tuple(gap.text for gap in (*self._shares.still_to_come(), *self.gaps()))

    def first(self) -> QWidget:
        """The heading: what will be done is read first."""
        return self.heading

    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not self._phrase.text() and self._secrets.is_empty() and self._shares.is_empty()

    def _all_there(self) -> None:
        """Nobody is left to come forward: what else it takes, or the button."""
        gaps = self.gaps()
        (gaps[0].where if gaps else self.heading).setFocus()

    def _fill(self) -> None:
        self._secrets.fill()
        if self._shares.deeds():
            self._shares.fill()
            return
        gaps = self.gaps()
        (gaps[0].where if gaps else self.heading).setFocus()

    def _perform(self) -> None:
        self.send(self.presenter.desk.perform(self._secrets.take(), self._phrase.text().strip()))
