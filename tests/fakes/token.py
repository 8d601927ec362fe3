"""A token in memory that keeps the contract of `TokenPort`, counts PIN tries, and fails by plan."""

from __future__ import annotations

import base64
import secrets
import time
from typing import Literal

import msgspec
from cryptography.hazmat.primitives import keywrap
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from ceremony_app.core.algorithms import Algorithm, Family, Scheme, family_of
from ceremony_app.core.device import (
    Inventory,
    KeyReport,
    KeySpec,
    Mechanism,
    ModuleFacts,
    ObjectFacts,
    ObjectKind,
    TokenFacts,
    Trial,
    Wrapped,
    WrappingKeySpec,
)
from ceremony_app.core.errors import Refusal
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import object_refusals, refusals
from ceremony_app.pki.signer import PrivateKey, PublicKey
from ceremony_app.pki.spki import public_key
from tests.fakes import token_parts as parts
from tests.fakes.token_memory import TokenMemory
from tests.fakes.token_parts import Planned, ckr

__all__ = ["FakeToken", "Planned"]

_WRAPPING = "AES_KEY_WRAP_PAD"
_PAIR: dict[Family, str] = {
    "RSA": "CKM_RSA_PKCS_KEY_PAIR_GEN",
    "EC": "CKM_EC_KEY_PAIR_GEN",
    "Ed25519": "CKM_EC_EDWARDS_KEY_PAIR_GEN",
}
_LONGEST_LABEL = 32
_PRIVATE = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


class FakeToken(TokenMemory):
    """A token of a hardware model, in factory state. Its options are those of `TokenMemory`."""

    @property
    def module(self) -> ModuleFacts:
        return ModuleFacts(manufacturer=self.manufacturer, description=self.model, version="7.4", cryptoki="2.40")

    def restart(self) -> None:
        self._begin("restart")
        self.active = False
        self.objects += self._back_again
        self._back_again.clear()
        self._end("restart")

    @property
    def last_heard(self) -> float:
        return time.monotonic()

    def kill(self) -> None:
        self._killed = True

    def facts(self) -> TokenFacts:
        self._begin("facts")
        facts = self._facts()
        self._end("facts")
        return facts

    def mechanisms(self) -> tuple[Mechanism, ...]:
        self._begin("mechanisms")
        self._end("mechanisms")
        return self.offered

    def try_out(self, algorithm: Algorithm) -> Trial:
        self._begin("try_out")
        if self._torn("try_out") or self.keeps_trials:
            spec = KeySpec(label="trial", id=secrets.token_hex(16), algorithm=algorithm)
            self.objects.append(parts.public_facts(spec, parts.make(algorithm).public_key(), local=True))
        self._end("try_out")
        return self._trial(algorithm)

    def _trial(self, algorithm: Algorithm) -> Trial:
        asked = {"TOKEN": False, "PRIVATE": self.active, "SENSITIVE": True, "EXTRACTABLE": False, "SIGN": True}
        if self._so_pin.value is None:
            return Trial(algorithm=algorithm, result="not-tried", said="The token has not been initialised yet.")
        if self.trial_needs_login and not self.active:
            code = "CKR_USER_NOT_LOGGED_IN"
            return Trial(algorithm=algorithm, result="not-tried", said="It wants a login.", code=code, asked=asked)
        if algorithm in self.refused:
            told = ckr("CURVE_NOT_SUPPORTED")
            return Trial(algorithm=algorithm, result="failed", said=told.why, code=told.code, asked=asked)
        spec = KeySpec(label="", id="", algorithm=algorithm)
        kept = dict(parts.private_attributes(spec, local=True, token=False)) | {"PRIVATE": self.active}
        return Trial(
            algorithm=algorithm,
            result="failed" if self.keeps_trials else "passed",
            said="It left an object behind." if self.keeps_trials else "It signs, and nothing is left of it.",
            asked=asked,
            kept=kept,
            label_kept=self.label_octets >= 40,
            id_kept=True,
        )

    def inventory(self) -> Inventory:
        self._begin("inventory")
        seen = sorted(self._visible(), key=lambda thing: (thing.kind, thing.label, thing.id, repr(thing)))
        self._end("inventory")
        return Inventory(serial=self.serial, objects=tuple(seen))

    def initialise(self, label: str, so_pin: Secret) -> TokenFacts:
        self._begin("initialise")
        if len(label.encode()) > _LONGEST_LABEL:
            raise ckr("ARGUMENTS_BAD")
        if self._so_pin.value is not None:
            self._so_pin.check(so_pin)
        if self._torn("initialise"):
            self._so_pin = parts.Pin(self.tries)
        else:
            self._so_pin.put(so_pin)
            self.label = label
        self._user_pin, self.active = parts.Pin(self.tries), False
        for things in (self.objects, self._keys, self._wrapping, self._back_again):
            things.clear()
        self._end("initialise")
        return self._facts()

    def set_user_pin(self, so_pin: Secret, pin: Secret) -> None:
        self._begin("set_user_pin")
        self._refuse_login()
        self._so_pin.check(so_pin)
        self._user_pin.put(pin)
        self._end("set_user_pin")

    def change_pin(self, whose: Literal["user", "so"], old: Secret, new: Secret) -> None:
        self._begin("change_pin")
        self._refuse_login()
        pin = self._so_pin if whose == "so" else self._user_pin
        pin.check(old)
        pin.put(new)
        self._end("change_pin")

    def activate(self, pin: Secret | None) -> None:
        self._begin("activate")
        if self.active:
            self.active = False
            raise ckr("USER_ALREADY_LOGGED_IN")
        if pin is None and not self.own_entry:
            raise refusals.no_pin_entry()
        self._check(pin)
        self._end("activate")
        self.active = True

    def deactivate(self) -> None:
        self._begin("deactivate")
        self.active = False
        self._end("deactivate")

    def generate_key_pair(self, spec: KeySpec) -> KeyReport:
        self._begin("generate_key_pair")
        self._need_login()
        self._refuse_taken(spec)
        if spec.algorithm in self.refused:
            raise ckr("CURVE_NOT_SUPPORTED")
        key = parts.make(spec.algorithm)
        public = parts.public_facts(spec, key.public_key(), local=True)
        private = parts.private_facts(spec, key, local=True)
        torn = self._torn("generate_key_pair")
        if torn is None or torn.debris == "private":
            self._keep(private, key)
        if torn is None or torn.debris == "public":
            self._keep(public)
        elif torn.debris == "nameless":
            self._keep(msgspec.structs.replace(public, label="", id=""))
        self._end("generate_key_pair")
        return self._report(key, public, private, _PAIR[spec.algorithm.family])

    def report(self, key_id: str) -> KeyReport:
        self._begin("report")
        self._need_login()
        halves = [thing for thing in self.objects if thing.id == key_id]
        public = [half for half in halves if half.kind is ObjectKind.PUBLIC]
        private = [half for half in halves if half.kind is ObjectKind.PRIVATE]
        if len(public) != 1 or len(private) != 1 or key_id not in self._keys:
            raise object_refusals.no_single_pair(key_id, len(public), len(private))
        self._end("report")
        how = _PAIR[family_of(public[0].algorithm)] if private[0].attributes["LOCAL"] else ""
        return self._report(self._keys[key_id], public[0], private[0], how)

    def generate_wrapping_key(self, spec: WrappingKeySpec) -> ObjectFacts:
        self._begin("generate_wrapping_key")
        self._need_login()
        self._refuse_taken(spec)
        made = parts.wrapping_facts(spec)
        if self._torn("generate_wrapping_key"):
            self._keep(msgspec.structs.replace(made, label="", id=""))
        else:
            self._keep(made)
            self._wrapping[spec.id] = secrets.token_bytes(32)
        self._end("generate_wrapping_key")
        return made

    def wrap(self, wrapping_id: str, key_id: str) -> Wrapped:
        self._begin("wrap")
        self._need_login()
        wrapping = self._wrapping_key(wrapping_id, "wrapped")
        private = self._private(key_id, "wrapped")
        if not any(offered.name == _WRAPPING for offered in self.offered):
            raise object_refusals.no_key_wrapping()
        if not private.attributes["EXTRACTABLE"]:
            raise ckr("KEY_UNEXTRACTABLE")
        plain = self._keys[key_id].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self._end("wrap")
        return Wrapped(mechanism=_WRAPPING, data=keywrap.aes_key_wrap_with_padding(wrapping, plain))

    def unwrap(self, wrapping_id: str, wrapped: Wrapped, spec: KeySpec, spki: bytes) -> KeyReport:
        self._begin("unwrap")
        self._need_login()
        try:
            beside = public_key(spki, spec.algorithm)
        except Refusal:
            raise object_refusals.public_key_unfit(spec.algorithm) from None
        self._refuse_taken(spec)
        wrapping = self._wrapping_key(wrapping_id, "restored")
        if wrapped.mechanism not in {offered.name for offered in self.offered}:
            raise object_refusals.no_key_wrapping()
        try:
            plain = keywrap.aes_key_unwrap_with_padding(wrapping, wrapped.data)
            key = load_der_private_key(plain, None)
        except (ValueError, keywrap.InvalidUnwrap):
            raise ckr("WRAPPED_KEY_INVALID") from None
        if not isinstance(key, _PRIVATE):
            raise ckr("WRAPPED_KEY_INVALID")
        public = parts.public_facts(spec, beside, local=False)
        private = parts.private_facts(spec, key, local=False)
        self._keep(private, key)
        if not self._torn("unwrap"):
            self._keep(public)
        self._end("unwrap")
        if private.algorithm != spec.algorithm:
            raise object_refusals.restored_otherwise(spec.algorithm, private.algorithm)
        return self._report(beside, public, private, "")

    def destroy(self, thing: ObjectFacts) -> None:
        self._begin("destroy")
        self._need_login()
        alike = self._visible().count(thing)
        if not alike:
            raise object_refusals.object_not_found()
        if alike > 1 and thing.fault:
            raise object_refusals.object_ambiguous(alike)
        self.objects.remove(thing)
        if self._torn("destroy"):
            self._back_again.append(thing)
        self._end("destroy")

    def sign(self, key_id: str, scheme: Scheme, data: bytes, pin: Secret | None = None) -> bytes:
        self._begin("sign")
        self._need_login()
        private = self._private(key_id, "signed")
        if private.attributes.get("ALWAYS_AUTHENTICATE"):
            if pin is None and not self.own_entry:
                raise refusals.pin_needed()
            self._check(pin)
        signature = parts.sign(self._keys[key_id], scheme, data, self.offered)
        self._end("sign")
        return signature

    def random(self, count: int) -> bytes:
        self._begin("random")
        if not 1 <= count <= 65536:
            raise ckr("ARGUMENTS_BAD", changes=False)
        self._end("random")
        return secrets.token_bytes(count)

    def attestation(self, key_id: str) -> tuple[bytes, ...]:
        self._begin("attestation")
        self._end("attestation")
        if not self.attests or key_id not in self._keys:
            return ()
        return self._attester.attest(key_id, self._keys[key_id].public_key())

    def audit_log(self) -> bytes:
        self._begin("audit_log")
        self._end("audit_log")
        return self.log

    def close(self) -> None:
        self._closed, self.active = True, False

    def open_again(self) -> None:
        """What the next start of the program finds: nobody is logged in, and everything is where it was."""
        self._closed = self._killed = self.active = False

    @staticmethod
    def _report(key: PrivateKey | PublicKey, public: ObjectFacts, private: ObjectFacts, how: str) -> KeyReport:
        half = key.public_key() if isinstance(key, _PRIVATE) else key
        spki = base64.b64encode(parts.spki_of(half)).decode()
        return KeyReport(spki=spki, public=public, private=private, mechanism=how)
