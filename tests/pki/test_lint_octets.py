"""What is wrong in the octets of a certificate is named, whoever made it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from asn1crypto import core, parser
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import KeyIdentifier
from ceremony_app.core.values import Mode
from ceremony_app.pki import der
from ceremony_app.pki.findings import Finding, standing
from ceremony_app.pki.issuance import held
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.reading import read_certificate
from tests.pki import breaking
from tests.pki.breaking import Change, broken
from tests.pki.making import Made, changed_root, named, root_issuance

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which a test puts octets together with, has no types.


def lint(octets: bytes, policy: Policy) -> tuple[Finding, ...]:
    return CertificateLint(read_certificate(octets), policy.certificates["root"], Mode.PRODUCTION).findings()


BROKEN = [
    (breaking.version, {"version"}),
    (breaking.negative, {"serialNumber"}),
    (breaking.sequential, {"serialNumber"}),
    (breaking.long, {"serialNumber"}),
    (breaking.null, {"signature", "signatureAlgorithm"}),
    (breaking.outer, {"signatureAlgorithm"}),
    (breaking.issuer, {"issuer"}),
    (breaking.printable, {"subject"}),
    (breaking.joined, {"subject"}),
    (breaking.generalized, {"validity.notBefore"}),
    (breaking.second_too_long, {"validity"}),
    (breaking.unique, {"issuerUniqueID"}),
    (breaking.twice, {"basicConstraints"}),
    (breaking.another, {"1.3.6.1.4.1.32473.3"}),
    (breaking.none, {"basicConstraints", "keyUsage", "subjectKeyIdentifier", "authorityKeyIdentifier"}),
]


@pytest.mark.parametrize(("change", "expected"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_wrong_in_the_octets_is_named(root: Made, change: Change, expected: set[str]) -> None:
    assert named(lint(broken(root.der["root"], change), root.policy)) == expected


@pytest.mark.parametrize("change", [change for change, _ in BROKEN], ids=lambda change: change.__name__)
def test_whatever_is_wrong_the_whole_judgement_ends_in_findings(root: Made, change: Change) -> None:
    """The library refuses some of these with exceptions of its own; none comes through."""
    wanted, _ = root_issuance(root)
    octets = broken(root.der["root"], change)
    found = standing(held(wanted, octets, root.approved["root"]))
    assert {one.rule for one in found} >= {"CER-PROFILE", "CER-PROOF"}
    assert ("CER-TBS" in {one.rule for one in found}) is (change is not breaking.outer)


@pytest.mark.parametrize(
    ("at", "value", "told"),
    [
        ("0603551d0f0101ff040403020106", "0603551d0f0101ff04040302010e", "keyUsage"),
        ("0603551d0f0101ff040403020106", "0603551d0f0101ff040403020006", "encoding"),
        ("0603551d0f0101ff040403020106", "0603551d0f0101ff040403020107", "encoding"),
        ("0603551d0f0101ff040403020106", "0603551d0f01010104040302 0106".replace(" ", ""), ""),
        ("0603551d130101ff040530030101ff", "0603551d130101ff04053003010100", "encoding"),
        ("0603551d130101ff040530030101ff", "0603551d130101ff04053003020105", "basicConstraints"),
        ("0603551d0e0416041", "0603551d0e0416051", "encoding"),
    ],
)
def test_extension_values_that_are_not_der(root: Made, at: str, value: str, told: str) -> None:
    """The same octets but for a few: bits, padding bits, a BOOLEAN of 01, a default written out, another type."""
    whole = root.der["root"].hex()
    assert at in whole
    octets = bytes.fromhex(whole.replace(at, value))
    if told:
        assert told in named(lint(octets, root.policy))
    else:
        with pytest.raises(ValueError, match="BOOLEAN 01"):
            read_certificate(octets)


def test_a_default_that_is_written_out(root: Made) -> None:
    """DER leaves out `critical FALSE`."""
    tbs, algorithm, signature = der.element(root.der["root"], der.SEQUENCE, "certificate")
    *fields, wrapper = tbs
    (extensions,) = wrapper
    written = b""
    for one in extensions:
        members = [member.der for member in one]
        if len(members) == 2:
            members.insert(1, bytes.fromhex("010100"))
        written += core.Sequence(contents=b"".join(members)).dump()
    listed = parser.emit(2, 1, 3, core.Sequence(contents=written).dump())
    changed = core.Sequence(contents=b"".join(field.der for field in fields) + listed).dump()
    octets = core.Sequence(contents=changed + algorithm.der + signature.der).dump()
    assert named(lint(octets, root.policy)) == {"subjectKeyIdentifier", "authorityKeyIdentifier"}


def test_an_authority_key_identifier_of_another_form(root: Made) -> None:
    """Issuer and serial number beside the key identifier, and another key's identifier."""
    certificate = x509.load_der_x509_certificate(root.der["root"])
    for extension, field in (
        (x509.AuthorityKeyIdentifier(b"\x01" * 20, None, None), "the issuer's"),
        (
            x509.AuthorityKeyIdentifier(
                certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest,
                [x509.DirectoryName(certificate.subject)],
                certificate.serial_number,
            ),
            "keyIdentifier alone",
        ),
    ):
        builder = x509.CertificateBuilder(
            issuer_name=certificate.issuer,
            subject_name=certificate.subject,
            public_key=certificate.public_key(),
            serial_number=certificate.serial_number,
            not_valid_before=certificate.not_valid_before_utc.replace(tzinfo=None),
            not_valid_after=certificate.not_valid_after_utc.replace(tzinfo=None),
        )
        for one in certificate.extensions:
            value = extension if isinstance(one.value, x509.AuthorityKeyIdentifier) else one.value
            builder = builder.add_extension(value, one.critical)
        key = root.keys["root"]
        octets = builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER)
        (found,) = lint(octets, root.policy)
        assert found.field == "authorityKeyIdentifier"
        assert found.expected.startswith(field)


def test_a_certificate_that_openssl_made(general: Policy, tmp_path: Path) -> None:
    """Made by a program that knows nothing of this one: only what differs from the profile is found."""
    (tmp_path / "root.cnf").write_text(
        "[req]\ndistinguished_name=name\nx509_extensions=root\nprompt=no\nstring_mask=utf8only\n"
        "[name]\nC=GB\nO=Example Trust Services\nCN=Example Root CA G1\n"
        "[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n"
    )
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -sha384 -days 7305 -outform DER"
    own = ["-set_serial", "0x5a" + "c3" * 19, "-config", "root.cnf", "-keyout", "root.key", "-out", "root.der"]
    subprocess.run([*command.split(), *own], cwd=tmp_path, check=True, capture_output=True)
    octets = (tmp_path / "root.der").read_bytes()
    assert named(lint(octets, changed_root(general, "subject_key_identifier", KeyIdentifier(method="sha1")))) == {
        "validity"
    }
    assert named(lint(octets, general)) == {"validity", "subjectKeyIdentifier"}
