"""The simulated people of a rehearsal's folder, as the unattended player asks for them."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.core.room import Binding
from ceremony_app.core.secret import Secret
from ceremony_app.people.simulated import SimulatedPeople


class FolderCast:
    """Names, PINs and token secrets from `.rehearsal/`; every secret is a copy that its user may erase."""

    def __init__(self, folder: Path, binding: Binding) -> None:
        self._people = SimulatedPeople.load_or_make(folder, binding)

    def name(self, number: int) -> str:
        """A person's fictitious name."""
        return self._people.person(number).name

    def organisation(self, number: int) -> str:
        """A person's fictitious organisation."""
        return self._people.person(number).organisation

    def pin(self, number: int) -> Secret:
        """A person's ceremony PIN."""
        return Secret(self._people.person(number).pin.reveal())

    def secret(self, name: str) -> Secret:
        """A secret that an action asks for."""
        return self._people.secret(name)
