"""Points of edwards25519 (RFC 8032, 5.1): decoded, and held to the subgroup that Ed25519 keys lie in."""

from __future__ import annotations

from typing import Final, TypeAlias

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)
_LENGTH: Final = 32

_Point: TypeAlias = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z and T = XY/Z (RFC 8032, 5.1.4)."""


def point_fault(octets: bytes) -> tuple[str, str] | None:
    """What was expected of a public key and what was found, or None where it is sound.

    32 octets that decode as RFC 8032, 5.1.3 has it; not of small order (a signature of such a key proves nothing), and
    in the subgroup of prime order, as every key that was made by RFC 8032, 5.1.5 is.
    """
    if len(octets) != _LENGTH:
        return f"{_LENGTH} octets", f"{len(octets)} octets"
    point = _decoded(octets)
    if point is None:
        return "an encoded point of edwards25519", "octets that encode none"
    if _is_neutral(_times(8, point)):
        return "a point of large order", "a point of small order, with which a signature proves nothing"
    if not _is_neutral(_times(_ORDER, point)):
        return "a point of the prime-order subgroup", "a point outside it, which no sound key generation makes"
    return None


def _decoded(octets: bytes) -> _Point | None:
    """RFC 8032, 5.1.3."""
    number = int.from_bytes(octets, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= _P:
        return None
    x = _square_root((y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P)
    if x is None or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _square_root(value: int) -> int | None:
    """A square root modulo p, which is 5 modulo 8; None where there is none."""
    root = pow(value, (_P + 3) // 8, _P)
    if root * root % _P == value:
        return root
    root = root * _ROOT_OF_MINUS_ONE % _P
    return root if root * root % _P == value else None


def _times(factor: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    for bit in f"{factor:b}":
        total = _sum(total, total)
        if bit == "1":
            total = _sum(total, point)
    return total


def _sum(one: _Point, other: _Point) -> _Point:
    """RFC 8032, 5.1.4; complete, so it doubles as well."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _is_neutral(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0
