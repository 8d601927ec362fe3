"""All is agreed: secrets are entered, the phrase is typed, and it is done."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ceremony_app.core.prompts import Perform
from ceremony_app.core.script import SecretAsk
from ceremony_app.core.secret import Secret
from ceremony_app.ui.blocks import evidence, named, section, side_by_side
from ceremony_app.ui.fields import Line
from ceremony_app.ui.pages.base import Deed, Gap, StepPage
from ceremony_app.ui.pages.parts import script, unsaid
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.text import Text


class PerformPage(StepPage):
    """What will be done, the secrets (a new one twice), the phrase, and a button that says the act."""

    def __init__(self, presenter: Presenter, prompt: Perform, parent: QWidget | None = None) -> None:
        super().__init__(presenter, prompt.step, prompt.run, parent)
        self._prompt = prompt
        if prompt.failed:
            evidence(
                self.body,
                "✗  The last try did not succeed. It may be tried again.",
                self.view.lines(prompt.failed),
                self,
            )
        script(self.body, prompt.step, self)
        rows = unsaid(prompt.rows)
        if rows:
            evidence(self.body, "What will be done", self.view.lines(rows), self)
        self._entries: list[tuple[SecretAsk, SecretEntry, SecretEntry | None]] = []
        if prompt.secrets or prompt.phrase:
            section(self.body, "What it takes", self)
        for ask in prompt.secrets:
            self._add_secret(ask)
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
        found = []
        for ask, entry, again in self._entries:
            if entry.is_empty():
                found.append(Gap(ask.label, entry))
            elif again is not None and not entry.same_as(again):
                found.append(Gap(f"{ask.label}, the same again", again))
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
        return not self._phrase.text() and all(entry.is_empty() for _, entry, _ in self._entries)

    def _add_secret(self, ask: SecretAsk) -> None:
        by = f", entered by the {role_title(self.view.plan, ask.by)}" if ask.by else ""
        entry = SecretEntry(ask.label, self)
        entry.changed.connect(self.altered)
        again = SecretEntry(f"{ask.label}, the same again", self) if ask.twice else None
        if again is None:
            named(self.body, f"{ask.label}{by}", entry)
        else:
            again.changed.connect(self.altered)
            self.body.addLayout(side_by_side((f"{ask.label}{by}", entry), (f"{ask.label}, the same again", again)))
        self._entries.append((ask, entry, again))

    def _fill(self) -> None:
        for ask, entry, again in self._entries:
            sample = self.presenter.cast.secret(f"{self._prompt.act.device}/{ask.name}")
            entry.fill(sample)
            if again is not None:
                again.fill(sample)
        gaps = self.gaps()
        (gaps[0].where if gaps else self.heading).setFocus()

    def _perform(self) -> None:
        secrets: dict[str, Secret] = {}
        for ask, entry, again in self._entries:
            secrets[ask.name] = entry.take()
            if again is not None:
                again.wipe()
        self.send(self.presenter.desk.perform(secrets, self._phrase.text().strip()))
