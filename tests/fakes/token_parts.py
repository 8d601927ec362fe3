"""What the token in memory is made of: PINs with their tries, planned failures, keys and what is read of them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from ceremony_app.core.algorithms import Algorithm, Scheme, family_of
from ceremony_app.core.device import KeySpec, Mechanism, ObjectFacts, ObjectKind, WrappingKeySpec
from ceremony_app.core.errors import TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import object_refusals, refusals
from ceremony_app.hsm.codes import fault, number_of
from ceremony_app.pki.signer import PrivateKey, PublicKey, signing_with

PIN_MIN, PIN_MAX = 4, 255
CHANGING: Final = frozenset(
    "initialise set_user_pin change_pin activate try_out generate_key_pair generate_wrapping_key wrap unwrap destroy "
    "sign".split()
)
"""The methods whose fate must be known."""

_PUBLIC_USES = {"ENCRYPT": False, "WRAP": False, "VERIFY": True, "VERIFY_RECOVER": False, "DERIVE": False}
_PRIVATE_USES = {"DECRYPT": False, "UNWRAP": False, "SIGN": True, "SIGN_RECOVER": False, "DERIVE": False}
_WRAPPING_USES = dict.fromkeys(("DECRYPT", "SIGN", "DERIVE", "ENCRYPT", "VERIFY"), False) | {
    "UNWRAP": True,
    "WRAP": True,
}
_KEPT = {"SENSITIVE": True, "EXTRACTABLE": False, "NEVER_EXTRACTABLE": True, "ALWAYS_SENSITIVE": True}


def ckr(name: str, *, changes: bool = True) -> TokenFault:
    """The fault of a return code."""
    return fault(number_of(name), changes=changes)


@dataclass(frozen=True)
class Planned:
    """The nth call of a port method fails with a code: `before` it does anything, `after` it has done all, or `torn`.

    Beside CKR_ names, `WORKER_DIED` and `NO_ANSWER` stand for a lost worker. Torn are: `generate_key_pair`, of which
    `debris` stays (the public half, the private one, or a public one without label and id); `generate_wrapping_key` (a
    key without label and id); `unwrap` (the private half alone); `initialise` (all is gone, and the token as it came
    from its maker); `try_out` (a public half stays); `destroy` (the object is gone and comes back with `restart`).
    What has no middle is torn as it is after.
    """

    call: str
    code: str
    nth: int = 1
    when: Literal["before", "after", "torn"] = "before"
    debris: Literal["public", "private", "nameless"] = "public"

    def told(self) -> TokenFault:
        """The fault as the port tells it."""
        changes = self.call in CHANGING
        match self.code:
            case "WORKER_DIED":
                return refusals.worker_died(changes=changes, status=9)
            case "NO_ANSWER":
                return refusals.no_answer(changes=changes, seconds=60)
            case _:
                return ckr(self.code, changes=changes)


@dataclass
class Pin:
    """A PIN with the tries that are left."""

    tries: int
    value: bytes | None = None

    def __post_init__(self) -> None:
        self.left = self.tries

    def check(self, given: Secret) -> None:
        """Costs one try where it is wrong."""
        if self.left == 0:
            raise ckr("PIN_LOCKED")
        if self.value != given.reveal():
            self.left -= 1
            raise ckr("PIN_INCORRECT")
        self.left = self.tries

    def put(self, given: Secret) -> None:
        """Set the PIN; all tries are there again."""
        if not PIN_MIN <= len(given) <= PIN_MAX:
            raise ckr("PIN_LEN_RANGE")
        self.value, self.left = given.reveal(), self.tries

    def flags(self, whose: str) -> set[str]:
        """The CKF_ flags that tell of the tries."""
        marks = {"COUNT_LOW": self.left < self.tries, "FINAL_TRY": self.left == 1, "LOCKED": self.left == 0}
        return {f"{whose}_PIN_{mark}" for mark, holds in marks.items() if holds}


def _mechanism(name: str, number: int, sizes: tuple[int, int], *uses: str) -> Mechanism:
    return Mechanism(name=name, number=number, smallest=sizes[0], largest=sizes[1], uses=tuple(sorted(("HW", *uses))))


MECHANISMS: Final = (
    _mechanism("RSA_PKCS_KEY_PAIR_GEN", 0x0000, (2048, 4096), "GENERATE_KEY_PAIR"),
    _mechanism("RSA_PKCS", 0x0001, (2048, 4096), "SIGN", "VERIFY"),
    _mechanism("SHA256_RSA_PKCS", 0x0040, (2048, 4096), "SIGN", "VERIFY"),
    _mechanism("SHA384_RSA_PKCS", 0x0041, (2048, 4096), "SIGN", "VERIFY"),
    _mechanism("SHA256_RSA_PKCS_PSS", 0x0043, (2048, 4096), "SIGN", "VERIFY"),
    _mechanism("SHA384_RSA_PKCS_PSS", 0x0044, (2048, 4096), "SIGN", "VERIFY"),
    _mechanism("EC_KEY_PAIR_GEN", 0x1040, (256, 521), "GENERATE_KEY_PAIR"),
    _mechanism("ECDSA", 0x1041, (256, 521), "SIGN", "VERIFY"),
    _mechanism("EC_EDWARDS_KEY_PAIR_GEN", 0x1055, (255, 255), "GENERATE_KEY_PAIR"),
    _mechanism("EDDSA", 0x1057, (255, 255), "SIGN", "VERIFY"),
    _mechanism("AES_KEY_GEN", 0x1080, (16, 32), "GENERATE"),
    _mechanism("AES_KEY_WRAP_PAD", 0x210A, (16, 32), "WRAP", "UNWRAP"),
)
"""What the token can do unless it is told otherwise."""


def make(algorithm: Algorithm) -> PrivateKey:
    """A new private key."""
    match algorithm:
        case Algorithm.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case Algorithm.P384:
            return ec.generate_private_key(ec.SECP384R1())
        case Algorithm.P521:
            return ec.generate_private_key(ec.SECP521R1())
        case Algorithm.ED25519:
            return ed25519.Ed25519PrivateKey.generate()
        case Algorithm.RSA3072 | Algorithm.RSA4096:
            return rsa.generate_private_key(65537, algorithm.bits)


def kind_of(key: PrivateKey | PublicKey) -> str:
    """The kind of a key, as an object's facts name it."""
    match key:
        case ed25519.Ed25519PrivateKey() | ed25519.Ed25519PublicKey():
            return "Ed25519"
        case rsa.RSAPrivateKey() | rsa.RSAPublicKey():
            return f"RSA-{key.key_size}"
        case _:
            return f"P-{key.key_size}"


def spki_of(key: PublicKey) -> bytes:
    """DER SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


_SIGNING = {
    "EC": {"ECDSA"},
    "Ed25519": {"EDDSA"},
    "PKCS": {"RSA_PKCS", "SHA256_RSA_PKCS", "SHA384_RSA_PKCS"},
    "PSS": {"RSA_PKCS_PSS", "SHA256_RSA_PKCS_PSS", "SHA384_RSA_PKCS_PSS"},
}


def sign(key: PrivateKey, scheme: Scheme, data: bytes, offered: Iterable[Mechanism] = MECHANISMS) -> bytes:
    """A signature as the port answers it."""
    if family_of(kind_of(key)) != scheme.family:
        raise ckr("KEY_TYPE_INCONSISTENT")
    way = ("PSS" if scheme.is_pss else "PKCS") if scheme.is_rsa else scheme.family
    if not _SIGNING[way] & {mechanism.name for mechanism in offered}:
        raise object_refusals.scheme_not_offered(scheme.value) if scheme.is_pss else ckr("MECHANISM_INVALID")
    return signing_with(key)(scheme, data)


def public_facts(spec: KeySpec, key: PublicKey, *, local: bool) -> ObjectFacts:
    """A public half as it is read."""
    return ObjectFacts(
        kind=ObjectKind.PUBLIC,
        label=spec.label,
        id=spec.id,
        algorithm=kind_of(key),
        attributes={"TOKEN": True, "MODIFIABLE": False, "LOCAL": local, "PRIVATE": False} | _PUBLIC_USES,
        public_sha256=hashlib.sha256(spki_of(key)).hexdigest(),
    )


def private_attributes(spec: KeySpec, *, local: bool, token: bool = True) -> Mapping[str, bool]:
    """A private half's attributes as they are read; of one that came from outside the token cannot know the past."""
    past = {"NEVER_EXTRACTABLE": local and not spec.extractable, "ALWAYS_SENSITIVE": local, "LOCAL": local}
    given = {"EXTRACTABLE": spec.extractable, "ALWAYS_AUTHENTICATE": spec.always_authenticate}
    return {"TOKEN": token, "MODIFIABLE": False, "PRIVATE": True, "SENSITIVE": True} | _PRIVATE_USES | past | given


def private_facts(spec: KeySpec, key: PrivateKey, *, local: bool) -> ObjectFacts:
    """A private half as it is read."""
    return ObjectFacts(
        kind=ObjectKind.PRIVATE,
        label=spec.label,
        id=spec.id,
        algorithm=kind_of(key),
        attributes=dict(private_attributes(spec, local=local)),
    )


def wrapping_facts(spec: WrappingKeySpec) -> ObjectFacts:
    """A wrapping key as it is read."""
    attributes = {"TOKEN": True, "MODIFIABLE": False, "LOCAL": True, "PRIVATE": True} | _KEPT | _WRAPPING_USES
    return ObjectFacts(kind=ObjectKind.SECRET, label=spec.label, id=spec.id, algorithm="AES-256", attributes=attributes)


class Attester:
    """The maker's key in the device, which says of other keys that they were made there."""

    def __init__(self, serial: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Example Devices Attestation {serial}")])
        self.certificate = self._certificate(self._name, self._key.public_key())

    def _certificate(self, subject: x509.Name, key: PublicKey) -> bytes:
        start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start)
        made = builder.not_valid_after(start.replace(year=2049)).sign(self._key, hashes.SHA256())
        return made.public_bytes(Encoding.DER)

    def attest(self, key_id: str, key: PublicKey) -> tuple[bytes, ...]:
        """The statement about a key, and the certificate of the key that signed it."""
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Key {key_id[:16]}")])
        return self._certificate(subject, key), self.certificate
