"""Names from outside that do not show what they are: how they are shown all the same, and what is wrong with them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ceremony_app.core.distinguished_name import attribute_kind, short_name
from ceremony_app.core.names import escaped, normalised
from ceremony_app.pki import structures as x
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lookalikes import character, scripts

LONGEST_SHOWN: Final = 256
"""Characters of one value that are shown; the whole of a longer one is counted and hashed."""

MOST_SHOWN: Final = 32
"""Attributes of one name that are shown; no name has so many."""

_LONGEST_UNKNOWN: Final = 256
_UNSEEN: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
)
"""Characters of visible categories that show as nothing or as a blank (Unicode's default ignorable ones, braille)."""

_PRINTABLE: Final = re.compile(r"[A-Za-z0-9 '()+,./:=?-]*")
_USUAL: Final = frozenset({"UTF8String", "PrintableString", "IA5String", "BIT STRING"})
_READ: Final = _USUAL | {"BMPString", "TeletexString"}


def shown(text: str) -> str:
    r"""A text of others on one line: what does not show stands as `\u{202E}`; a long one is cut, counted and hashed."""
    start = "".join(f"\\u{{{ord(c):04X}}}" if _is_unseen(c) else c for c in escaped(text[:LONGEST_SHOWN]))
    if len(text) <= LONGEST_SHOWN:
        return start
    digest = hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
    return f"{start}… ({len(text)} characters in all, SHA-256 {digest})"


def name_shown(name: x.Name) -> str:
    """A name in encoded order, with what the eye does not see: unusual string types, letters of several scripts."""
    relative = [" + ".join(_attribute_shown(one) for one in together) for together in name.relative[:MOST_SHOWN]]
    if len(name.relative) > MOST_SHOWN:
        relative.append(f"… ({len(name.relative)} in all, SHA-256 {hashlib.sha256(name.der).hexdigest()})")
    return ", ".join(relative) or "empty"


def name_findings(name: x.Name, field: str = "subject") -> tuple[Finding, ...]:
    """What must not stand in a name (CER-CSR-NAME), attribute by attribute.

    Characters that do not show, blanks at the ends, another normal form than C, values that are empty or longer than
    RFC 5280, A.1 allows, texts that do not fit their string type, and more attributes than anybody reads.
    """
    found = [
        _finding(f"{field}.{short_name(one.oid)}", expected, what)
        for together in name.relative
        for one in together
        for expected, what in _faults(one)
    ]
    count = sum(len(together) for together in name.relative)
    if count > MOST_SHOWN or any(not together for together in name.relative):
        found.append(_finding(field, f"1 to {MOST_SHOWN} attributes, none of them missing", f"{count} attributes"))
    return tuple(found[:MOST_SHOWN])


def _faults(one: x.Attribute) -> Iterator[tuple[str, str]]:
    """Expected and found."""
    kind = attribute_kind(one.oid)
    longest = kind.longest if kind else _LONGEST_UNKNOWN
    if not 1 <= len(one.text) <= longest:
        yield f"1 to {longest} characters", f"{len(one.text)} characters"
    at = next((i for i, c in enumerate(one.text) if escaped(c) != c or _is_unseen(c)), -1)
    if at >= 0:
        yield "characters that show as what they are", f"{character(one.text[at])} at character {at + 1}"
    if one.text != one.text.strip():
        yield "no blanks at the ends", shown(one.text)
    elif one.text != normalised(one.text):
        yield "Unicode's normal form C", shown(one.text)
    if one.string not in _READ:
        yield "a text", f"{one.string}: {shown(one.text)}"
    elif one.string == "TeletexString" and not one.text.isascii():
        yield "a string type of which it is known what it means", f"TeletexString {shown(one.text)}"
    elif one.string == "PrintableString" and _PRINTABLE.fullmatch(one.text) is None:
        yield "the alphabet of PrintableString (X.680, 41.4)", shown(one.text)


def _attribute_shown(one: x.Attribute) -> str:
    notes = [] if one.string in _USUAL else [one.string]
    if len(several := scripts(one.text[:LONGEST_SHOWN])) > 1:
        notes.append(f"letters of several scripts: {', '.join(several)}")
    noted = f" ({'; '.join(notes)})" if notes else ""
    return f"{short_name(one.oid)}={shown(one.text)}{noted}"


def _is_unseen(one: str) -> bool:
    """Whether a character that `core.names.escaped` leaves alone does not show: a filler, or an unusual blank."""
    return one in _UNSEEN or (unicodedata.category(one) == "Zs" and one != " ")


def _finding(field: str, expected: str, found: str) -> Finding:
    return Finding(rule="CER-CSR-NAME", field=field, section="RFC 5280, A.1", expected=expected, found=found)
