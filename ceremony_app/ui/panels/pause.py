"""F9: the ceremony is paused, with people who stay or with everything sealed. Closing the window comes here too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ceremony_app.ui.blocks import named, section
from ceremony_app.ui.choices import Options, Tick
from ceremony_app.ui.desk import Break
from ceremony_app.ui.fields import Prose
from ceremony_app.ui.pages.base import Deed, Gap
from ceremony_app.ui.panels.base import Panel
from ceremony_app.ui.presenter import Presenter
from ceremony_app.ui.text import Text

_KINDS: tuple[tuple[Break, str], ...] = (
    ("attended", "Attended: at least two people stay in the room"),
    ("sealed", "Sealed: everything is put into bags, and everyone leaves"),
)


class PausePanel(Panel):
    """Which kind, who stays, and why."""

    def __init__(
        self,
        presenter: Presenter,
        leave: Callable[[], None],
        stop: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        title = "Pause before the window closes" if stop else "Pause the ceremony"
        super().__init__(presenter, title, leave, parent)
        self._stop = stop
        if stop is not None:
            text = (
                "The window of a ceremony is not closed without a word. Pause first; or stop the program here. "
                "Every recorded entry is on disk, and the ceremony can be resumed; the restart is a deviation."
            )
            self.body.addWidget(Text(text, parent=self))
        self._kind = Options("Kind of pause", _KINDS, self)
        self._kind.chosen.connect(self._chosen)
        self.body.addWidget(self._kind)
        self._ticks: dict[int, Tick] = {}
        section(self.body, "Who stays?", self)
        staying = QVBoxLayout()
        staying.setSpacing(2)
        self.body.addLayout(staying)
        for person in self.view.here():
            tick = Tick(person.called, self)
            tick.toggled.connect(self.altered)
            staying.addWidget(tick)
            self._ticks[person.number] = tick
        self._reason = Prose("Reason", parent=self)
        self._reason.textChanged.connect(self.altered)
        named(self.body, "Reason", self._reason)
        self.body.addStretch(1)

    def deeds(self) -> tuple[Deed, ...]:
        """Pause, leave the panel, and where the window was to be closed, stop the program."""
        deeds = (Deed("Start the pause", self._pause), *super().deeds())
        if self._stop is None:
            return deeds
        return (*deeds, Deed("Stop the program here", self._stop, "equal", anyway=True))

    def gaps(self) -> tuple[Gap, ...]:
        """Kind, people, reason."""
        found = []
        if not self._kind.value():
            found.append(Gap("the kind of pause", self._kind.first()))
        staying = [tick for tick in self._ticks.values() if tick.isChecked()]
        if self._kind.value() == "attended" and len(staying) < 2:  # noqa: PLR2004 - two people stay (CER-PAUSED)
            free = next((tick for tick in self._ticks.values() if not tick.isChecked()), self._kind.first())
            found.append(Gap("two people who stay", free))
        if not self._reason.text():
            found.append(Gap("the reason", self._reason))
        return tuple(found)

    def first(self) -> QWidget:
        """The kinds."""
        return self._kind.first()

    def is_empty(self) -> bool:
        """Whether nothing was chosen or typed."""
        ticked = any(tick.isChecked() for tick in self._ticks.values())
        return not self._kind.value() and not self._reason.text() and not ticked

    def _chosen(self) -> None:
        sealed = self._kind.value() == "sealed"
        for tick in self._ticks.values():
            tick.setEnabled(not sealed)
        self.altered.emit()

    def _pause(self) -> None:
        kind: Break = "sealed" if self._kind.value() == "sealed" else "attended"
        stay = tuple(n for n, tick in self._ticks.items() if tick.isChecked()) if kind == "attended" else ()
        self.send(self.presenter.desk.take_break(kind, stay, self._reason.text()), self.leave_if_done)
