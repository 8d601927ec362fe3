"""A secret that a person typed or the program made: never shown, best-effort erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn

_BLANK: Final = 0x20


class Secret:
    """PIN, passphrase, share or component held in a bytearray.

    Nothing about it shows in `repr`, `str` or a pickle, not even its length. `erase` overwrites the bytes; copies
    that a library makes are out of reach, which the handbook says.
    """

    __slots__ = ("_bytes",)

    def __init__(self, value: bytes | bytearray) -> None:
        self._bytes = bytearray(value)

    @classmethod
    def of(cls, text: str) -> Secret:
        """Take a secret that already exists as text (a widget's or a test's)."""
        return cls(text.encode("utf-8"))

    @classmethod
    def of_words(cls, words: Sequence[str | bytes | bytearray]) -> Secret:
        """Words with one blank between them, written into one buffer of the right size: they never stand elsewhere."""
        octets = [word.encode() if isinstance(word, str) else word for word in words]
        secret = cls(bytes(sum(map(len, octets)) + max(0, len(octets) - 1)))
        place = 0
        for word in octets:
            secret._bytes[place : place + len(word)] = word
            place += len(word) + 1
            if place <= len(secret._bytes):
                secret._bytes[place - 1] = _BLANK
        return secret

    @classmethod
    def taking(cls, buffer: bytearray) -> Secret:
        """Take a buffer itself, not a copy of it: whoever made it lets go of it."""
        secret = cls(b"")
        secret._bytes = buffer
        return secret

    def reveal(self) -> bytes:
        """A copy of the bytes, which nobody can overwrite: for the one call that needs it, where `lend` will not do."""
        return bytes(self._bytes)

    def lend(self) -> bytearray:
        """The bytes themselves and no copy: to be read at once, neither changed nor kept."""
        return self._bytes

    def matches(self, other: Secret) -> bool:
        """Whether two entries are the same, in time that depends on the lengths only."""
        mine, theirs = self._bytes, other._bytes
        difference = len(mine) ^ len(theirs)
        for a, b in zip(mine, theirs, strict=False):
            difference |= a ^ b
        return difference == 0

    def erase(self) -> None:
        """Overwrite the bytes."""
        for i in range(len(self._bytes)):
            self._bytes[i] = 0
        self._bytes.clear()

    def __len__(self) -> int:
        return len(self._bytes)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other)

    __hash__ = None  # type: ignore[assignment]  # a secret must not become a key of a mapping

    def __reduce__(self) -> NoReturn:
        message = "a secret cannot be pickled"
        raise TypeError(message)
