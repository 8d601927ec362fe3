"""The binding: what differs between rooms. Tokens, media, people's numbers and key digests, estimates; no names."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ceremony_app.core.values import Mode


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the binding's values."""


class BoundToken(Part, frozen=True):
    """Which token stands for a token role, and the module that drives it. `module` is a path on this workstation.

    `arguments` is the text that C_Initialize hands to modules that take one, NSS for one (pReserved).
    `pin_entry` says where its activation PIN is entered: at this keyboard, or at the token's own keypad.
    """

    module: str
    module_sha256: str = msgspec.field(name="module-sha256")
    serial: str
    model: str = ""
    manufacturer: str = ""
    arguments: Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    pin_entry: Literal["keyboard", "token"] = msgspec.field(name="pin-entry", default="keyboard")
    options: dict[str, str] = {}


class BoundPerson(Part, frozen=True):
    """A person by number: the roles they may hold, how they sign, and (card, file) the SHA-256 of their SPKI.

    `card` says which card it is and what drives it: any PKCS#11 token with a signing key.
    """

    number: int
    roles: tuple[str, ...]
    method: Literal["card", "file", "room"] = "room"
    key: str = ""
    card: BoundToken | None = None


class BoundMedium(Part, frozen=True):
    """Where a medium is mounted in this room, and the serial on it."""

    path: str
    serial: str = ""


class Binding(Part, frozen=True):
    """This room: format 1 of `binding.toml`.

    `program` is the SHA-256 of the list of the program's files, as it was when the room was bound.
    """

    format: Literal[1]
    definition: str
    mode: Mode
    definition_sha256: str = msgspec.field(name="definition-sha256", default="")
    place: str = ""
    printer: str = ""
    program: str = ""
    tokens: dict[str, BoundToken] = {}
    people: tuple[BoundPerson, ...] = ()
    media: dict[str, BoundMedium] = {}
    bags: dict[str, str] = {}
    estimates: dict[str, int] = {}

    def person(self, number: int) -> BoundPerson | None:
        """The person of this number, if the binding has one."""
        return next((person for person in self.people if person.number == number), None)
