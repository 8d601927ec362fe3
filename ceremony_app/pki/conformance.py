"""What RFC 5280 itself asks of certificates and CRLs, where neither lint of the profile nor general linter says it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from ceremony_app.core.distinguished_name import short_name
from ceremony_app.core.profiles import LONGEST_SERIAL
from ceremony_app.pki import structures as x
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.received import Kind
from ceremony_app.pki.survey import Read, defined_in

_NULL: Final = b"\x05\x00"
_PARAMETERS: Final = MappingProxyType(
    {
        "1.2.840.10045.4.1": (b"", "RFC 5758, 3.2"),
        "1.2.840.10045.4.3.1": (b"", "RFC 5758, 3.2"),
        "1.2.840.10045.4.3.2": (b"", "RFC 5758, 3.2"),
        "1.2.840.10045.4.3.3": (b"", "RFC 5758, 3.2"),
        "1.2.840.10045.4.3.4": (b"", "RFC 5758, 3.2"),
        "1.2.840.113549.1.1.5": (_NULL, "RFC 3279, 2.2.1"),
        "1.2.840.113549.1.1.11": (_NULL, "RFC 4055, 5"),
        "1.2.840.113549.1.1.12": (_NULL, "RFC 4055, 5"),
        "1.2.840.113549.1.1.13": (_NULL, "RFC 4055, 5"),
        "1.3.101.112": (b"", "RFC 8410, 3"),
        "1.3.101.113": (b"", "RFC 8410, 3"),
    }
)
"""The parameters that go with a signature algorithm, and where that is said."""

_LAST_VERSION: Final[dict[Kind, int]] = {"certificate": 2, "crl": 1}
_PRINTABLE: Final = re.compile(r"[A-Za-z0-9 '()+,./:=?-]*")
_IN_TEXT: Final = frozenset({"UTF8String", "PrintableString", "IA5String", "BIT STRING"})
_KNOWN: Final = {b"": "absent", _NULL: "NULL"}


def conformance(read: Read, kind: Kind) -> tuple[Finding, ...]:
    """What is wrong with an object that could be read, whatever a profile says of it."""
    return tuple(_faults(read, kind))


def _faults(read: Read, kind: Kind) -> Iterator[Finding]:
    match read:
        case x.Certificate():
            yield from _version(read, kind)
            if len(read.serial) > LONGEST_SERIAL:
                yield _finding(kind, "serialNumber", f"at most {LONGEST_SERIAL} octets", f"{len(read.serial)} octets")
            yield from _algorithms(read.inner, read.outer, kind)
            yield from _name(read.issuer, "issuer")
            yield from _name(read.subject, "subject")
        case x.Crl():
            yield from _version(read, kind)
            yield from _algorithms(read.inner, read.outer, kind)
            yield from _name(read.issuer, "issuer")
        case x.Request():
            yield from _parameters("signatureAlgorithm", read.outer)
            yield from _name(read.subject, "subject")


def _version(read: x.Certificate | x.Crl, kind: Kind) -> Iterator[Finding]:
    last = _LAST_VERSION[kind]
    if not 0 <= read.version <= last:
        yield _finding(kind, "version", f"a version up to v{last + 1}", f"INTEGER {read.version}")
    elif read.extensions and read.version != last:
        found = f"v{read.version + 1} (INTEGER {read.version})"
        yield _finding(kind, "version", f"v{last + 1} where extensions stand", found)


def _algorithms(inner: x.Algorithm, outer: x.Algorithm, kind: Kind) -> Iterator[Finding]:
    if inner.der != outer.der:
        expected = "the same as inside the to-be-signed part"
        yield _finding(kind, "signatureAlgorithm", f"{expected}, {inner.der.hex()}", outer.der.hex())
    for field, one in (("signature", inner), ("signatureAlgorithm", outer)):
        yield from _parameters(field, one)


def _parameters(field: str, one: x.Algorithm) -> Iterator[Finding]:
    wanted, section = _PARAMETERS.get(one.oid, (one.parameters, ""))
    if one.parameters != wanted:
        found = _KNOWN.get(one.parameters, one.parameters.hex())
        yield _at(section, field, f"parameters {_KNOWN[wanted]} with {one.oid}", f"parameters {found}")


def _name(name: x.Name, field: str) -> Iterator[Finding]:
    for one in (attribute for relative in name.relative for attribute in relative):
        if one.string == "PrintableString" and _PRINTABLE.fullmatch(one.text) is None:
            expected = f"{short_name(one.oid)} in the characters of a PrintableString"
            yield _at("X.680, 41.4", field, expected, one.text)
        elif one.string not in _IN_TEXT:
            expected = f"{short_name(one.oid)} as UTF8String or PrintableString"
            yield _at("RFC 5280, 4.1.2.4", field, expected, one.string)


def _finding(kind: Kind, field: str, expected: str, found: str) -> Finding:
    return _at(defined_in(kind, field), field, expected, found)


def _at(section: str, field: str, expected: str, found: str) -> Finding:
    return Finding(rule="CER-ENCODING", field=field, expected=expected, found=found, section=section)
