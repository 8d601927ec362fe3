"""Public keys that nobody should certify, whatever a profile says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ceremony_app.pki import curves, edwards
from ceremony_app.pki import rsa_weakness as rsa
from ceremony_app.pki import structures as x
from ceremony_app.pki.der import MalformedError
from ceremony_app.pki.findings import Finding, number_told
from ceremony_app.pki.key_kinds import KeyKind, RsaNumbers, key_kind, kind_told, rsa_numbers

LEAST_BITS: Final = 2048
MOST_BITS: Final = 4096
"""Sizes of RSA moduli that are looked at: below them keys can be broken, above them they take too long to judge."""

LEAST_EXPONENT: Final = 2**16 + 1
_MOST_EXPONENT_BITS: Final = 256
_BYTE: Final = 8


def key_findings(key: x.PublicKey, blocklist: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything that speaks against a public key, with its rule; empty where nothing does.

    Elliptic curves: a named curve that is known here, a sound point (`curves.point_fault`), not the base point.
    Ed25519: `edwards.point_fault`. RSA: 2048 to 4096 bits in whole octets; exponent odd, above 2^16 and below 2^256
    (FIPS 186-5, 5.4); modulus odd, no prime, no factor below 2^16, factors apart, no ROCA fingerprint, and not on
    Debian's `blocklist` (`rsa_weakness.blocklist`; nothing is said where it is empty). RSA-4096 takes a fifth of a
    second.
    """
    return tuple(_findings(key, blocklist))


def unusable(key: x.PublicKey) -> tuple[Finding, ...]:
    """What makes a key impossible to judge or its signatures worthless: kind, point, size, form. Costs little."""
    return tuple(_form(key))


def _findings(key: x.PublicKey, blocklist: Collection[str]) -> Iterator[Finding]:
    broken = unusable(key)
    yield from broken
    if not broken and key_kind(key) is KeyKind.RSA:
        numbers = rsa_numbers(key.bits)
        yield from _exponent(numbers)
        yield from _modulus(numbers.modulus, blocklist)


def _form(key: x.PublicKey) -> Iterator[Finding]:
    match key_kind(key):
        case None:
            wanted = "a key on P-256, P-384 or P-521, an Ed25519 key or an RSA key"
            yield _finding("CER-KEY-KIND", wanted, kind_told(key))
        case KeyKind.RSA:
            try:
                yield from _size(rsa_numbers(key.bits))
            except MalformedError as fault:
                yield _finding("CER-KEY-KIND", "an RSA key in DER", str(fault))
        case KeyKind.ED25519:
            if wrong := edwards.point_fault(key.bits):
                yield _finding("CER-KEY-POINT", *wrong)
        case kind:
            curve = curves.CURVES[kind.value]
            if wrong := curves.point_fault(curve, key.bits):
                yield _finding("CER-KEY-POINT", *wrong)
            elif curves.is_base_point(curve, key.bits):
                yield _finding("CER-KEY-POINT", "a point that nobody knows the secret of", "the curve's base point")


def _size(numbers: RsaNumbers) -> Iterator[Finding]:
    bits = numbers.modulus.bit_length()
    if numbers.modulus <= 0:
        yield _finding("CER-KEY-SIZE", "a positive modulus", "a negative one or zero")
    elif not LEAST_BITS <= bits <= MOST_BITS or bits % _BYTE:
        wanted = f"a modulus of {LEAST_BITS} to {MOST_BITS} bits in whole octets"
        yield _finding("CER-KEY-SIZE", wanted, f"one of {bits} bits")
    exponent = numbers.exponent
    if exponent < 3 or not exponent & 1 or exponent.bit_length() > _MOST_EXPONENT_BITS:  # noqa: PLR2004 - the least odd one
        yield _finding("CER-KEY-EXPONENT", "an odd exponent from 3 to 2^256", number_told(exponent))


def _exponent(numbers: RsaNumbers) -> Iterator[Finding]:
    if numbers.exponent < LEAST_EXPONENT:
        yield _finding("CER-KEY-EXPONENT", f"an exponent of {LEAST_EXPONENT} or more", number_told(numbers.exponent))


def _modulus(modulus: int, blocklist: Collection[str]) -> Iterator[Finding]:
    if factor := rsa.small_factor(modulus):
        wanted = f"a modulus without a prime factor below {rsa.TRIAL_BOUND}"
        yield _finding("CER-KEY-MODULUS", wanted, f"the factor {factor}")
        return
    if rsa.is_probably_prime(modulus):
        yield _finding("CER-KEY-MODULUS", "a product of two primes", "a modulus that is a prime itself")
    if rsa.has_close_factors(modulus):
        wanted = "prime factors far from each other"
        yield _finding("CER-KEY-FERMAT", wanted, "factors so close that Fermat's method finds them (CVE-2022-26320)")
    if rsa.has_roca_fingerprint(modulus):
        wanted = "a modulus that shows nothing of how it was made"
        found = "the mark of Infineon's faulty key generation (ROCA, CVE-2017-15361), whose keys can be computed"
        yield _finding("CER-KEY-ROCA", wanted, found)
    if blocklist and rsa.is_listed(modulus, blocklist):
        found = "a key of Debian's faulty generator of 2006 to 2008 (CVE-2008-0166), which everybody can look up"
        yield _finding("CER-KEY-LISTED", "a key that is on no list of known private keys", found)


def _finding(rule: str, expected: str, found: str) -> Finding:
    return Finding(rule=rule, field="subjectPublicKeyInfo", expected=expected, found=found)
