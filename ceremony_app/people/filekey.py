"""A person's own key file: made before the day, kept on the person's own stick, opened by a passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.ports import Clock
from ceremony_app.core.secret import Secret
from ceremony_app.core.values import Row
from ceremony_app.core.words import hash_rows
from ceremony_app.journal.files import create
from ceremony_app.people.container import container, seal
from ceremony_app.people.passphrase import require_strong
from ceremony_app.people.signatures import ED25519, algorithm_of, key_digest
from ceremony_app.people.tries import Tries, without_pin

MOST_BYTES: Final = 8192
"""The size in bytes above which a file is no key file; ours have some 400."""


class FileKey:
    """A person's own Ed25519 key (`core.ports.Signer`, method `file`).

    Held as it lies in the file, encrypted: each signature asks for the passphrase and takes some 150 ms for it.
    """

    def __init__(self, pem: bytes, spki: bytes, clock: Clock) -> None:
        self._pem = pem
        self._spki = spki
        self._tries = Tries(clock, "passphrase")

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

        Raises `Refusal`: CER-PIN for a wrong passphrase, CER-PIN-WAIT for 30 s after the third in a row, CER-VOID
        after `erase`.
        """
        if not self._pem:
            raise Refusal("CER-VOID", "The key file was put away.", "Enrol the person again with the key file.")
        if pin is None:
            raise without_pin()
        self._tries.admit()
        private = _opened(self._pem, pin)
        if private is None:
            raise self._tries.wrong("That is not the passphrase of this key file; nothing was signed.")
        self._tries.right()
        return private.sign(statement)

    def erase(self) -> None:
        """Forget the file's content; the file itself stays as it is."""
        self._pem = b""


def make(path: Path, passphrase: Secret, clock: Clock) -> FileKey:
    """Make a new key in a new file, readable by its owner only.

    Raises `Refusal`: CER-PASSPHRASE where the passphrase is too short, CER-EXISTS where there is a file already.
    """
    return _write(path, Ed25519PrivateKey.generate(), passphrase, clock)


def load(pem: bytes, passphrase: Secret, clock: Clock) -> FileKey:
    """Open a key file given as its bytes.

    Raises `Unusable` (CER-KEY-FILE) where it is no key file, holds another kind of key, or is protected too weakly;
    `Refusal` (CER-PIN) where the passphrase is wrong or the encrypted part was changed, which look the same.
    """
    return FileKey(pem, _spki(_required(pem, passphrase)), clock)


def re_key(pem: bytes, passphrase: Secret, path: Path, new_passphrase: Secret, clock: Clock) -> FileKey:
    """Make a new key in a new file for who can open the old one, which stays as it is (RFC 3647, 4.7).

    The new key has another digest: bindings and policy packs that name the old one must be changed. Raises like
    `load` and `make`.
    """
    _required(pem, passphrase)
    return make(path, new_passphrase, clock)


def change_passphrase(pem: bytes, passphrase: Secret, path: Path, new_passphrase: Secret, clock: Clock) -> FileKey:
    """Write the same key to a new file under another passphrase; destroy the old file. Raises like `load`, `make`."""
    return _write(path, _required(pem, passphrase), new_passphrase, clock)


def show(spki: bytes) -> tuple[Row, ...]:
    """A public key as people compare it: its method, and its SHA-256 in rows of hex and words."""
    digest = key_digest(spki)
    return (
        Row("Method", algorithm_of(spki) or "none that may sign here"),
        Row("SHA-256 of the public key", digest),
        *(Row(f"Row {row.letter}", f"{row.groups}  {' '.join(row.words)}") for row in hash_rows(digest)),
    )


def _write(path: Path, private: Ed25519PrivateKey, passphrase: Secret, clock: Clock) -> FileKey:
    """The key in a new file."""
    require_strong(passphrase)
    pem = seal(private, passphrase)
    try:
        create(path, pem)
    except OSError as error:
        raise Unusable(
            "CER-KEY-FILE",
            f"The key file {path.name} cannot be written: {error.strerror}.",
            "Name a file on a medium that is in place and has room.",
        ) from None
    return FileKey(pem, _spki(private), clock)


def _spki(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _required(pem: bytes, passphrase: Secret) -> Ed25519PrivateKey:
    """The private key, or a refusal."""
    private = _opened(pem, passphrase)
    if private is None:
        raise Refusal(
            "CER-PIN",
            "That is not the passphrase of this key file, or the file was changed.",
            "Enter the passphrase again, or take the other copy of the file.",
        )
    return private


def _opened(pem: bytes, passphrase: Secret) -> Ed25519PrivateKey | None:
    """The private key; None where the passphrase does not open it. Raises `Unusable` (CER-KEY-FILE)."""
    try:
        der = container(pem) if len(pem) <= MOST_BYTES else b""
    except ValueError as fault:
        raise _unfit(str(fault)) from None
    if not der:
        raise _unfit(f"it has more than {MOST_BYTES} bytes")
    try:
        private = load_der_private_key(der, passphrase.reveal())
    except (ValueError, TypeError):
        return None
    except (UnsupportedAlgorithm, InternalError):
        # The second comes where octets pass for a key of another kind and are none.
        raise _unfit("it holds another kind of key than Ed25519") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _unfit("it holds another kind of key than Ed25519")
    return private


def _unfit(why: str) -> Unusable:
    return Unusable(
        "CER-KEY-FILE",
        f"This key file cannot be used: {why}.",
        "Make one with `ceremony credential new`, and have its digest bound.",
    )
