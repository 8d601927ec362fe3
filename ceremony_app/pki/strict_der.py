"""A whole tree of elements held to DER, where nobody has said yet what the elements mean (X.690, 10 and 11)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import MalformedError, Node

MOST_ELEMENTS: Final = 4096
MOST_LEVELS: Final = 24
"""What no request comes near; a structure beyond it is refused before it costs time."""

_NULL: Final = 0x05
_ENUMERATED: Final = 0x0A
_CONSTRUCTED: Final = 0x20
_ATTRIBUTES: Final = 0xA0
_MORE: Final = 0x80
"""The bit of an octet that says: more follow. Alone it is a leading zero (X.690, 8.19.2)."""

_MUST_BE_STRUCTURES: Final = frozenset({asn1.SEQUENCE ^ _CONSTRUCTED, asn1.SET ^ _CONSTRUCTED})

_TEXTS: Final = MappingProxyType(
    {
        0x0C: ("UTF8String", "utf-8"),
        0x12: ("NumericString", "ascii"),
        0x13: ("PrintableString", "ascii"),
        0x16: ("IA5String", "ascii"),
        0x1A: ("VisibleString", "ascii"),
        0x1C: ("UniversalString", "utf-32-be"),
        0x1E: ("BMPString", "utf-16-be"),
    }
)


def hold_to_der(octets: bytes, what: str) -> None:
    """Raise `MalformedError` at the first breach of DER anywhere in a structure whose outermost element is a SEQUENCE.

    Lengths, INTEGERs, BOOLEANs, BIT STRINGs, object identifiers, NULLs and texts are encoded as DER wants them, nothing
    follows, and the members of every SET OF stand in order. What lies inside an OCTET STRING is not looked at.
    """
    left = [(asn1.element(octets, asn1.SEQUENCE, what), 1)]
    count = 0
    while left:
        node, level = left.pop()
        count += 1
        if count > MOST_ELEMENTS:
            raise MalformedError(f"{what}: more than {MOST_ELEMENTS} elements")
        if node.identifier & _CONSTRUCTED:
            if level >= MOST_LEVELS:
                raise MalformedError(f"{what}: elements in one another more than {MOST_LEVELS} deep")
            inside = _members(node, MOST_ELEMENTS - count)
            _in_order(node, inside, level)
            left += [(one, level + 1) for one in reversed(inside)]
        else:
            _primitive(node)


def _members(node: Node, most: int) -> list[Node]:
    """The elements inside a constructed one, no more than there may be."""
    found: list[Node] = []
    for one in node:
        found.append(one)
        if len(found) > most:
            raise MalformedError(f"more than {MOST_ELEMENTS} elements")
    return found


def _in_order(node: Node, inside: list[Node], level: int) -> None:
    """The members of a SET OF ascend by their encodings (X.690, 11.6); the attributes of a request are one as well."""
    if node.identifier == asn1.SET or (node.identifier == _ATTRIBUTES and level == 3):  # noqa: PLR2004 - see below
        # [0] within the CertificationRequestInfo: request, its first member, and that one's last.
        ders = [one.der for one in inside]
        if ders != sorted(ders):
            raise MalformedError("SET OF: its members are not in the order that DER wants")


def _primitive(node: Node) -> None:
    kind = node.identifier
    if kind in _MUST_BE_STRUCTURES:
        raise MalformedError(f"an element of type {kind:02x}: primitive, which its type never is")
    if kind == 0 or (kind == _NULL and node.content):
        raise MalformedError(f"an element of type {kind:02x} that holds {len(node.content)} octets")
    if kind == asn1.INTEGER:
        asn1.integer_octets(node, "a number")
    elif kind == _ENUMERATED:
        asn1.integer_octets(Node(asn1.INTEGER, node.content, node.der), "an enumerated value")
    elif kind == asn1.BOOLEAN:
        asn1.boolean(node, "a truth value")
    elif kind == asn1.BIT_STRING:
        asn1.bits(node, "a string of bits")
    elif kind == asn1.OBJECT_IDENTIFIER:
        _object_identifier(node)
    elif kind in _TEXTS:
        _text(node)


def _object_identifier(node: Node) -> None:
    """Every arc in the fewest octets, and ended (X.690, 8.19.2)."""
    asn1.oid(node)
    starts = [True, *(octet < _MORE for octet in node.content)]
    if not starts[-1] or any(start and octet == _MORE for start, octet in zip(starts, node.content, strict=False)):
        raise MalformedError(f"object identifier: {node.content.hex()} is not in the fewest octets")


def _text(node: Node) -> None:
    name, codec = _TEXTS[node.identifier]
    try:
        text = node.content.decode(codec)
    except UnicodeDecodeError as fault:
        raise MalformedError(f"{name}: {len(node.content)} octets that are no {codec}") from fault
    if name == "BMPString" and len(node.content) != 2 * len(text):
        raise MalformedError("BMPString: a character beyond U+FFFF, which it has no place for (X.680, 41)")
