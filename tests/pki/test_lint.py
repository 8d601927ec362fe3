"""Each field of a profile broken in turn, in the profile and in the octets."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from asn1crypto import core, parser
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.distinguished_name import NamePart
from ceremony_app.core.policy import Policy
from ceremony_app.core.profiles import (
    AuthorityKeyIdentifier,
    BasicConstraints,
    KeyIdentifier,
    KeyUsage,
    OpaqueExtension,
    Policies,
    Said,
    SerialRule,
    Validity,
)
from ceremony_app.core.values import Mode
from ceremony_app.pki import der
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.trial import trial
from tests.pki.making import MOMENT, Made, make, random_octets, root_and_crl, said

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which the tests break certificates with, has no types.

EXTRA = Said(
    value=OpaqueExtension(oid="1.3.6.1.4.1.32473.7", critical=False, der="0500"), section="s", provenance="verified"
)
OTHER_NAME = (NamePart(type="C", value="GB"), NamePart(type="CN", value="Another"))

CERTIFICATE_FIELDS = [
    ("version", 1, {"version"}),
    ("serial", SerialRule(octets=16, random_bits=64), {"serialNumber"}),
    ("signature", Scheme.ECDSA_SHA256, {"signature", "signatureAlgorithm"}),
    ("subject", OTHER_NAME, {"subject"}),
    ("validity", Validity(years=21), {"validity"}),
    ("validity", Validity(until="99991231235959Z"), {"validity"}),
    ("key", Algorithm.P256, {"subjectPublicKeyInfo"}),
    ("basic_constraints", BasicConstraints(critical=False, ca=True), {"basicConstraints"}),
    ("basic_constraints", BasicConstraints(critical=True, ca=True, path_length=1), {"basicConstraints"}),
    ("key_usage", KeyUsage(critical=False, usages=("keyCertSign", "cRLSign")), {"keyUsage"}),
    ("key_usage", KeyUsage(critical=True, usages=("keyCertSign",)), {"keyUsage"}),
    ("key_usage", KeyUsage(critical=True, usages=("digitalSignature", "keyCertSign", "cRLSign")), {"keyUsage"}),
    ("subject_key_identifier", KeyIdentifier(method="sha1"), {"subjectKeyIdentifier"}),
    ("subject_key_identifier", KeyIdentifier(method="sha1-64"), {"subjectKeyIdentifier"}),
    ("subject_key_identifier", KeyIdentifier(critical=True, method="sha256-160"), {"subjectKeyIdentifier"}),
    ("authority_key_identifier", AuthorityKeyIdentifier(present=False), {"authorityKeyIdentifier"}),
    ("authority_key_identifier", AuthorityKeyIdentifier(present=True, critical=True), {"authorityKeyIdentifier"}),
    ("certificate_policies", Policies(critical=True, oids=("1.3.6.1.4.1.32473.1",)), {"certificatePolicies"}),
]


def named(findings: tuple[Finding, ...]) -> set[str]:
    assert all(one.rule == "CER-PROFILE" and one.expected and one.found for one in findings)
    return {one.field for one in findings}


def lint(octets: bytes, policy: Policy) -> tuple[Finding, ...]:
    return CertificateLint(read_certificate(octets), policy.certificates["root"], Mode.PRODUCTION).findings()


def changed_root(policy: Policy, field: str, value: object) -> Policy:
    root = policy.certificates["root"]
    altered = msgspec.structs.replace(root, **said(root, field, value))
    return msgspec.structs.replace(policy, certificates={"root": altered})


def test_nothing_is_found_where_nothing_is_wrong(root: Made) -> None:
    assert lint(root.der["root"], root.policy) == ()
    issuer = read_certificate(root.der["root"])
    assert CrlLint(read_crl(root.der["root-crl"]), root.policy.crls["root-crl"], issuer).findings() == ()


@pytest.mark.parametrize(("field", "value", "expected"), CERTIFICATE_FIELDS)
def test_a_profile_that_says_otherwise_is_a_finding(root: Made, field: str, value: object, expected: set[str]) -> None:
    altered = changed_root(root.policy, field, value)
    found = lint(root.der["root"], altered)
    assert named(found) == expected
    sections = {getattr(root.policy.certificates["root"], field).section, "the profile's extensions"}
    assert {one.section for one in found} <= sections


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, value, _ in CERTIFICATE_FIELDS if field not in {"version", "signature", "key"}],
)
def test_what_a_profile_says_is_what_is_built(general: Policy, field: str, value: object) -> None:
    """The same values the other way round: built by the altered profile, nothing is found under it."""
    altered = changed_root(general, field, value)
    planned = root_and_crl()[:1]
    (tried,) = trial(altered, Mode.PRODUCTION, planned, moment=MOMENT, octets=random_octets(altered, planned))
    assert [one for one in tried.findings if one.rule != "CER-LINT"] == []
    (other,) = trial(general, Mode.PRODUCTION, planned, moment=MOMENT, octets=random_octets(general, planned))
    assert tried.template != other.template


def test_an_extra_extension_is_carried_and_held(general: Policy, root: Made) -> None:
    with_extra = msgspec.structs.replace(
        general,
        certificates={"root": msgspec.structs.replace(general.certificates["root"], extra=(EXTRA,))},
    )
    made = make(with_extra, root_and_crl())
    assert lint(made.der["root"], with_extra) == ()
    assert named(lint(made.der["root"], general)) == {"1.3.6.1.4.1.32473.7"}
    assert named(lint(root.der["root"], with_extra)) == {"1.3.6.1.4.1.32473.7"}
    other = msgspec.structs.replace(
        EXTRA, value=OpaqueExtension(oid="1.3.6.1.4.1.32473.7", critical=True, der="0101ff")
    )
    altered = msgspec.structs.replace(
        general, certificates={"root": msgspec.structs.replace(general.certificates["root"], extra=(other,))}
    )
    assert len(lint(made.der["root"], altered)) == 2
    assert ("certificates.root.extra[0]", EXTRA) in list(with_extra.statements())


# ------------------------------------------------------------------------------------------------ broken in the octets


Change = Callable[[core.Sequence, core.Sequence], None]


def broken(octets: bytes, change: Change) -> bytes:
    """A certificate with one thing in its octets changed."""
    certificate = asn1_x509.Certificate.load(octets)
    change(certificate["tbs_certificate"], certificate)
    changed: bytes = certificate.dump(force=True)
    return changed


def _version(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["version"] = "v2"


def _negative(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["serial_number"] = -(2**120)


def _sequential(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["serial_number"] = 7


def _long(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["serial_number"] = 2**160


def _null(tbs: core.Sequence, certificate: core.Sequence) -> None:
    for one in (tbs["signature"], certificate["signature_algorithm"]):
        one["parameters"] = core.Any(core.Null())


def _outer(_: core.Sequence, certificate: core.Sequence) -> None:
    certificate["signature_algorithm"]["algorithm"] = "sha256_ecdsa"


def _issuer(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["issuer"] = asn1_x509.Name.build({"common_name": "Somebody"})


def _printable(tbs: core.Sequence, _: core.Sequence) -> None:
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


def _joined(tbs: core.Sequence, _: core.Sequence) -> None:
    pairs = [one[0].copy() for one in tbs["subject"].chosen]
    first, rest = pairs[:1], pairs[1:]
    relative = [asn1_x509.RelativeDistinguishedName(first), asn1_x509.RelativeDistinguishedName(rest)]
    tbs["subject"] = tbs["issuer"] = asn1_x509.Name("", asn1_x509.RDNSequence(relative))


def _generalized(tbs: core.Sequence, _: core.Sequence) -> None:
    moment = core.GeneralizedTime(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC))
    tbs["validity"]["not_before"] = asn1_x509.Time("general_time", moment)


def _second_too_long(tbs: core.Sequence, _: core.Sequence) -> None:
    moment = core.UTCTime(dt.datetime(2046, 11, 23, 12, tzinfo=dt.UTC))
    tbs["validity"]["not_after"] = asn1_x509.Time("utc_time", moment)


def _unique(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["issuer_unique_id"] = core.OctetBitString(b"\x01")


def _twice(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["extensions"].append(tbs["extensions"][0].copy())


def _another(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["extensions"].append(asn1_x509.Extension({"extn_id": "1.3.6.1.4.1.32473.3", "extn_value": b"\x05\x00"}))


def _none(tbs: core.Sequence, _: core.Sequence) -> None:
    del tbs["extensions"]


BROKEN = [
    (_version, {"version"}),
    (_negative, {"serialNumber"}),
    (_sequential, {"serialNumber"}),
    (_long, {"serialNumber"}),
    (_null, {"signature", "signatureAlgorithm"}),
    (_outer, {"signatureAlgorithm"}),
    (_issuer, {"issuer"}),
    (_printable, {"subject"}),
    (_joined, {"subject"}),
    (_generalized, {"validity.notBefore"}),
    (_second_too_long, {"validity"}),
    (_unique, {"issuerUniqueID"}),
    (_twice, {"basicConstraints"}),
    (_another, {"1.3.6.1.4.1.32473.3"}),
    (_none, {"basicConstraints", "keyUsage", "subjectKeyIdentifier", "authorityKeyIdentifier"}),
]


@pytest.mark.parametrize(("change", "expected"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_wrong_in_the_octets_is_named(root: Made, change: Change, expected: set[str]) -> None:
    assert named(lint(broken(root.der["root"], change), root.policy)) == expected


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


# ---------------------------------------------------------------------------------------------------------------- CRL

CRL_FIELDS = [
    ("version", 3, {"version"}),
    ("signature", Scheme.RSA_SHA384, {"signature", "signatureAlgorithm"}),
    ("next_update_days", 364, {"nextUpdate"}),
    ("number", 2, {"cRLNumber"}),
    ("authority_key_identifier", AuthorityKeyIdentifier(present=False), {"authorityKeyIdentifier"}),
    ("authority_key_identifier", AuthorityKeyIdentifier(present=True, critical=True), {"authorityKeyIdentifier"}),
]


def lint_crl(octets: bytes, made: Made, field: str = "", value: object = None) -> tuple[Finding, ...]:
    profile = made.policy.crls["root-crl"]
    if field:
        profile = msgspec.structs.replace(profile, **said(profile, field, value))
    return CrlLint(read_crl(octets), profile, read_certificate(made.der["root"])).findings()


@pytest.mark.parametrize(("field", "value", "expected"), CRL_FIELDS)
def test_a_crl_profile_that_says_otherwise(root: Made, field: str, value: object, expected: set[str]) -> None:
    assert named(lint_crl(root.der["root-crl"], root, field, value)) == expected


def _v1(tbs: core.Sequence, _: core.Sequence) -> None:
    del tbs["version"]


def _no_next(tbs: core.Sequence, _: core.Sequence) -> None:
    del tbs["next_update"]


def _empty(tbs: core.Sequence, _: core.Sequence) -> None:
    tbs["revoked_certificates"] = asn1_crl.RevokedCertificates([])


def _doubled(tbs: core.Sequence, _: core.Sequence) -> None:
    date = asn1_x509.Time("utc_time", core.UTCTime(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)))
    entry = {"user_certificate": 5, "revocation_date": date}
    tbs["revoked_certificates"] = asn1_crl.RevokedCertificates([entry, entry])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_v1, {"version"}),
        (_no_next, {"nextUpdate"}),
        (_issuer, {"issuer"}),
        (_empty, {"revokedCertificates"}),
        (_doubled, {"revokedCertificates"}),
        (_outer, {"signatureAlgorithm"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_wrong_in_a_crls_octets_is_named(root: Made, change: Change, expected: set[str]) -> None:
    crl = asn1_crl.CertificateList.load(root.der["root-crl"])
    change(crl["tbs_cert_list"], crl)
    assert named(lint_crl(crl.dump(force=True), root)) == expected


def test_a_crl_of_another_ca(root: Made, operator: Made) -> None:
    found = named(lint_crl(operator.der["operator-root-crl"], root))
    assert {"issuer", "authorityKeyIdentifier", "signature", "signatureAlgorithm"} == found
