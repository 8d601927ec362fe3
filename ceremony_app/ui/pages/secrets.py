"""The secrets that people enter on a page: each in its own field, a new one twice."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.core.asked import rehearsed_as
from ceremony_app.core.script import SecretAsk
from ceremony_app.core.secret import Secret
from ceremony_app.ui.blocks import named, side_by_side
from ceremony_app.ui.pages.base import Gap
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.roster import role_title
from ceremony_app.ui.secretentry import SecretEntry
from ceremony_app.ui.theme import SPACE


class SecretsForm(QWidget):
    """The fields for what is asked; `device` is the token for which a rehearsal fills in its samples."""

    altered = Signal()

    def __init__(
        self, presenter: Presenter, asked: tuple[SecretAsk, ...], device: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._device = device
        self._entries: list[tuple[SecretAsk, SecretEntry, SecretEntry | None]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        for ask in asked:
            self._add(ask)

    def gaps(self) -> tuple[Gap, ...]:
        """What is not entered, or not twice the same."""
        found = []
        for ask, entry, again in self._entries:
            if entry.is_empty():
                found.append(Gap(ask.label, entry))
            elif again is not None and not entry.same_as(again):
                found.append(Gap(f"{ask.label}, the same again", again))
        return tuple(found)

    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return all(entry.is_empty() for _, entry, _ in self._entries)

    def take(self) -> dict[str, Secret]:
        """Hand over what was entered, by its name, and be empty again."""
        secrets: dict[str, Secret] = {}
        for ask, entry, again in self._entries:
            secrets[ask.name] = entry.take()
            if again is not None:
                again.wipe()
        return secrets

    def fill(self) -> None:
        """Put in a rehearsal's samples."""
        view = self._presenter.view
        for ask, entry, again in self._entries:
            sample = self._presenter.cast.secret(rehearsed_as(view.plan, view.state, self._device, ask))
            entry.fill(sample)
            if again is not None:
                again.fill(sample)

    def _add(self, ask: SecretAsk) -> None:
        by = f", entered by the {role_title(self._presenter.view.plan, ask.by)}" if ask.by else ""
        entry = SecretEntry(ask.label, self)
        entry.changed.connect(self.altered)
        again = SecretEntry(f"{ask.label}, the same again", self) if ask.twice else None
        if again is None:
            named(self._column, f"{ask.label}{by}", entry)
        else:
            again.changed.connect(self.altered)
            self._column.addLayout(side_by_side((f"{ask.label}{by}", entry), (f"{ask.label}, the same again", again)))
        self._entries.append((ask, entry, again))
