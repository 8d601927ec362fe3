"""Octets from outside: read, or refused in words; never another exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceremony_app.core.policy import LintRules
from ceremony_app.core.values import Mode
from ceremony_app.pki import der, general
from ceremony_app.pki import extension_values as values
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.difference import changed, differences
from ceremony_app.pki.lint import CertificateLint
from ceremony_app.pki.lint_crl import CrlLint
from ceremony_app.pki.reading import read_certificate, read_crl, read_public_key
from ceremony_app.pki.show import certificate_rows, crl_rows
from tests.pki.making import Made

MUTATIONS = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=4)


def mutated(octets: bytes, mutations: list[tuple[int, int]]) -> bytes:
    changed_octets = bytearray(octets)
    for at, value in mutations:
        changed_octets[at % len(octets)] = value
    return bytes(changed_octets)


@settings(max_examples=300, deadline=None)
@given(mutations=MUTATIONS)
def test_mutated_certificates(root: Made, mutations: list[tuple[int, int]]) -> None:
    octets = mutated(root.der["root"], mutations)
    try:
        read = read_certificate(octets)
    except MalformedError:
        return
    CertificateLint(read, root.policy.certificates["root"], Mode.PRODUCTION).findings()
    assert all("\n" not in row.value for row in certificate_rows(octets))
    general.certificate_findings(octets, "root", LintRules())


@settings(max_examples=300, deadline=None)
@given(mutations=MUTATIONS)
def test_mutated_crls(root: Made, mutations: list[tuple[int, int]]) -> None:
    octets = mutated(root.der["root-crl"], mutations)
    try:
        read = read_crl(octets)
    except MalformedError:
        return
    CrlLint(read, root.policy.crls["root-crl"]).findings()
    assert all("\n" not in row.value for row in crl_rows(octets))
    general.crl_findings(octets, "root-crl", LintRules())


@settings(deadline=None)
@given(mutations=MUTATIONS)
def test_differences_are_named_wherever_they_are(root: Made, mutations: list[tuple[int, int]]) -> None:
    for name, read in (("root", read_certificate), ("root-crl", read_crl)):
        tbs = read(root.der[name]).tbs
        other = mutated(tbs, mutations)
        if other == tbs:
            continue
        try:
            assert changed(tbs, other)
        except MalformedError:
            assert differences(tbs, other)


@given(st.binary(max_size=400))
def test_any_octets(octets: bytes) -> None:
    for read in (read_certificate, read_crl, read_public_key):
        with pytest.raises(MalformedError):
            read(octets)


@given(st.binary(max_size=60))
def test_any_octets_as_extension_values(octets: bytes) -> None:
    for read in (
        values.basic_constraints,
        values.key_usage,
        values.subject_key_identifier,
        values.authority_key_identifier,
        values.certificate_policies,
        values.crl_number,
        values.reason_code,
    ):
        try:
            read(octets)
        except MalformedError:
            continue


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        ("02020001", "fewest octets"),
        ("0202ffff", "fewest octets"),
        ("0200", "fewest octets"),
        ("028101 01".replace(" ", ""), "length is not encoded"),
        ("02010100", "follow its end"),
        ("0101ff", "BOOLEAN, not INTEGER"),
        ("", "Insufficient data"),
        ("a0", "Insufficient data"),
        ("30800000", "length is not encoded"),
    ],
)
def test_integers_that_are_not_der(octets: str, told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        der.integer(der.element(bytes.fromhex(octets), der.INTEGER, "number"), "number")


def test_deep_nesting_and_long_tags_end() -> None:
    deep = b"\x30\x80" * 10_000
    for octets in (deep, b"\x1f" + b"\xff" * 50_000, b"\x30\x84\xff\xff\xff\xff"):
        with pytest.raises(MalformedError):
            read_certificate(octets)
