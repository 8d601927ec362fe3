"""The cards and key files of simulated people, made in a rehearsal's own folder and good for nothing outside it."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path
from typing import Final

import msgspec

from ceremony_app.cli.means import bound_card
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, TokenFacts
from ceremony_app.core.errors import Refusal
from ceremony_app.core.room import BoundPerson
from ceremony_app.core.secret import Secret
from ceremony_app.hsm.card import Card
from ceremony_app.hsm.open import module_sha256, open_token
from ceremony_app.hsm.softhsm import prepare
from ceremony_app.people import filekey
from ceremony_app.people.signatures import key_digest
from ceremony_app.people.simulated import FOLDER, SimulatedPeople
from ceremony_app.station.clock import SystemClock

_CARDS: Final = f"{FOLDER}/cards"
_KEYS: Final = f"{FOLDER}/keys"


def with_credentials(folder: Path, people: tuple[BoundPerson, ...], played: SimulatedPeople) -> tuple[BoundPerson, ...]:
    """The people of a rehearsal's own binding, with a card or key file made for each who signs with one."""
    (folder / _KEYS).mkdir(mode=0o700)
    made = []
    for person in people:
        match person.method:
            case "room":
                made.append(person)
            case "file":
                pin = Secret(played.person(person.number).pin.reveal())
                key = filekey.make(key_file(folder, person.number), pin, SystemClock())
                made.append(msgspec.structs.replace(person, key=key_digest(key.spki)))
            case "card":
                officer = played.secret(f"card {person.number}/so-pin")
                made.append(_with_card(folder, person, played.person(person.number).pin, officer))
    return tuple(made)


def key_file(folder: Path, number: int) -> Path:
    """Where the key file of a simulated person lies."""
    return folder / _KEYS / f"{number}.pem"


def require_own(folder: Path, person: BoundPerson) -> None:
    """Card or key file were made in this rehearsal's folder (CER-SIMULATED): nobody else's can be played."""
    card = person.card.options.get("softhsm", "") if person.card is not None else ""
    if card == _home(person.number) if person.method == "card" else key_file(folder, person.number).is_file():
        return
    raise Refusal(
        "CER-SIMULATED",
        f"The binding gives person {person.number} a {person.method} key of their own, which the program cannot play.",
        "Hold the rehearsal in the window, or bind this person with `room`.",
    )


def _home(number: int) -> str:
    return f"{_CARDS}/{number}"


def _with_card(folder: Path, person: BoundPerson, pin: Secret, officer: Secret) -> BoundPerson:
    """The person with a practice card: a SoftHSM token in a home of its own, with a P-256 key and nothing else."""
    home = _home(person.number)
    softhsm = prepare(folder / home)
    token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
    try:
        facts: TokenFacts = token.initialise(f"REHEARSAL person {person.number}", officer)
        token.set_user_pin(officer, pin)
        token.activate(pin)
        spec = KeySpec(label="REHEARSAL sign-off key", id=secrets.token_hex(16), algorithm=Algorithm.P256)
        spki = base64.b64decode(token.generate_key_pair(spec).spki)
    finally:
        token.close()
    card = Card(module=softhsm.module, module_sha256=module_sha256(softhsm.module), serial=facts.serial)
    bound = bound_card(card, model=facts.model, manufacturer=facts.manufacturer, options={"softhsm": home})
    return msgspec.structs.replace(person, key=key_digest(spki), card=bound)
