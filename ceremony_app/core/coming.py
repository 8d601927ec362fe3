"""Who comes to the roll-call, as told at the desk, and what they will sign with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ceremony_app.core.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A person of the binding at roll-call.

    `seen_by` is the number of the person who saw the identity paper (0: nobody yet), `paper` says which one it was.
    `proxy_for` is the name of somebody absent for whom the person stands in, `authority` what empowers them to.
    """

    person: int
    roles: tuple[str, ...]
    name: str
    organisation: str
    seen_by: int = 0
    paper: str = ""
    proxy_for: str = ""
    authority: str = ""

    def details(self) -> dict[str, str]:
        """The personal texts beside name and organisation, by the name that the journal gives them; no empty ones."""
        texts = {"paper": self.paper, "proxy-for": self.proxy_for, "authority": self.authority}
        return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True, slots=True)
class RoomPin:
    """A key made now, behind this ceremony PIN (method `room`)."""

    pin: Secret


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The person's own key file (method `file`): its path on this workstation, and the passphrase."""

    path: str
    passphrase: Secret


@dataclass(frozen=True, slots=True)
class Card:
    """The person's own card, as the binding names it (method `card`); None for a PIN entered at the reader."""

    pin: Secret | None


Credential: TypeAlias = RoomPin | KeyFile | Card


def erase(credential: Credential) -> None:
    """Overwrite the secret of a credential."""
    secret = credential.passphrase if isinstance(credential, KeyFile) else credential.pin
    if secret is not None:
        secret.erase()
