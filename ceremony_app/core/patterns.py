"""Regular expressions that a pack's author writes and that strangers' values are tried against: bounded in effort."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 200
MOST_REPETITIONS: Final = 3
MOST_GROUPS: Final = 3

_SINGLE: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_GROUP: Final = re.compile(r"\((?:\?:)?([^()]*)\)([*+{]?)")
_FIXED: Final = re.compile(r"\{[0-9]+\}")
_VARIABLE: Final = re.compile(r"[*+?]\??|\{[0-9]*,[0-9]*\}\??")
_REFERENCE: Final = re.compile(r"\\[0-9]")


def pattern_fault(pattern: str) -> str:
    """Why a text is no pattern that may stand in a pack; empty where it is one.

    A pattern is a regular expression of a whole value. How long it takes to try must not grow without bound with what
    is tried: no repetition within a repeated group, and few repetitions and groups.
    """
    if not 0 < len(pattern) <= LONGEST:
        return f"a pattern has 1 to {LONGEST} characters"
    if _REFERENCE.search(pattern):
        return "a pattern refers to no group"
    bare = _SINGLE.sub("x", pattern)
    if "(?" in bare.replace("(?:", "("):
        return "a pattern looks neither ahead nor back and sets no flags"
    if bare.count("(") > MOST_GROUPS:
        return f"a pattern has at most {MOST_GROUPS} groups"
    if len(_VARIABLE.findall(_FIXED.sub("", bare.replace("(?:", "(")))) > MOST_REPETITIONS:
        return f"a pattern has at most {MOST_REPETITIONS} repetitions of no fixed number"
    if _nested(bare):
        return "a pattern repeats no repetition and no choice, which can take for ever to try"
    try:
        re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as fault:
        return f"it is no regular expression: {fault}"
    return ""


def fits_pattern(pattern: str, text: str) -> bool:
    r"""Whether the pattern takes the whole of a text; classes like `\d` mean characters of ASCII."""
    return re.compile(pattern, re.ASCII).fullmatch(text) is not None


def _nested(bare: str) -> bool:
    """Whether a group that holds a repetition or a choice is itself repeated; single characters are levelled out."""
    while (group := _GROUP.search(bare)) is not None:
        repeats = any(mark in group[1] for mark in "*+?{|")
        if repeats and group[2]:
            return True
        bare = f"{bare[: group.start()]}x{'?' if repeats else ''}{group[2]}{bare[group.end() :]}"
    return False
