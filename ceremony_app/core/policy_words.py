"""The statements of a policy pack in words, for paper and screen."""

from __future__ import annotations

from typing import Final

import msgspec

from ceremony_app.core.distinguished_name import NamePart, written
from ceremony_app.core.profiles import Said

_TOLD_WHERE_SO: Final = frozenset({"capped"})
"""What is told where it is so and not where it is not: documents of packs that never spoke of it keep their bytes."""


def said_words(value: object) -> str:
    """A statement's value in words."""
    if isinstance(value, tuple) and value and all(isinstance(part, NamePart) for part in value):
        return written(value)
    if isinstance(value, msgspec.Struct):
        pairs = []
        for member in msgspec.structs.fields(type(value)):
            inner = getattr(value, member.name)
            if inner is False and member.name in _TOLD_WHERE_SO:
                continue
            if inner not in ("", -1, ()) and not isinstance(inner, Said):
                pairs.append(f"{member.encode_name} {said_words(inner)}")
        return ", ".join(pairs)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(said_words(part) for part in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {said_words(inner)}" for key, inner in value.items())
    return str(getattr(value, "value", value))
