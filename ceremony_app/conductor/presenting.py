"""Keys that a restart does not end: the journal still names them, and card or key file comes to the desk again."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import msgspec

from ceremony_app.conductor.room import Room
from ceremony_app.core.coming import Card, Credential, KeyFile, RoomPin, erase
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.state import Person
from ceremony_app.core.values import Row


def present_again(room: Room, known: Person | None, bound: BoundPerson | None, credential: Credential) -> None:
    """Take the key with which a person was enrolled to the desk, where a restart has left it without one.

    Nothing is recorded: the key is the same. Raises `Refusal`: CER-CREDENTIAL for another key or another kind of it,
    and what opening it raises (CER-PIN, CER-KEY-FILE, CER-CARD). The secret is erased.
    """
    try:
        if known is None or bound is None:
            raise Refusal("CER-PRESENT", "This person is not enrolled.", "Enrol the person at roll-call.")
        match credential:
            case KeyFile(path=path, passphrase=passphrase) if known.method == "file":
                room.desk.open_again(known.number, Path(path), passphrase, known.key)
            case Card() if known.method == "card":
                card_to_desk(room, known, bound)
            case KeyFile() | Card() | RoomPin():
                raise Refusal(
                    "CER-CREDENTIAL",
                    f"Person {known.number} was not enrolled with that kind of key.",
                    f"The journal names a key of the kind “{known.method}”; bring that one.",
                )
            case _:
                assert_never(credential)
    finally:
        erase(credential)


def card_to_desk(room: Room, known: Person, bound: BoundPerson | None) -> None:
    """The person's card at the desk, opened where it is not yet; it signs with the enrolled key only (CER-CARD)."""
    if bound is not None and not room.desk.at_hand(known.number):
        room.desk.enrol(known.number, room.open_card(msgspec.structs.replace(bound, key=known.key)))


def rows_of_card(room: Room, known: Person | None, bound: BoundPerson | None) -> tuple[Row, ...]:
    """What a person's card says of itself now, before the enrolment too; nothing for who signs otherwise."""
    method = known.method if known is not None else bound.method if bound is not None else ""
    if bound is None or method != "card":
        return ()
    if known is None:
        card = room.open_card(bound)
        try:
            return card.rows()
        finally:
            card.close()
    card_to_desk(room, known, bound)
    return room.desk.card_rows(known.number)


def require_at_hand(room: Room, known: Person) -> None:
    """The person's key file has been opened since the program was started (CER-CREDENTIAL)."""
    if known.method == "file" and not room.desk.at_hand(known.number):
        raise Refusal(
            "CER-CREDENTIAL",
            f"The key file of person {known.number} has not been opened since the restart.",
            "Name the file again, and enter its passphrase.",
        )
