"""Files of others: which certificates, requests and CRLs are in them, in DER or PEM, before anything is judged."""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal, TypeAlias

from ceremony_app.core.errors import Unusable
from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import MalformedError, Node

Kind: TypeAlias = Literal["certificate", "request", "crl"]

NOUNS: Final[dict[Kind, str]] = {"certificate": "certificate", "request": "certification request", "crl": "CRL"}
"""What people call them."""

LABELS: Final[dict[str, Kind]] = {
    "CERTIFICATE": "certificate",
    "X509 CERTIFICATE": "certificate",
    "X.509 CERTIFICATE": "certificate",
    "TRUSTED CERTIFICATE": "certificate",
    "X509 CRL": "crl",
    "CRL": "crl",
    "CERTIFICATE REQUEST": "request",
    "NEW CERTIFICATE REQUEST": "request",
}
"""Labels of the textual encoding (RFC 7468, 5 to 7), and those that older programs write."""

_BOUNDARY: Final = re.compile(rb"-----(BEGIN|END) ([A-Z0-9][A-Z0-9. ]{0,40})-----")
_BLANKS: Final = re.compile(rb"[ \t\r\n\v\f]+")
_LONG_FORM: Final = 0x80
_OUTLINE: Final = 3
_MOST_MEMBERS: Final = 12
_SEVERAL_SEQUENCES: Final = 4


@dataclass(frozen=True, slots=True)
class Received:
    """One object of a file: its PEM label (empty for DER), its octets, and why there are none where that is so."""

    label: str
    octets: bytes
    fault: str = ""


def objects_in(data: bytes) -> tuple[Received, ...]:
    """Everything that a file brings, in its order, blocks of other kinds among it.

    A file is DER where its first two octets are those of a long SEQUENCE, which no text begins with; otherwise the
    blocks of PEM in it count, and the text around them does not (RFC 7468, 2). Raises `Unusable` (CER-DER) where there
    is neither.
    """
    if data[:1] == b"\x30" and data[1:2] >= bytes([_LONG_FORM]):
        return (Received("", data),)
    blocks = tuple(_blocks(data))
    if not blocks:
        raise Unusable(
            "CER-DER",
            "There is neither DER nor PEM in the file.",
            "Bring the certificate, request or CRL itself, in DER or PEM.",
        )
    return blocks


def kind_of(octets: bytes) -> Kind:
    """What the octets are by their outline (RFC 5280, 4.1 and 5.1; RFC 2986, 4); raises `MalformedError` if nothing."""
    members = list(islice(asn1.element(octets, asn1.SEQUENCE, "object", _pass), _OUTLINE))
    outline = [node.identifier for node in members]
    if outline != [asn1.SEQUENCE, asn1.SEQUENCE, asn1.BIT_STRING]:
        raise MalformedError("it is not a signed structure: to-be-signed part, algorithm, signature")
    inside = _identifiers(members[0])
    if inside[:1] == [asn1.explicit(0)]:
        return "certificate"
    if asn1.UTC_TIME in inside or asn1.GENERALIZED_TIME in inside:
        return "crl"
    if inside[:1] == [asn1.INTEGER]:
        sequences = inside.count(asn1.SEQUENCE)
        return "certificate" if sequences >= _SEVERAL_SEQUENCES else "request"
    raise MalformedError("its to-be-signed part is none of a certificate, request or CRL")


def alone(octets: bytes) -> bytes:
    """The octets of the object that `kind_of` found, without any that follow it."""
    return asn1.element(octets, asn1.SEQUENCE, "object", _pass).der


def _identifiers(node: Node) -> list[int]:
    """What is in a node, as far as it can be read."""
    found: list[int] = []
    with contextlib.suppress(MalformedError):
        for one in islice(node, _MOST_MEMBERS):
            found.append(one.identifier)  # noqa: PERF401 - what was read before a fault counts
    return found


def _blocks(data: bytes) -> Iterator[Received]:
    """The blocks of PEM; each `BEGIN` is answered by the next boundary, which should be its `END`."""
    begun: re.Match[bytes] | None = None
    for boundary in _BOUNDARY.finditer(data):
        if begun is not None:
            yield _block(begun, boundary, data)
        begun = boundary if boundary[1] == b"BEGIN" else None
    if begun is not None:
        yield Received(begun[2].decode("ascii"), b"", "it has no end")


def _block(begun: re.Match[bytes], boundary: re.Match[bytes], data: bytes) -> Received:
    label = begun[2].decode("ascii")
    if (boundary[1], boundary[2]) != (b"END", begun[2]):
        return Received(label, b"", f"it ends in {boundary[0].decode('ascii')}")
    try:
        return Received(
            label, binascii.a2b_base64(_BLANKS.sub(b"", data[begun.end() : boundary.start()]), strict_mode=True)
        )
    except binascii.Error as fault:
        return Received(label, b"", f"it is not Base64: {fault}")


def _pass(section: str, what: str) -> None:
    """A note that takes everything: the outline alone is looked at."""
