"""Passphrases for key files: what is refused as too short, and one drawn at random for who wants it."""

from __future__ import annotations

import re
from typing import Final

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Randomness
from ceremony_app.core.secret import Secret
from ceremony_app.core.words import words_of

WORDS: Final = 6
CHARACTERS: Final = 20
PROPOSED_WORDS: Final = 10

_WORD_LETTERS: Final = 3
_DIFFERENT: Final = 8


def require_strong(passphrase: Secret) -> None:
    """Refuse (CER-PASSPHRASE) what is short: six different words, or twenty characters, at the least.

    How a passphrase was chosen cannot be seen from it. Six words drawn by dice from a list of 7,776 have 77 bits, and
    so should it be chosen; a sentence from a book passes here and is worth little.
    """
    text = passphrase.reveal().decode("utf-8", "replace").casefold()
    words = {word for word in re.split(r"[\W_]+", text) if len(word) >= _WORD_LETTERS}
    if len(words) < WORDS and (len(text.strip()) < CHARACTERS or len(set(text)) < _DIFFERENT):
        raise Refusal(
            "CER-PASSPHRASE",
            f"The passphrase has neither {WORDS} different words nor {CHARACTERS} different enough characters.",
            f"Draw {WORDS} words by dice, or take the {PROPOSED_WORDS} words that the program proposes.",
        )


def proposed(randomness: Randomness) -> Secret:
    """Ten words of the PGP word list, one for each random octet: 80 bits."""
    return Secret.of(" ".join(words_of(randomness.octets(PROPOSED_WORDS))))
