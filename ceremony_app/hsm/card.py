"""A person's card as a signer: each signature is one worker, one login, and the end of both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeVar

from ceremony_app.core.errors import TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Row
from ceremony_app.hsm import calls, card_refusals, wire
from ceremony_app.hsm.cardkeys import method_of
from ceremony_app.hsm.correspondent import Correspondent, Deadlines
from ceremony_app.hsm.open import module_sha256, require_module

T = TypeVar("T")

_PROBE: Final = b"KEY-CEREMONY CARD V1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Which card: module and its SHA-256, serial, model (empty: any), and where its PIN is entered.

    `environment` is added to ours for the workers only; `arguments` is what the module is started with.
    """

    module: Path
    module_sha256: str
    serial: str
    model: str = ""
    arguments: str = ""
    keypad: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


class CardSigner:
    """A key on a card (`core.ports.CardSigner`, method `card`). One call at a time, but for `close`.

    No process, session or login of it lasts: the card may be taken out between two signatures and come back in
    another reader. Which key it is, is settled by its digest: the given one, or that of the first signature.
    """

    def __init__(self, card: Card, key: str, deadlines: Deadlines) -> None:
        self._card = card
        self._key = key
        self._spki = b""
        self._deadlines = deadlines
        self._peer: Correspondent | None = None
        self._closed = False

    @property
    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo; `Refusal` (CER-CARD) as long as the card has not shown it."""
        if not self._spki:
            raise card_refusals.key_hidden(self._card.serial)
        return self._spki

    @property
    def algorithm(self) -> str:
        """`ed25519`, `ecdsa-p256-sha256`, `ecdsa-p384-sha384` or `rsa-pkcs1-sha256`."""
        method = method_of(self.spki)
        return method.name if method is not None else ""

    def look(self) -> wire.CardSeen:
        """The card, and the signing keys that it shows without a login; raises `Refusal` (CER-CARD and others)."""
        card = self._card
        call = calls.ShowCard(module=str(card.module), serial=card.serial, model=card.model, arguments=card.arguments)
        seen = self._ask(call, wire.CardSeen)
        for key in seen.keys:
            if self._key == hashlib.sha256(key.spki).hexdigest() or (not self._key and len(seen.keys) == 1):
                self._spki = key.spki
        return seen

    def rows(self) -> tuple[Row, ...]:
        """See `core.ports.CardSigner`: which card it is, the tries that are left, and where the PIN is entered."""
        facts = self.look().token
        return (
            Row("Card", facts.label or "(no label)"),
            Row("Serial number of the card", facts.serial),
            Row("Model of the card", " ".join(part for part in (facts.manufacturer, facts.model) if part) or "(none)"),
            Row("PIN tries", card_refusals.tries_left(facts.flags)),
            Row("PIN is entered", "at the reader" if self._card.keypad else "at this keyboard"),
        )

    def sign(self, statement: bytes, pin: Secret | None) -> bytes:
        """Sign exactly these bytes, with one login; see `core.ports.Signer`.

        Raises `Refusal`: CER-PIN, with the tries left as the card reports them; CER-PIN-LOCKED; CER-CARD where the
        card is away, holds another key, fails or hangs; CER-VOID after `close`.
        """
        card = self._card
        if card.keypad is (pin is not None) or (pin is not None and not len(pin)):
            raise card_refusals.pin_wanted(keypad=card.keypad)
        signed = self._ask(
            calls.SignWithCard(
                module=str(card.module),
                serial=card.serial,
                model=card.model,
                arguments=card.arguments,
                key=self._key,
                data=statement,
                pin=pin,
            ),
            wire.CardSigned,
        )
        self._spki, self._key = signed.spki, hashlib.sha256(signed.spki).hexdigest()
        return signed.signature

    def unlock(self, pin: Secret | None) -> bytes:
        """The public key, for a card that shows it to its holder only: learnt by a signature over nothing of worth."""
        self.sign(_PROBE, pin)
        return self.spki

    def close(self) -> None:
        """End what drives the card, from any thread; never fails."""
        self._closed = True
        peer = self._peer
        if peer is not None:
            peer.process.kill()

    def _ask(self, call: calls.ShowCard | calls.SignWithCard, wanted: type[T]) -> T:
        """The answer of a worker that is started for this call and ended with it."""
        try:
            require_module(self._card.module, self._card.module_sha256)
            peer = self._peer = Correspondent(self._card.environment, self._deadlines)
            try:
                if self._closed:
                    raise card_refusals.put_away(self._card.serial)
                return peer.ask(call, wanted)
            finally:
                peer.end(kindly=True)
                self._peer = None
        except TokenFault as fault:
            raise card_refusals.refusal(fault, self._card.serial, self._deadlines.of(call)) from None


def observed(module: Path, serial: str, *, arguments: str = "") -> tuple[Card, wire.CardSeen]:
    """The card of this serial as it is now, to be bound: its PIN is entered at the reader where that has keys.

    Raises `Refusal`: CER-CARD where it is not in a reader, CER-MODULE.
    """
    module = module.resolve()
    card = Card(module=module, module_sha256=module_sha256(module), serial=serial, arguments=arguments)
    seen = CardSigner(card, "", Deadlines()).look()
    return replace(card, keypad="PROTECTED_AUTHENTICATION_PATH" in seen.token.flags), seen


def open_card(card: Card, *, key: str = "", deadlines: Deadlines | None = None) -> CardSigner:
    """The signer for the key on a card whose public half has this SHA-256; empty for the only signing key on it.

    The card is looked at once. Raises `Refusal`: CER-CARD where it is not in a reader, CER-MODULE, CER-MODULE-CHANGED.
    """
    signer = CardSigner(card, key, deadlines or Deadlines())
    signer.look()
    return signer
