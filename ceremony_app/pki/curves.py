"""The curves of public keys, and whether a point is a sound one: arithmetic on public values, nothing secret."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_UNCOMPRESSED: Final = 0x04


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ - 3x + b over the field of p, cofactor 1 (FIPS 186-4, D.1.2); `x` is the base point's coordinate."""

    p: int
    b: int
    x: int

    @property
    def size(self) -> int:
        """The octets of a coordinate."""
        return (self.p.bit_length() + 7) // 8


CURVES: Final = MappingProxyType(
    {
        "P-256": Curve(
            0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
            0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
            0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        ),
        "P-384": Curve(
            0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
            0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
            0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        ),
        "P-521": Curve(
            2**521 - 1,
            int(
                "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E1"
                "56193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00",
                16,
            ),
            int(
                "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBA"
                "A14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66",
                16,
            ),
        ),
    }
)
"""The named curves by the names that policies use."""


def point_fault(curve: Curve, point: bytes) -> tuple[str, str] | None:
    """What was expected of a point and what was found, or None where it is sound.

    Uncompressed (RFC 5480, 2.2), coordinates in range, on the curve; with cofactor 1 that is full validation (NIST SP
    800-56A, 5.6.2.3.3). The point at infinity has no uncompressed form and is refused as such.
    """
    size = curve.size
    if point == b"\x00":
        return "a point of the curve", "the point at infinity"
    if len(point) != 1 + 2 * size or point[0] != _UNCOMPRESSED:
        return f"an uncompressed point, 04 and {2 * size} octets", f"{len(point)} octets, {point[:1].hex()}…"
    x, y = int.from_bytes(point[1 : 1 + size], "big"), int.from_bytes(point[1 + size :], "big")
    if x >= curve.p or y >= curve.p:
        return "coordinates below the field's prime", "one that is not"
    if (y * y - (x * x * x - 3 * x + curve.b)) % curve.p:
        return "a point on the curve", "a point that is not on the curve"
    return None


def is_base_point(curve: Curve, point: bytes) -> bool:
    """Whether a sound point is the curve's base point or its negative: the keys whose secret is 1 or minus 1."""
    return int.from_bytes(point[1 : 1 + curve.size], "big") == curve.x
