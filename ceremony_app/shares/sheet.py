"""A share as it stands on paper: five rows of four words and a check word, and what was typed from it.

The check word is ours, no part of SLIP-39. With words as their numbers in the list, ten bits each, and the field that
SLIP-39 has for its own checksum, GF(1024) made by x^10 + x^3 + 1, row n has n + x*w1 + x^2*w2 + x^3*w3 + x^4*w4.
So one wrong word, two words that changed places and a row in the place of another are always found, in the row where
they are; anything else in 1,023 of 1,024 cases. The checksum over all 20 words, SLIP-39's, finds any three wrong words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn

from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.shares.slip39 import SHARE_WORDS, WORDS, piece_of
from ceremony_app.shares.splitting import CERTAIN, Share

ROWS: Final = 5
ROW_WORDS: Final = SHARE_WORDS // ROWS

_LETTERS: Final = 4
_FIELD: Final = 0b100_0000_1001
_TOP: Final = 0b100_0000_0000
_NUMBERS: Final = {word[:_LETTERS]: number for number, word in enumerate(WORDS)}


class SheetRow:
    """A row: number (1 to 5), four words, check word. The words show where they are asked for and nowhere else."""

    __slots__ = ("_words", "number")

    def __init__(self, number: int, words: Secret) -> None:
        self.number = number
        self._words = words

    @property
    def words(self) -> tuple[str, ...]:
        """The four words of the share."""
        return tuple(word.decode("ascii") for word in self._words.lend().split()[:ROW_WORDS])

    @property
    def check(self) -> str:
        """The check word."""
        return self._words.lend().split()[ROW_WORDS].decode("ascii")

    def erase(self) -> None:
        """Overwrite the words."""
        self._words.erase()

    def __repr__(self) -> str:
        return f"SheetRow(number={self.number})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a row of a share cannot be pickled")


def sheet(share: Share) -> tuple[SheetRow, ...]:
    """The five rows that the holder of a share writes down."""
    return tuple(_row(number, share.words) for number in range(1, ROWS + 1))


def row_fault(number: int, typed: Secret) -> str:
    """Why what was typed cannot be this row, in a sentence that repeats nothing of it; empty where it can.

    Typed are four words and the check word: any case, any blanks, each word whole or its first four letters.
    """
    numbers = _typed_numbers(typed)
    if len(numbers) != ROW_WORDS + 1:
        words = "word" if len(numbers) == 1 else "words"
        return f"Row {number} has {len(numbers)} {words}; it has four words and a check word."
    if unknown := [place for place, value in enumerate(numbers, start=1) if value is None]:
        return f"Row {number}: {_places(unknown)} not in the list of share words."
    values = [value for value in numbers if value is not None]
    if _check(number, values) == values[ROW_WORDS]:
        return ""
    for other in range(1, ROWS + 1):
        if _check(other, values) == values[ROW_WORDS]:
            return f"This is not row {number}; it would be right as row {other}."
    return f"Row {number}: the check word does not fit the four words before it."


def read_sheet(typed: Secret) -> Share:
    """The share that was typed, row after row, a line feed between them.

    Refuses a row that cannot be right by its number (CER-SHARE-ROW), and rows that are no share together (CER-SHARE).
    """
    lines = [Secret.taking(line) for line in typed.lend().split(b"\n")]
    try:
        return _share_of(lines)
    finally:
        for line in lines:
            line.erase()


def _share_of(lines: list[Secret]) -> Share:
    """The share of these rows, blank ones at the end aside."""
    while len(lines) > 1 and not _typed_numbers(lines[-1]):
        lines.pop()
    for number, line in enumerate([*lines, *[Secret(b"")] * (ROWS - len(lines))], start=1):
        fault = row_fault(number, line) if number <= ROWS else f"There is a row {number}; a share has {ROWS} rows."
        if fault:
            raise Refusal(
                "CER-SHARE-ROW",
                f"{fault} {CERTAIN}",
                "Compare this row with the paper, word for word, and type it again.",
                where=f"row {number}",
            )
    words = _without_checks(lines)
    piece = piece_of(words)
    words.erase()
    if piece is None:
        raise Refusal(
            "CER-SHARE",
            "Each row fits its check word, but the five are no share together: rows of two sheets are mixed, or a row "
            f"has several errors. {CERTAIN}",
            "See that all five rows come from one sheet, then compare every word with the paper.",
        )
    if not piece.usual:
        raise Refusal(
            "CER-SHARE",
            f"This share is of another kind than this program makes. {CERTAIN}",
            "Take the sheet that was written at the ceremony.",
        )
    return Share(index=piece.index, set_id=piece.set_id, threshold=piece.threshold, words=piece.words())


def _row(number: int, words: Secret) -> SheetRow:
    """One row of a share's words, with its check word."""
    first = (number - 1) * ROW_WORDS
    four = [word.decode("ascii") for word in words.lend().split()[first : first + ROW_WORDS]]
    check = WORDS[_check(number, [_NUMBERS[word[:_LETTERS]] for word in four])]
    return SheetRow(number, Secret.of_words((*four, check)))


def _check(number: int, values: Sequence[int]) -> int:
    """The check word of a row, as a number of ten bits, from the first four of these."""
    total = number
    for place, value in enumerate(values[:ROW_WORDS], start=1):
        total ^= _times_x(value, place)
    return total


def _times_x(value: int, times: int) -> int:
    """A value of ten bits, so many times multiplied by x."""
    for _ in range(times):
        value <<= 1
        if value & _TOP:
            value ^= _FIELD
    return value


def _typed_numbers(typed: Secret) -> list[int | None]:
    """For each typed word its number in the list, or None where the list has no such word."""
    texts = (part.decode("utf-8", "replace").lower() for part in typed.lend().split())
    return [_number(word) for text in texts for word in text.split()]


def _number(word: str) -> int | None:
    """A word's number: the word is whole, or its first four letters."""
    number = _NUMBERS.get(word[:_LETTERS])
    return number if number is not None and word in {WORDS[number], WORDS[number][:_LETTERS]} else None


def _without_checks(lines: Sequence[Secret]) -> Secret:
    """The 20 words of five good rows, whole and in lower case."""
    numbers = [number for line in lines for number in _typed_numbers(line)[:ROW_WORDS]]
    return Secret.of_words([WORDS[number] for number in numbers if number is not None])


def _places(places: Sequence[int]) -> str:
    if len(places) == 1:
        return f"word {places[0]} is"
    return f"words {', '.join(map(str, places))} are"
