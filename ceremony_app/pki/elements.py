"""The elements that BER and DER are made of: identifier, length, contents; nothing is asked of what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

_CONTEXT: Final = 0x80
_CONSTRUCTED: Final = 0x20
_STRUCTURES: Final = frozenset({0x28, 0x2B, SEQUENCE, SET})
_LONG_TAG: Final = 0x1F
_INDEFINITE: Final = 0x80
_RESERVED: Final = 0xFF
_END: Final = b"\x00\x00"
_DEEPEST: Final = 20

_NAMES: Final = {
    BOOLEAN: "BOOLEAN",
    INTEGER: "INTEGER",
    BIT_STRING: "BIT STRING",
    OCTET_STRING: "OCTET STRING",
    OBJECT_IDENTIFIER: "OBJECT IDENTIFIER",
    UTC_TIME: "UTCTime",
    GENERALIZED_TIME: "GeneralizedTime",
    SEQUENCE: "SEQUENCE",
    SET: "SET",
}


class MalformedError(ValueError):
    """The octets are not the DER of what they should be; the text says where and how."""


Note: TypeAlias = Callable[[str, str], None]
"""Takes a breach of the encoding: where the rule stands (empty: where its field is defined), and what is wrong."""


def refuse(section: str, what: str) -> None:
    """The note of a strict reading: the first breach ends it."""
    del section
    raise MalformedError(what)


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its identifier octet, its contents, and the whole of it as it stands in the octets.

    `inside` is where its contents begin in the object that is read, counted from 0.
    """

    identifier: int
    content: bytes
    der: bytes
    inside: int = 0
    note: Note = field(default=refuse, compare=False, repr=False)

    def __iter__(self) -> Iterator[Node]:
        """The elements inside a constructed one, in order."""
        at = 0
        while at < len(self.content):
            node = node_at(self.content, at, self.inside, self.note)
            yield node
            at += len(node.der)


def node_at(octets: bytes, at: int, base: int, note: Note, depth: int = 0) -> Node:
    """The element that begins at `at`; `base` is where the octets begin in the object that is read.

    Its length must be definite and in the fewest octets (X.690, 10.1), and a string in one piece (X.690, 10.2).
    """
    identifier, start, length = _header(octets, at)
    what = f"{told(identifier)} at octet {base + at}" if note is not refuse else told(identifier)
    if length < 0 or start - at != _fewest(length):
        note("X.690, 10.1", f"{what}: its length is not encoded as DER wants it")
    if length < 0:
        end = _content_end(octets, start, depth)
        after = end + len(_END)
    else:
        end = after = start + length
    content = octets[start:end]
    if identifier & (_CONTEXT | 0x40 | _CONSTRUCTED) == _CONSTRUCTED and identifier not in _STRUCTURES:
        note("X.690, 10.2", f"{what}: a string in several pieces")
        identifier ^= _CONSTRUCTED
        content = _joined(content, base + start, identifier, note, depth + 1)
    return Node(identifier, content, octets[at:after], base + start, note)


def _header(octets: bytes, at: int) -> tuple[int, int, int]:
    """Identifier octet, where the contents begin, and their length (-1 where it is indefinite)."""
    if at + 2 > len(octets):
        raise MalformedError(f"Insufficient data: an element of {len(octets) - at} octets")
    identifier, first = octets[at], octets[at + 1]
    if identifier & _LONG_TAG == _LONG_TAG:
        raise MalformedError("a tag number above 30, which nothing here has")
    start, length = at + 2, first
    if first == _INDEFINITE and identifier & _CONSTRUCTED:
        return identifier, start, -1
    if first in (_INDEFINITE, _RESERVED):
        raise MalformedError(f"{told(identifier)}: its length cannot be read")
    if first > _INDEFINITE:
        start += first - _INDEFINITE
        length = int.from_bytes(octets[at + 2 : start], "big")
    if start + length > len(octets):
        raise MalformedError(f"Insufficient data: {told(identifier)} goes on after the end")
    return identifier, start, length


def _fewest(length: int) -> int:
    """The octets of a header in DER (X.690, 10.1)."""
    return 2 if length < _INDEFINITE else 2 + (length.bit_length() + 7) // 8


def _content_end(octets: bytes, at: int, depth: int) -> int:
    """Where the contents of an indefinite length end, which begin at `at` (X.690, 8.1.5)."""
    if depth > _DEEPEST:
        raise MalformedError("indefinite lengths, one in another without end")
    while octets[at : at + 2] != _END:
        _, start, length = _header(octets, at)
        at = start + length if length >= 0 else _content_end(octets, start, depth + 1) + len(_END)
    return at


def _joined(content: bytes, base: int, identifier: int, note: Note, depth: int) -> bytes:
    """The contents of a string that came in pieces (X.690, 8.6.4, 8.7.3)."""
    if depth > _DEEPEST:
        raise MalformedError("strings in pieces, one in another without end")
    pieces: list[bytes] = []
    at = 0
    while at < len(content):
        piece = node_at(content, at, base, note, depth)
        pieces.append(piece.content)
        at += len(piece.der)
    if identifier != BIT_STRING:
        return b"".join(pieces)
    return b"".join((*(piece[:1] for piece in pieces[-1:]), *(piece[1:] for piece in pieces)))


def told(identifier: int) -> str:
    """An element's type in words."""
    if identifier & 0xC0 == _CONTEXT:
        return f"[{identifier & 0x1F}]"
    return _NAMES.get(identifier, f"an element of type {identifier:02x}")
