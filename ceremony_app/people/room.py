"""A room key: made at roll-call, held in memory behind a ceremony PIN, gone when the program ends."""

from __future__ import annotations

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import Clock
from ceremony_app.core.secret import Secret
from ceremony_app.people.signatures import ED25519
from ceremony_app.people.tries import Tries, without_pin

PIN_CHARACTERS: Final = 6

_SCRYPT_N: Final = 2**14
_SCRYPT_R: Final = 8
_SCRYPT_P: Final = 1
"""16 MiB and some 40 ms a try: a sign-off has 100 ms, and a PIN's strength is the wait and the process's memory."""

_SALT: Final = 16
_NONCE: Final = 12


class RoomKey:
    """An Ed25519 key of one person for one run of the program (`core.ports.Signer`, method `room`).

    The private key lies in memory encrypted (AES-256-GCM under scrypt of the PIN), so a wrong PIN cannot sign; no
    PIN and nothing derived from one is kept or written. While it signs, copies that the library makes are out of
    reach. The encryption does not withstand somebody who can read this process's memory and try all PINs.
    """

    def __init__(self, private: Ed25519PrivateKey, pin: Secret, clock: Clock) -> None:
        self._spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._salt = os.urandom(_SALT)
        self._nonce = os.urandom(_NONCE)
        self._sealed = AESGCM(self._derived(pin)).encrypt(self._nonce, private.private_bytes_raw(), self._spki)
        self._tries = Tries(clock, "PIN")

    @classmethod
    def make(cls, pin: Secret, clock: Clock) -> RoomKey:
        """Make a new key behind a PIN of at least six characters (CER-PIN)."""
        if _characters(pin) < PIN_CHARACTERS:
            raise Refusal(
                "CER-PIN",
                f"A ceremony PIN has at least {PIN_CHARACTERS} characters.",
                "Choose another one, for today only and known to nobody else.",
            )
        return cls(Ed25519PrivateKey.generate(), pin, clock)

    @property
    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo."""
        return self._spki

    @property
    def algorithm(self) -> str:
        """Always `ed25519`."""
        return ED25519

    def sign(self, statement: bytes, pin: Secret | None) -> bytes:
        """Sign exactly these bytes; 64 octets (RFC 8032).

        Raises `Refusal`: CER-PIN for a wrong PIN, CER-PIN-WAIT for 30 s after the third in a row, CER-VOID after
        `erase`.
        """
        if not self._sealed:
            raise Refusal(
                "CER-VOID", "This room key is gone.", "The person is enrolled again, with a new key and a new PIN."
            )
        if pin is None:
            raise without_pin()
        self._tries.admit()
        try:
            private = AESGCM(self._derived(pin)).decrypt(self._nonce, self._sealed, self._spki)
        except InvalidTag:
            raise self._tries.wrong("That is not the PIN that was chosen at roll-call; nothing was signed.") from None
        self._tries.right()
        return Ed25519PrivateKey.from_private_bytes(private).sign(statement)

    def erase(self) -> None:
        """Forget the key for good."""
        self._sealed = b""

    def _derived(self, pin: Secret) -> bytes:
        """The key that the PIN stands for."""
        return Scrypt(salt=self._salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P).derive(pin.lend())


def _characters(pin: Secret) -> int:
    """How many characters a PIN in UTF-8 has: its octets without those that continue one."""
    return sum(octet & 0xC0 != 0x80 for octet in pin.lend())  # noqa: PLR2004 - the mark of RFC 3629, 3
