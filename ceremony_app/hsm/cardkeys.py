"""The keys on a card that a person may sign with: private halves, and the public halves that tell which key it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ceremony_app.core.algorithms import Scheme
from ceremony_app.core.device import ObjectKind
from ceremony_app.hsm.attributes import VALUE
from ceremony_app.hsm.cryptoki import CryptokiError
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.inventory import ReadObject

_LEAST_RSA_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Method:
    """How a person's key signs: the name that a sign-off carries, the scheme, and the kind of key."""

    name: str
    scheme: Scheme
    kind: str


_BY_CURVE: Final = {
    "secp256r1": Method("ecdsa-p256-sha256", Scheme.ECDSA_SHA256, "P-256"),
    "secp384r1": Method("ecdsa-p384-sha384", Scheme.ECDSA_SHA384, "P-384"),
}
_ED25519: Final = Method("ed25519", Scheme.ED25519, "Ed25519")


def method_of(spki: bytes) -> Method | None:
    """The method that goes with a public key (DER); None where it is one that nobody may sign with."""
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        return None
    match key:
        case ec.EllipticCurvePublicKey():
            return _BY_CURVE.get(key.curve.name)
        case ed25519.Ed25519PublicKey():
            return _ED25519
        case rsa.RSAPublicKey() if key.key_size >= _LEAST_RSA_BITS:
            return Method("rsa-pkcs1-sha256", Scheme.RSA_SHA256, f"RSA-{key.key_size}")
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A public half that a person may sign under, and the handle of the private one; None where that is hidden."""

    spki: bytes
    method: Method
    id: str
    label: str
    handle: int | None = None
    asks_each_time: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the public half, in hex."""
        return hashlib.sha256(self.spki).hexdigest()


def signing_keys(held: Held, session: int) -> tuple[SigningKey, ...]:
    """The keys that the present login shows: with their private halves where it shows any of those.

    A public half is a public key or, for the ids that have none, a certificate. Different ones under one id stand for
    no key: it could not be told which of them is meant. Raises `CryptokiError`.
    """
    found = [(handle, held.reader.read(session, handle)) for handle in held.raw.find(session, {})]
    halves = _public_halves(held, session, found)
    private = [(handle, thing) for handle, thing in found if thing.facts.kind is ObjectKind.PRIVATE]
    if not private:
        return tuple(sorted(halves.values(), key=lambda key: (key.id, key.spki)))
    keys = []
    for handle, thing in private:
        facts = thing.facts
        half = halves.get(facts.id)
        if half is not None and facts.attributes.get("SIGN", True) and _fits(facts.algorithm, half.method):
            asks = facts.attributes.get("ALWAYS_AUTHENTICATE", False)
            keys.append(
                SigningKey(
                    spki=half.spki,
                    method=half.method,
                    id=half.id,
                    label=facts.label or half.label,
                    handle=handle,
                    asks_each_time=asks,
                )
            )
    return tuple(sorted(keys, key=lambda key: (key.id, key.spki)))


def _fits(algorithm: str, method: Method) -> bool:
    """Whether a private half of this kind can be that of a key with this method; some tell nothing of its kind."""
    return algorithm == method.kind or not algorithm or algorithm.startswith("CKK_")


def _public_halves(held: Held, session: int, found: list[tuple[int, ReadObject]]) -> dict[str, SigningKey]:
    """By CKA_ID, what is shown of each key's public half, if it is one that a person may sign under."""
    spkis: dict[str, list[tuple[bytes, str]]] = {}
    for _, thing in found:
        if thing.facts.kind is ObjectKind.PUBLIC and thing.facts.attributes.get("VERIFY", True):
            spkis.setdefault(thing.facts.id, []).append((thing.spki, thing.facts.label))
    certified: dict[str, list[tuple[bytes, str]]] = {}
    for handle, thing in found:
        if thing.facts.kind is ObjectKind.CERTIFICATE and thing.facts.id not in spkis:
            certified.setdefault(thing.facts.id, []).append((_certified(held, session, handle), thing.facts.label))
    halves = {}
    for key_id, shown in (spkis | certified).items():
        spki, label = shown[0]
        method = method_of(spki)
        if method is not None and all(other == spki for other, _ in shown):
            halves[key_id] = SigningKey(spki=spki, method=method, id=key_id, label=label)
    return halves


def _certified(held: Held, session: int, handle: int) -> bytes:
    """The public key in a certificate on the card; empty where it cannot be read."""
    from cryptography.x509 import load_der_x509_certificate  # most cards hold none, and the import takes its time

    try:
        certificate = load_der_x509_certificate(held.raw.read_long(session, handle, VALUE))
        return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (CryptokiError, ValueError, UnsupportedAlgorithm):
        return b""
