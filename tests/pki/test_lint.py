"""Each field of a profile broken in turn, in the profile and in the octets."""

from __future__ import annotations

import msgspec
import pytest

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
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.reading import read_certificate, read_crl
from ceremony_app.pki.trial import trial
from tests.pki.making import MOMENT, Made, changed_root, make, named, random_octets, root_and_crl

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


def lint(octets: bytes, policy: Policy) -> tuple[Finding, ...]:
    return CertificateLint(read_certificate(octets), policy.certificates["root"], Mode.PRODUCTION).findings()


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
