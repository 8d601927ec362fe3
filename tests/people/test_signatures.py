"""Only a signature by the right key, over the right bytes, in the method that it names, holds."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from ceremony_app.people.signatures import algorithm_of, key_digest, verify

STATEMENT = b"KEY-CEREMONY SIGN-OFF V1\nstep 3.4 attempt 1 Generate\n"
Signed: TypeAlias = tuple[str, bytes, bytes]


def der(key: object) -> bytes:
    public = key.public_key()  # type: ignore[attr-defined]  # every private key of the library has it
    octets: bytes = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return octets


@pytest.fixture(scope="module")
def signed() -> dict[str, Signed]:
    """A good signature in each method: method, key, signature."""
    ed = Ed25519PrivateKey.generate()
    p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    rsa_key = rsa.generate_private_key(65537, 2048)
    return {
        alg: (alg, der(key), signature)
        for alg, key, signature in (
            ("ed25519", ed, ed.sign(STATEMENT)),
            ("ecdsa-p256-sha256", p256, p256.sign(STATEMENT, ec.ECDSA(hashes.SHA256()))),
            ("ecdsa-p384-sha384", p384, p384.sign(STATEMENT, ec.ECDSA(hashes.SHA384()))),
            ("rsa-pkcs1-sha256", rsa_key, rsa_key.sign(STATEMENT, PKCS1v15(), hashes.SHA256())),
        )
    }


METHODS = ("ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pkcs1-sha256")


@pytest.mark.parametrize("alg", METHODS)
def test_each_method_holds_and_names_its_key(signed: dict[str, Signed], alg: str) -> None:
    _, spki, signature = signed[alg]
    assert verify(alg, spki, STATEMENT, signature)
    assert algorithm_of(spki) == alg


@pytest.mark.parametrize("alg", METHODS)
def test_other_bytes_do_not_hold(signed: dict[str, Signed], alg: str) -> None:
    _, spki, signature = signed[alg]
    assert not verify(alg, spki, STATEMENT + b"\n", signature)
    assert not verify(alg, spki, STATEMENT, b"")
    assert not verify(alg, spki, STATEMENT, signature + b"\0")
    assert not verify(alg, spki, STATEMENT, signature[:-1])
    assert not verify(alg, spki, STATEMENT, bytes([signature[0] ^ 1]) + signature[1:])


@pytest.mark.parametrize("alg", METHODS)
@pytest.mark.parametrize("claimed", [*METHODS, "ed448", "ED25519", ""])
def test_a_method_that_is_not_the_keys_does_not_hold(signed: dict[str, Signed], alg: str, claimed: str) -> None:
    _, spki, signature = signed[alg]
    assert verify(claimed, spki, STATEMENT, signature) is (claimed == alg)


@pytest.mark.parametrize("alg", METHODS)
def test_another_persons_key_does_not_hold(signed: dict[str, Signed], alg: str) -> None:
    others = (
        Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
    )
    other = next(der(key) for key in others if algorithm_of(der(key)) == alg)
    assert not verify(alg, other, STATEMENT, signed[alg][2])


def test_a_hash_that_the_method_does_not_name_does_not_hold() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    assert not verify("ecdsa-p384-sha384", der(key), STATEMENT, key.sign(STATEMENT, ec.ECDSA(hashes.SHA256())))


@pytest.mark.parametrize(
    "make",
    [
        lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - it is to be refused
        lambda: ec.generate_private_key(ec.SECP521R1()),
        lambda: ec.generate_private_key(ec.SECP256K1()),
        ed448.Ed448PrivateKey.generate,
        x25519.X25519PrivateKey.generate,
        lambda: dsa.generate_private_key(1024),  # noqa: S505 - likewise
    ],
    ids=["rsa-1024", "p-521", "secp256k1", "ed448", "x25519", "dsa"],
)
def test_other_keys_have_no_method(make: object) -> None:
    spki = der(make())  # type: ignore[operator]  # one of the makers above
    assert algorithm_of(spki) is None
    assert not any(verify(alg, spki, STATEMENT, b"\1" * 64) for alg in METHODS)


def test_a_weak_rsa_key_does_not_sign() -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - likewise
    assert not verify("rsa-pkcs1-sha256", der(key), STATEMENT, key.sign(STATEMENT, PKCS1v15(), hashes.SHA256()))


def test_an_rsa_key_beyond_reason_does_not_sign() -> None:
    key = rsa.RSAPublicNumbers(65537, (1 << 20_000) | 1).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert algorithm_of(spki) is None
    assert not verify("rsa-pkcs1-sha256", spki, STATEMENT, b"\1" * 2500)


def test_a_second_encoding_of_a_key_is_not_a_second_key(signed: dict[str, Signed]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signature = key.sign(STATEMENT, ec.ECDSA(hashes.SHA256()))
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    compressed = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + point
    assert verify("ecdsa-p256-sha256", der(key), STATEMENT, signature)
    assert not verify("ecdsa-p256-sha256", compressed, STATEMENT, signature)
    _, spki, good = signed["ed25519"]
    assert not verify("ed25519", spki + b"\0", STATEMENT, good)


SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a_key_with_which_anybody_signs_anything_is_no_key(point: str) -> None:
    spki = bytes.fromhex("302a300506032b6570032100" + point)
    identity = bytes.fromhex(SMALL_ORDER[0]) + bytes(32)
    assert algorithm_of(spki) is None
    assert not verify("ed25519", spki, STATEMENT, identity)


def test_the_library_alone_would_take_such_a_signature() -> None:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(SMALL_ORDER[0])).verify(
        bytes.fromhex(SMALL_ORDER[0]) + bytes(32), b"anything"
    )


@given(alg=st.sampled_from(METHODS), spki=st.binary(max_size=200), signature=st.binary(max_size=100))
def test_any_octets_are_answered(alg: str, spki: bytes, signature: bytes) -> None:
    assert verify(alg, spki, STATEMENT, signature) is False


@given(data=st.data())
def test_a_changed_key_is_answered_and_does_not_hold(signed: dict[str, Signed], data: st.DataObject) -> None:
    alg, spki, signature = signed[data.draw(st.sampled_from(METHODS))]
    place = data.draw(st.integers(0, len(spki) - 1))
    changed = spki[:place] + bytes([spki[place] ^ data.draw(st.integers(1, 255))]) + spki[place + 1 :]
    assert verify(alg, changed, STATEMENT, signature) is False


def test_openssl_agrees_on_the_digest_and_the_signature(signed: dict[str, Signed], tmp_path: Path) -> None:
    _, spki, signature = signed["ed25519"]
    for name, data in (("key.der", spki), ("statement", STATEMENT), ("sig", signature)):
        (tmp_path / name).write_bytes(data)
    digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-r", "key.der"], cwd=tmp_path, capture_output=True, check=True
    )
    assert digest.stdout.split()[0].decode() == key_digest(spki)
    subprocess.run(
        "openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in statement -sigfile sig".split(),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
