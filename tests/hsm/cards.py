"""Practice cards: a SoftHSM home each, with keys that are made on it or brought to it, and a reader to take it from."""

from __future__ import annotations

import base64
import hashlib
import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec
from ceremony_app.core.secret import Secret
from ceremony_app.hsm import templates
from ceremony_app.hsm.attributes import CERTIFICATE, CLASS, VALUE
from ceremony_app.hsm.attributes import ID as ID_ATTRIBUTE
from ceremony_app.hsm.card import Card
from ceremony_app.hsm.cryptoki import User
from ceremony_app.hsm.held import Held
from ceremony_app.hsm.open import module_sha256, open_token
from ceremony_app.hsm.pkcs11 import Module
from ceremony_app.hsm.softhsm import SoftHsm, prepare

PIN: Final = Secret.of("card-canary-5518")
WRONG: Final = Secret.of("card-canary-5510")
SO_PIN: Final = Secret.of("officer-of-cards-77")
ID: Final = "01020304"
LABEL: Final = "sign-off key"

_TOKEN: Final = 0x001
_PRIVATE: Final = 0x002
_CERTIFICATE_TYPE: Final = 0x080
_SUBJECT: Final = 0x101

ROOT: Final = Path(__file__).parents[2]

Software = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def digest_of(spki: bytes) -> str:
    return hashlib.sha256(spki).hexdigest()


def spki_of(key: Software) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True)
class PracticeCard:
    """A card in a home of its own."""

    softhsm: SoftHsm
    home: Path

    @property
    def serial(self) -> str:
        return self.softhsm.serial

    def card(self, *, module: Path | None = None, environment: Mapping[str, str] | None = None) -> Card:
        """What opens it: directly, or through another module."""
        module = module or self.softhsm.module
        return Card(
            module=module,
            module_sha256=module_sha256(module),
            serial=self.serial,
            environment={**self.softhsm.environment, **(environment or {})},
        )

    def make(
        self, algorithm: Algorithm, key_id: str = ID, label: str = LABEL, *, asks_each_time: bool = False
    ) -> bytes:
        """A key made on the card; its public half."""
        token = open_token(self.softhsm.module, self.serial, environment=self.softhsm.environment)
        try:
            token.activate(PIN)
            spec = KeySpec(label=label, id=key_id, algorithm=algorithm, always_authenticate=asks_each_time)
            return base64.b64decode(token.generate_key_pair(spec).spki)
        finally:
            token.close()

    def bring(self, key: Software, key_id: str = ID, label: str = LABEL, *, public: bool = True) -> bytes:
        """A key that was made elsewhere; its public half, which the card shows or does not."""
        path = self.home / "brought.pem"
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        command = ["softhsm2-util", "--import", str(path), "--serial", self.serial, "--label", label, "--id", key_id]
        command += ["--pin", PIN.reveal().decode(), "--force", *([] if public else ["--no-public-key"])]
        subprocess.run(command, env=dict(self.softhsm.environment), check=True, capture_output=True)
        path.unlink()
        return spki_of(key)

    def write(self, der: bytes, *, private: bool = False) -> None:
        """A certificate or a public key beside the key, seen by everybody or by the holder only."""
        command = [sys.executable, "-m", "tests.hsm.cards", str(self.softhsm.module), self.serial, der.hex()]
        environment = {**os.environ, **self.softhsm.environment}
        subprocess.run([*command, "private" if private else ""], cwd=ROOT, env=environment, check=True)

    def empty(self) -> None:
        """Destroy every object on it."""
        token = open_token(self.softhsm.module, self.serial, environment=self.softhsm.environment)
        try:
            token.activate(PIN)
            for thing in token.inventory().objects:
                token.destroy(thing)
        finally:
            token.close()

    def take_out(self) -> None:
        """Out of its reader: the reader is left with no card."""
        (self.home / "tokens").rename(self.home / "away")
        (self.home / "tokens").mkdir()

    def put_back(self) -> None:
        """Into its reader again."""
        for other in (self.home / "tokens").iterdir():
            other.rename(self.home / "away" / other.name)
        (self.home / "tokens").rmdir()
        (self.home / "away").rename(self.home / "tokens")


def practice_card(folder: Path) -> PracticeCard:
    """A card with a PIN, and no key yet."""
    softhsm = prepare(folder)
    token = open_token(softhsm.module, softhsm.serial, environment=softhsm.environment)
    try:
        serial = token.initialise("Person 3", SO_PIN).serial
        token.set_user_pin(SO_PIN, PIN)
    finally:
        token.close()
    return PracticeCard(replace(softhsm, serial=serial), folder)


def _write(module: Path, serial: str, der: bytes, *, private: bool) -> None:
    """C_CreateObject, in a process of its own: the module keeps to the environment that it was loaded with."""
    held = Held(Module(module), serial, "")
    session = held.session()
    held.raw.login(session, User.USER, PIN)
    flags = {_TOKEN: b"\1", _PRIVATE: bytes([private]), ID_ATTRIBUTE: bytes.fromhex(ID)}
    try:
        key = load_der_public_key(der)
    except ValueError:
        subject = x509.load_der_x509_certificate(der).subject.public_bytes()
        kind = {CLASS: struct.pack("@L", CERTIFICATE), _CERTIFICATE_TYPE: struct.pack("@L", 0)}
        held.keys.create(session, kind | flags | {VALUE: der, _SUBJECT: subject})
        return
    assert isinstance(key, ec.EllipticCurvePublicKey)
    spec = KeySpec(label=LABEL, id=ID, algorithm=Algorithm(f"P-{key.curve.key_size}"))
    held.keys.create(session, templates.public_half(spec, held.profile, key) | flags)


if __name__ == "__main__":
    _write(Path(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3]), private=bool(sys.argv[4]))
