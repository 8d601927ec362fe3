"""A SHA-256 as people compare it: eight lettered rows of hex and PGP words, and rows drawn to be read back."""

from __future__ import annotations

import hashlib
import re

import msgspec

from ceremony_app.core.pgp_words import EVEN, ODD

LETTERS = "ABCDEFGH"
_ROW_BYTES = 4
_INDEX = {word.lower(): i for words in (EVEN, ODD) for i, word in enumerate(words)}


class HashRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of the eight rows of a SHA-256: its letter, eight hex digits and four words."""

    letter: str
    hex: str
    words: tuple[str, ...]

    @property
    def groups(self) -> str:
        """The hex digits in two groups of four, as written on paper."""
        return f"{self.hex[:4]} {self.hex[4:]}"


def hash_rows(digest: str) -> tuple[HashRow, ...]:
    """The rows A to H of a SHA-256 given as 64 hex digits."""
    raw = bytes.fromhex(digest)
    if len(raw) != _ROW_BYTES * len(LETTERS):
        message = f"a SHA-256 has 64 hex digits, not {len(digest)}"
        raise ValueError(message)
    return tuple(
        HashRow(letter=letter, hex=part.hex(), words=words_of(part))
        for letter, part in ((LETTERS[i], raw[i * _ROW_BYTES : (i + 1) * _ROW_BYTES]) for i in range(len(LETTERS)))
    )


def words_of(data: bytes) -> tuple[str, ...]:
    """One word for each byte, from the two lists in turn."""
    return tuple((ODD if i % 2 else EVEN)[byte] for i, byte in enumerate(data))


def short_name(digest: str) -> str:
    """The first and last row as a name to recognise a digest by: never a check."""
    rows = hash_rows(digest)
    return f"{rows[0].groups} … {rows[-1].groups}"


def typed_row(text: str) -> str | None:
    """The eight hex digits that a person typed as hex or as four words, any case; None where it is neither."""
    compact = re.sub(r"\s+", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{8}", compact):
        return compact
    return _from_words(text.lower().split())


def _from_words(words: list[str]) -> str | None:
    """Hex of four words, each from the list whose turn it is."""
    if len(words) != _ROW_BYTES:
        return None
    lists = (EVEN, ODD)
    found = bytearray()
    for i, word in enumerate(words):
        index = _INDEX.get(word)
        if index is None or lists[i % 2][index].lower() != word:
            return None
        found.append(index)
    return found.hex()


def typed_digest(text: str) -> str | None:
    """The 64 hex digits that a person gave as hex or as 32 words; None where it is neither."""
    compact = re.sub(r"\s+", "", text).lower()
    if re.fullmatch(r"[0-9a-f]{64}", compact):
        return compact
    words = text.lower().split()
    if len(words) != _ROW_BYTES * len(LETTERS):
        return None
    parts = [_from_words(words[i : i + _ROW_BYTES]) for i in range(0, len(words), _ROW_BYTES)]
    return None if None in parts else "".join(part for part in parts if part)


def drawn_rows(head: str, step: str, attempt: int, count: int) -> tuple[str, ...]:
    """The letters of the rows to be read back, in the order of the alphabet.

    They derive from SHA-256(head LF step LF attempt) where `head` is the journal's head after the entry that says
    the rows stand on paper: nobody can know them before, and an auditor draws the same ones again. The digest's
    bytes order the letters: each row gets two bytes, big-endian, and the `count` smallest win (ties by letter).
    """
    seed = hashlib.sha256(f"{head}\n{step}\n{attempt}".encode()).digest()
    ranked = sorted(range(len(LETTERS)), key=lambda i: (seed[2 * i : 2 * i + 2], i))
    return tuple(LETTERS[i] for i in sorted(ranked[:count]))
