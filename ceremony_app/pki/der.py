"""DER as a tree of octets, read strictly and without a schema, so that a fault in a certificate can be named."""

# mypy: disable-error-code="no-untyped-call"
# asn1crypto carries no types; what it returns is given its type in this one file.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from asn1crypto import core, parser

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OBJECT_IDENTIFIER: Final = 0x06
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

_MOST_UNUSED: Final = 7
_CONTEXT: Final = 0x80

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


def explicit(number: int) -> int:
    """The identifier octet of a constructed context-specific tag, `[number]`."""
    return 0xA0 | number


def implicit(number: int) -> int:
    """The identifier octet of a primitive context-specific tag, `[number] IMPLICIT`."""
    return 0x80 | number


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its identifier octet, its contents, and the whole of it."""

    identifier: int
    content: bytes
    der: bytes

    def __iter__(self) -> Iterator[Node]:
        """The elements inside a constructed one, in order."""
        rest = self.content
        while rest:
            node = _first(rest)
            yield node
            rest = rest[len(node.der) :]


def element(der: bytes, identifier: int, what: str) -> Node:
    """The one element that the octets are; raises `MalformedError` if it is another, or more than one."""
    node = _first(der)
    if len(node.der) != len(der):
        raise MalformedError(f"{what}: {len(der) - len(node.der)} octets follow its end")
    return _is(node, identifier, what)


class Members:
    """The members of a SEQUENCE, taken in order."""

    def __init__(self, node: Node, what: str) -> None:
        self._left = list(node)
        self._what = what

    def take(self, what: str, *identifiers: int) -> Node:
        """The next member, which must be there; any type where no identifier is given."""
        if not self._left:
            raise MalformedError(f"{self._what}: {what} is missing")
        node = self._left.pop(0)
        if identifiers and node.identifier not in identifiers:
            raise MalformedError(f"{self._what}: {what} is {_told(node.identifier)}, not {_told(identifiers[0])}")
        return node

    def maybe(self, *identifiers: int) -> Node | None:
        """The next member if it is of one of these types."""
        return self._left.pop(0) if self._left and self._left[0].identifier in identifiers else None

    def rest(self) -> tuple[Node, ...]:
        """All members that are left."""
        return tuple(self._left)

    def end(self) -> None:
        """Raise `MalformedError` if anything is left."""
        if self._left:
            raise MalformedError(f"{self._what}: {_told(self._left[0].identifier)} too many")


def sequence(der: bytes, what: str) -> Members:
    """The members of the SEQUENCE that the octets are."""
    return Members(element(der, SEQUENCE, what), what)


def oid(node: Node) -> str:
    """An object identifier in dotted form."""
    try:
        return str(core.ObjectIdentifier.load(_is(node, OBJECT_IDENTIFIER, "object identifier").der).dotted)
    except (ValueError, IndexError) as fault:
        raise MalformedError(f"object identifier: {fault}") from fault


def integer_octets(node: Node, what: str) -> bytes:
    """The content octets of an INTEGER, which must be the fewest (X.690, 8.3.2)."""
    octets = _is(node, INTEGER, what).content
    longer = len(octets) > 1 and (octets[0], octets[1] >> 7) in ((0x00, 0), (0xFF, 1))
    if not octets or longer:
        raise MalformedError(f"{what}: INTEGER {octets.hex()} is not in the fewest octets")
    return octets


def integer(node: Node, what: str) -> int:
    """An INTEGER."""
    return int.from_bytes(integer_octets(node, what), "big", signed=True)


def boolean(node: Node, what: str) -> bool:
    """A BOOLEAN, which DER writes as 00 or FF (X.690, 11.1)."""
    content = _is(node, BOOLEAN, what).content
    if content not in (b"\x00", b"\xff"):
        raise MalformedError(f"{what}: BOOLEAN {content.hex()} is neither 00 nor ff")
    return content == b"\xff"


def bits(node: Node, what: str) -> tuple[bytes, int]:
    """The octets of a BIT STRING and how many bits of the last are unused, which must be zero (X.690, 11.2.1)."""
    content = _is(node, BIT_STRING, what).content
    if not content or content[0] > _MOST_UNUSED or (content[0] and len(content) == 1):
        raise MalformedError(f"{what}: BIT STRING without a sound count of unused bits")
    if content[0] and content[-1] & ((1 << content[0]) - 1):
        raise MalformedError(f"{what}: unused bits of a BIT STRING are set")
    return content[1:], content[0]


def _is(node: Node, identifier: int, what: str) -> Node:
    """The node, if it is of that type."""
    if node.identifier != identifier:
        raise MalformedError(f"{what}: {_told(node.identifier)}, not {_told(identifier)}")
    return node


def _first(octets: bytes) -> Node:
    """The first element of the octets; its length must be definite and in the fewest octets (X.690, 10.1)."""
    try:
        kind, method, tag, header, content, trailer = parser.parse(octets)
    except ValueError as fault:
        raise MalformedError(str(fault)) from fault
    der = header + content + trailer
    if parser.emit(kind, method, tag, content) != der:
        raise MalformedError(f"{_told(header[0])}: its length is not encoded as DER wants it")
    return Node(header[0], content, der)


def _told(identifier: int) -> str:
    """An element's type in words."""
    if identifier & 0xC0 == _CONTEXT:
        return f"[{identifier & 0x1F}]"
    return _NAMES.get(identifier, f"an element of type {identifier:02x}")
