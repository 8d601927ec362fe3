"""The plain values that evidence and answers are made of, and the pairs that are shown."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    Json: TypeAlias = "str | bool | int | tuple[Json, ...] | list[Json] | Mapping[str, Json]"
    """What the journal can hold: no floats, no null (journal format 1)."""
else:
    # msgspec cannot build a decoder for a type that names itself; `sound` below checks what it let through.
    from typing import Any as Json

_LARGEST = 2**53 - 1


def sound(value: object) -> bool:
    """Whether a decoded value holds only what journal format 1 allows: no floats, no null, integers below 2^53."""
    match value:
        case bool() | str():
            return True
        case int():
            return abs(value) <= _LARGEST
        case dict():
            return all(sound(member) for member in value.values())
        case list() | tuple():
            return all(sound(member) for member in value)
        case _:
            return False


@unique
class Mode(StrEnum):
    """Whether this is the real thing."""

    REHEARSAL = "rehearsal"
    PRODUCTION = "production"


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A personal text that the journal names by digest only: SHA-256(salt || UTF-8 text), in hex."""

    leaf: str


class Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One line of what is shown: `label: value`; a leaf stands as its hex, and its text beside it on the screen."""

    label: str
    value: str
    leaf: bool = False


class ArtifactRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file in `artifacts/`, or a to-be-signed structure, by name, SHA-256 (hex) and size in bytes."""

    name: str
    sha256: str
    size: int


def plain(value: str | Leaf) -> str:
    """A text as it stands in what is signed: a leaf as its hex."""
    return value.leaf if isinstance(value, Leaf) else value
