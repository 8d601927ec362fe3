"""A room in which nobody has a card."""

from __future__ import annotations

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import CardSigner
from ceremony_app.core.room import BoundPerson


def no_card(person: BoundPerson) -> CardSigner:
    """Nobody has one."""
    raise Refusal("CER-CARD", f"Person {person.number} has no card.", "Bring it.")
