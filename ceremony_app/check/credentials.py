"""Whether everybody's means of signing is one that the policy allows, and one that the binding tells apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ceremony_app.check.notes import Note
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import Binding, BoundPerson
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Mode

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def credential_notes(plan: Plan) -> Iterator[Note]:
    """What is wrong with the cards, key files and room keys that the binding gives people."""
    seen: dict[str, int] = {}
    for person in plan.binding.people:
        where = f"person {person.number}"
        for what in (*_named(person), *_pinned(person, plan.binding)):
            yield Note(rule="CER-BINDING", where=where, what=what)
        for role in person.roles:
            allowed = plan.policy.rules.credential.value.get(role)
            if allowed is not None and person.method not in allowed:
                what = f"signs with a {person.method} key, and for the role {role} the policy allows"
                yield Note(rule="CER-METHOD", where=where, what=f"{what}: {', '.join(allowed)}")
        if person.key and person.key in seen:
            yield Note(rule="CER-KEY", where=where, what=f"has the key of person {seen[person.key]}")
        seen.setdefault(person.key, person.number)
    yield from _irreversible(plan)


def _named(person: BoundPerson) -> Iterator[str]:
    """A card is named where a card signs, and nowhere else."""
    if person.method == "card" and person.card is None:
        yield "signs with a card, and the binding does not say which (`[people.card]`)"
    if person.method != "card" and person.card is not None:
        yield f"has a card in the binding, and signs with a {person.method} key"


def _pinned(person: BoundPerson, binding: Binding) -> Iterator[str]:
    """In production the key that a person brings is named by its digest."""
    if person.key and not _DIGEST.fullmatch(person.key):
        yield "has a key that is no SHA-256 in hex"
    if binding.mode is Mode.PRODUCTION and person.method != "room" and not person.key:
        yield f"signs with a {person.method} key, and the binding does not name its SHA-256 (`key`)"


def _irreversible(plan: Plan) -> Iterator[Note]:
    """In production there are enough people with the right credentials before each step that cannot be undone."""
    if plan.binding.mode is not Mode.PRODUCTION:
        return
    allowed = plan.policy.rules.irreversible.value
    told: set[int] = set()
    for step in plan.definition.steps:
        act = step.action
        quorum = plan.definition.quorums[act.quorum].all if act is not None and act.irreversible and act.quorum else {}
        for role, count in quorum.items():
            holders = [person for person in plan.binding.people if role in person.roles]
            if sum(person.method in allowed for person in holders) >= count:
                continue
            for person in holders:
                if person.method not in allowed and person.number not in told:
                    told.add(person.number)
                    what = f"signs with a {person.method} key, and is needed to approve step {step.number} {step.id}"
                    does = f"which cannot be undone: the policy allows {', '.join(allowed)}"
                    yield Note(rule="CER-METHOD", where=f"person {person.number}", what=f"{what}, {does}")


def require_credentials(plan: Plan) -> None:
    """Raise `Refusal` with the first note, where there is one: such a room is not opened."""
    for note in credential_notes(plan):
        raise Refusal(note.rule, f"In the binding, {note.where} {note.what}.", "Correct the binding, or bind again.")
