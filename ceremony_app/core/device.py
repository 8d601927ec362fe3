"""What a token says about itself and its objects, as values that can stand in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum, unique
from typing import Final, Literal

import msgspec

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.names import escaped

LAST_TRY: Final = "ONE try is left; the next wrong PIN locks the token"
"""What people are shown of a token that says so (CKF_USER_PIN_FINAL_TRY)."""

LOCKED: Final = "the PIN is locked"
"""What people are shown of a token that takes no PIN any more (CKF_USER_PIN_LOCKED)."""


class TokenFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token as it describes itself (C_GetTokenInfo, PKCS#11 2.40, 3.3): texts without padding.

    `flags` are the names of the CKF_ flags that are set, without the prefix, sorted. `pin_min` and `pin_max` are the
    lengths that the token allows.
    """

    manufacturer: str
    model: str
    serial: str
    label: str
    firmware: str
    hardware: str
    flags: tuple[str, ...]
    pin_min: int
    pin_max: int

    @property
    def initialised(self) -> bool:
        """Whether the token has been initialised."""
        return "TOKEN_INITIALIZED" in self.flags


@unique
class ObjectKind(StrEnum):
    """The class of an object on a token."""

    PUBLIC = "public-key"
    PRIVATE = "private-key"
    SECRET = "secret-key"
    CERTIFICATE = "certificate"
    DATA = "data"
    OTHER = "other"


class ObjectFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One object on a token as read back. `id` is CKA_ID in hex, which may be empty.

    `algorithm` is the key's kind, or the raw CKK_ name where we have no word for it, or empty for no key.
    `attributes` holds the boolean attributes by their names without prefix (`SENSITIVE`, `EXTRACTABLE`, ...).
    `public_sha256` is the SHA-256 of the SubjectPublicKeyInfo (public keys), in hex; empty otherwise.
    `fault` is what went wrong in reading it, by return code name; empty where nothing did.
    """

    kind: ObjectKind
    label: str
    id: str
    algorithm: str = ""
    attributes: dict[str, bool] = {}
    public_sha256: str = ""
    fault: str = ""

    def told(self) -> str:
        """The object on one line: class, label, id, kind, and what is remarkable about it."""
        parts = [
            self.kind.value,
            f"“{escaped(self.label)}”" if self.label else "no label",
            f"id {self.id or '(empty)'}",
        ]
        if self.algorithm:
            parts.append(self.algorithm)
        if self.fault:
            parts.append(f"could not be read: {self.fault}")
        return ", ".join(parts)


class Inventory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All objects of a token, in a stable order (kind, label, id)."""

    serial: str
    objects: tuple[ObjectFacts, ...]

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of the inventory."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()

    def with_id(self, key_id: str) -> tuple[ObjectFacts, ...]:
        """The objects that carry this CKA_ID."""
        return tuple(thing for thing in self.objects if thing.id == key_id)


def in_order(objects: Iterable[ObjectFacts]) -> tuple[ObjectFacts, ...]:
    """Objects in the order of an inventory: by class, label and id, and for twins by all that is known of them."""
    return tuple(sorted(objects, key=_place))


def _place(thing: ObjectFacts) -> tuple[str, ...]:
    return (thing.kind, thing.label, thing.id, thing.algorithm, thing.public_sha256, repr(thing))


class Difference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changed on a token between two inventories."""

    added: tuple[ObjectFacts, ...] = ()
    removed: tuple[ObjectFacts, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed)


def difference(before: Inventory, after: Inventory) -> Difference:
    """What is in `after` and not in `before`, and the other way round; doubled objects count each time."""
    left, added = list(before.objects), []
    for thing in after.objects:
        if thing in left:
            left.remove(thing)
        else:
            added.append(thing)
    return Difference(added=tuple(added), removed=tuple(left))


class ModuleFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A PKCS#11 module as it describes itself (C_GetInfo)."""

    manufacturer: str
    description: str
    version: str
    cryptoki: str


class Mechanism(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mechanism that a token offers (C_GetMechanismInfo): its CKM_ name without prefix, or its number in hex.

    `smallest` and `largest` are key sizes in the unit of the mechanism (bits or octets), 0 where the token says none.
    `uses` are the names of the CKF_ flags that say what it is good for (`SIGN`, `GENERATE_KEY_PAIR`, `HW`, ...).
    """

    name: str
    number: int
    smallest: int = 0
    largest: int = 0
    uses: tuple[str, ...] = ()


class Trial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of trying an algorithm with a throw-away key pair that lives in the session only.

    `result` is `passed` (made, a challenge signed and verified outside the token, gone again), `failed`, or
    `not-tried` where the token wants a login first or makes no such pair. `said` is a plain sentence, `code` the return
    code's name of a failure. `asked` and `kept` are the attributes of the private key as they were asked for and as
    they read back, `label_kept` and `id_kept` whether a label of 40 and an id of 16 octets came back as given.
    """

    algorithm: Algorithm
    result: Literal["passed", "failed", "not-tried"]
    said: str
    code: str = ""
    asked: dict[str, bool] = {}
    kept: dict[str, bool] = {}
    label_kept: bool = False
    id_kept: bool = False


class KeySpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key pair to be made: `id` becomes CKA_ID (hex, at most 16 octets), `label` CKA_LABEL of both halves.

    `extractable` lets the private half leave the token wrapped under another key, and in no other way;
    `always_authenticate` asks for the PIN before every use of it (CKA_ALWAYS_AUTHENTICATE).
    """

    label: str
    id: str
    algorithm: Algorithm
    extractable: bool = False
    always_authenticate: bool = False


class WrappingKeySpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An AES-256 key to be made on the token for wrapping other keys; it never leaves the token."""

    label: str
    id: str


class Wrapped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A private key (PKCS#8) enciphered under a wrapping key; `mechanism` is the CKM_ name without prefix."""

    mechanism: str
    data: bytes


class KeyReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key pair as the token reports it after making it, read back and not assumed.

    `spki` is the DER SubjectPublicKeyInfo in base64; `mechanism` is CKA_KEY_GEN_MECHANISM where readable.
    """

    spki: str
    public: ObjectFacts
    private: ObjectFacts
    mechanism: str = ""
