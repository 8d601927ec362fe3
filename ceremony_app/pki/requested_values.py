"""What requests ask for, in words: extension values that people bring most, and attributes."""

from __future__ import annotations

import hashlib
import ipaddress
from types import MappingProxyType
from typing import Final

from ceremony_app.pki import der as asn1
from ceremony_app.pki import structures as x
from ceremony_app.pki import words
from ceremony_app.pki.der import MalformedError, Node
from ceremony_app.pki.extension_values import EXTENDED_KEY_USAGE, purposes_told
from ceremony_app.pki.misleading import MOST_SHOWN, name_shown, shown
from ceremony_app.pki.reading import read_name

_ALTERNATIVE_NAMES: Final = frozenset({"2.5.29.17", "2.5.29.18"})
_CHALLENGE: Final = "1.2.840.113549.1.9.7"
_ATTRIBUTES: Final = MappingProxyType(
    {
        _CHALLENGE: "challengePassword",
        "1.2.840.113549.1.9.2": "unstructuredName",
        "1.2.840.113549.1.9.8": "unstructuredAddress",
        "1.2.840.113549.1.9.14": "extensionRequest",
        "1.3.6.1.4.1.311.2.1.14": "extensionRequest (of a vendor)",
        "1.3.6.1.4.1.311.13.2.3": "version of the operating system",
        "1.3.6.1.4.1.311.21.20": "information on the requesting program",
        "1.3.6.1.4.1.311.13.2.2": "cryptographic provider",
    }
)
_TEXTS: Final = MappingProxyType({0x81: "rfc822Name", 0x82: "dNSName", 0x86: "uniformResourceIdentifier"})
_DIRECTORY: Final = 0xA4
_ADDRESS: Final = 0x87
_OTHERS: Final = MappingProxyType({0xA0: "otherName", 0xA3: "x400Address", 0xA5: "ediPartyName", 0x88: "registeredID"})


def extension_asked(one: x.Extension) -> str:
    """The value of a requested extension on one line, and whether it is asked to be critical."""
    critical = ", critical" if one.critical else ""
    try:
        if one.oid in _ALTERNATIVE_NAMES:
            return f"{_listed([_general_name(node) for node in _inside(one)], one.value)}{critical}"
        if one.oid == EXTENDED_KEY_USAGE:
            purposes = [purposes_told((asn1.oid(node),)) for node in _inside(one)]
            return f"{_listed(purposes, one.value)}{critical}"
    except MalformedError as fault:
        return f"not sound DER ({shown(str(fault))}): {shown(one.value.hex())}{critical}"
    return shown(words.extension(one))


def attribute_name(oid: str) -> str:
    """The name of an attribute of a request, or its object identifier."""
    return _ATTRIBUTES.get(oid, f"attribute {oid}")


def attribute_asked(one: x.RequestAttribute) -> str:
    """The values of an attribute; of a password only that it is there, for the rows are read aloud and kept."""
    if one.oid == _CHALLENGE:
        return "present; a password, and so not shown"
    return _listed([shown(value.hex()) for value in one.values], b"".join(one.values))


def _inside(one: x.Extension) -> list[Node]:
    return list(asn1.element(one.value, asn1.SEQUENCE, "extension"))


def _general_name(node: Node) -> str:
    """A GeneralName (RFC 5280, 4.2.1.6)."""
    kind, content = node.identifier, node.content
    if kind in _TEXTS:
        return f"{_TEXTS[kind]} {shown(content.decode('latin-1'))}"
    if kind == _ADDRESS:
        try:
            return f"iPAddress {ipaddress.ip_address(content)}"
        except ValueError:
            return f"iPAddress that is none: {shown(content.hex())}"
    if kind == _DIRECTORY:
        (name,) = list(node)[:1] or (node,)
        return f"directoryName {name_shown(read_name(name, 'directoryName'))}"
    return f"{_OTHERS.get(kind, f'a name of type {kind:02x}')} {shown(node.der.hex())}"


def _listed(texts: list[str], octets: bytes) -> str:
    """The texts, as many as people read; if there are more, their number and the SHA-256 of the octets."""
    if len(texts) <= MOST_SHOWN:
        return ", ".join(texts) or "nothing in it"
    digest = hashlib.sha256(octets).hexdigest()
    return ", ".join((*texts[:MOST_SHOWN], f"… ({len(texts)} in all, SHA-256 {digest})"))
