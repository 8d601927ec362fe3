"""RSA keys that fall: each weakness is made on purpose, and found."""

from __future__ import annotations

import hashlib
import random
import subprocess
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.pki import rsa_weakness
from ceremony_app.pki.key_policy import key_findings, unusable
from ceremony_app.pki.reading import read_public_key
from tests.pki import requesting as r

RANDOM = random.Random("key policy")
P, Q = r.prime(RANDOM, 1024), r.prime(RANDOM, 1024)


def rules(spki: bytes, **more: frozenset[str]) -> set[str]:
    """The rules that speak against a key; each finding is a sentence."""
    found = key_findings(read_public_key(spki), **more)
    assert all(one.field == "subjectPublicKeyInfo" and one.expected and one.found for one in found)
    return {one.rule for one in found}


@pytest.mark.parametrize(
    ("spki", "rule"),
    [
        (r.rsa_spki(P * Q >> 8 | 1), "CER-KEY-SIZE"),
        (r.rsa_spki(-P * Q), "CER-KEY-SIZE"),
        (r.rsa_spki(0), "CER-KEY-SIZE"),
        (r.rsa_spki(P * Q << 2049 | 1), "CER-KEY-SIZE"),
        (r.rsa_spki(P * Q << 4 | 1), "CER-KEY-SIZE"),
        (r.rsa_spki(P * Q, 1), "CER-KEY-EXPONENT"),
        (r.rsa_spki(P * Q, 3), "CER-KEY-EXPONENT"),
        (r.rsa_spki(P * Q, 65535), "CER-KEY-EXPONENT"),
        (r.rsa_spki(P * Q, 65538), "CER-KEY-EXPONENT"),
        (r.rsa_spki(P * Q, 2**257 + 1), "CER-KEY-EXPONENT"),
        (r.rsa_spki(P * Q, -65537), "CER-KEY-EXPONENT"),
        (r.rsa_spki(P * Q - 1), "CER-KEY-MODULUS"),
        (r.rsa_spki(P * P), "CER-KEY-FERMAT"),
        (r.rsa_spki(2**2047 + 1919), "CER-KEY-MODULUS"),  # a prime
    ],
)
def test_rsa_keys_that_are_not_sound(spki: bytes, rule: str) -> None:
    assert rules(spki) == {rule}


def test_an_exponent_of_the_allowed_kind() -> None:
    for exponent in (65537, 65539, 2**255 + 1):
        assert rules(r.rsa_spki(P * Q, exponent)) == set()


def test_an_exponent_and_a_modulus_of_any_length_are_told_in_words() -> None:
    for spki in (r.rsa_spki(P * Q, 2**9000 + 1), r.rsa_spki(2**9000 + 1)):
        (found, *_) = unusable(read_public_key(spki))
        assert len(found.told()) < 300


@pytest.mark.parametrize("factor", [3, 751, 757, 65521])
def test_a_small_factor_is_named(factor: int) -> None:
    assert rsa_weakness.small_factor(factor * P) == factor
    assert rsa_weakness.small_factor(P * Q) == 0
    odd = P * Q // factor | 1
    (found,) = key_findings(read_public_key(r.rsa_spki(factor * odd)))
    assert found.rule == "CER-KEY-MODULUS"


def close(difference: int) -> int:
    """A product of two primes that lie so far apart."""
    second = P + difference | 1
    while pow(2, second - 1, second) != 1:
        second += 2
    return P * second


def test_factors_that_lie_close_are_found() -> None:
    near = close(2**514)
    assert rsa_weakness.has_close_factors(near)
    assert rules(r.rsa_spki(near)) == {"CER-KEY-FERMAT"}
    assert not rsa_weakness.has_close_factors(close(2**560))
    assert not rsa_weakness.has_close_factors(P * Q)


def infineon_prime(primes: int, bits: int) -> int:
    """A prime of the form k·M + (65537^a mod M), M the product of the first so many primes."""
    product = prod(rsa_weakness._primes(1500)[:primes])
    while True:
        power = pow(65537, RANDOM.getrandbits(64), product)
        number = RANDOM.getrandbits(bits - product.bit_length() + 1) * product + power
        if number.bit_length() == bits and number >> (bits - 2) == 3 and pow(2, number - 1, number) == 1:
            return number


@pytest.mark.parametrize(("primes", "bits"), [(39, 256), (126, 1024)])
def test_the_form_of_infineons_keys_is_recognised(primes: int, bits: int) -> None:
    """The generator's own parameters for 512 and 2048 bits (Nemec et al., table 1)."""
    modulus = infineon_prime(primes, bits) * infineon_prime(primes, bits)
    assert rsa_weakness.has_roca_fingerprint(modulus)
    if modulus.bit_length() == 2048:
        assert rules(r.rsa_spki(modulus)) == {"CER-KEY-ROCA"}


@given(st.integers(2**2047, 2**2048 - 1))
def test_other_moduli_do_not_look_like_infineons(modulus: int) -> None:
    assert not rsa_weakness.has_roca_fingerprint(modulus)


def test_the_primes_that_tell_something_are_those_of_the_paper() -> None:
    told = [prime for prime, _ in rsa_weakness._ROCA]
    assert told == [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]
    assert dict(rsa_weakness._ROCA)[11] == {1, 10}


def test_a_listed_key_is_found_as_openssl_prints_it() -> None:
    pem = r.requester("rsa").spki
    printed = subprocess.run(
        ["openssl", "rsa", "-pubin", "-inform", "DER", "-noout", "-modulus"], input=pem, capture_output=True, check=True
    ).stdout
    entry = hashlib.sha1(printed, usedforsecurity=False).hexdigest()[20:]
    listed = rsa_weakness.blocklist(f"# comment\nnothing\n{entry}\n{'f' * 20}\n".encode())
    assert listed == {entry, "f" * 20}
    assert rules(pem, blocklist=listed) == {"CER-KEY-LISTED"}
    assert rules(pem, blocklist=frozenset({"f" * 20})) == set()
