"""Who and what the ceremonies of these tests are made with: a definition, a binding, people and their keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DEFINITION = """\
format = 1
id = "tiny-root"
title = "Tiny Root CA"
policy = "tiny"
deviations = "deviations"

[roles.administrator]
title = "Ceremony administrator"
separate = ["internal-witness", "external-witness"]
[roles.internal-witness]
title = "Internal witness"
count = 2
[roles.external-witness]
title = "External witness"
[roles.observer]
title = "Observer"

[quorums.witnessed]
all = { administrator = 1, internal-witness = 1 }
[quorums.root-activation]
all = { internal-witness = 1, external-witness = 1 }
[quorums.deviations]
all = { external-witness = 1 }

[[acts]]
title = "Opening"
[[acts.steps]]
id = "who-is-here"
do = "roll-call"
title = "Roll-call (all of us)"
sign_off = "witnessed"

[[acts]]
title = "Root key"
[[acts.steps]]
id = "generate-root"
do = "generate-key"
sign_off = "root-activation"
attest = "witnessed"
statement = "I saw the key being made inside the token."
[[acts.steps]]
id = "read-key"
do = "read-back"
of = "generate-root"
rows = 3

[[acts]]
title = "Closing"
[[acts.steps]]
id = "the-end"
do = "close"
attest = "witnessed"
"""

BINDING = """\
format = 1
definition = "tiny-root"
mode = "rehearsal"
people = [
  { number = 1, roles = ["administrator", "observer"] },
  { number = 2, roles = ["internal-witness", "external-witness"] },
  { number = 3, roles = ["external-witness"] },
  { number = 4, roles = ["internal-witness"] },
  { number = 5, roles = ["internal-witness"] },
]
"""


@cache
def private_key(kind: str, number: int) -> PrivateKey:
    """A key that is the same in every test; the numbers are secrets of nobody."""
    match kind:
        case "ed25519":
            return ed25519.Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))
        case "P-256":
            return ec.derive_private_key(0x5EED0000 + number, ec.SECP256R1())
        case "P-384":
            return ec.derive_private_key(0x5EED0000 + number, ec.SECP384R1())
        case _:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def spki_of(key: PrivateKey) -> bytes:
    """The DER SubjectPublicKeyInfo of a key."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signature(key: PrivateKey, message: bytes) -> tuple[str, bytes]:
    """The algorithm's name in the journal, and the signature."""
    match key:
        case ed25519.Ed25519PrivateKey():
            return "ed25519", key.sign(message)
        case ec.EllipticCurvePrivateKey() if key.curve.key_size == 256:
            return "ecdsa-p256-sha256", key.sign(message, ec.ECDSA(hashes.SHA256()))
        case ec.EllipticCurvePrivateKey():
            return "ecdsa-p384-sha384", key.sign(message, ec.ECDSA(hashes.SHA384()))
        case rsa.RSAPrivateKey():
            return "rsa-pkcs1-sha256", key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        case _:
            raise AssertionError


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Person:
    """Somebody of a test: number, roles, a key, and how it is kept."""

    number: int
    roles: list[str]
    key: PrivateKey
    method: str = "file"

    @property
    def spki(self) -> bytes:
        return spki_of(self.key)


def people() -> dict[int, Person]:
    """Administrator (Ed25519), witnesses inside (P-256 and RSA) and outside (P-384)."""
    return {
        1: Person(1, ["administrator"], private_key("ed25519", 1)),
        2: Person(2, ["internal-witness"], private_key("P-256", 2), "card"),
        3: Person(3, ["external-witness"], private_key("P-384", 3), "card"),
        4: Person(4, ["internal-witness"], private_key("RSA", 4), "card"),
    }
