"""Texts that look the same and are not: letters of other scripts, digits for letters, and where two texts part."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Final

_ALIKE: Final = MappingProxyType(
    {
        "A": "\u0391\u0410",
        "B": "\u0392\u0412",
        "C": "\u0421\u03f9",
        "E": "\u0395\u0415",
        "H": "\u0397\u041d",
        "I": "\u0399\u0406\u04c0",
        "J": "\u0408",
        "K": "\u039a\u041a",
        "M": "\u039c\u041c",
        "N": "\u039d",
        "O": "\u039f\u041e0",
        "P": "\u03a1\u0420",
        "S": "\u0405",
        "T": "\u03a4\u0422",
        "X": "\u03a7\u0425",
        "Y": "\u03a5\u0423\u04ae",
        "Z": "\u0396",
        "a": "\u0430\u03b1\u0251",
        "c": "\u0441\u03f2",
        "d": "\u0501",
        "e": "\u0435",
        "g": "\u0261",
        "h": "\u04bb\u0570",
        "i": "\u0456\u0131\u03b9",
        "j": "\u0458\u03f3",
        "l": "1|\u04cf",
        "n": "\u0578",
        "o": "\u043e\u03bf\u0585",
        "p": "\u0440\u03c1",
        "q": "\u051b\u0566",
        "s": "\u0455",
        "u": "\u057d\u03c5",
        "v": "\u03bd\u0475",
        "w": "\u051d\u0461",
        "x": "\u0445\u03c7",
        "y": "\u0443\u04af",
        "-": "\u2010\u2011\u2012\u2013\u2014\u2212\u02d7",
        "'": "\u2018\u2019\u02bc\u2032",
        ".": "\u2024",
    }
)
"""Letters of the Latin script and the characters that pass for them in common fonts (chosen from what UTS 39 lists)."""

_LETTERS: Final = MappingProxyType({ord(other): letter for letter, others in _ALIKE.items() for other in others})
_FOLDED: Final = (("i", "l"), ("rn", "m"), ("vv", "w"))


def looks_as(text: str) -> str:
    """What a text looks like at a glance: two texts of one look are easily taken for each other.

    Compatibility forms, marks on letters, case and look-alikes are levelled out; the result is for comparison only.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf"))
    folded = bare.translate(_LETTERS).casefold()
    for pair, single in _FOLDED:
        folded = folded.replace(pair, single)
    return " ".join(folded.split())


def scripts(text: str) -> tuple[str, ...]:
    """The scripts of a text's letters, by the first words of their Unicode names, in order: `CYRILLIC`, `LATIN`."""
    letters = (c for c in text if unicodedata.category(c).startswith("L"))
    return tuple(sorted({unicodedata.name(c, "UNNAMED").partition(" ")[0] for c in letters}))


def character(one: str) -> str:
    """A character as `U+0430 CYRILLIC SMALL LETTER A`."""
    return f"U+{ord(one):04X} {unicodedata.name(one, '')}".rstrip()


def parting(wanted: str, found: str) -> str:
    """Where two different texts part, and whether they would be taken for each other."""
    at = next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), min(len(wanted), len(found)))
    first = character(found[at]) if at < len(found) else "the end"
    instead = character(wanted[at]) if at < len(wanted) else "the end"
    alike = "; THE TWO LOOK ALIKE" if looks_as(wanted) == looks_as(found) else ""
    return f"at character {at + 1} there is {first} and not {instead}{alike}"
