"""Certificates and CRLs with one thing in their octets changed."""

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which they are broken with, has no types.

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from asn1crypto import core
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509

Change = Callable[[core.Sequence, core.Sequence], None]


def broken(octets: bytes, change: Change) -> bytes:
    """A certificate with one thing in its octets changed."""
    certificate = asn1_x509.Certificate.load(octets)
    change(certificate["tbs_certificate"], certificate)
    changed: bytes = certificate.dump(force=True)
    return changed


def version(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["version"] = "v2"


def negative(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["serial_number"] = -(2**120)


def sequential(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["serial_number"] = 7


def long(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["serial_number"] = 2**160


def null(tbs: core.Sequence, certificate: core.Sequence) -> None:
    for one in (tbs["signature"], certificate["signature_algorithm"]):
        one["parameters"] = core.Any(core.Null())


def outer(_: core.Sequence, certificate: core.Sequence) -> None:
    certificate["signature_algorithm"]["algorithm"] = "sha256_ecdsa"


def issuer(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["issuer"] = asn1_x509.Name.build({"common_name": "Somebody"})


def printable(tbs: core.Sequence, _: core.Sequence) -> None:
    pairs = [
        asn1_x509.NameTypeAndValue({"type": kind, "value": value})
        for kind, value in (
            ("country_name", core.PrintableString("GB")),
            ("organization_name", asn1_x509.DirectoryString("utf8_string", "Example Trust Services")),
            ("common_name", asn1_x509.DirectoryString("teletex_string", "Example Root CA G1")),
        )
    ]
    name = asn1_x509.Name("", asn1_x509.RDNSequence([asn1_x509.RelativeDistinguishedName([pair]) for pair in pairs]))
    tbs["subject"] = tbs["issuer"] = name


def joined(tbs: core.Sequence, _: core.Sequence) -> None:
    pairs = [one[0].copy() for one in tbs["subject"].chosen]
    first, rest = pairs[:1], pairs[1:]
    relative = [asn1_x509.RelativeDistinguishedName(first), asn1_x509.RelativeDistinguishedName(rest)]
    tbs["subject"] = tbs["issuer"] = asn1_x509.Name("", asn1_x509.RDNSequence(relative))


def generalized(tbs: core.Sequence, _: core.Sequence) -> None:
    moment = core.GeneralizedTime(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    tbs["validity"]["not_before"] = asn1_x509.Time("general_time", moment)


def second_too_long(tbs: core.Sequence, _: core.Sequence) -> None:
    moment = core.UTCTime(dt.datetime(2046, 11, 23, 12, tzinfo=dt.UTC))
    tbs["validity"]["not_after"] = asn1_x509.Time("utc_time", moment)


def unique(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["issuer_unique_id"] = core.OctetBitString(b"\x01")


def twice(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["extensions"].append(tbs["extensions"][0].copy())


def another(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["extensions"].append(asn1_x509.Extension({"extn_id": "1.3.6.1.4.1.32473.3", "extn_value": b"\x05\x00"}))


def none(tbs: core.Sequence, _: core.Sequence) -> None:
    del tbs["extensions"]


def v1(tbs: core.Sequence, _: core.Sequence) -> None:
    del tbs["version"]


def no_next(tbs: core.Sequence, _: core.Sequence) -> None:
    del tbs["next_update"]


def empty(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["revoked_certificates"] = asn1_crl.RevokedCertificates([])


def doubled(tbs: core.Sequence, _: core.Sequence) -> None:
    date = asn1_x509.Time("utc_time", core.UTCTime(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)))
    entry = {"user_certificate": 5, "revocation_date": date}
    tbs["revoked_certificates"] = asn1_crl.RevokedCertificates([entry, entry])


def broken_crl(octets: bytes, change: Change) -> bytes:
    """A CRL with one thing in its octets changed."""
    crl = asn1_crl.CertificateList.load(octets)
    change(crl["tbs_cert_list"], crl)
    changed: bytes = crl.dump(force=True)
    return changed
