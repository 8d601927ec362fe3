"""Certificates and CRLs of others, read as far as they can be, every breach of the encoding named with its section."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.extension_values import extension_name
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.reading import read_certificate, read_crl, read_request
from ceremony_app.pki.received import Kind

Read: TypeAlias = x.Certificate | x.Request | x.Crl

MOST_BREACHES: Final = 100
"""How many breaches are told one by one."""

_CERTIFICATE: Final = MappingProxyType(
    {
        "certificate": "4.1",
        "tbsCertificate": "4.1.2",
        "version": "4.1.2.1",
        "serialNumber": "4.1.2.2",
        "signature": "4.1.2.3",
        "issuer": "4.1.2.4",
        "validity": "4.1.2.5",
        "notBefore": "4.1.2.5",
        "notAfter": "4.1.2.5",
        "subject": "4.1.2.6",
        "subjectPublicKeyInfo": "4.1.2.7",
        "subjectPublicKeyInfo.algorithm": "4.1.2.7",
        "subjectPublicKey": "4.1.2.7",
        "extensions": "4.1.2.9",
        "extension": "4.1.2.9",
        "signatureAlgorithm": "4.1.1.2",
        "signatureValue": "4.1.1.3",
    }
)
_CRL: Final = MappingProxyType(
    {
        "CRL": "5.1",
        "tbsCertList": "5.1.2",
        "version": "5.1.2.1",
        "signature": "5.1.2.2",
        "issuer": "5.1.2.3",
        "thisUpdate": "5.1.2.4",
        "nextUpdate": "5.1.2.5",
        "revokedCertificates": "5.1.2.6",
        "userCertificate": "5.1.2.6",
        "revocationDate": "5.1.2.6",
        "crlExtensions": "5.1.2.7",
        "extensions": "5.1.2.7",
        "extension": "5.1.2.7",
        "signatureAlgorithm": "5.1.1.2",
        "signatureValue": "5.1.1.3",
    }
)
"""Where RFC 5280 defines each part, by the name that the reading gives it."""

_PARTS: Final = frozenset({*_CERTIFICATE, *_CRL, "label"})


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What was read of an object (None where its outline alone can be made out), and the breaches found on the way."""

    read: Read | None
    breaches: tuple[Finding, ...]


def surveyed(octets: bytes, kind: Kind) -> Surveyed:
    """An object of a kind that `received.kind_of` told, read with every breach noted; never raises for any octets."""
    noted: dict[tuple[str, str], None] = {}

    def note(section: str, what: str) -> None:
        noted[section, what] = None

    read: Read | None = None
    try:
        match kind:
            case "certificate":
                read = read_certificate(octets, note)
            case "request":
                read = read_request(octets, note)
            case "crl":
                read = read_crl(octets, note)
    except MalformedError as fault:
        noted["", str(fault)] = None
    told = [breach(kind, section, what) for section, what in list(noted)[:MOST_BREACHES]]
    if len(noted) > MOST_BREACHES:
        told.append(breach(kind, "X.690", f"{len(noted) - MOST_BREACHES} more breaches"))
    return Surveyed(read, tuple(told))


def breach(kind: Kind, section: str, what: str) -> Finding:
    """A breach of the encoding; `what` begins with the name of the part, and tells the section where none is given."""
    part, _, rest = what.partition(": ")
    name, _, oid = part.partition(" ")
    if not rest or name not in _PARTS or (oid and name != "extension"):
        name, oid, rest = "encoding", "", what
    return Finding(
        rule="CER-ENCODING",
        field=extension_name(oid) if oid else name,
        section=section or defined_in(kind, name),
        expected="",
        found=rest,
    )


def defined_in(kind: Kind, part: str) -> str:
    """The section that defines a part of an object."""
    match kind:
        case "certificate":
            return f"RFC 5280, {_CERTIFICATE.get(part, '4.1')}"
        case "crl":
            return f"RFC 5280, {_CRL.get(part, '5.1')}"
        case "request":
            return "RFC 2986, 4"
