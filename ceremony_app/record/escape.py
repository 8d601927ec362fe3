r"""The one place where anybody's text becomes something that is drawn: every character visible, none obeyed.

There is no markup on the way to the page: a text becomes runs of glyphs, and nothing else makes runs. What cannot be
seen (controls, bidirectional and zero-width characters, odd blanks, letters without a look, piled-up accents) and what
no font has stands as `\u{202E}`; so does a backslash that would otherwise imitate this.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_PLAIN = re.compile(r"[ -\[\]-~]*")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_UNSEEN_LETTERS = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x2800, 0x3164, *range(0xFE00, 0xFE10), 0xFFA0]
)
"""Letters, marks and signs without a look of their own (Unicode, Default_Ignorable_Code_Point; the empty Braille)."""
_BLANKS = " \u00a0"
_LOST_BLANKS = re.compile(r"\A[ \u00a0]+|[ \u00a0]+\Z|[ \u00a0]{3,}")
_BASIC_PLANE = 0xFFFF
_MARKS_ON_A_LETTER = 2


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one font draws, all of them visible; made by this module only."""

    font: str
    text: str


def visible(text: str, drawable: Callable[[str], bool] | None = None, *, listing: bool = False) -> str:
    """The text with everything that could not be seen written out; `drawable` says what the fonts have.

    In a `listing` all blanks stay blank; elsewhere those at the ends, and three or more on end, are written out.
    """
    if _PLAIN.fullmatch(text):
        return text if listing else _LOST_BLANKS.sub(_written_out, text)
    seen = _written(text, drawable)
    return seen if listing else _LOST_BLANKS.sub(_written_out, seen)


def _written_out(found: re.Match[str]) -> str:
    return "".join(_code(character) for character in found[0])


def _code(character: str) -> str:
    return f"\\u{{{ord(character):04X}}}"


def _written(text: str, drawable: Callable[[str], bool] | None) -> str:
    out: list[str] = []
    marks = _MARKS_ON_A_LETTER
    for i, character in enumerate(text):
        category = unicodedata.category(character)
        marks = _marks_after(marks, category)
        if (
            marks > _MARKS_ON_A_LETTER
            or (category in _UNSEEN and character not in _BLANKS)
            or ord(character) in _UNSEEN_LETTERS
            or (character == "\\" and text.startswith("u{", i + 1))
            or (drawable is not None and not drawable(character))
        ):
            out.append(_code(character))
            marks = _MARKS_ON_A_LETTER
        else:
            out.append(character)
    return "".join(out)


def _marks_after(marks: int, category: str) -> int:
    """How many marks stand on the letter so far; where there is no letter, a mark is one too many."""
    if category[0] == "M":
        return marks + 1
    return 0 if category[0] in "LN" else _MARKS_ON_A_LETTER


def runs(
    text: str, chain: tuple[str, ...], characters: Mapping[str, frozenset[int]], *, listing: bool = False
) -> tuple[Run, ...]:
    """The text as runs, each character in the first font of `chain` that has it (`characters`, by font)."""
    if _PLAIN.fullmatch(text):
        return (Run(chain[0], visible(text, listing=listing)),) if text else ()

    def font_of(character: str) -> str | None:
        code = ord(character)
        return next((font for font in chain if code in characters[font]), None) if code <= _BASIC_PLANE else None

    def drawable(character: str) -> bool:
        return character in _BLANKS or font_of(character) is not None

    seen = visible(text, drawable, listing=listing)
    found: list[Run] = []
    start, font = 0, chain[0]
    for i, character in enumerate(seen):
        wanted = font if character in _BLANKS else font_of(character) or font
        if wanted != font:
            if start < i:
                found.append(Run(font, seen[start:i]))
            start, font = i, wanted
    if start < len(seen):
        found.append(Run(font, seen[start:]))
    return tuple(found)


def cut(found: Sequence[Run], starts: Sequence[int], start: int, end: int) -> tuple[Run, ...]:
    """The characters from `start` to `end` of runs that begin at `starts`."""
    parts: list[Run] = []
    i = max(bisect_right(starts, start) - 1, 0)
    while i < len(found) and starts[i] < end:
        run = found[i]
        text = run.text[max(start - starts[i], 0) : end - starts[i]]
        if text:
            parts.append(Run(run.font, text))
        i += 1
    return tuple(parts)
