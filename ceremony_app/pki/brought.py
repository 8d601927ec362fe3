"""One certificate or CRL out of a file that somebody brought: read strictly, in DER or PEM, or refused by name."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import escaped
from ceremony_app.core.values import Mode
from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.loading import load_certificate, load_crl
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.received import LABELS, NOUNS, Kind, kind_of, objects_in
from ceremony_app.pki.strict_der import hold_to_der

MOST_CERTIFICATE: Final = 64 * 1024
"""Octets of a file with a certificate; real ones have a few thousand at most."""

MOST_CRL: Final = 4 * 1024 * 1024
"""Octets of a file with a CRL: one of a hundred thousand entries and more fits."""

_LONGEST: Final = 300
_REHEARSAL: Final = re.compile(rb"^REHEARSAL: ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The one object of a file: its DER, how the file held it, and the SHA-256 (hex) of the file and of the DER."""

    der: bytes
    form: Literal["PEM", "DER"]
    file_sha256: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtCertificate(Brought):
    """A certificate, read."""

    read: x.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtCrl(Brought):
    """A CRL, read."""

    read: x.Crl


def brought_certificate(octets: bytes, mode: Mode) -> BroughtCertificate:
    """The certificate in a file's octets; it is DER throughout, and the library reads it as well.

    Raises `Unusable` (CER-DER) for what is no such file, `Refusal` (CER-BROUGHT) in production for a rehearsal's.
    """
    one = _one(octets, "certificate", mode)
    try:
        hold_to_der(one.der, "certificate")
        load_certificate(one.der)
        read = read_certificate(one.der)
    except MalformedError as fault:
        _unfit("certificate", str(fault))
    return BroughtCertificate(
        der=one.der, form=one.form, file_sha256=one.file_sha256, sha256=one.sha256, read=_plain(read)
    )


def brought_crl(octets: bytes, mode: Mode) -> BroughtCrl:
    """The CRL in a file's octets; raises likewise."""
    one = _one(octets, "crl", mode)
    try:
        load_crl(one.der)
        read = read_crl(one.der)
    except MalformedError as fault:
        _unfit("crl", str(fault))
    return BroughtCrl(der=one.der, form=one.form, file_sha256=one.file_sha256, sha256=one.sha256, read=read)


def _one(octets: bytes, wanted: Kind, mode: Mode) -> Brought:
    """The file's one object, of the kind that is wanted by its outline and, in PEM, by its label."""
    found = objects_in(octets)
    if len(found) != 1:
        _unfit(wanted, f"it holds {len(found)} objects, where one is wanted and nothing beside it")
    (one,) = found
    if "PRIVATE KEY" in one.label:
        _unfit(wanted, "it holds a private key, which has left its owner's hands: keep the medium, open a deviation")
    if one.fault:
        _unfit(wanted, f"its PEM block cannot be read: {one.fault}")
    if one.label and LABELS.get(one.label) != wanted:
        _unfit(wanted, f"its PEM block says that it is a {one.label}")
    try:
        kind = kind_of(one.octets)
    except MalformedError as fault:
        _unfit(wanted, str(fault))
    if kind != wanted:
        _unfit(wanted, f"it is a {NOUNS[kind]}")
    if one.label and mode is Mode.PRODUCTION and _REHEARSAL.search(octets):
        raise rehearsed("The file says of itself that it was made in a rehearsal.")
    return Brought(
        der=one.octets,
        form="PEM" if one.label else "DER",
        file_sha256=hashlib.sha256(octets).hexdigest(),
        sha256=hashlib.sha256(one.octets).hexdigest(),
    )


def _plain(read: x.Certificate) -> x.Certificate:
    """The certificate, unless a default is written out in it, which two readers may read twice."""
    if any(one.default_written for one in read.extensions):
        _unfit("certificate", "critical FALSE is written out in an extension (X.690, 11.5)")
    return read


def rehearsed(why: str) -> Refusal:
    """The refusal of a rehearsal's object in production."""
    return Refusal("CER-BROUGHT", f"{why} It is worthless in production.", "Bring what the production ceremony made.")


def _unfit(wanted: Kind, why: str) -> NoReturn:
    shown = escaped(why)
    told = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
    raise Unusable(
        "CER-DER",
        f"The file is not one {NOUNS[wanted]} in DER or PEM: {told}.",
        f"Bring a file with the {NOUNS[wanted]} alone, from a source that you trust.",
    )
