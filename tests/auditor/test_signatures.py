"""The reader's own verification against the vectors of the standards and against another library."""

from __future__ import annotations

import hashlib
import random
from types import ModuleType

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.auditor.cast import PrivateKey, private_key, signature, spki_of

ED25519 = bytes.fromhex("302a300506032b6570032100")
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ABC = hashlib.sha512(b"abc").hexdigest()
RFC_8032 = {  # section 7.1: public key, message, signature
    "test 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "test 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "test 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "test SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        ABC,
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}


@pytest.mark.parametrize("name", RFC_8032)
def test_vectors_of_rfc_8032(name: str, reader: ModuleType) -> None:
    public, message, made = (bytes.fromhex(text) for text in RFC_8032[name])
    algorithm, verify = reader.read_key(ED25519 + public)
    assert algorithm == "ed25519"
    assert verify(message, made)
    assert not verify(message + b"\0", made)
    for place in range(64):
        assert not verify(message, made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :])


def test_s_is_below_the_order(reader: ModuleType) -> None:
    """RFC 8032, 5.1.7: S + L would be the same point and is another signature."""
    public, message, made = (bytes.fromhex(text) for text in RFC_8032["test 2"])
    _, verify = reader.read_key(ED25519 + public)
    more = int.from_bytes(made[32:], "little") + L
    assert not verify(message, made[:32] + more.to_bytes(32, "little"))
    for odd in (b"", made[:-1], made + b"\0", b"\0" + made, bytes(64), made[:32], b"\xff" * 64, made * 100):
        assert not verify(message, odd)


@pytest.mark.parametrize(
    "public",
    [
        "01" + "00" * 31,  # the neutral point
        "ec" + "ff" * 30 + "7f",  # order 2
        "00" * 32,  # order 4
        "00" * 31 + "80",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  # order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "01" + "00" * 30 + "80",  # x = 0 with a sign
        "ee" + "ff" * 30 + "7f",  # y = 1, not reduced
        "ff" * 32,
        "02" + "00" * 31,  # no point
    ],
)
def test_keys_that_are_no_good_points(public: str, reader: ModuleType) -> None:
    with pytest.raises(ValueError):
        reader.read_key(ED25519 + bytes.fromhex(public))


KINDS = ["ed25519", "P-256", "P-384", "RSA"]


def holds(key: PrivateKey, message: bytes, made: bytes) -> bool:
    """What the other library says."""
    public = key.public_key()
    try:
        match public:
            case ed25519.Ed25519PublicKey():
                public.verify(made, message)
            case ec.EllipticCurvePublicKey():
                public.verify(made, message, ec.ECDSA(hashes.SHA256() if public.key_size == 256 else hashes.SHA384()))
            case rsa.RSAPublicKey():
                public.verify(made, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def asked(reader: ModuleType, key: PrivateKey, message: bytes, made: bytes) -> bool:
    """What the reader says; a signature that cannot be read is none."""
    _, verify = reader.read_key(spki_of(key))
    try:
        return bool(verify(message, made))
    except ValueError:
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_good_signatures(kind: str, reader: ModuleType) -> None:
    for number in range(1, 9):
        key = private_key(kind, number if kind != "RSA" else 1)
        message = f"message {number}".encode() * number
        name, made = signature(key, message)
        assert reader.read_key(spki_of(key))[0] == name
        assert asked(reader, key, message, made)
        assert not asked(reader, key, message + b".", made)


@pytest.mark.parametrize("kind", KINDS)
def test_both_say_the_same_of_damaged_signatures(kind: str, reader: ModuleType) -> None:
    key, chance = private_key(kind, 1), random.Random(186)
    _, made = signature(key, b"message")
    for _ in range(120):
        odd = bytearray(made)
        for _ in range(chance.randrange(1, 3)):
            place = chance.randrange(len(odd))
            match chance.randrange(4):
                case 0:
                    odd[place] ^= 1 << chance.randrange(8)
                case 1:
                    del odd[place]
                case 2:
                    odd.insert(place, chance.choice([0, 1, 2, 0x30, 0x80, 0x81, 0xFF]))
                case _:
                    odd += chance.randbytes(2)
        assert asked(reader, key, b"message", bytes(odd)) == holds(key, b"message", bytes(odd)), odd.hex()


@pytest.mark.parametrize("kind", ["P-256", "P-384"])
def test_other_spellings_of_an_ecdsa_signature(kind: str, reader: ModuleType) -> None:
    """Only one spelling of (r, s) is DER; (r, n - s) is another signature that is as good (FIPS 186-5, 6.4.2)."""
    key = private_key(kind, 1)
    prefix, _, (_, n, *_) = reader.CURVES["ecdsa-p256-sha256" if kind == "P-256" else "ecdsa-p384-sha384"]
    assert prefix in spki_of(key).hex()
    _, made = signature(key, b"message")
    r, s = decode_dss_signature(made)
    assert asked(reader, key, b"message", encode_dss_signature(r, n - s))
    octets = made[2:]
    spellings = {
        "a long length": b"\x30\x81" + made[1:],
        "no definite length": b"\x30\x80" + octets + b"\0\0",
        "a set": b"\x31" + made[1:],
        "something behind": made + b"\0",
        "something inside": b"\x30" + bytes([len(octets) + 2]) + octets + b"\x05\0",
        "a third integer": b"\x30" + bytes([len(octets) + 3]) + octets + b"\x02\x01\x01",
        "a leading zero": b"\x30" + bytes([len(octets) + 1]) + b"\x02" + bytes([octets[1] + 1]) + b"\0" + octets[2:],
        "cut": made[:-1],
        "empty": b"",
        "one octet": b"\x30",
        "an empty sequence": b"\x30\0",
        "no zero before a high bit": encode_dss_signature(2**255, s)
        .replace(b"\x02\x21\0\x80", b"\x02\x20\x80")
        .replace(
            b"\x30" + bytes([len(encode_dss_signature(2**255, s)) - 2]),
            b"\x30" + bytes([len(encode_dss_signature(2**255, s)) - 3]),
        ),
        "r + n": encode_dss_signature(r + n, s),
        "s + n": encode_dss_signature(r, s + n),
        "r is zero": encode_dss_signature(0, s),
        "s is zero": encode_dss_signature(r, 0),
        "r is n": encode_dss_signature(n, s),
        "negative": bytes.fromhex("3006020181020101"),
        "swapped": encode_dss_signature(s, r),
    }
    for name, odd in spellings.items():
        assert not asked(reader, key, b"message", odd), name


def test_rsa_padding_is_made_again_and_compared(reader: ModuleType) -> None:
    """No other padding, hash or length is taken for PKCS #1 v1.5 with SHA-256."""
    key = private_key("RSA", 1)
    assert isinstance(key, rsa.RSAPrivateKey)
    for made in (
        key.sign(b"message", padding.PKCS1v15(), hashes.SHA384()),
        key.sign(b"message", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
        bytes(256),
        b"\xff" * 256,
    ):
        assert not asked(reader, key, b"message", made)
    n = key.public_key().public_numbers().n
    for number in range(200):
        message = str(number).encode()
        _, good = signature(key, message)
        if (more := int.from_bytes(good) + n) < 2**2048:
            assert not asked(reader, key, message, more.to_bytes(256))
            break
    else:
        pytest.fail("no signature was small enough to be written in another way")
    _, good = signature(key, b"message")
    assert not asked(reader, key, b"message", good[1:])
    assert not asked(reader, key, b"message", b"\0" + good)
    assert not asked(reader, key, b"message", (int.from_bytes(good) + n).to_bytes(257))


def spki(public: object) -> bytes:
    assert hasattr(public, "public_bytes")
    data = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert isinstance(data, bytes)
    return data


def test_other_keys_are_refused(reader: ModuleType) -> None:
    other = {
        "P-521": spki(ec.derive_private_key(9, ec.SECP521R1()).public_key()),
        "secp256k1": spki(ec.derive_private_key(9, ec.SECP256K1()).public_key()),
        "RSA-2047": spki(rsa.RSAPublicNumbers(65537, 2**2047 - 1).public_key()),
        "RSA with e = 3": spki(rsa.RSAPublicNumbers(3, 2**2048 - 1).public_key()),
        "X25519": spki(x25519.X25519PrivateKey.generate().public_key()),
        "Ed448": spki(ed448.Ed448PrivateKey.generate().public_key()),
        "not on the curve": spki_of(private_key("P-256", 1))[:-1] + b"\0",
        "an even exponent": spki_of(private_key("RSA", 1))[:-1] + b"\2",
        "an even modulus": spki(rsa.RSAPublicNumbers(65537, 2**2048 - 2).public_key()),
    }
    for data in other.values():
        with pytest.raises(ValueError):
            reader.read_key(data)


@pytest.mark.parametrize("name", ["ecdsa-p256-sha256", "ecdsa-p384-sha384"])
def test_coordinates_are_below_p(name: str, reader: ModuleType) -> None:
    """A point with a small x has a second spelling, x + p, that still fits."""
    prefix, _, (p, _, b, *_) = reader.CURVES[name]
    size = (p.bit_length() + 7) // 8
    squares = ((x, (x**3 - 3 * x + b) % p) for x in range(100))
    x, y = next((x, pow(square, (p + 1) // 4, p)) for x, square in squares if pow(square, (p - 1) // 2, p) == 1)
    assert reader.read_key(bytes.fromhex(prefix) + x.to_bytes(size) + y.to_bytes(size))[0] == name
    with pytest.raises(ValueError):
        reader.read_key(bytes.fromhex(prefix) + (x + p).to_bytes(size) + y.to_bytes(size))


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_has_one_spelling(kind: str, reader: ModuleType) -> None:
    """Any octet cut off, added or changed in front of the key's own numbers is refused."""
    good = spki_of(private_key(kind, 1))
    odd = [good[:-1], good[1:], good + b"\0", b"", good[:2], b"\x30\x80" + good[2:]]
    odd += [good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :] for place in range(12)]
    for data in odd:
        with pytest.raises(ValueError):
            reader.read_key(data)
