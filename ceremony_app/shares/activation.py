r"""The secret that a software quorum shares, and what is derived from it: a token's PIN, and a value to check it by.

An auditor who holds enough shares gets the same with tools of his own:

1. Any implementation of SLIP-39, passphrase empty, gives S (16 octets) from the first four words of each row; the fifth
   word of a row is ours and left out.
2. HKDF with SHA-256 (RFC 5869), key S, no salt, 16 octets; the info is the ASCII text `KEY-CEREMONY PIN V1`, a blank,
   `activation` or `officer`, a blank, and the token's serial number as the journal has it (UTF-8), nothing after it.
3. The PIN is base32 (RFC 4648, A-Z and 2-7) of these octets: 26 characters, the six signs `=` left out.

The check value is the same with `KEY-CEREMONY CHECK V1` in the text, written as 32 lower-case hex digits. OpenSSL 3:

    openssl kdf -binary -keylen 16 -kdfopt digest:SHA256 -kdfopt hexkey:$S \
        -kdfopt "info:KEY-CEREMONY PIN V1 activation $SERIAL" HKDF | base32 | tr -d =
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

from ceremony_app.core.secret import Secret
from ceremony_app.shares.slip39 import SEED_OCTETS

PIN_CHARACTERS: Final = 26

_BASE32: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_OCTETS: Final = 16
_PIN: Final = "KEY-CEREMONY PIN V1"
_CHECK: Final = "KEY-CEREMONY CHECK V1"
_WHOSE: Final = ("activation", "officer")


def draw(ours: bytes, theirs: bytes) -> Secret:
    """S: 16 octets of the system XOR 16 octets of the token. As good as the better of the two.

    The token's are to be asked for first: a token that knew ours could choose the result. Raises `ValueError` where
    either has another length, or where both are the same, which no two sources of randomness are.
    """
    if len(ours) != SEED_OCTETS or len(theirs) != SEED_OCTETS:
        raise ValueError(f"system and token give {SEED_OCTETS} octets each")
    if hmac.compare_digest(ours, theirs):
        raise ValueError("system and token gave the same octets")
    return Secret(bytes(a ^ b for a, b in zip(ours, theirs, strict=True)))


def pin_of(seed: Secret, whose: str, serial: str) -> Secret:
    """The PIN of a token: 26 characters, 128 bits. `whose` is `activation` (the user's) or `officer`."""
    number = int.from_bytes(_derived(seed, _PIN, whose, serial), "big") << 5 * PIN_CHARACTERS - 8 * _OCTETS
    pin = Secret(bytes(PIN_CHARACTERS))
    for place in range(PIN_CHARACTERS):  # written letter by letter: no other text has them all
        pin.lend()[place] = _BASE32[number >> 5 * (PIN_CHARACTERS - 1 - place) & 31]
    return pin


def check_value(seed: Secret, whose: str, serial: str) -> str:
    """32 hex digits that tell whether a secret is the right one; public: they say nothing about PIN or secret."""
    return _derived(seed, _CHECK, whose, serial).hex()


def checker(expected: str, whose: str, serial: str) -> Callable[[Secret], bool]:
    """A function that tells whether a secret has the check value that was recorded."""
    return lambda seed: hmac.compare_digest(check_value(seed, whose, serial).encode(), expected.encode())


def _derived(seed: Secret, purpose: str, whose: str, serial: str) -> bytes:
    """HKDF-SHA256. Raises `ValueError` of a purpose or token that would make the text ambiguous."""
    if whose not in _WHOSE or not serial or serial != serial.strip() or len(seed) != SEED_OCTETS:
        raise ValueError("the secret is 16 octets, its use activation or officer, the token one with a serial number")
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = f"{purpose} {whose} {serial}".encode()
    return HKDF(algorithm=SHA256(), length=_OCTETS, salt=None, info=info).derive(seed.lend())
