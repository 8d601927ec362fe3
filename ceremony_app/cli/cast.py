"""The simulated people of a rehearsal's folder, as the unattended player asks for them."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.cli.simulating import key_file, require_own
from ceremony_app.core.coming import Card, Coming, Credential, KeyFile, RoomPin
from ceremony_app.core.room import Binding, BoundPerson
from ceremony_app.core.secret import Secret
from ceremony_app.people.simulated import SimulatedPeople


class FolderCast:
    """Names, PINs and token secrets from `.rehearsal/`; every secret is a copy that its user may erase."""

    def __init__(self, folder: Path, binding: Binding) -> None:
        self._folder = folder
        self._binding = binding
        self._people = SimulatedPeople.load_or_make(folder, binding)

    def coming(self, person: BoundPerson) -> Coming:
        """A person's fictitious name and organisation; somebody else has seen a simulated paper."""
        played = self._people.person(person.number)
        other = next((one.number for one in self._binding.people if one.number != person.number), 0)
        return Coming(
            person=person.number,
            roles=person.roles,
            name=played.name,
            organisation=played.organisation,
            seen_by=other,
            paper="Simulated identity card" if other else "",
        )

    def credential(self, number: int) -> Credential:
        """What a person brings to sign with; raises `Refusal` (CER-SIMULATED) for what is not the rehearsal's own."""
        person = self._binding.person(number)
        if person is None or person.method == "room":
            return RoomPin(self.pin(number))
        require_own(self._folder, person)
        if person.method == "card":
            return Card(None if person.card is not None and person.card.pin_entry == "token" else self.pin(number))
        return KeyFile(str(key_file(self._folder, number)), self.pin(number))

    def pin(self, number: int) -> Secret:
        """A person's ceremony PIN, passphrase or card PIN."""
        return Secret(self._people.person(number).pin.reveal())

    def secret(self, name: str) -> Secret:
        """A secret that an action asks for."""
        return self._people.secret(name)

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        """Keep what a person wrote down of a share."""
        self._people.keep_share(name, person, words)

    def share(self, name: str, person: int) -> Secret | None:
        """What a person reads from a sheet."""
        return self._people.share(name, person)
