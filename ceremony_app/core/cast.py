"""Who plays the people of a rehearsal: what they say at the desk, and the secrets that they enter."""

from __future__ import annotations

from typing import Protocol

from ceremony_app.core.coming import Coming, Credential
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.secret import Secret


class Cast(Protocol):
    """The simulated people of a rehearsal. Every secret is a copy that its user may erase."""

    def coming(self, person: BoundPerson) -> Coming:
        """What a person says at roll-call."""
        ...

    def credential(self, number: int) -> Credential:
        """What a person brings to sign with."""
        ...

    def pin(self, number: int) -> Secret:
        """A person's ceremony PIN, passphrase or card PIN."""
        ...

    def secret(self, name: str) -> Secret:
        """A secret that an action asks for (`token role/name of the secret`), the same each time."""
        ...

    def keep_share(self, name: str, person: int, words: Secret) -> None:
        """What a person has written down of a share (`token role/whose`), rows ended by LF."""
        ...

    def share(self, name: str, person: int) -> Secret | None:
        """What a person reads from the sheet of a share; None where the person has none."""
        ...
