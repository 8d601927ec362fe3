"""Certification requests put together octet by octet, of each kind of key, sound and otherwise."""

# mypy: disable-error-code="no-untyped-call"
# asn1crypto, which encodes object identifiers here, has no types.

from __future__ import annotations

import base64
import random
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import gcd

from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CN, O, OU, C = "2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.6"  # noqa: E741 - the attribute's own name
UTF8, PRINTABLE, TELETEX, IA5, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1E
EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
CHALLENGE = "1.2.840.113549.1.9.7"
KINDS = ("p256", "p384", "p521", "ed25519", "rsa", "pss")
"""P-256, P-384, P-521, Ed25519, RSA-2048 signed by PKCS#1 v1.5, and the same key signed by PSS."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """An element in DER."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def oid(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded


def integer(number: int) -> bytes:
    return tlv(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def named(*attributes: tuple[str, str] | tuple[str, str, int]) -> bytes:
    """A name, one attribute a relative name: type, text and string type (UTF8String where none is given)."""
    return sequence(*(tlv(0x31, _attribute(*one)) for one in attributes))


def _attribute(kind: str, text: str, tag: int = UTF8) -> bytes:
    codec = {BMP: "utf-16-be", TELETEX: "latin-1"}.get(tag, "utf-8")
    return sequence(oid(kind), tlv(tag, text.encode(codec, errors="surrogatepass")))


def attribute(kind: str, *values: bytes) -> bytes:
    return sequence(oid(kind), tlv(0x31, *values))


def extension(kind: str, value: bytes, *, critical: bool = False) -> bytes:
    return sequence(oid(kind), tlv(0x01, b"\xff") if critical else b"", tlv(0x04, value))


def asking(*extensions: bytes) -> bytes:
    """The attribute that asks for extensions."""
    return attribute(EXTENSION_REQUEST, sequence(*extensions))


def info(spki: bytes, subject: bytes, *attributes: bytes, version: int = 0) -> bytes:
    """A CertificationRequestInfo, its attributes in the order of DER."""
    return sequence(integer(version), subject, spki, tlv(0xA0, *sorted(attributes)))


@dataclass(frozen=True)
class Requester:
    """Somebody with a key: its SubjectPublicKeyInfo, the AlgorithmIdentifier of a signature, and how it is made."""

    spki: bytes
    algorithm: bytes
    sign: Callable[[bytes], bytes]

    def request(self, subject: bytes, *attributes: bytes, version: int = 0) -> bytes:
        """A request of theirs."""
        return self.signed(info(self.spki, subject, *attributes, version=version))

    def signed(self, tbs: bytes) -> bytes:
        """A CertificationRequestInfo signed by them."""
        return sequence(tbs, self.algorithm, tlv(0x03, b"\x00", self.sign(tbs)))


@cache
def requester(kind: str, number: int = 1) -> Requester:
    """One of `KINDS`, the same each time; another number is another key."""
    seed = random.Random(f"{kind.replace('pss', 'rsa')} {number}")
    match kind:
        case "p256":
            return _ec(ec.derive_private_key(seed.getrandbits(250), ec.SECP256R1()), hashes.SHA256(), 2)
        case "p384":
            return _ec(ec.derive_private_key(seed.getrandbits(380), ec.SECP384R1()), hashes.SHA384(), 3)
        case "p521":
            return _ec(ec.derive_private_key(seed.getrandbits(520), ec.SECP521R1()), hashes.SHA512(), 4)
        case "ed25519":
            key = ed25519.Ed25519PrivateKey.from_private_bytes(seed.randbytes(32))
            return Requester(_spki(key.public_key()), sequence(oid("1.3.101.112")), key.sign)
        case "rsa":
            pair = rsa_key(*(prime(seed, 1024) for _ in range(2)))
            name = sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05))
            return Requester(
                _spki(pair.public_key()), name, lambda data: pair.sign(data, padding.PKCS1v15(), hashes.SHA256())
            )
        case _:
            pair = rsa_key(*(prime(seed, 1024) for _ in range(2)))
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            return Requester(
                _spki(pair.public_key()), pss_algorithm(), lambda data: pair.sign(data, pss, hashes.SHA256())
            )


def pss_algorithm(
    hashed: str = "2.16.840.1.101.3.4.2.1", masked: str = "", salt: int = 32, extra: bytes = b""
) -> bytes:
    """RSASSA-PSS with its parameters; the mask's hash is the message's where none is given."""
    one, other = (sequence(oid(name), tlv(0x05)) for name in (hashed, masked or hashed))
    mask = sequence(oid("1.2.840.113549.1.1.8"), other)
    members = (tlv(0xA0, one), tlv(0xA1, mask), tlv(0xA2, integer(salt)), extra)
    return sequence(oid("1.2.840.113549.1.1.10"), sequence(*members))


def rsa_key(p: int, q: int, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """The key of two primes."""
    d = pow(exponent, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(exponent, p * q),
    )
    return numbers.private_key()


def rsa_spki(modulus: int, exponent: int = 65537) -> bytes:
    """An RSA public key of any numbers."""
    algorithm = sequence(oid("1.2.840.113549.1.1.1"), tlv(0x05))
    return sequence(algorithm, tlv(0x03, b"\x00", sequence(integer(modulus), integer(exponent))))


def prime(seed: random.Random, bits: int, exponent: int = 65537) -> int:
    """A prime of so many bits, the two highest set, that goes with the exponent."""
    while True:
        number = seed.getrandbits(bits) | 3 << (bits - 2) | 1
        if (
            gcd(number, 3 * 5 * 7 * 11 * 13 * 17 * 19 * 23) == 1
            and pow(2, number - 1, number) == 1
            and number % exponent != 1
        ):
            return number


def pem(der: bytes, label: str = "CERTIFICATE REQUEST", *, end: str = "\n", before: str = "") -> bytes:
    body = textwrap.wrap(base64.b64encode(der).decode(), 64)
    lines = (f"-----BEGIN {label}-----", *body, f"-----END {label}-----", "")
    return (before + end.join(lines)).encode()


def _ec(key: ec.EllipticCurvePrivateKey, hashed: hashes.HashAlgorithm, arc: int) -> Requester:
    scheme = ec.ECDSA(hashed, deterministic_signing=True)
    algorithm = sequence(oid(f"1.2.840.10045.4.3.{arc}"))
    return Requester(_spki(key.public_key()), algorithm, lambda data: key.sign(data, scheme))


def _spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
