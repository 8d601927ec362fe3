"""DER read without a schema, so that a fault in a certificate can be named.

Reading is strict unless it is given a `Note` of another kind: a breach of DER that leaves no doubt about what is meant
(BER, an INTEGER with needless octets) is then noted, and the reading goes on.
"""

# mypy: disable-error-code="no-untyped-call"
# asn1crypto carries no types; what it returns is given its type in this one file.

from __future__ import annotations

from typing import Final

from asn1crypto import core

from ceremony_app.pki.elements import (
    BIT_STRING,
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    UTC_TIME,
    MalformedError,
    Node,
    Note,
    node_at,
    refuse,
    told,
)

__all__ = [
    "BIT_STRING",
    "BOOLEAN",
    "GENERALIZED_TIME",
    "INTEGER",
    "OBJECT_IDENTIFIER",
    "OCTET_STRING",
    "SEQUENCE",
    "SET",
    "UTC_TIME",
    "MalformedError",
    "Members",
    "Node",
    "Note",
    "refuse",
]

_MOST_UNUSED: Final = 7
_LONGEST_OID: Final = 128
_LONGEST_NUMBER: Final = 1_700
"""Octets of an INTEGER: no sound object has a longer one, and Python writes no number of more than 4,300 digits."""


def explicit(number: int) -> int:
    """The identifier octet of a constructed context-specific tag, `[number]`."""
    return 0xA0 | number


def implicit(number: int) -> int:
    """The identifier octet of a primitive context-specific tag, `[number] IMPLICIT`."""
    return 0x80 | number


def element(der: bytes, identifier: int, what: str, note: Note = refuse) -> Node:
    """The one element that the octets are; raises `MalformedError` if it is another, or more than one."""
    node = node_at(der, 0, 0, note)
    if len(node.der) != len(der):
        note("X.690, 8.1", f"{what}: {len(der) - len(node.der)} octets follow its end")
    return typed(node, identifier, what)


def typed(node: Node, identifier: int, what: str) -> Node:
    """The node, if it is of that type; raises `MalformedError`."""
    if node.identifier != identifier:
        raise MalformedError(f"{what}: {told(node.identifier)}, not {told(identifier)}")
    return node


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
            raise MalformedError(f"{self._what}: {what} is {told(node.identifier)}, not {told(identifiers[0])}")
        return node

    def maybe(self, *identifiers: int) -> Node | None:
        """The next member if it is of one of these types."""
        return self._left.pop(0) if self._left and self._left[0].identifier in identifiers else None

    def rest(self) -> tuple[Node, ...]:
        """All members that are left."""
        return tuple(self._left)

    def end(self) -> None:
        """Nothing is left, or it is a breach."""
        if self._left:
            self._left[0].note("", f"{self._what}: {told(self._left[0].identifier)} too many")


def sequence(der: bytes, what: str) -> Members:
    """The members of the SEQUENCE that the octets are."""
    return members_of(element(der, SEQUENCE, what), what)


def members_of(node: Node, what: str) -> Members:
    """The members of a node that must be a SEQUENCE."""
    return Members(typed(node, SEQUENCE, what), what)


def oid(node: Node) -> str:
    """An object identifier in dotted form."""
    if not 0 < len(node.content) <= _LONGEST_OID:  # arcs without end would take their time, and mean nothing
        raise MalformedError(f"object identifier: {len(node.content)} octets")
    try:
        return str(core.ObjectIdentifier.load(typed(node, OBJECT_IDENTIFIER, "object identifier").der).dotted)
    except (ValueError, IndexError) as fault:
        raise MalformedError(f"object identifier: {fault}") from fault


def integer_octets(node: Node, what: str) -> bytes:
    """The content octets of an INTEGER, which must be the fewest (X.690, 8.3.2)."""
    octets = typed(node, INTEGER, what).content
    longer = len(octets) > 1 and (octets[0], octets[1] >> 7) in ((0x00, 0), (0xFF, 1))
    if not octets or longer:
        node.note("X.690, 8.3.2", f"{what}: INTEGER {octets.hex()} is not in the fewest octets")
    return octets


def integer(node: Node, what: str) -> int:
    """An INTEGER."""
    octets = integer_octets(node, what)
    if len(octets) > _LONGEST_NUMBER:
        raise MalformedError(f"{what}: an INTEGER of {len(octets)} octets")
    return int.from_bytes(octets, "big", signed=True)


def boolean(node: Node, what: str) -> bool:
    """A BOOLEAN, which DER writes as 00 or FF (X.690, 11.1)."""
    content = typed(node, BOOLEAN, what).content
    if content not in (b"\x00", b"\xff"):
        node.note("X.690, 11.1", f"{what}: BOOLEAN {content.hex()} is neither 00 nor ff")
    return any(content)


def bits(node: Node, what: str) -> tuple[bytes, int]:
    """The octets of a BIT STRING and how many bits of the last are unused, which must be zero (X.690, 11.2.1)."""
    content = typed(node, BIT_STRING, what).content
    if not content or content[0] > _MOST_UNUSED or (content[0] and len(content) == 1):
        raise MalformedError(f"{what}: BIT STRING without a sound count of unused bits")
    if content[0] and content[-1] & ((1 << content[0]) - 1):
        node.note("X.690, 11.2.1", f"{what}: unused bits of a BIT STRING are set")
    return content[1:], content[0]
