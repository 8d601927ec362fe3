"""Objects as others make them: BER where DER should be, shapes of other PKIs, faults that libraries refuse to load."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ceremony_app.pki import der as asn1
from ceremony_app.pki.der import Node
from ceremony_app.pki.signer import PrivateKey
from tests.pki.requesting import sequence, tlv

ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
ECDSA_SHA256_NULL = bytes.fromhex("300c06082a8648ce3d0403020500")
NEVER = b"\x18\x0f99991231235959Z"


def indefinite(identifier: int, content: bytes) -> bytes:
    """An element of indefinite length."""
    return bytes([identifier, 0x80]) + content + b"\x00\x00"


def members(octets: bytes) -> list[bytes]:
    """The elements inside a SEQUENCE."""
    return [node.der for node in asn1.element(octets, asn1.SEQUENCE, "sequence")]


def with_member(octets: bytes, place: int, value: bytes | Callable[[bytes], bytes]) -> bytes:
    """A signed structure with one member of its to-be-signed part replaced; the signature stays what it was."""
    tbs, *rest = members(octets)
    parts = members(tbs)
    parts[place] = value(parts[place]) if callable(value) else value
    return sequence(sequence(*parts), *rest)


def with_extension(octets: bytes, extension: bytes) -> bytes:
    """A certificate with a further extension."""

    def added(wrapper: bytes) -> bytes:
        (listed,) = _inside(wrapper)
        return tlv(0xA3, sequence(*members(listed.der), extension))

    return with_member(octets, -1, added)


def without_extension(octets: bytes, oid: bytes) -> bytes:
    """A certificate without the extension of a type (the DER of its object identifier)."""

    def taken(wrapper: bytes) -> bytes:
        (listed,) = _inside(wrapper)
        return tlv(0xA3, sequence(*(one for one in members(listed.der) if members(one)[0] != oid)))

    return with_member(octets, -1, taken)


def as_ber(octets: bytes) -> bytes:
    """A structure whose outermost SEQUENCEs have indefinite lengths."""
    tbs, *rest = members(octets)
    return indefinite(asn1.SEQUENCE, b"".join((indefinite(asn1.SEQUENCE, b"".join(members(tbs))), *rest)))


def smki(octets: bytes, key: PrivateKey) -> bytes:
    """The certificate with a NULL beside its ECDSA identifiers, as some of GB smart metering, and signed so."""
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    parts = members(members(octets)[0])
    tbs = sequence(*(ECDSA_SHA256_NULL if part == ECDSA_SHA256 else part for part in parts))
    signature = key.sign(tbs, ec.ECDSA(hashes.SHA256()))
    return sequence(tbs, ECDSA_SHA256_NULL, tlv(asn1.BIT_STRING, b"\x00" + signature))


def _inside(octets: bytes) -> list[Node]:
    return list(asn1.element(octets, octets[0], "wrapper"))
