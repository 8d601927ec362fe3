"""A certificate, a CRL and a request as rows for screen and paper, and as PEM."""

from __future__ import annotations

import base64
import hashlib
import textwrap
from typing import Literal

from ceremony_app.core.values import Row
from ceremony_app.pki import structures as x
from ceremony_app.pki import words
from ceremony_app.pki.extension_values import extension_name
from ceremony_app.pki.key_kinds import kind_told
from ceremony_app.pki.misleading import name_shown
from ceremony_app.pki.reading import EXTENSION_REQUESTS, read_certificate, read_crl, read_request
from ceremony_app.pki.requested_values import attribute_asked, attribute_name, extension_asked
from ceremony_app.pki.spki import spki_digest

Label = Literal["CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST"]


def certificate_rows(der: bytes) -> tuple[Row, ...]:
    """Every field of a certificate; raises `MalformedError` for octets that are none."""
    read = read_certificate(der)
    return (
        *certificate_fields(read),
        Row("Signature", read.signature.hex()),
        Row("SHA-256 of the certificate", hashlib.sha256(der).hexdigest()),
    )


def crl_rows(der: bytes) -> tuple[Row, ...]:
    """Every field of a CRL; raises `MalformedError` for octets that are none."""
    read = read_crl(der)
    return (
        *crl_fields(read),
        Row("Signature", read.signature.hex()),
        Row("SHA-256 of the CRL", hashlib.sha256(der).hexdigest()),
    )


def request_rows(der: bytes) -> tuple[Row, ...]:
    """Every field of a certification request; raises `MalformedError` for octets that are none."""
    read = read_request(der)
    return (
        *request_fields(read),
        Row("Signature algorithm", words.algorithm(read.outer)),
        Row("Signature", read.signature.hex()),
        Row("SHA-256 of the request", hashlib.sha256(der).hexdigest()),
    )


def certificate_fields(read: x.Certificate) -> tuple[Row, ...]:
    """The fields that are signed, in the order of the encoding."""
    return (
        Row("Version", words.version(read.version)),
        Row("Serial number", read.serial.hex()),
        Row("Signature algorithm", words.algorithm(read.inner)),
        Row("Issuer", words.name(read.issuer)),
        Row("Not before", words.time(read.not_before)),
        Row("Not after", words.time(read.not_after)),
        Row("Subject", words.name(read.subject)),
        Row("Public key", f"{words.key_kind(read.key)}: {read.key.bits.hex()}"),
        Row("SHA-256 of the public key", spki_digest(read.key.der)),
        *(Row(name, "present") for name in read.unique_ids),
        *(Row(extension_name(one.oid), words.extension(one)) for one in read.extensions),
    )


def crl_fields(read: x.Crl) -> tuple[Row, ...]:
    """The fields that are signed, in the order of the encoding."""
    return (
        Row("Version", words.version(read.version)),
        Row("Signature algorithm", words.algorithm(read.inner)),
        Row("Issuer", words.name(read.issuer)),
        Row("This update", words.time(read.this_update)),
        Row("Next update", "absent" if read.next_update is None else words.time(read.next_update)),
        Row("Revoked certificates", str(len(read.revoked)) if read.revoked else "none"),
        *(Row(f"Revoked {entry.serial.hex()}", _entry(entry)) for entry in read.revoked),
        *(Row(extension_name(one.oid), words.extension(one)) for one in read.extensions),
    )


def request_fields(read: x.Request) -> tuple[Row, ...]:
    """The fields of a request that are signed, in the order of the encoding; those of others may hold anything."""
    others = (one for one in read.attributes if one.oid not in EXTENSION_REQUESTS)
    return (
        Row("Version", words.version(read.version)),
        Row("Subject", name_shown(read.subject)),
        Row("Public key", f"{kind_told(read.key)}: {read.key.bits.hex()}"),
        Row("SHA-256 of the public key", spki_digest(read.key.der)),
        *(Row(extension_name(one.oid), extension_asked(one)) for one in read.extensions),
        *(Row(attribute_name(one.oid), attribute_asked(one)) for one in others),
    )


def pem(der: bytes, label: Label, preamble: str = "") -> bytes:
    """The textual encoding (RFC 7468); `preamble` is explanatory text before it, such as that it is a rehearsal's."""
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode("ascii"), 64))
    before = f"{preamble}\n" if preamble else ""
    return f"{before}-----BEGIN {label}-----\n{body}\n-----END {label}-----\n".encode()


def _entry(entry: x.Revoked) -> str:
    told = (f"{extension_name(one.oid)} {words.extension(one)}" for one in entry.extensions)
    return ", ".join((words.time(entry.date), *told))
