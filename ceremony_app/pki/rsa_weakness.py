"""RSA moduli that are known to fall: small factors, a prime, factors close together, ROCA, Debian's lost entropy."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from math import isqrt
from typing import Final

TRIAL_BOUND: Final = 2**16
"""Trial division goes up to here."""

FERMAT_ROUNDS: Final = 300
"""Steps of Fermat's method: far more than factors as close as faulty generators make them need."""

_LARGEST_ROCA_PRIME: Final = 167
_ROCA_GENERATOR: Final = 65537
_LISTED: Final = re.compile(r"[0-9a-f]{20}")


def _primes(bound: int) -> tuple[int, ...]:
    """The primes below a bound (the sieve of Eratosthenes)."""
    sieve = bytearray([1]) * bound
    sieve[:2] = b"\x00\x00"
    for number in range(2, isqrt(bound) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, bound, number)))
    return tuple(number for number in range(bound) if sieve[number])


def _residues(prime: int) -> frozenset[int]:
    """The residues modulo a prime that powers of 65537 reach."""
    found = set()
    power = 1
    while power not in found:
        found.add(power)
        power = power * _ROCA_GENERATOR % prime
    return frozenset(found)


_SMALL_PRIMES: Final = _primes(TRIAL_BOUND)
_ROCA: Final = tuple(
    (prime, residues)
    for prime in _primes(_LARGEST_ROCA_PRIME + 1)
    if prime > 2  # noqa: PLR2004 - every modulus is odd
    if len(residues := _residues(prime)) < prime - 1
)
"""The primes up to 167, which divide the generator's fixed product for every key size, that tell anything."""


def small_factor(modulus: int) -> int:
    """The least prime factor below `TRIAL_BOUND` (NIST SP 800-89, 5.3.3 asks for 752), or 0."""
    return next((prime for prime in _SMALL_PRIMES if modulus % prime == 0), 0)


def is_probably_prime(modulus: int) -> bool:
    """Whether an odd modulus passes Fermat's test to the base 2: a prime does, a product of large primes does not."""
    return pow(2, modulus - 1, modulus) == 1


def has_roca_fingerprint(modulus: int) -> bool:
    """Whether a modulus has the form that Infineon's library gave its keys (CVE-2017-15361).

    Its primes are powers of 65537 modulo the product of the first primes, and so is their product. Nemec, Sys, Svenda,
    Klinec, Matyas, "The Return of Coppersmith's Attack" (CCS 2017), 2.3. A sound modulus looks so once in 2^27 or less.
    """
    return all(modulus % prime in residues for prime, residues in _ROCA)


def has_close_factors(modulus: int) -> bool:
    """Whether Fermat's method takes an odd modulus apart within `FERMAT_ROUNDS` steps (CVE-2022-26320); squares too."""
    root = isqrt(modulus)
    half = root if root * root == modulus else root + 1
    for _ in range(FERMAT_ROUNDS):
        rest = half * half - modulus
        if isqrt(rest) ** 2 == rest:
            return True
        half += 1
    return False


def blocklist(octets: bytes) -> frozenset[str]:
    """The entries of a file of Debian's openssl-blacklist, such as blacklist.RSA-2048; other lines are skipped."""
    lines = octets.decode("ascii", errors="replace").splitlines()
    return frozenset(line for line in lines if _LISTED.fullmatch(line))


def is_listed(modulus: int, entries: Collection[str]) -> bool:
    """Whether a modulus is in such a list: the second half of the SHA-1 of what `openssl rsa -modulus` prints."""
    printed = f"Modulus={modulus:X}\n".encode("ascii")
    return hashlib.sha1(printed, usedforsecurity=False).hexdigest()[20:] in entries
