"""A certification request taken from a file: read strictly, its proof of possession verified, or refused by name.

Nothing that a profile says is asked here; `request_compare` holds what was read against it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import escaped
from ceremony_app.core.values import Mode
from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.extension_values import extension_name
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.key_policy import unusable
from ceremony_app.pki.reading import read_certificate, read_crl, read_request
from ceremony_app.pki.request_form import request_octets
from ceremony_app.pki.request_proof import proof_findings
from ceremony_app.pki.strict_der import hold_to_der

_LONGEST: Final = 300
_KNOWN_VERSIONS: Final = MappingProxyType({1: "v2 (INTEGER 1)", 2: "v3 (INTEGER 2), which certificates have"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request whose sender has proved to have the key: its DER, how the file held it, and what it says.

    `file_sha256`, `sha256` and `spki_sha256` (hex) are of the file as it was brought, of the DER, and of its
    SubjectPublicKeyInfo.
    """

    der: bytes
    form: Literal["PEM", "DER"]
    read: x.Request
    file_sha256: str
    sha256: str
    spki_sha256: str


def receive_request(octets: bytes, mode: Mode) -> ReceivedRequest:
    """The request in a file's octets.

    Raises `Unusable` for what is no request: CER-CSR-SIZE, CER-CSR-FORM, CER-CSR-ONE, CER-CSR-REHEARSAL (see
    `request_form`), CER-CSR-DER (not DER, or not what RFC 2986 defines). Raises `Refusal` for one that proves nothing:
    CER-CSR-VERSION, CER-CSR-TWICE, CER-KEY-KIND, CER-KEY-POINT, CER-KEY-SIZE, CER-KEY-EXPONENT (see `key_policy`),
    CER-CSR-SIGNATURE, CER-CSR-PROOF.
    """
    formed = request_octets(octets, mode)
    read = _read(formed.der)
    for finding in request_findings(read):
        raise Refusal(
            finding.rule,
            f"The request cannot be accepted: {finding.told()}",
            "Nothing was taken from it. Ask the requester for a new request, and tell them this sentence.",
        )
    return ReceivedRequest(
        der=formed.der,
        form=formed.form,
        read=read,
        file_sha256=hashlib.sha256(octets).hexdigest(),
        sha256=hashlib.sha256(formed.der).hexdigest(),
        spki_sha256=hashlib.sha256(read.key.der).hexdigest(),
    )


def request_findings(read: x.Request) -> tuple[Finding, ...]:
    """What is wrong with a request as such: version, doubled parts, an unusable key, its proof of possession.

    The proof is looked at only where nothing else is found.
    """
    return (*_version(read), *_doubled(read), *unusable(read.key)) or proof_findings(read)


def _read(der: bytes) -> x.Request:
    try:
        hold_to_der(der, "certification request")
    except MalformedError as fault:
        raise _no_request(f"{_cut(str(fault))}.") from fault
    try:
        read = read_request(der)
    except MalformedError as fault:
        raise _no_request(f"{_another(der)}{_cut(str(fault))}.") from fault
    for one in read.extensions:
        if one.default_written:
            raise _no_request(f"extension {extension_name(one.oid)}: critical FALSE is written out (X.690, 11.5).")
    return read


def _version(read: x.Request) -> Iterator[Finding]:
    if read.version:
        found = _KNOWN_VERSIONS.get(read.version, "another number")
        yield Finding(
            rule="CER-CSR-VERSION", field="version", section="RFC 2986, 4.1", expected="v1 (INTEGER 0)", found=found
        )


def _doubled(read: x.Request) -> Iterator[Finding]:
    """No attribute and no extension stands twice: who reads them might take either."""
    asked = (
        *(("attribute", one.oid, "RFC 2986, 4.1") for one in read.attributes),
        *(("extension", extension_name(one.oid), "RFC 5280, 4.2") for one in read.extensions),
    )
    for (what, name, section), times in Counter(asked).items():
        if times > 1:
            yield Finding(
                rule="CER-CSR-TWICE", field=f"{what} {name}", section=section, expected="once", found=f"{times} times"
            )


def _another(der: bytes) -> str:
    """What else the octets are, where they are something that people mistake for a request."""
    for name, read in (("certificate", read_certificate), ("CRL", read_crl)):
        try:
            read(der)
        except MalformedError:
            continue
        return f"it is a {name}; as a request, "
    return ""


def _cut(text: str) -> str:
    """A fault's text on one line of bearable length; octets that it quotes may be many."""
    one_line = escaped(text)
    return one_line if len(one_line) <= _LONGEST else f"{one_line[:_LONGEST]}… ({len(one_line)} characters)"


def _no_request(why: str) -> Unusable:
    return Unusable(
        "CER-CSR-DER",
        f"The file holds no certification request in DER as RFC 2986 defines it: {why}",
        "Ask the requester to make the request again, with other software if the same fault comes back.",
    )
