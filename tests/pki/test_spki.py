"""Public keys that are not what they should be."""

from __future__ import annotations

import pytest
from asn1crypto import core, keys
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.errors import Refusal
from ceremony_app.pki.curves import CURVES
from ceremony_app.pki.spki import public_key, spki_findings
from ceremony_app.pki.throwaway import spki_of, throwaway_key

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which the tests break keys with, has no types.

EC_KINDS = (Algorithm.P256, Algorithm.P384, Algorithm.P521)
GOOD = {kind: spki_of(throwaway_key(kind)) for kind in (*EC_KINDS, Algorithm.ED25519, Algorithm.RSA3072)}


def rsa_spki(modulus: int, exponent: int) -> bytes:
    inside = keys.RSAPublicKey({"modulus": modulus, "public_exponent": exponent})
    der: bytes = keys.PublicKeyInfo.wrap(inside, "rsa").dump()
    return der


def refused(spki: bytes, algorithm: Algorithm) -> str:
    found = spki_findings(spki, algorithm, "6.1.5")
    assert found
    assert {one.field for one in found} == {"subjectPublicKeyInfo"}
    assert {one.section for one in found} == {"6.1.5"}
    with pytest.raises(Refusal) as refusal:
        public_key(spki, algorithm)
    assert refusal.value.rule == "CER-KEY"
    return " ".join(f"{one.expected} {one.found}" for one in found)


@pytest.mark.parametrize("algorithm", GOOD)
def test_sound_keys(algorithm: Algorithm) -> None:
    assert spki_findings(GOOD[algorithm], algorithm) == ()
    again = public_key(GOOD[algorithm], algorithm)
    assert again.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == GOOD[algorithm]


@pytest.mark.parametrize("algorithm", GOOD)
@pytest.mark.parametrize("wanted", list(Algorithm))
def test_a_key_of_another_kind(algorithm: Algorithm, wanted: Algorithm) -> None:
    if wanted is not algorithm:
        refused(GOOD[algorithm], wanted)


@pytest.mark.parametrize("algorithm", EC_KINDS)
@given(st.data())
def test_a_point_with_one_bit_changed_is_not_on_the_curve(algorithm: Algorithm, data: st.DataObject) -> None:
    spki = bytearray(GOOD[algorithm])
    size = (algorithm.bits + 7) // 8
    bit = data.draw(st.integers(0, 16 * size - 1))
    spki[-1 - bit // 8] ^= 1 << bit % 8
    refused(bytes(spki), algorithm)


@pytest.mark.parametrize("algorithm", EC_KINDS)
def test_points_of_another_form(algorithm: Algorithm) -> None:
    key = public_key(GOOD[algorithm], algorithm)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    compressed = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    size = (algorithm.bits + 7) // 8
    for point in (compressed, b"\x00", b"\x04" + b"\xff" * (2 * size), b"\x04" + bytes(2 * size), b""):
        info = keys.PublicKeyInfo.load(GOOD[algorithm])
        whole = core.Sequence(contents=info["algorithm"].dump() + core.OctetBitString(point).dump()).dump()
        refused(whole, algorithm)


@pytest.mark.parametrize("algorithm", EC_KINDS)
def test_a_coordinate_beyond_the_prime(algorithm: Algorithm) -> None:
    """The equation holds modulo p; the coordinate is not the one that stands for its class."""
    p, b = CURVES[algorithm.value].p, CURVES[algorithm.value].b
    size = (algorithm.bits + 7) // 8
    x = next(x for x in range(2, 100) if pow(x**3 - 3 * x + b, (p - 1) // 2, p) == 1)
    y = pow(x**3 - 3 * x + b, (p + 1) // 4, p)
    info = keys.PublicKeyInfo.load(GOOD[algorithm])
    head = info["algorithm"].dump()
    for first, told in ((x, ""), (x + p, "prime")):
        point = b"\x04" + first.to_bytes(size, "big") + y.to_bytes(size, "big")
        spki = core.Sequence(contents=head + core.OctetBitString(point).dump()).dump()
        if told:
            assert told in refused(spki, algorithm)
        else:
            assert spki_findings(spki, algorithm) == ()


def test_a_curve_that_is_not_named() -> None:
    info = keys.PublicKeyInfo.load(GOOD[Algorithm.P256])
    info["algorithm"]["parameters"] = keys.ECDomainParameters("implicit_ca", core.Null())
    refused(info.dump(force=True), Algorithm.P256)


def test_rsa_keys_that_are_not_sound() -> None:
    key = public_key(GOOD[Algorithm.RSA3072], Algorithm.RSA3072)
    assert isinstance(key, rsa.RSAPublicKey)
    modulus = key.public_numbers().n
    kind = Algorithm.RSA3072
    assert rsa_spki(modulus, 65537) == GOOD[kind]
    assert "exponent" in refused(rsa_spki(modulus, 3), kind)
    assert "exponent" in refused(rsa_spki(modulus, 65536), kind)
    assert "3072 bits" in refused(rsa_spki(modulus >> 1 | 1, 65537), kind)
    assert "3072 bits" in refused(rsa_spki(-modulus, 65537), kind)
    assert "factor 2" in refused(rsa_spki(modulus & ~1, 65537), kind)
    for small in (3, 5, 743, 751):
        multiple = modulus - modulus % (2 * small) + small
        while any(multiple % smaller == 0 for smaller in range(3, small, 2)):
            multiple -= 2 * small
        assert f"the factor {small}" in refused(rsa_spki(multiple, 65537), kind)
    no_null = GOOD[kind].replace(
        bytes.fromhex("300d06092a864886f70d0101010500"), bytes.fromhex("300b06092a864886f70d010101")
    )
    refused(bytes.fromhex("308201a0") + no_null[4:], kind)


ED25519 = bytes.fromhex("302a300506032b6570032100")


@pytest.mark.parametrize(
    ("octets", "told"),
    [
        (bytes(32), "small order"),
        (b"\x01" + bytes(31), "small order"),
        (b"\xff" * 32, "encode none"),
        (b"\x02" + bytes(31), "encode none"),
    ],
)
def test_ed25519_keys_that_are_not_sound(octets: bytes, told: str) -> None:
    assert told in refused(ED25519 + octets, Algorithm.ED25519)


def test_ed25519_keys_of_another_length_or_with_parameters() -> None:
    sound = GOOD[Algorithm.ED25519]
    assert sound[:12] == ED25519
    assert "31 octets" in refused(bytes.fromhex("3029300506032b6570032000") + sound[12:43], Algorithm.ED25519)
    assert "300706032b65700500" in refused(
        bytes.fromhex("302c300706032b65700500032100") + sound[12:], Algorithm.ED25519
    )


@given(st.binary(max_size=200))
def test_any_octets_are_refused_in_words(octets: bytes) -> None:
    refused(octets, Algorithm.P256)
