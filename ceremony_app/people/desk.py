"""The desk that people come forward to: their keys by their numbers, each signing with its own PIN."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import CardSigner, Clock, Signer
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Row
from ceremony_app.people import filekey
from ceremony_app.people.filekey import FileKey
from ceremony_app.people.room import RoomKey
from ceremony_app.people.signatures import key_digest, verify

ReadFile: TypeAlias = Callable[[Path, int], bytes]
"""Reads a regular file of at most so many bytes (`station.media.safe_read`)."""


_CHALLENGE: Final = b"KEY-CEREMONY ENROLMENT V1\n"
"""Begins what a card signs at roll-call: no statement of a sign-off begins so."""


class Desk:
    """The signers of the enrolled people, by number, as long as the program runs. Not for several threads at once.

    An enrolment that the journal does not take is taken back with `withdraw`: the key before stands again.
    """

    def __init__(self, clock: Clock, read_file: ReadFile) -> None:
        self._clock = clock
        self._read_file = read_file
        self._signers: dict[int, tuple[Signer, ...]] = {}

    def enrol_room(self, person: int, pin: Secret) -> Signer:
        """Make a room key for a person. Raises `Refusal` (CER-PIN) where the PIN is too short."""
        return self.enrol(person, RoomKey.make(pin, self._clock))

    def enrol_file(self, person: int, path: Path, passphrase: Secret) -> Signer:
        """Open a person's key file, once. Raises `Unusable` (CER-KEY-FILE and the reader's), `Refusal` (CER-PIN)."""
        pem = self._read_file(path, filekey.MOST_BYTES)
        return self.enrol(person, filekey.load(pem, passphrase, self._clock))

    def open_again(self, person: int, path: Path, passphrase: Secret, key: str) -> None:
        """Open the key file of somebody enrolled with it; `key` is its SHA-256 (hex).

        Raises like `enrol_file`, and `Refusal` (CER-CREDENTIAL) where the file holds another key.
        """
        signer = filekey.load(self._read_file(path, filekey.MOST_BYTES), passphrase, self._clock)
        if key_digest(signer.spki) != key:
            raise Refusal(
                "CER-CREDENTIAL",
                f"This file does not hold the key with which person {person} was enrolled.",
                "Bring the key file of the roll-call, or a copy of it.",
            )
        self.enrol(person, signer)

    def at_hand(self, person: int) -> bool:
        """Whether the person has a key here."""
        return bool(self._signers.get(person))

    def enrol_card(self, person: int, card: CardSigner, pin: Secret | None) -> Signer:
        """Take a person's card, once it has shown that PIN and card sign together.

        Raises `Refusal`: CER-CARD, CER-PIN, CER-SIGNATURE.
        """
        challenge = _CHALLENGE + os.urandom(32).hex().encode()
        try:
            signature = card.sign(challenge, pin)  # first: a card may show its public key only then
            if not verify(card.algorithm, card.spki, challenge, signature):
                raise _does_not_hold(person)
        except Refusal:
            card.close()
            raise
        return self.enrol(person, card)

    def enrol(self, person: int, signer: Signer) -> Signer:
        """Take a signer that was made elsewhere, such as a card's; it stands in place of the person's last one."""
        before = self._signers.get(person, ())
        for gone in before[:-1]:
            _erase(gone)
        self._signers[person] = (*before[-1:], signer)
        return signer

    def withdraw(self, person: int) -> None:
        """Take the last enrolment of a person back; the signer before it, if any, stands again."""
        signers = self._signers.pop(person, ())
        for gone in signers[-1:]:
            _erase(gone)
        if signers[:-1]:
            self._signers[person] = signers[:-1]

    def sign(self, person: int, statement: bytes, pin: Secret | None) -> tuple[str, bytes]:
        """The method and the signature of a person over exactly these bytes.

        The signature is checked before it is handed on. Raises `Refusal`: CER-ENROL where the person has no key here,
        CER-SIGNATURE where the signer gave one that does not hold, and the signer's own (CER-PIN, CER-PIN-WAIT).
        """
        signers = self._signers.get(person)
        if not signers:
            raise Refusal(
                "CER-ENROL",
                f"Person {person} has no key at this workstation.",
                "Enrol the person; after a restart of the program everybody with a room key is enrolled again.",
            )
        signer = signers[-1]
        signature = signer.sign(statement, pin)
        if not verify(signer.algorithm, signer.spki, statement, signature):
            raise _does_not_hold(person)
        return signer.algorithm, signature

    def card_rows(self, person: int) -> tuple[Row, ...]:
        """What a person's card says of itself now; nothing for who signs otherwise. Raises `Refusal` (CER-CARD)."""
        signers = self._signers.get(person, ())
        rows = getattr(signers[-1], "rows", None) if signers else None
        return rows() if rows is not None else ()

    def forget(self) -> None:
        """Forget all keys; everybody must be enrolled again."""
        for signers in self._signers.values():
            for signer in signers:
                _erase(signer)
        self._signers.clear()


def _does_not_hold(person: int) -> Refusal:
    return Refusal(
        "CER-SIGNATURE",
        f"The key of person {person} gave a signature that does not hold.",
        "Nothing was recorded. Try once more, then use another card or key file under a deviation.",
    )


def _erase(signer: Signer) -> None:
    """Erase what is held in this process; a card keeps its own key, and what drives it ends."""
    if isinstance(signer, RoomKey | FileKey):
        signer.erase()
        return
    close = getattr(signer, "close", None)  # no isinstance: it would read a card's properties, which may refuse
    if close is not None:
        close()
