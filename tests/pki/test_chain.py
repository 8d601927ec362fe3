"""Whole chains, held against OpenSSL's command line as somebody else's opinion."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.policy import Policy
from ceremony_app.core.values import Mode
from ceremony_app.pki.fields import CertificateFields, as_json, from_json
from ceremony_app.pki.issuance import held, issuance, prepare
from ceremony_app.pki.show import pem
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from ceremony_app.pki.trial import PlannedCertificate, PlannedCrl, trial
from tests.pki.making import MOMENT, Made, random_octets

AT = str(int(MOMENT.timestamp()) + 3600)


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(made: Made, folder: Path) -> dict[str, Path]:
    """Every object as PEM."""
    paths = {}
    for name, der in made.der.items():
        paths[name] = folder / f"{name}.pem"
        if isinstance(made.fields(name).fields, CertificateFields):
            paths[name].write_bytes(pem(der, "CERTIFICATE", "REHEARSAL: no certificate of anybody's"))
        else:
            paths[name].write_bytes(pem(der, "X509 CRL", "REHEARSAL: no CRL of anybody's"))
    return paths


def test_openssl_accepts_root_and_crl_of_every_kind_of_key(chain: Made, tmp_path: Path) -> None:
    paths = files(chain, tmp_path)
    strict = ("verify", "-x509_strict", "-check_ss_sig", "-crl_check_all", "-attime", AT)
    openssl(*strict, "-CAfile", paths["root"], "-CRLfile", paths["root-crl"], paths["root"])
    openssl("crl", "-in", paths["root-crl"], "-CAfile", paths["root"], "-verify", "-noout")


def test_openssl_accepts_the_operator_chain(operator: Made, tmp_path: Path) -> None:
    paths = files(operator, tmp_path)
    strict = ("verify", "-x509_strict", "-check_ss_sig", "-attime", AT, "-CAfile", paths["operator-root"])
    openssl(*strict, "-crl_check_all", "-CRLfile", paths["operator-root-crl"], paths["issuing"])
    for entity in ("hes-1", "hes-2"):
        openssl(*strict, "-untrusted", paths["issuing"], paths[entity])


def test_openssl_reads_what_was_decided(root: Made, tmp_path: Path) -> None:
    paths = files(root, tmp_path)
    fields = root.fields("root").fields
    assert isinstance(fields, CertificateFields)
    text = openssl("x509", "-in", paths["root"], "-noout", "-text", "-certopt", "ext_parse")
    assert "Version: 3 (0x2)" in text
    assert fields.serial in re.sub(r"[:\s]", "", text)
    assert "Signature Algorithm: ecdsa-with-SHA384" in text
    assert "Issuer: C = GB, O = Example Trust Services, CN = Example Root CA G1" in text
    assert "Not Before: Nov 23 12:00:00 2026 GMT" in text
    assert "Not After : Nov 23 11:59:59 2046 GMT" in text
    assert "ASN1 OID: secp384r1" in text
    assert re.search(r"X509v3 Basic Constraints: critical\s+CA:TRUE\n", text)
    assert re.search(r"X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign\n", text)
    listed = openssl("crl", "-in", paths["root-crl"], "-noout", "-text")
    assert "Version 2 (0x1)" in listed
    assert re.search(r"X509v3 CRL Number:\s+1\n", listed)
    assert "Next Update: Nov 23 12:00:00 2027 GMT" in listed
    assert "No Revoked Certificates." in listed


def test_openssl_reads_the_operator_root(operator: Made, tmp_path: Path) -> None:
    text = openssl("x509", "-in", files(operator, tmp_path)["operator-root"], "-noout", "-text")
    assert "Issuer: OU = 00, CN = TMPL" in text
    assert "Not After : Nov 23 11:59:59 2076 GMT" in text
    assert re.search(r"X509v3 Certificate Policies: critical\s+Policy: 1\.3\.6\.1\.4\.1\.32473\.1\.1\n", text)
    identifier = re.search(r"X509v3 Subject Key Identifier:\s+([0-9A-F:]+)\n", text)
    assert identifier is not None
    assert len(bytes.fromhex(identifier[1].replace(":", ""))) == 8
    assert identifier[1].startswith("4")
    assert "Authority Key Identifier" not in text


def test_serial_numbers_of_a_chain_differ(operator: Made) -> None:
    serials = [one.fields.serial for one in operator.tried if isinstance(one.fields, CertificateFields)]
    assert len(set(serials)) == len(serials) == 4


def test_decisions_go_through_the_journal(operator: Made) -> None:
    """Evidence is JSON without floats and null; what comes back holds the artifacts as well as what was there."""
    for one in operator.tried:
        line = msgspec.json.encode(as_json(one.fields))
        assert b"null" not in line
        again = from_json(msgspec.json.decode(line))
        assert again == one.fields
        name = again.name
        wanted = issuance(
            operator.policy,
            Mode.PRODUCTION,
            again,
            spki=spki_of(operator.keys[name]) if name in operator.keys else b"",
            issuer=b"" if again.issued_by == name else operator.der[again.issued_by],
        )
        assert not [
            finding for finding in held(wanted, operator.der[name], operator.approved[name]) if not finding.waived
        ]


def test_an_issuing_ca_under_a_root_that_exists_already(operator: Made, s1spki: Policy) -> None:
    """The trial takes names and identifiers from the root's own certificate; only its signature is a stand-in."""
    planned = (
        PlannedCertificate(name="issuing-2", profile="operator-issuing", issued_by="operator-root", key=Algorithm.P256),
        PlannedCrl(name="crl-2", profile="operator-root-crl", issued_by="operator-root", number=2),
    )
    root = operator.der["operator-root"]
    octets = random_octets(s1spki, planned)
    certificate, crl = trial(
        s1spki, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets, issuers={"operator-root": root}
    )
    assert certificate.good
    assert crl.good
    spki = spki_of(operator.keys["issuing"])
    wanted = issuance(s1spki, Mode.PRODUCTION, certificate.fields, spki=spki, issuer=root)
    prepared = prepare(wanted, certificate.template)
    assert prepared.good
    assert set(prepared.changed) == {"subjectPublicKeyInfo", "subjectKeyIdentifier"}
    again = prepare(issuance(s1spki, Mode.PRODUCTION, crl.fields, issuer=root), crl.template)
    assert again.good
    assert again.tbs == crl.template


def test_rehearsal_has_its_own_name_where_the_form_has_room(general: Policy, s1spki: Policy) -> None:
    for policy, name in ((general, "root"), (s1spki, "operator-root")):
        profile = policy.certificates[name]
        planned = (PlannedCertificate(name=name, profile=name, issued_by=name, key=profile.key.value),)
        octets = random_octets(policy, planned)
        (rehearsed,) = trial(policy, Mode.REHEARSAL, planned, moment=MOMENT, octets=octets)
        (real,) = trial(policy, Mode.PRODUCTION, planned, moment=MOMENT, octets=octets)
        assert rehearsed.good
        assert (rehearsed.fields.issuer != real.fields.issuer) is bool(profile.rehearsal_subject)
    assert general.certificates["root"].subject_in(Mode.REHEARSAL)[-1].value.startswith("REHEARSAL ")


def test_a_rehearsals_name_is_a_finding_in_production(general: Policy) -> None:
    planned = (PlannedCertificate(name="root", profile="root", issued_by="root", key=Algorithm.P384),)
    (rehearsed,) = trial(general, Mode.REHEARSAL, planned, moment=MOMENT, octets=random_octets(general, planned))
    spki = spki_of(throwaway_key(Algorithm.P384))
    prepared = prepare(issuance(general, Mode.PRODUCTION, rehearsed.fields, spki=spki), rehearsed.template)
    assert [(one.rule, one.field) for one in prepared.findings if not one.waived] == [("CER-PROFILE", "subject")]


def test_pem_is_the_librarys(root: Made) -> None:
    certificate, crl = root.der["root"], root.der["root-crl"]
    assert pem(certificate, "CERTIFICATE") == x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
    assert pem(crl, "X509 CRL") == x509.load_der_x509_crl(crl).public_bytes(Encoding.PEM)
