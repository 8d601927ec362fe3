"""A person's enrolment: the key that they made or brought, at the desk, and the command that names it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from ceremony_app.conductor.room import Room
from ceremony_app.core import commands as c
from ceremony_app.core.coming import Card, Coming, Credential, KeyFile, RoomPin, erase
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Method
from ceremony_app.core.names import normalised
from ceremony_app.core.ports import Signer
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.values import Leaf
from ceremony_app.people.signatures import key_digest


def method_of(credential: Credential) -> Method:
    """The word by which the journal calls this kind of credential."""
    match credential:
        case RoomPin():
            return "room"
        case KeyFile():
            return "file"
        case Card():
            return "card"
        case _:
            assert_never(credential)


def enrolled_signer(room: Room, who: Coming, bound: BoundPerson | None, credential: Credential) -> Signer:
    """The person's key, opened and at the desk; the credential's secret is erased whatever comes of it.

    Raises `Refusal`: CER-ENROL for somebody whom the binding does not have, CER-PIN, CER-CARD, CER-KEY-FILE.
    """
    if bound is None:
        raise Refusal(
            "CER-ENROL", f"The binding of this room has no person {who.person}.", "Enrol the people of the binding."
        )
    try:
        match credential:
            case RoomPin(pin=pin):
                return room.desk.enrol_room(who.person, pin)
            case KeyFile(path=path, passphrase=passphrase):
                return room.desk.enrol_file(who.person, Path(path), passphrase)
            case Card(pin=pin):
                return room.desk.enrol_card(who.person, room.open_card(bound), pin)
            case _:
                assert_never(credential)
    finally:
        erase(credential)


def enrolment(who: Coming, method: Method, signer: Signer, leaf: Callable[[str], Leaf]) -> c.EnrolPerson:
    """The command that enrols a person; `leaf` names a personal text by its digest."""
    details = {name: normalised(text) for name, text in who.details().items()}
    return c.EnrolPerson(
        person=who.person,
        roles=who.roles,
        method=method,
        spki=base64.b64encode(signer.spki).decode(),
        key=key_digest(signer.spki),
        name=leaf(normalised(who.name)),
        organisation=leaf(normalised(who.organisation)),
        seen_by=who.seen_by,
        details={name: leaf(text) for name, text in details.items()},
        texts=(who.name, who.organisation, *details.values()),
    )
