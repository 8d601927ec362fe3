"""Each field of a CRL profile broken in turn, in the profile and in the octets."""

from __future__ import annotations

import msgspec
import pytest

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.profiles import AuthorityKeyIdentifier
from ceremony_app.pki.findings import Finding
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.reading import read_certificate, read_crl
from tests.pki import breaking
from tests.pki.breaking import Change, broken_crl
from tests.pki.making import Made, named, said

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


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (breaking.v1, {"version"}),
        (breaking.no_next, {"nextUpdate"}),
        (breaking.issuer, {"issuer"}),
        (breaking.empty, {"revokedCertificates"}),
        (breaking.doubled, {"revokedCertificates"}),
        (breaking.outer, {"signatureAlgorithm"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_wrong_in_a_crls_octets_is_named(root: Made, change: Change, expected: set[str]) -> None:
    assert named(lint_crl(broken_crl(root.der["root-crl"], change), root)) == expected


def test_a_crl_of_another_ca(root: Made, operator: Made) -> None:
    found = named(lint_crl(operator.der["operator-root-crl"], root))
    assert {"issuer", "authorityKeyIdentifier", "signature", "signatureAlgorithm"} == found
