"""SLIP-39 as this program uses it, and the one file that knows the library behind it.

A set is one group (1 of 1 at the group level) of `threshold` of `count` members, a secret of 16 octets, an empty
passphrase, iteration exponent 0 and no extendable flag: 20 words a share, read by every implementation of SLIP-39 since
the first. PBKDF2 (10,000 rounds of SHA-256 in all, salted with the set's identifier) has no passphrase to protect here.

The library's authors warn of its side channels: look-ups in tables take time that depends on the secret. Shares are
entered once, on a workstation that only people of the ceremony stand at; the handbook says what that is worth. What the
library says of a fault may quote words, so nothing of it gets out of this file, not as the context of a refusal either.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final, NoReturn, Self, SupportsIndex

from shamir_mnemonic import EncryptedMasterSecret, MnemonicError, recover_ems, split_ems
from shamir_mnemonic import Share as Mnemonic
from shamir_mnemonic.shamir import ShareGroup
from shamir_mnemonic.wordlist import WORDLIST

from ceremony_app.core.secret import Secret

WORDS: Final = tuple(WORDLIST)
"""The 1,024 words of SLIP-39, each known by its first four letters; a word's place is its value of ten bits."""

SEED_OCTETS: Final = 16
SHARE_WORDS: Final = 20
LEAST_THRESHOLD: Final = 2
"""A threshold of 1 hands the secret itself to everyone, and has no digest that would betray an error."""
MOST_SHARES: Final = 16

_SET_BITS: Final = 15
_FORM: Final = (False, 0, 0, 1, 1)  # extendable, iteration exponent, group index, group threshold, group count


class _Words(str):
    """The words of a share for the library, which splits them and does nothing else: they never become one text."""

    __slots__ = ("_secret",)
    _secret: Secret

    def __new__(cls, secret: Secret) -> Self:
        """An empty text that knows where its words are."""
        text = super().__new__(cls)
        text._secret = secret
        return text

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        """The words, each for itself."""
        del sep, maxsplit
        return [word.decode("utf-8", "replace") for word in self._secret.lend().split()]


class Piece:
    """A share as a point of its polynomial: number (from 1), set, threshold; the rest stays in here."""

    __slots__ = ("_mnemonic",)

    def __init__(self, mnemonic: Mnemonic) -> None:
        self._mnemonic = mnemonic

    @property
    def index(self) -> int:
        """The share's number, from 1."""
        return self._mnemonic.index + 1

    @property
    def set_id(self) -> int:
        """The identifier of the set, 0 to 32767: the same on all its shares."""
        return self._mnemonic.identifier

    @property
    def threshold(self) -> int:
        """How many shares of the set give the secret."""
        return self._mnemonic.member_threshold

    @property
    def usual(self) -> bool:
        """Whether it has the form of this program's shares; SLIP-39 knows others, those of a wallet for instance."""
        its = self._mnemonic
        form = (its.extendable, its.iteration_exponent, its.group_index, its.group_threshold, its.group_count)
        return form == _FORM and its.member_threshold >= LEAST_THRESHOLD and len(its.value) == SEED_OCTETS

    def words(self) -> Secret:
        """Its 20 words, in lower case, one blank between them."""
        return Secret.of_words(self._mnemonic.words())

    def __repr__(self) -> str:
        return f"Piece(index={self.index})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a piece of a secret cannot be pickled")


def pieces_of(seed: Secret, threshold: int, count: int) -> tuple[Piece, ...]:
    """Split 16 octets under an identifier drawn now; numbers and threshold are the caller's to check."""
    return pieces_of_sealed(
        EncryptedMasterSecret.from_master_secret(
            seed.reveal(), b"", secrets.randbits(_SET_BITS), extendable=False, iteration_exponent=0
        ),
        threshold,
        count,
    )


def pieces_of_sealed(sealed: EncryptedMasterSecret, threshold: int, count: int) -> tuple[Piece, ...]:
    """Split what is encrypted already: the part that draws the shares, which is what their statistics are about."""
    (members,) = split_ems(1, [(threshold, count)], sealed)
    return tuple(Piece(member) for member in members)


def piece_of(words: Secret) -> Piece | None:
    """The share that these words are; None where checksum (RS1024), length or padding say that they are none."""
    try:
        return Piece(Mnemonic.from_mnemonic(_Words(words)))
    except MnemonicError:
        return None


def combined(pieces: Sequence[Piece]) -> Secret | None:
    """What exactly `threshold` pieces of one set hold, still encrypted; None where its digest of four octets is wrong.

    Equal answers mean equal secrets. This is the cheap part: interpolation twice, without PBKDF2.
    """
    group = ShareGroup()
    for piece in pieces:
        group.add(piece._mnemonic)  # noqa: SLF001 - known to this file only
    try:
        return Secret(recover_ems({0: group}).ciphertext)
    except MnemonicError:
        return None


def opened(sealed: Secret, set_id: int) -> Secret:
    """The 16 octets that `combined` found, decrypted under the empty passphrase (some milliseconds of PBKDF2)."""
    inside = EncryptedMasterSecret(set_id, extendable=False, iteration_exponent=0, ciphertext=sealed.reveal())
    return Secret(inside.decrypt(b""))
