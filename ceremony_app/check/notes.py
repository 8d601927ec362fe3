"""What a check has to say: findings that make a definition unfit, and remarks that a person should read."""

from __future__ import annotations

import msgspec


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence, with the rule it comes from and the place it is about. `unfit`: the definition cannot be held."""

    rule: str
    where: str
    what: str
    unfit: bool = True
