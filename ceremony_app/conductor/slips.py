"""The statement slip goes to the printer; nothing is recorded, for an entry would make the statement another one."""

from __future__ import annotations

from collections.abc import Callable

from ceremony_app.chronicle.context import decode
from ceremony_app.chronicle.slip import slip_document
from ceremony_app.conductor.room import Room
from ceremony_app.conductor.signing import Signing, statement_now
from ceremony_app.core.errors import Refusal
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State

NAME = "statement-slip.pdf"


def print_slip(room: Room, plan: Plan, state: State, asked: Signing, text_of: Callable[[str], str]) -> None:
    """Print what this person would sign now.

    Raises `Refusal`: CER-STAGE where there is nothing to sign, CER-PDF, CER-PRINTER; signing is possible all the same.
    """
    text, person, genesis = statement_now(plan, state, asked), state.person(asked.person), state.genesis
    if not text or person is None or genesis is None:
        raise Refusal("CER-STAGE", "There is nothing to sign just now.", "Do what the step asks for.")
    role = plan.definition.roles.get(asked.role)
    signer = (
        ("Signer", f"person {person.number}, {text_of(person.name.leaf)}".rstrip(", ")),
        ("Role", role.title if role is not None else asked.role),
        ("Key", f"{person.key[:4]} {person.key[4:8]} …, {person.method}"),
    )
    context = decode(room.ports.document("context.json"))
    document = slip_document(plan, context, genesis.files, text, signer)
    pdf = room.press(document, (), f"{room.ports.clock.utc():%Y-%m-%dT%H:%M:%SZ}")
    room.ports.printer.print(NAME, pdf, 1)
