"""Brings the conductor's news and answers, which come on other threads, to the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeAlias, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance, Slot

from ceremony_app.core.cast import Cast
from ceremony_app.core.coming import Credential
from ceremony_app.core.errors import Refusal
from ceremony_app.core.prompts import Busy
from ceremony_app.core.rules import Refused
from ceremony_app.ui.answers import outcome
from ceremony_app.ui.desk import Answer, Desk
from ceremony_app.ui.samples import Understudies
from ceremony_app.ui.view import View, look

T = TypeVar("T")
Then: TypeAlias = Callable[[Refused | None], None]

_BATCH_MS: Final = 100
"""Milliseconds between two looks at a batch."""


class Presenter(QObject):
    """Holds the present view, sends wishes, and says on this thread what came of them.

    `changed` comes after a new view was taken; `refused` carries the rule that said no. `last_typist` is who was last
    named as the one at the keyboard: the next page proposes the same person. `cast` fills in samples in a rehearsal.
    """

    changed = Signal()
    refused = Signal(object)
    accepted = Signal()
    _news = Signal()
    _answered = Signal(int)

    def __init__(self, desk: Desk, cast: Cast | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.cast: Cast = cast or Understudies(desk.plan)
        self.view: View = look(desk)
        self.last_typist = 0
        self._sent = 0
        self._open: dict[int, tuple[Answer, Then | None]] = {}
        self._looks: dict[int, Callable[[], None]] = {}
        self._told = False
        queued = Qt.ConnectionType.QueuedConnection
        self._news.connect(self._hear, queued)
        self._answered.connect(self._pass_on, queued)
        desk.listen(self._tell)
        self._tell()  # what happened between the first look and now would be missed otherwise

    def ask(self, answer: Answer, then: Then | None = None) -> None:
        """Wait for an answer without blocking; `then` hears it after the new view was shown."""
        self._sent += 1
        number = self._sent
        self._open[number] = (answer, then)
        answer.add_done_callback(lambda _: self._emit(self._answered, number))

    def played(self, number: int) -> Credential | None:
        """What a simulated person signs with; None, and the reason is shown, where it is not the rehearsal's own."""
        try:
            return self.cast.credential(number)
        except Refusal as refusal:
            self.complain(Refused(refusal.rule, refusal.why, refusal.what_to_do))
            return None

    def look_up(self, answer: Future[T], then: Callable[[T | Refused], None]) -> None:
        """Hear what something says of itself, or why it does not; nothing is recorded, and no refusal is shown."""
        self._sent += 1
        number = self._sent

        def heard() -> None:
            found = outcome(answer)
            then(found)

        self._looks[number] = heard
        answer.add_done_callback(lambda _: self._emit(self._answered, number))

    @property
    def waiting(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._open or self._looks)

    def complain(self, refused: Refused) -> None:
        """Show a refusal that the window itself noticed."""
        self.refused.emit(refused)

    def put_away(self) -> None:
        """Put away what was shown of a refusal, or of what is missing: the window itself has done what it asked for."""
        self.accepted.emit()

    def _tell(self) -> None:
        """Called by the conductor, from a thread of its own: only one piece of news is ever on its way."""
        if not self._told:
            self._told = True
            self._emit(self._news)

    def _emit(self, signal: SignalInstance, *values: object) -> None:
        """Emit from another thread; after the end of the window there is nobody left to tell."""
        try:
            signal.emit(*values)
        except RuntimeError:
            self._told = True

    @Slot()
    def _hear(self) -> None:
        """There is news: look now; of a batch, of which there is much more news than anybody reads, in a moment."""
        now = self.view.prompt
        if isinstance(now, Busy) and now.of:
            QTimer.singleShot(_BATCH_MS, self, self._take_a_look)
        else:
            self._take_a_look()

    @Slot()
    def _take_a_look(self) -> None:
        self._told = False
        self.view = look(self.desk)
        self.changed.emit()

    @Slot(int)
    def _pass_on(self, number: int) -> None:
        if number in self._looks:
            self._looks.pop(number)()
            return
        answer, then = self._open.pop(number)
        refused = outcome(answer)
        self._take_a_look()
        if refused is None:
            self.accepted.emit()
        else:
            self.refused.emit(refused)
        if then is not None:
            then(refused)
