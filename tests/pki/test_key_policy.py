"""Keys that nobody should certify: each weakness is made on purpose, and found."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.pki import edwards
from ceremony_app.pki.curves import CURVES, point_fault
from ceremony_app.pki.key_kinds import KeyKind, key_kind, kind_told
from ceremony_app.pki.key_policy import key_findings
from ceremony_app.pki.reading import read_public_key
from tests.pki import requesting as r

LIBRARY = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
IDENTIFIERS = {
    "P-256": "301306072a8648ce3d020106082a8648ce3d030107",
    "P-384": "301006072a8648ce3d020106052b81040022",
    "P-521": "301006072a8648ce3d020106052b81040023",
}


def rules(spki: bytes, **more: frozenset[str]) -> set[str]:
    """The rules that speak against a key; each finding is a sentence."""
    found = key_findings(read_public_key(spki), **more)
    assert all(one.field == "subjectPublicKeyInfo" and one.expected and one.found for one in found)
    return {one.rule for one in found}


def ec_spki(curve: str, point: bytes) -> bytes:
    return r.sequence(bytes.fromhex(IDENTIFIERS[curve]), r.tlv(0x03, b"\x00", point))


def ed_spki(point: bytes) -> bytes:
    return r.sequence(r.sequence(r.oid("1.3.101.112")), r.tlv(0x03, b"\x00", point))


def uncompressed(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@pytest.mark.parametrize("kind", r.KINDS)
def test_sound_keys_are_sound(kind: str) -> None:
    key = read_public_key(r.requester(kind).spki)
    assert key_findings(key, frozenset({"0" * 20})) == ()
    assert kind_told(key) == {"p256": "P-256", "p384": "P-384", "p521": "P-521", "ed25519": "Ed25519"}.get(
        kind, "RSA-2048"
    )


# -------------------------------------------------------------------------------------------------------------- points


@pytest.mark.parametrize("curve", CURVES)
@given(data=st.data())
def test_points_of_the_library_are_sound_and_their_neighbours_are_not(curve: str, data: st.DataObject) -> None:
    size = CURVES[curve].size
    key = ec.derive_private_key(data.draw(st.integers(2, 2**250)), LIBRARY[curve])
    point = uncompressed(key)
    assert point_fault(CURVES[curve], point) is None
    changed = bytearray(point)
    bit = data.draw(st.integers(0, 16 * size - 1))
    changed[1 + bit // 8] ^= 1 << bit % 8
    assert point_fault(CURVES[curve], bytes(changed)) is not None


@pytest.mark.parametrize("curve", CURVES)
def test_points_that_are_no_keys(curve: str) -> None:
    size = CURVES[curve].size
    key = ec.derive_private_key(7, LIBRARY[curve])
    compressed = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    for point in (
        b"",
        b"\x00",
        compressed,
        b"\x04" + bytes(2 * size),
        uncompressed(key)[:-1],
        b"\x04" + b"\xff" * 2 * size,
    ):
        assert rules(ec_spki(curve, point)) == {"CER-KEY-POINT"}
    one = uncompressed(ec.derive_private_key(1, LIBRARY[curve]))
    (found,) = key_findings(read_public_key(ec_spki(curve, one)))
    assert "base point" in found.told()
    y = int.from_bytes(one[1 + size :], "big")
    minus_one = one[: 1 + size] + (CURVES[curve].p - y).to_bytes(size, "big")
    assert rules(ec_spki(curve, minus_one)) == {"CER-KEY-POINT"}
    (infinity,) = key_findings(read_public_key(ec_spki(curve, b"\x00")))
    assert "infinity" in infinity.found


@given(st.binary(min_size=32, max_size=32))
def test_ed25519_keys_of_the_library_are_sound(seed: bytes) -> None:
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert edwards.point_fault(public) is None


def test_ed25519_points_that_are_no_keys() -> None:
    order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"
    for octets, told in (
        (b"", "0 octets"),
        ((2**255 - 19).to_bytes(32, "little"), "encode none"),  # y is p: the neutral element, written otherwise
        ((1 | 1 << 255).to_bytes(32, "little"), "encode none"),  # x is 0 and said to be odd
        ((2).to_bytes(32, "little"), "encode none"),
        ((1).to_bytes(32, "little"), "small order"),
        (bytes(32), "small order"),
        (bytes.fromhex(order_8), "small order"),
    ):
        fault = edwards.point_fault(octets)
        assert fault is not None
        assert told in fault[1]
        assert rules(ed_spki(octets)) == {"CER-KEY-POINT"}


def test_an_ed25519_point_outside_the_subgroup() -> None:
    """A sound key and a point of order 8, added: no order divides 8, and the sum lies outside the subgroup."""
    sound = edwards._decoded(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw())
    small = edwards._decoded(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
    assert sound is not None
    assert small is not None
    x, y, z, _ = edwards._sum(sound, small)
    inverse = pow(z, -1, edwards._P)
    x, y = x * inverse % edwards._P, y * inverse % edwards._P
    fault = edwards.point_fault((y | (x & 1) << 255).to_bytes(32, "little"))
    assert fault is not None
    assert "outside" in fault[1]


# --------------------------------------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize(
    ("algorithm", "told"),
    [
        (r.sequence(r.oid("1.2.840.10045.2.1")), "not named"),
        (r.sequence(r.oid("1.2.840.10045.2.1"), r.tlv(0x05)), "implicitCurve"),
        (r.sequence(r.oid("1.2.840.10045.2.1"), r.sequence()), "by its parameters"),
        (r.sequence(r.oid("1.2.840.10045.2.1"), r.oid("1.3.132.0.10")), "secp256k1"),
        (r.sequence(r.oid("1.2.840.10045.2.1"), r.oid("1.3.132.0.99")), "1.3.132.0.99"),
        (r.sequence(r.oid("1.2.840.10045.2.1"), r.tlv(0x04)), "cannot be read"),
        (r.sequence(r.oid("1.2.840.113549.1.1.1")), "no parameters"),
        (r.sequence(r.oid("1.2.840.113549.1.1.1"), r.sequence()), "other parameters"),
        (r.sequence(r.oid("1.3.101.112"), r.tlv(0x05)), "other parameters where none"),
        (r.sequence(r.oid("1.2.840.10040.4.1"), r.sequence()), "DSA"),
        (r.sequence(r.oid("1.3.101.110")), "cannot sign"),
        (r.sequence(r.oid("1.2.3.4")), "of the type 1.2.3.4"),
    ],
)
def test_keys_of_no_known_kind_are_named(algorithm: bytes, told: str) -> None:
    key = read_public_key(r.sequence(algorithm, r.tlv(0x03, b"\x00", b"\x04" + bytes(64))))
    assert key_kind(key) is None
    assert told in kind_told(key)
    (found,) = key_findings(key)
    assert found.rule == "CER-KEY-KIND"
    assert told in found.told()


def test_an_rsa_key_that_is_none() -> None:
    algorithm = r.sequence(r.oid("1.2.840.113549.1.1.1"), r.tlv(0x05))
    for inside in (b"", b"\x30\x00", r.sequence(r.integer(5)), r.sequence(r.integer(5), r.integer(3), r.integer(1))):
        key = read_public_key(r.sequence(algorithm, r.tlv(0x03, b"\x00", inside)))
        assert key_kind(key) is KeyKind.RSA
        assert "cannot be read" in kind_told(key)
        assert [one.rule for one in key_findings(key)] == ["CER-KEY-KIND"]


@given(st.binary(max_size=200))
def test_any_octets_in_the_place_of_a_key(octets: bytes) -> None:
    for algorithm in (*IDENTIFIERS.values(), "300506032b6570", "300d06092a864886f70d0101010500"):
        key = read_public_key(r.sequence(bytes.fromhex(algorithm), r.tlv(0x03, b"\x00", octets)))
        assert key_findings(key)
