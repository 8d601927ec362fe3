"""What one ceremony works with: its ports, its people's keys, and the press for its documents."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ceremony_app.actions.base import Ports
from ceremony_app.chronicle.press import Press
from ceremony_app.conductor.custody import Custody
from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import (
    CardSigner,
    Clock,
    InputPort,
    Medium,
    Printer,
    Randomness,
    TokenPort,
    Workstation,
)
from ceremony_app.core.room import BoundPerson, BoundToken
from ceremony_app.core.script import Plan
from ceremony_app.people.desk import Desk

OpenToken = Callable[[BoundToken], TokenPort]
"""Opens the token of a binding in a worker of its own; raises `TokenFault` where it is not there."""

OpenCard = Callable[[BoundPerson], CardSigner]
"""Opens the card that the binding names for a person; raises `Refusal` (CER-CARD) where it is not there."""

OpenMedium = Callable[[str], Medium]
"""Opens the medium of this asset where the binding says it is mounted."""


OpenInput = Callable[[str], InputPort]
"""What was brought for an input of the definition; raises `Unusable` (CER-INPUT) where nothing was."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """The real or simulated things of a room; picked in one place, by `__main__` or a test."""

    open_token: OpenToken
    open_medium: OpenMedium
    open_input: OpenInput
    open_card: OpenCard
    printer: Printer
    station: Workstation
    clock: Clock
    randomness: Randomness
    press: Press
    desk: Desk


class Room:
    """The equipment, with tokens opened when they are first asked for and ended with the ceremony."""

    def __init__(self, plan: Plan, folder: Path, equipment: Equipment) -> None:
        self._plan = plan
        self._folder = folder
        self._equipment = equipment
        self._tokens: dict[str, TokenPort] = {}
        self.desk = equipment.desk
        self.open_card = equipment.open_card
        self.custody = Custody(equipment.randomness)
        self.press = equipment.press
        self.ports = Ports(
            token=self._token,
            medium=equipment.open_medium,
            input=equipment.open_input,
            printer=equipment.printer,
            station=equipment.station,
            clock=equipment.clock,
            randomness=equipment.randomness,
            custody=self.custody,
            artifact=self._artifact,
            document=self._document,
        )

    def _token(self, role: str) -> TokenPort:
        """The token of a role, in its own worker."""
        if role not in self._tokens:
            self._tokens[role] = self._equipment.open_token(self._plan.binding.tokens[role])
        return self._tokens[role]

    def silence(self, role: str) -> float | None:
        """Seconds since the worker of a token last gave a sign of life; None where none was started."""
        token = self._tokens.get(role)
        return None if token is None else max(0.0, time.monotonic() - token.last_heard)

    def kill(self, role: str) -> bool:
        """End the worker of a token, from any thread; whether there was one."""
        token = self._tokens.get(role)
        if token is not None:
            token.kill()
        return token is not None

    def _artifact(self, name: str) -> bytes:
        """The bytes of an artifact of this ceremony."""
        return _read(self._folder / "artifacts" / name)

    def _document(self, name: str) -> bytes:
        """The bytes of a document of this ceremony."""
        return _read(self._folder / name)

    def close(self) -> None:
        """End every worker; forget every key."""
        for token in self._tokens.values():
            token.close()
        self._tokens.clear()
        self.desk.forget()
        self.custody.forget()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(
            "CER-ARTIFACT", f"{path.name} cannot be read: {error.strerror}.", "Check the disk; compare the copies."
        ) from None
