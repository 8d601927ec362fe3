"""The issuer of an object, as its certificate describes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.distinguished_name import NamePart, short_name
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.loading import load_certificate
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.signer import PublicKey
from ceremony_app.pki.spki import public_key, spki_findings
from ceremony_app.pki.structures import Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A CA: its certificate (DER), its subject for the library and as parts, its key and that key's identifier."""

    certificate: bytes
    name: x509.Name
    parts: tuple[NamePart, ...]
    key_identifier: bytes
    spki: bytes
    algorithm: Algorithm
    key: PublicKey
    not_before: dt.datetime
    not_after: dt.datetime


def authority_of(certificate: bytes) -> Authority:
    """The CA of a certificate in DER.

    Raises `Unusable` (CER-DER) for octets that are no certificate and `Refusal` (CER-ISSUER, CER-KEY) for one that
    cannot stand as an issuer: no subject key identifier, a key of no known kind, a name of several attributes in one.
    """
    try:
        read = read_certificate(certificate)
        named = read.extension(values.SUBJECT_KEY_IDENTIFIER)
        identifier = b"" if named is None else values.subject_key_identifier(named.value)
        start, end = read.not_before.instant(), read.not_after.instant()
        name = load_certificate(certificate).subject
    except ValueError as fault:  # MalformedError is one
        raise Unusable(
            "CER-DER",
            f"The issuer's certificate cannot be read: {fault}.",
            "Bring the issuer's certificate again, in DER or PEM, from a source that you trust.",
        ) from fault
    if not identifier:
        raise _unfit("it has no subject key identifier")
    algorithm = algorithm_of(read.key.der)
    return Authority(
        certificate=certificate,
        name=name,
        parts=parts_of(read.subject),
        key_identifier=identifier,
        spki=read.key.der,
        algorithm=algorithm,
        key=public_key(read.key.der, algorithm),
        not_before=start,
        not_after=end,
    )


def algorithm_of(spki: bytes) -> Algorithm:
    """The kind of a public key; raises `Refusal` (CER-ISSUER) where it is none that is known here."""
    for algorithm in Algorithm:
        if not spki_findings(spki, algorithm):
            return algorithm
    raise _unfit("its key is of no kind that is known here")


def parts_of(name: Name) -> tuple[NamePart, ...]:
    """A name's attributes; raises `Refusal` (CER-ISSUER) where one relative name holds several."""
    if any(len(one) != 1 for one in name.relative):
        raise _unfit("its subject has several attributes in one relative name")
    try:
        return tuple(NamePart(type=short_name(one.oid), value=one.text) for (one,) in name.relative)
    except ValueError as fault:
        raise _unfit(f"its subject cannot be written as a policy writes names: {fault}") from fault


def _unfit(why: str) -> Refusal:
    return Refusal(
        "CER-ISSUER",
        f"This certificate cannot stand as an issuer: {why}.",
        "Use the CA's own certificate; if it is this one, the policy pack cannot issue under it.",
    )
