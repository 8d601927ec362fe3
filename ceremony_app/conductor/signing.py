"""A person's signature over what stands now: the text, the key at the desk, and the check of what came out."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from ceremony_app.conductor.presenting import require_at_hand
from ceremony_app.conductor.room import Room
from ceremony_app.core import commands as c
from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Purpose, Verdict
from ceremony_app.core.progress import current_step
from ceremony_app.core.script import Plan
from ceremony_app.core.secret import Secret
from ceremony_app.core.state import State
from ceremony_app.core.statement import statement
from ceremony_app.people.signatures import verify


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs what: the person's number, the role, before or after, and which way."""

    person: int
    role: str
    purpose: Purpose
    decision: Verdict


def statement_now(plan: Plan, state: State, asked: Signing) -> str:
    """Exactly the text that this person would sign now; empty where there is nothing to sign."""
    step, run, person = current_step(plan, state), state.run, state.person(asked.person)
    if step is None or run is None or person is None:
        return ""
    return statement(state, step, run, person, asked.role, asked.purpose, asked.decision)


def sign_off(plan: Plan, state: State, room: Room, asked: Signing, pin: Secret | None, shown: str) -> c.Sign:
    """The command by which a person signs.

    `shown` is the text that the person has read, or empty: if it is not the present one, nothing is signed
    (CER-STATEMENT). Raises `Refusal` of the desk too (CER-PIN, CER-CREDENTIAL and others).
    """
    text = statement_now(plan, state, asked)
    if shown and shown != text:
        raise Refusal(
            "CER-STATEMENT",
            "The text that was read is not the one that stands now.",
            "Something was recorded in between. Read the statement again and sign that.",
        )
    known = state.person(asked.person)
    if known is None or not text:
        raise Refusal("CER-PRESENT", f"Person {asked.person} is not enrolled.", "Enrol the person at roll-call.")
    require_at_hand(room, known)
    alg, sig = room.desk.sign(asked.person, text.encode("utf-8"), pin)
    return c.Sign(
        person=asked.person,
        role=asked.role,
        purpose=asked.purpose,
        decision=asked.decision,
        statement=text,
        alg=alg,
        sig=base64.b64encode(sig).decode(),
        key=known.key,
        valid=verify(alg, base64.b64decode(known.spki), text.encode("utf-8"), sig),
    )
