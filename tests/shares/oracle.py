"""SLIP-39 a second time, from its text and by other means: what the library says is held against this.

Slow multiplication instead of tables, the checksum by its roots instead of its table of remainders, the Feistel cipher
written out. Secrets are octets, shares are texts of words; `Bad` says why there is no secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from ceremony_app.shares.slip39 import WORDS

SECRET_AT, DIGEST_AT = 255, 254
NUMBER = {word: number for number, word in enumerate(WORDS)}


class Bad(Exception):  # noqa: N818 - an answer, not a fault
    """There is no secret in these shares."""


@dataclass(frozen=True)
class Parsed:
    identifier: int
    extendable: bool
    exponent: int
    group: int
    group_threshold: int
    group_count: int
    member: int
    member_threshold: int
    value: bytes

    @property
    def common(self) -> tuple[int, ...]:
        return self.identifier, self.extendable, self.exponent, self.group_threshold, self.group_count


def times(a: int, b: int, field: int, bits: int) -> int:
    """The product in the field of 2**bits elements that this polynomial makes."""
    product = 0
    for place in range(bits):
        if b >> place & 1:
            product ^= a << place
    for place in range(2 * bits - 2, bits - 1, -1):
        if product >> place & 1:
            product ^= field << (place - bits)
    return product


def in256(a: int, b: int) -> int:
    return times(a, b, 0b1_0001_1011, 8)


def in1024(a: int, b: int) -> int:
    return times(a, b, 0b100_0000_1001, 10)


INVERSE = [next((b for b in range(256) if in256(a, b) == 1), 0) for a in range(256)]
ROOTS = (2, in1024(2, 2), in1024(2, in1024(2, 2)))


def at(x: int, points: Sequence[tuple[int, bytes]]) -> bytes:
    """Lagrange's polynomial through the points, octet for octet, at x."""
    value = bytes(len(points[0][1]))
    for mine, octets in points:
        factor = 1
        for other, _ in points:
            if other != mine:
                factor = in256(factor, in256(x ^ other, INVERSE[mine ^ other]))
        value = bytes(v ^ in256(octet, factor) for v, octet in zip(value, octets, strict=True))
    return value


def sums(text: bytes, numbers: Sequence[int]) -> list[int]:
    """The values of 1, text and numbers as one polynomial at the three roots of the code's generator."""
    return [reduce(lambda total, value: in1024(total, root) ^ value, [*text, *numbers], 1) for root in ROOTS]


def checksum(text: bytes, numbers: Sequence[int]) -> list[int]:
    """The three words that make the sums 1: the remainder of a division by the generator."""
    one, two, three = ROOTS
    generator = [
        one ^ two ^ three,
        in1024(one, two) ^ in1024(one, three) ^ in1024(two, three),
        in1024(one, in1024(two, three)),
    ]
    rest = [0, 0, 1]
    for value in [*text, *numbers, 0, 0, 0]:
        first = rest[0]
        rest = [r ^ in1024(first, g) for r, g in zip([rest[1], rest[2], value], generator, strict=True)]
    return [rest[0], rest[1], rest[2] ^ 1]


def parse(mnemonic: str) -> Parsed:
    try:
        numbers = [NUMBER[word] for word in mnemonic.lower().split()]
    except KeyError:
        raise Bad("word") from None
    padding = (len(numbers) - 7) * 10 % 16
    if len(numbers) < 20 or padding > 8:
        raise Bad("length")
    head = numbers[0] << 30 | numbers[1] << 20 | numbers[2] << 10 | numbers[3]
    if sums(b"shamir_extendable" if head >> 24 & 1 else b"shamir", numbers) != [1, 1, 1]:
        raise Bad("checksum")
    value = reduce(lambda total, number: total << 10 | number, numbers[4:-3], 0)
    length = ((len(numbers) - 7) * 10 - padding) // 8
    if value >> 8 * length:
        raise Bad("padding")
    group, group_threshold, group_count, member, member_threshold = (head >> shift & 15 for shift in (16, 12, 8, 4, 0))
    if group_count < group_threshold:
        raise Bad("groups")
    return Parsed(
        head >> 25,
        bool(head >> 24 & 1),
        head >> 20 & 15,
        group,
        group_threshold + 1,
        group_count + 1,
        member,
        member_threshold + 1,
        value.to_bytes(length, "big"),
    )


def joined(threshold: int, points: Sequence[tuple[int, bytes]]) -> bytes:
    if len(points) != threshold or len({x for x, _ in points}) != threshold:
        raise Bad("number of shares")
    if len({len(octets) for _, octets in points}) != 1:
        raise Bad("lengths")
    if threshold == 1:
        return points[0][1]
    secret, digest = at(SECRET_AT, points), at(DIGEST_AT, points)
    if hmac.digest(digest[4:], secret, "sha256")[:4] != digest[:4]:
        raise Bad("digest")
    return secret


def feistel(octets: bytes, rounds: Sequence[int], one: Parsed, passphrase: bytes) -> bytes:
    half = len(octets) // 2
    left, right = octets[:half], octets[half:]
    salt = b"" if one.extendable else b"shamir" + one.identifier.to_bytes(2, "big")
    for number in rounds:
        key = hashlib.pbkdf2_hmac("sha256", bytes([number]) + passphrase, salt + right, 2500 << one.exponent, half)
        left, right = right, bytes(a ^ b for a, b in zip(left, key, strict=True))
    return right + left


def recover(mnemonics: Sequence[str], passphrase: bytes = b"") -> bytes:
    """The secret of exactly as many shares as are needed; raises `Bad`."""
    parsed = [parse(mnemonic) for mnemonic in mnemonics]
    if len({one.common for one in parsed}) != 1:
        raise Bad("sets")
    groups: dict[int, list[Parsed]] = defaultdict(list)
    for one in parsed:
        groups[one.group].append(one)
    points = []
    for number, members in groups.items():
        if len({one.member_threshold for one in members}) != 1:
            raise Bad("thresholds")
        points.append((number, joined(members[0].member_threshold, [(one.member, one.value) for one in members])))
    sealed = joined(parsed[0].group_threshold, points)
    if len(sealed) < 16 or len(sealed) % 2:
        raise Bad("secret")
    return feistel(sealed, (3, 2, 1, 0), parsed[0], passphrase)


def split(secret: bytes, threshold: int, count: int, identifier: int, octets: Callable[[int], bytes]) -> list[str]:
    """Shares of one group, exponent 0, not extendable, from the randomness given."""
    frame = Parsed(identifier, False, 0, 0, 1, 1, 0, threshold, b"")
    sealed = feistel(secret, (0, 1, 2, 3), frame, b"")
    known = [(x, octets(len(sealed))) for x in range(threshold - 2)]
    noise = octets(len(sealed) - 4)
    digest = hmac.digest(noise, sealed, "sha256")[:4] + noise
    points = [*known, (DIGEST_AT, digest), (SECRET_AT, sealed)]
    return [written(identifier, threshold, x, at(x, points)) for x in range(count)]


def written(identifier: int, threshold: int, x: int, value: bytes) -> str:
    """One share of one group as words."""
    return mnemonic_of(Parsed(identifier, False, 0, 0, 1, 1, x, threshold, value))


def mnemonic_of(one: Parsed) -> str:
    """A share as words."""
    bits = one.identifier
    for count, part in (
        (1, int(one.extendable)), (4, one.exponent), (4, one.group), (4, one.group_threshold - 1),
        (4, one.group_count - 1), (4, one.member), (4, one.member_threshold - 1),
    ):  # fmt: skip
        bits = bits << count | part
    length = -(-len(one.value) * 8 // 10)
    whole = bits << 10 * length | int.from_bytes(one.value, "big")
    numbers = [whole >> 10 * place & 1023 for place in reversed(range(4 + length))]
    text = b"shamir_extendable" if one.extendable else b"shamir"
    return " ".join(WORDS[number] for number in [*numbers, *checksum(text, numbers)])
