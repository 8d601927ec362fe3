"""A token in memory that keeps the contract of `TokenPort`, counts PIN tries, and fails by plan."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import Inventory, KeyReport, KeySpec, ObjectFacts, ObjectKind, TokenFacts
from ceremony_app.core.errors import TokenFault
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import refusals
from ceremony_app.hsm.codes import fault, number_of, wants_fresh_worker

PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

PUBLIC_USES = {"ENCRYPT": False, "WRAP": False, "VERIFY": True, "VERIFY_RECOVER": False, "DERIVE": False}
PRIVATE_USES = {"DECRYPT": False, "UNWRAP": False, "SIGN": True, "SIGN_RECOVER": False, "DERIVE": False}
PROTECTION = {"SENSITIVE": True, "EXTRACTABLE": False, "NEVER_EXTRACTABLE": True, "ALWAYS_SENSITIVE": True}
PIN_MIN, PIN_MAX, TRIES = 4, 255, 3
LOW_TRIES, LAST_TRY = 2, 1


@dataclass(frozen=True)
class Planned:
    """The nth call of a port method fails with a code: before it does anything, or after it has done all.

    Beside CKR_ names, `WORKER_DIED` and `NO_ANSWER` stand for a lost worker.
    """

    call: str
    code: str
    nth: int = 1
    when: Literal["before", "after"] = "before"


@dataclass
class _Pin:
    """A PIN with the tries that are left."""

    value: bytes | None = None
    left: int = TRIES

    def check(self, given: Secret) -> None:
        if self.left == 0:
            raise _ckr("PIN_LOCKED")
        if self.value != given.reveal():
            self.left -= 1
            raise _ckr("PIN_INCORRECT")
        self.left = TRIES

    def put(self, given: Secret) -> None:
        if not PIN_MIN <= len(given) <= PIN_MAX:
            raise _ckr("PIN_LEN_RANGE")
        self.value, self.left = given.reveal(), TRIES

    def flags(self, whose: str) -> set[str]:
        marks = {"COUNT_LOW": self.left <= LOW_TRIES, "FINAL_TRY": self.left == LAST_TRY, "LOCKED": self.left == 0}
        return {f"{whose}_PIN_{mark}" for mark, holds in marks.items() if holds}


def _ckr(name: str) -> TokenFault:
    return fault(number_of(name))


@dataclass
class FakeToken:
    """A token of a hardware model in factory state: it takes the security officer's PIN of its first initialisation.

    `calls` is every call that reached it, in order; `objects` may be added to, for debris that nobody made here.
    """

    serial: str = "EX7-000042"
    manufacturer: str = "Example Devices"
    model: str = "KeyStore 7"
    plan: Iterable[Planned] = ()
    calls: list[str] = field(default_factory=list)
    objects: list[ObjectFacts] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.plan = list(self.plan)
        self.label = ""
        self.active = False
        self._closed = False
        self._so_pin, self._user_pin = _Pin(), _Pin()
        self._keys: dict[str, PrivateKey] = {}

    def restart(self) -> None:
        """What a lost worker leaves behind: the token as it is, and nobody logged in."""
        self.active = False

    def facts(self) -> TokenFacts:
        self._begin("facts")
        facts = self._facts()
        self._end("facts")
        return facts

    def inventory(self) -> Inventory:
        self._begin("inventory")
        seen = [thing for thing in self.objects if self.active or thing.kind is not ObjectKind.PRIVATE]
        seen.sort(key=lambda thing: (thing.kind, thing.label, thing.id, repr(thing)))
        self._end("inventory")
        return Inventory(serial=self.serial, objects=tuple(seen))

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        self._begin("initialise")
        if len(label.encode()) > 32:
            raise _ckr("ARGUMENTS_BAD")
        if self._so_pin.value is not None:
            self._so_pin.check(so_pin)
        self._so_pin.put(so_pin)
        self._user_pin = _Pin()
        self.label, self.active = label, False
        self.objects.clear()
        self._keys.clear()
        self._end("initialise")
        return self._facts()

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        self._begin("set_user_pin")
        if self.active:
            raise _ckr("USER_ANOTHER_ALREADY_LOGGED_IN")
        self._so_pin.check(so_pin)
        self._user_pin.put(pin)
        self._end("set_user_pin")

    def activate(self, pin: Secret) -> None:
        self._begin("activate")
        if self.active:
            self.active = False
            raise _ckr("USER_ALREADY_LOGGED_IN")
        if self._user_pin.value is None:
            raise _ckr("USER_PIN_NOT_INITIALIZED")
        self._user_pin.check(pin)
        self.active = True
        self._end("activate")

    def deactivate(self) -> None:
        self._begin("deactivate")
        self.active = False
        self._end("deactivate")

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        self._begin("generate_key_pair")
        self._need_login()
        if any(thing.label == spec.label for thing in self.objects):
            raise refusals.key_exists("label")
        if any(thing.id == spec.id for thing in self.objects):
            raise refusals.key_exists("id")
        key = _make(spec.algorithm)
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        common = {"TOKEN": True, "MODIFIABLE": False, "LOCAL": True}
        public = ObjectFacts(
            kind=ObjectKind.PUBLIC,
            label=spec.label,
            id=spec.id,
            algorithm=spec.algorithm,
            attributes=common | {"PRIVATE": False} | PUBLIC_USES,
            public_sha256=hashlib.sha256(spki).hexdigest(),
        )
        private = ObjectFacts(
            kind=ObjectKind.PRIVATE,
            label=spec.label,
            id=spec.id,
            algorithm=spec.algorithm,
            attributes=common | {"PRIVATE": True, "ALWAYS_AUTHENTICATE": False} | PROTECTION | PRIVATE_USES,
        )
        self.objects += (public, private)
        self._keys[spec.id] = key
        self._end("generate_key_pair")
        mechanism = "CKM_RSA_PKCS_KEY_PAIR_GEN" if spec.algorithm.is_rsa else "CKM_EC_KEY_PAIR_GEN"
        return KeyReport(spki=base64.b64encode(spki).decode(), public=public, private=private, mechanism=mechanism)

    def sign(self, key_id: str, scheme: Scheme, data: bytes) -> bytes:
        self._begin("sign")
        self._need_login()
        if key_id not in self._keys:
            raise refusals.key_not_found(key_id)
        signature = _sign(self._keys[key_id], scheme, data)
        self._end("sign")
        return signature

    def random(self, count: int) -> bytes:
        self._begin("random")
        if not 1 <= count <= 65536:
            raise fault(number_of("ARGUMENTS_BAD"), changes=False)
        self._end("random")
        return secrets.token_bytes(count)

    def close(self) -> None:
        self._closed, self.active = True, False

    def _facts(self) -> TokenFacts:
        flags = {"LOGIN_REQUIRED", "RNG", *self._so_pin.flags("SO"), *self._user_pin.flags("USER")}
        flags |= {"TOKEN_INITIALIZED"} if self._so_pin.value is not None else set()
        flags |= {"USER_PIN_INITIALIZED"} if self._user_pin.value is not None else set()
        return TokenFacts(
            manufacturer=self.manufacturer,
            model=self.model,
            serial=self.serial,
            label=self.label,
            firmware="7.4",
            hardware="2.0",
            flags=tuple(sorted(flags)),
            pin_min=PIN_MIN,
            pin_max=PIN_MAX,
        )

    def _need_login(self) -> None:
        if not self.active:
            raise _ckr("USER_NOT_LOGGED_IN")

    def _begin(self, call: str) -> None:
        if self._closed:
            raise refusals.closed()
        self.calls.append(call)
        self._fail(call, "before")

    def _end(self, call: str) -> None:
        self._fail(call, "after")

    def _fail(self, call: str, when: str) -> None:
        for planned in self.plan:
            if (planned.call, planned.when, planned.nth) == (call, when, self.calls.count(call)):
                told = _planned_fault(call, planned.code)
                if wants_fresh_worker(told) or not told.code.startswith("CKR_"):
                    self.restart()
                raise told


def _planned_fault(call: str, code: str) -> TokenFault:
    changes = call in {"initialise", "set_user_pin", "activate", "generate_key_pair", "sign"}
    match code:
        case "WORKER_DIED":
            return refusals.worker_died(changes=changes, status=9)
        case "NO_ANSWER":
            return refusals.no_answer(changes=changes, seconds=60)
        case _:
            return fault(number_of(code), changes=changes)


def _make(algorithm: Algorithm) -> PrivateKey:
    match algorithm:
        case Algorithm.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case Algorithm.P384:
            return ec.generate_private_key(ec.SECP384R1())
        case Algorithm.RSA3072 | Algorithm.RSA4096:
            return rsa.generate_private_key(65537, algorithm.bits)


def _sign(key: PrivateKey, scheme: Scheme, data: bytes) -> bytes:
    algorithm = hashes.SHA384() if scheme.hash_name == "sha384" else hashes.SHA256()
    if isinstance(key, rsa.RSAPrivateKey) != scheme.is_rsa:
        raise _ckr("KEY_TYPE_INCONSISTENT")
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), algorithm)
    return key.sign(data, ec.ECDSA(algorithm))
