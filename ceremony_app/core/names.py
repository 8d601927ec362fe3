"""Names and texts that arrive from outside: which are allowed, and how the others are shown."""

from __future__ import annotations

import re
import unicodedata

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
"""Form of ids, keys and artifacts: safe as a file name, a PKCS#11 label and an argument."""

_NAME = re.compile(NAME.replace("$", r"\Z"))
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_name(text: str) -> bool:
    """Whether the text has the form of `NAME`."""
    return _NAME.match(text) is not None


def unfit_character(text: str) -> str | None:
    """The first character that must not be in a text of one line, as `U+202E`; None where there is none.

    Refused are controls, format characters (bidirectional overrides, zero-width), surrogates, private use,
    unassigned code points and line or paragraph separators (Unicode general categories; CVE-2021-42574).
    """
    for character in text:
        if unicodedata.category(character) in _REFUSED:
            return f"U+{ord(character):04X}"
    return None


def normalised(text: str) -> str:
    """The text in Unicode normal form C, without blanks at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def escaped(text: str) -> str:
    r"""The text with every refused character written as `\u{202E}`: nothing dropped, nothing hidden."""
    return "".join(f"\\u{{{ord(c):04X}}}" if unicodedata.category(c) in _REFUSED else c for c in text)
