"""What people see of a certificate or CRL: all of it, on one line each, nothing hidden."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.names import unfit_character
from ceremony_app.core.policy import LintRules, Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.general import certificate_findings
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.reading import read_certificate
from ceremony_app.pki.show import certificate_rows, crl_rows, pem
from tests.pki.making import Made

NAME = x509.Name(
    [
        x509.NameAttribute(x509.NameOID.COMMON_NAME, "Root\u202egnp.exe\n\x1b[2J"),
        x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Z\u200bero"),
    ]
)


def hostile() -> bytes:
    """A certificate of somebody who wants to be misread."""
    key = ec.generate_private_key(ec.SECP384R1())
    start = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(NAME, NAME, key.public_key(), 7, start, start.replace(year=2027))
    return (
        builder.add_extension(
            x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.5"), b"\x05\x00"), True
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("x.example")]), False)
        .sign(key, hashes.SHA384())
        .public_bytes(Encoding.DER)
    )


def test_a_hostile_name_is_shown_and_not_obeyed(general: Policy) -> None:
    der = hostile()
    rows = {row.label: row.value for row in certificate_rows(der)}
    assert all(unfit_character(label + value) is None for label, value in rows.items())
    assert rows["Subject"] == "CN=Root\\u{202E}gnp.exe\\u{000A}\\u{001B}[2J, O=Z\\u{200B}ero"
    assert rows["1.3.6.1.4.1.32473.5"] == "0500, critical"
    found: tuple[Finding, ...] = (
        *CertificateLint(read_certificate(der), general.certificates["root"], Mode.PRODUCTION).findings(),
        *certificate_findings(der, "root", LintRules()),
    )
    assert {"subject", "subjectAltName", "serialNumber"} <= {one.field for one in found}
    assert all(unfit_character(one.told()) is None for one in found)


def test_every_field_of_a_certificate(root: Made) -> None:
    der = root.der["root"]
    rows = {row.label: row.value for row in certificate_rows(der)}
    certificate = x509.load_der_x509_certificate(der)
    assert rows["Version"] == "v3 (INTEGER 2)"
    assert int(rows["Serial number"], 16) == certificate.serial_number
    assert rows["Signature algorithm"] == "ecdsa-with-SHA384 (1.2.840.10045.4.3.3), parameters absent"
    assert rows["Issuer"] == rows["Subject"] == "C=GB, O=Example Trust Services, CN=Example Root CA G1"
    assert rows["Not before"] == "2026-11-23 12:00:00 UTC (Monday), UTCTime"
    assert rows["Not after"] == "2046-11-23 11:59:59 UTC (Friday), UTCTime"
    assert rows["basicConstraints"] == "CA TRUE, no path length, critical"
    assert rows["keyUsage"] == "keyCertSign, cRLSign, critical"
    assert rows["subjectKeyIdentifier"] == rows["authorityKeyIdentifier"]
    assert rows["Signature"] == certificate.signature.hex()
    assert rows["SHA-256 of the certificate"] == hashlib.sha256(der).hexdigest()
    assert rows["Public key"].startswith("P-384: 04")


def test_every_field_of_a_crl(root: Made) -> None:
    der = root.der["root-crl"]
    rows = {row.label: row.value for row in crl_rows(der)}
    assert rows["Version"] == "v2 (INTEGER 1)"
    assert rows["Next update"] == "2027-11-23 12:00:00 UTC (Tuesday), UTCTime"
    assert rows["Revoked certificates"] == "none"
    assert rows["cRLNumber"] == "1"
    assert rows["SHA-256 of the CRL"] == hashlib.sha256(der).hexdigest()


def test_an_rsa_key_and_its_parameters(chain: Made) -> None:
    rows = {row.label: row.value for row in certificate_rows(chain.der["root"])}
    kind = chain.policy.certificates["root"].key.value
    assert rows["Public key"].startswith(f"{kind.value}: ")
    assert rows["Signature algorithm"].endswith("NULL" if kind.is_rsa else "absent")


def test_a_uniqueidentifier_is_shown_in_hex(operator: Made) -> None:
    rows = {row.label: row.value for row in certificate_rows(operator.der["hes-1"])}
    assert rows["Subject"] == "OU=7f, uniqueIdentifier=0000000000000000"
    assert rows["keyUsage"] == "digitalSignature, critical"


def test_pem_with_its_preamble(root: Made, tmp_path: Path) -> None:
    text = pem(root.der["root"], "CERTIFICATE", "REHEARSAL").decode()
    assert text.startswith("REHEARSAL\n-----BEGIN CERTIFICATE-----\n")
    assert max(map(len, text.splitlines())) == 64
    assert x509.load_pem_x509_certificate(text.encode()).public_bytes(Encoding.DER) == root.der["root"]
