"""Octets that are no request at all, and that would cost somebody dear who did not look first."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable

from tests.pki import requesting as r

MOST = 64 * 1024


def whole(rng: random.Random, octets: bytes) -> bytes:
    """No request at all: noise, one element in another without end, many of them, long numbers and names."""
    size = rng.choice((10, 1000, 20_000, MOST - 8))
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: rng.randbytes(rng.randrange(200)),
        lambda: b"\x30\x80" * (size // 2),
        lambda: r.sequence(b"\x05\x00" * (size // 2)),
        lambda: nested(size // 4),
        lambda: r.sequence(r.tlv(0x06, b"\x81" * size)),
        lambda: r.sequence(r.tlv(0x02, b"\x7f" * size)),
        lambda: r.sequence(b"\x1f" + b"\xff" * size + b"\x00\x00"),
        lambda: with_rsa_key(2 ** (6 * size) + 1, 2 ** min(size, 9000) + 1),
        lambda: with_rsa_key(2**4095 + 1, 2**255 + 1),
        lambda: octets[: rng.randrange(len(octets))],
        lambda: octets * rng.randint(2, 5),
        lambda: b"-----BEGIN CERTIFICATE REQUEST-----\n" + base64.b64encode(rng.randbytes(size))[:size],
        lambda: b"-" * size,
    )
    return rng.choice(makers)()[: MOST + 2]


def with_rsa_key(modulus: int, exponent: int) -> bytes:
    """A request whose key costs time, under a signature that is none."""
    signature = r.tlv(0x03, bytes(modulus.bit_length() // 8 + 2))
    return r.sequence(r.info(r.rsa_spki(modulus, exponent), r.named()), r.requester("rsa").algorithm, signature)


def nested(depth: int) -> bytes:
    """SEQUENCEs in one another, each with a sound length."""
    head = b""
    for size in range(0, 4 * min(depth, 12_000), 4):
        head = b"\x30\x82" + size.to_bytes(2, "big") + head
    return head
