"""Kinds of key and signature schemes: which goes with which, and what each is made of."""

from __future__ import annotations

import hashlib

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme, family_of, fits, usual_scheme


@pytest.mark.parametrize(
    ("algorithm", "bits", "schemes"),
    [
        (Algorithm.P256, 256, {"ecdsa-with-SHA256", "ecdsa-with-SHA384", "ecdsa-with-SHA512"}),
        (Algorithm.P384, 384, {"ecdsa-with-SHA256", "ecdsa-with-SHA384", "ecdsa-with-SHA512"}),
        (Algorithm.P521, 521, {"ecdsa-with-SHA256", "ecdsa-with-SHA384", "ecdsa-with-SHA512"}),
        (Algorithm.ED25519, 255, {"Ed25519"}),
        *(
            (
                kind,
                bits,
                {"sha256WithRSAEncryption", "sha384WithRSAEncryption", "RSASSA-PSS-SHA256", "RSASSA-PSS-SHA384"},
            )
            for kind, bits in ((Algorithm.RSA3072, 3072), (Algorithm.RSA4096, 4096))
        ),
    ],
)
def test_a_kind_of_key_has_its_size_and_its_schemes(algorithm: Algorithm, bits: int, schemes: set[str]) -> None:
    assert algorithm.bits == bits
    assert {scheme.value for scheme in Scheme if fits(algorithm, scheme)} == schemes
    assert all(scheme.is_rsa is algorithm.is_rsa for scheme in Scheme if fits(algorithm, scheme))


def test_the_usual_scheme_fits_and_hashes_as_strongly_as_the_curve() -> None:
    assert {algorithm.value: usual_scheme(algorithm).value for algorithm in Algorithm} == {
        "P-256": "ecdsa-with-SHA256",
        "P-384": "ecdsa-with-SHA384",
        "P-521": "ecdsa-with-SHA512",
        "Ed25519": "Ed25519",
        "RSA-3072": "sha256WithRSAEncryption",
        "RSA-4096": "sha384WithRSAEncryption",
    }
    assert all(fits(algorithm, usual_scheme(algorithm)) for algorithm in Algorithm)


def test_every_scheme_but_ed25519_signs_a_hash_that_hashlib_has() -> None:
    for scheme in Scheme:
        if scheme is Scheme.ED25519:
            assert scheme.hash_name is None
        else:
            assert scheme.hash_name is not None
            assert hashlib.new(scheme.hash_name).name == scheme.hash_name
            assert scheme.hash_name.upper() in scheme.value.upper()
    assert {scheme.value for scheme in Scheme if scheme.is_pss} == {"RSASSA-PSS-SHA256", "RSASSA-PSS-SHA384"}


@pytest.mark.parametrize(
    ("kind", "family"), [("P-224", "EC"), ("RSA-2048", "RSA"), ("Ed25519", "Ed25519"), ("P-521", "EC")]
)
def test_keys_of_other_sizes_have_a_family_too(kind: str, family: str) -> None:
    assert family_of(kind) == family


@pytest.mark.parametrize("kind", ["", "AES-256", "CKK_EC", "CKK_EC_EDWARDS", "Ed448", "Ed25519-x", "RSA", "P"])
def test_what_is_no_kind_of_key_has_none(kind: str) -> None:
    with pytest.raises(ValueError, match="no kind of key"):
        family_of(kind)
