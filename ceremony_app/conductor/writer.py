"""One thread that decides, writes and evolves, one command after another; everybody else waits for its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ceremony_app.core.commands import Command
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Entry
from ceremony_app.core.ports import Clock, Randomness
from ceremony_app.core.rules import Refused, decide
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State, evolve, fold
from ceremony_app.core.values import Leaf
from ceremony_app.journal import leaves
from ceremony_app.journal.store import Journal

_SALT_BYTES = 16


class Writer:
    """The journal's thread. `state` can be read from any thread: it is replaced as a whole, never changed."""

    def __init__(self, plan: Plan, folder: Path, journal: Journal, clock: Clock, randomness: Randomness) -> None:
        self.plan = plan
        self._folder = folder
        self._journal = journal
        self._clock = clock
        self._randomness = randomness
        self._state = fold(journal.entries)
        self._texts = leaves.texts(leaves.read(_bytes(folder / leaves.NAME)))
        self._drafts: list[leaves.LeafLine] = []
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    @property
    def state(self) -> State:
        """The state after the last acknowledged entry."""
        return self._state

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal so far."""
        return self._journal.entries

    def text_of(self, leaf: str) -> str:
        """A personal text by its leaf; empty where it is not known."""
        return self._texts.get(leaf, "")

    def texts(self) -> dict[str, str]:
        """All personal texts by leaf."""
        return dict(self._texts)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this, from the writer's thread, after every change."""
        with self._lock:
            self._listeners.append(listener)

    def changed(self) -> None:
        """Tell everybody that something is new."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()

    def submit(
        self, make: Callable[[State], Command], *, otherwise: Callable[[], None] | None = None
    ) -> Future[Refused | None]:
        """Decide the command that `make` gives for the state at its turn; None once it is on disk.

        `make` runs on the writer's thread, so what it reads of the state is what is decided upon; `otherwise` runs
        there too, if the command that it gave was not accepted.
        """
        return self._thread.submit(self._run, make, otherwise)

    def submit_nothing(self) -> Future[None]:
        """Done when everything that was sent before is done."""
        return self._thread.submit(lambda: None)

    def leaf(self, text: str) -> Leaf:
        """Name a personal text by digest; to be called from `make`. It is recorded if the command is accepted."""
        line = leaves.make_leaf(text, self._randomness.octets(_SALT_BYTES))
        self._drafts.append(line)
        return Leaf(line.leaf)

    def _run(self, make: Callable[[State], Command], otherwise: Callable[[], None] | None) -> Refused | None:
        self._drafts.clear()
        try:
            command = make(self._state)
        except Refusal as refusal:
            return Refused(refusal.rule, refusal.why, refusal.what_to_do)
        refused = self._written(command)
        if refused is None:
            self.changed()
        elif otherwise is not None:
            otherwise()
        return refused

    def _written(self, command: Command) -> Refused | None:
        """Decide, write, evolve."""
        answer = decide(self.plan, self._state, command)
        if isinstance(answer, Refused):
            return answer
        try:
            self._record_drafts()
            for entry in self._journal.append(answer, self._clock):
                self._state = evolve(self._state, entry)
        except Refusal as refusal:
            return Refused(refusal.rule, refusal.why, refusal.what_to_do)
        return None

    def _record_drafts(self) -> None:
        """The leaves are on disk before the entry that names them."""
        if self._drafts:
            self._journal.append_leaves(tuple(self._drafts))
            self._texts |= {line.leaf: line.text for line in self._drafts}

    def close(self) -> None:
        """Finish what is waiting and let the journal go."""
        self._thread.shutdown(wait=True)
        self._journal.close()


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
