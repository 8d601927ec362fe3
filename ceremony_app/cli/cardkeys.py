"""`ceremony credential --card`: a person's key on a card, shown or made; the PIN is typed and never shown."""

from __future__ import annotations

import argparse
import base64
import secrets
from pathlib import Path
from typing import Final

from ceremony_app.cli.tokens import log_in, tell
from ceremony_app.cli.typed import typed
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.hsm.card import Card, observed, open_card
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.softhsm import find_module

_LABEL: Final = "sign-off key"
_WORDS: Final = "PIN of the card"


def keys_on_card(asked: argparse.Namespace) -> tuple[bytes, ...]:
    """The public halves (DER) of the signing keys on a card; the only one, if they are hidden, with the PIN."""
    card, seen = observed(_module(asked), asked.card, arguments=asked.arguments)
    return tuple(key.spki for key in seen.keys) or (_unlocked(card),)


def make_key_on_card(asked: argparse.Namespace) -> bytes:
    """A P-256 key made on a card that has its PIN; its public half (DER)."""
    token = open_token(_module(asked), asked.card, arguments=asked.arguments)
    try:
        facts = token.facts()
        if not facts.initialised:
            raise Refusal("CER-CARD", "This card was never initialised.", "Give it its PIN as its maker describes.")
        log_in(token, facts, _WORDS)
        spec = KeySpec(label=_LABEL, id=secrets.token_hex(16), algorithm=Algorithm.P256)
        return base64.b64decode(token.generate_key_pair(spec).spki)
    finally:
        token.close()


def _unlocked(card: Card) -> bytes:
    signer = open_card(card)
    for row in signer.rows():
        tell(f"{row.label:<28} {row.value}")
    if card.keypad:
        return signer.unlock(None)
    pin = typed(_WORDS)
    try:
        return signer.unlock(pin)
    finally:
        pin.erase()


def _module(asked: argparse.Namespace) -> Path:
    module = Path(asked.module) if asked.module else find_module()
    if not module.is_file():
        raise Unusable("CER-MODULE", f"There is no PKCS#11 module at {module}.", "Name the module with `--module`.")
    return module
