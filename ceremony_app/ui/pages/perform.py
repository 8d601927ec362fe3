"""All is agreed: secrets are entered, the phrase is typed, and it is done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ceremony_app.core.asked import asked_at_token
from ceremony_app.core.prompts import Perform
from ceremony_app.ui.blocks import evidence, named, section
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import at_keypad, script, tries, unsaid
from ceremony_app.ui.pages.secrets import SecretsForm
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text

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
            self.body.addWidget(
                Text("All who must agree have signed. It begins when the button is pressed.", parent=self)
            )
        self.body.addStretch(1)
        if prompt.secrets:
            self.offer_samples(self._fill)

    def deeds(self) -> tuple[Deed, ...]:
        """One: the act itself, in its own words."""
        return (Deed(self._prompt.act.button, self._perform),)

    def gaps(self) -> tuple[Gap, ...]:
        """Secrets and phrase."""
        found = list(self._secrets.gaps())
        if self._prompt.phrase and self._phrase.text().strip() != self._prompt.phrase:
            found.append(Gap(f"the phrase {self._prompt.phrase}", self._phrase))
        return tuple(found)

    def needed(self) -> tuple[str, ...]:
        """What is missing here."""
        return tuple(gap.text for gap in self.gaps())

    def first(self) -> QWidget:
        """The heading: what will be done is read first."""
        return self.heading

    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return not self._phrase.text() and self._secrets.is_empty()

    def _fill(self) -> None:
        self._secrets.fill()
        gaps = self.gaps()
        (gaps[0].where if gaps else self.heading).setFocus()

    def _perform(self) -> None:
        self.send(self.presenter.desk.perform(self._secrets.take(), self._phrase.text().strip()))
