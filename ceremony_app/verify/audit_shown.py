"""What people were shown in an attempt, as the digest that their statements carry, kept up entry by entry."""

from __future__ import annotations

import hashlib

import msgspec

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Entry, Purpose, SignOff, StepEntry
from ceremony_app.core.script import Step
from ceremony_app.core.shown import shown_rows, shown_text

_PURPOSES: tuple[Purpose, ...] = ("go", "result")


class Shown:
    """The shown text of one attempt, for both purposes, hashed once however many people sign it."""

    def __init__(self, step: Step | None) -> None:
        self._step = msgspec.structs.replace(step, say=(), do=()) if step is not None else None
        self._spoken = _text(step, (), "go") if step is not None else ""
        self._prepared = ""
        self._entered: dict[Purpose, list[str]] = {purpose: [] for purpose in _PURPOSES}
        self._waiting: list[Entry] = []
        self._begin()

    def _begin(self) -> None:
        self._hashes = {purpose: hashlib.sha256() for purpose in _PURPOSES}
        for purpose, running in self._hashes.items():
            running.update((self._spoken + self._prepared + "".join(self._entered[purpose])).encode("utf-8"))

    def note(self, entry: Entry) -> None:
        """One more entry of the attempt; its rows are made only if somebody signs."""
        if not isinstance(entry.event, SignOff):
            self._waiting.append(entry)

    def digest(self, purpose: Purpose) -> str:
        """SHA-256 (hex) of what was shown up to here."""
        waiting, self._waiting = self._waiting, []
        for entry in waiting if self._step is not None else ():
            if isinstance(entry.event, StepEntry):
                if entry.event.state == "prepared":
                    self._prepared = _text(self._step, (entry,), "go")
                    self._begin()
                continue
            for each in _PURPOSES:
                text = _text(self._step, (entry,), each)
                self._entered[each].append(text)
                self._hashes[each].update(text.encode("utf-8"))
        return self._hashes[purpose].copy().hexdigest()


def _text(step: Step | None, entries: tuple[Entry, ...], purpose: Purpose) -> str:
    """The text of these entries alone."""
    if step is None:
        return ""
    run = Run(id=step.id, number=step.number, attempt=1)
    for entry in entries:
        run = run.after(entry)
    return shown_text(shown_rows(step, run, purpose))
