"""How the people of a binding sign: told on the command line, and observed where a card can be looked at."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import BoundPerson, BoundToken
from ceremony_app.core.script import Definition
from ceremony_app.hsm.card import Card, observed
from ceremony_app.people.signatures import key_digest

Means = Literal["card", "file", "room"]

MEANS: Final[Mapping[str, Means]] = {"card": "card", "file": "file", "room": "room"}
"""The words for them."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_HOW: Final = "Write N=room, N=file:SHA256, N=card:SERIAL or N=card:SERIAL:SHA256, with the person's number for N."


def people_for(
    definition: Definition, policy: Policy | None = None, chosen: Mapping[str, Means] | None = None
) -> tuple[BoundPerson, ...]:
    """One person for each place of each role, numbered through.

    They sign as is `chosen` for their role; else with a room key where the policy lets the role do that, or by the
    first means that it allows. Raises `Refusal` (CER-METHOD, CER-ROLE) where the choice is none of the policy's.
    """
    chosen = chosen or {}
    for role in chosen:
        if role not in definition.roles:
            known = ", ".join(definition.roles)
            raise Refusal("CER-ROLE", f"The definition has no role {role}.", f"Its roles are: {known}.")
    places = [name for name, role in definition.roles.items() for _ in range(role.count)]
    people = []
    for number, role in enumerate(places, start=1):
        means = chosen.get(role) or _usual(policy, role)
        if policy is not None:
            require_allowed(policy, role, means)
        people.append(BoundPerson(number=number, roles=(role,), method=means))
    return tuple(people)


def means_of(given: Sequence[str], *, bound: bool) -> dict[str, Means]:
    """What `--credential ROLE=card|file|room` chooses, by role (CER-BIND)."""
    if given and bound:
        raise Unusable("CER-BIND", "The binding says how people sign.", "Leave `--credential` out, or `--binding`.")
    chosen = {}
    for option in given:
        role, _, kind = option.partition("=")
        means = MEANS.get(kind)
        if means is None:
            words = "Write --credential ROLE=card, ROLE=file or ROLE=room."
            raise Unusable("CER-BIND", f"“{option}” does not say how a role signs.", words)
        chosen[role] = means
    return chosen


def _usual(policy: Policy | None, role: str) -> Means:
    allowed = ("room",) if policy is None else policy.rules.credential.value.get(role, ("room",))
    return "room" if "room" in allowed or not allowed else allowed[0]


def require_allowed(policy: Policy, role: str, means: Means) -> None:
    """The policy lets the role sign by these means (CER-METHOD)."""
    allowed = policy.rules.credential.value.get(role, get_args(Means))
    if means not in allowed:
        raise Refusal(
            "CER-METHOD",
            f"The policy does not let the role {role} sign with a {means} key.",
            f"It allows: {', '.join(allowed)}.",
        )


def told_means(people: Sequence[BoundPerson], policy: Policy, asked: argparse.Namespace) -> tuple[BoundPerson, ...]:
    """The people with the means that `--person` gives them; cards are looked at, without a PIN.

    Raises `Unusable` (CER-BIND) for what cannot be read, `Refusal` (CER-METHOD, CER-CARD) for what cannot be bound.
    """
    told = dict(_told(option) for option in asked.person)
    if strange := told.keys() - {person.number for person in people}:
        raise Unusable("CER-BIND", f"There is no person {min(strange)} in this binding.", _HOW)
    return tuple(
        _given(person, told[person.number], policy, asked) if person.number in told else person for person in people
    )


def _told(option: str) -> tuple[int, str]:
    number, equals, means = option.partition("=")
    if not equals or not number.isascii() or not number.isdigit():
        raise Unusable("CER-BIND", f"“{option}” does not say how a person signs.", _HOW)
    return int(number), means


def _given(person: BoundPerson, told: str, policy: Policy, asked: argparse.Namespace) -> BoundPerson:
    """The person with one's means."""
    kind, _, rest = told.partition(":")
    means = MEANS.get(kind)
    if means is None or (means == "room") is bool(rest):
        raise Unusable("CER-BIND", f"“{told}” is no means of signing.", _HOW)
    for role in person.roles:
        require_allowed(policy, role, means)
    if means == "card":
        return _with_card(person, rest, asked)
    if means == "file" and not _DIGEST.fullmatch(rest):
        raise Unusable("CER-BIND", f"“{rest}” is no SHA-256 of a key.", "`ceremony credential show` tells it.")
    return msgspec.structs.replace(person, method=means, key=rest)


def _with_card(person: BoundPerson, told: str, asked: argparse.Namespace) -> BoundPerson:
    """The person with a card, and the key on it that it shows, or that is named."""
    serial, _, digest = told.partition(":")
    module = asked.card_module or asked.module
    if not module:
        raise Unusable("CER-BIND", "It is not said which module drives the cards.", "Give it with --card-module.")
    if not Path(module).is_file():
        raise Unusable("CER-MODULE", f"There is no PKCS#11 module at {module}.", "Name the library of the cards.")
    arguments = asked.card_arguments if asked.card_module else asked.arguments
    card, seen = observed(Path(module), serial, arguments=arguments)
    key = _key_of(serial, digest, tuple(key_digest(key.spki) for key in seen.keys))
    bound = bound_card(card, model=seen.token.model, manufacturer=seen.token.manufacturer)
    return msgspec.structs.replace(person, method="card", key=key, card=bound)


def _key_of(serial: str, digest: str, shown: tuple[str, ...]) -> str:
    """The digest of the key that the person signs with (CER-CARD where it cannot be told)."""
    if digest and not _DIGEST.fullmatch(digest):
        raise Unusable("CER-BIND", f"“{digest}” is no SHA-256 of a key.", "`ceremony credential show --card` tells it.")
    if digest and (digest in shown or not shown):  # a hidden key is found out at roll-call
        return digest
    if not digest and len(shown) == 1:
        return shown[0]
    there = ", ".join(shown) or "none without its PIN"
    raise Refusal(
        "CER-CARD",
        f"Which key of the card of serial {serial} is meant cannot be told. It shows: {there}.",
        f"Name it: card:{serial}:SHA256, as `ceremony credential show --card {serial}` tells it to the card's holder.",
    )


def bound_card(card: Card, *, model: str, manufacturer: str, options: dict[str, str] | None = None) -> BoundToken:
    """A card as the binding names it."""
    return BoundToken(
        module=str(card.module),
        module_sha256=card.module_sha256,
        serial=card.serial,
        model=model,
        manufacturer=manufacturer,
        arguments=card.arguments,
        pin_entry="token" if card.keypad else "keyboard",
        options=options or {},
    )
