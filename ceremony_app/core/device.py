"""What a token says about itself and its objects, as values that can stand in the journal."""

from __future__ import annotations

import hashlib
from enum import StrEnum, unique

import msgspec

from ceremony_app.core.algorithms import Algorithm


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


class KeySpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key pair to be made: `id` becomes CKA_ID (hex, at most 16 octets), `label` CKA_LABEL of both halves."""

    label: str
    id: str
    algorithm: Algorithm


class KeyReport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key pair as the token reports it after making it, read back and not assumed.

    `spki` is the DER SubjectPublicKeyInfo in base64; `mechanism` is CKA_KEY_GEN_MECHANISM where readable.
    """

    spki: str
    public: ObjectFacts
    private: ObjectFacts
    mechanism: str = ""
