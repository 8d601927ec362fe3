"""The share sheets of simulated people: what they wrote down in this rehearsal, and what earlier ones have left."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec

from ceremony_app.core.errors import Unusable
from ceremony_app.core.secret import Secret
from ceremony_app.journal.files import replace

FILE: Final = "shares.json"


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Format 1 of `.rehearsal/shares.json`; names are `token role/whose`, people stand as text.

    `own` was written in this rehearsal, `before` comes from an earlier one and waits for somebody, `given` is what
    somebody has taken of it.
    """

    format: Literal[1] = 1
    own: dict[str, dict[str, str]] = {}
    given: dict[str, dict[str, str]] = {}
    before: dict[str, list[str]] = {}


class Sheets:
    """The sheets in one rehearsal's folder (`place`: its `.rehearsal`)."""

    def __init__(self, place: Path) -> None:
        self._path = place / FILE
        self._file = _read(self._path)

    def keep(self, name: str, person: int, words: Secret) -> None:
        """A person has written a share down."""
        self._file.own.setdefault(name, {})[str(person)] = words.reveal().decode()
        self._write()

    def of(self, name: str, person: int) -> Secret | None:
        """What a person has: the own sheet, or one that an earlier holder has left; None where there is none."""
        for kept in (self._file.own, self._file.given):
            if str(person) in kept.get(name, {}):
                return Secret.of(kept[name][str(person)])
        if not self._file.before.get(name):
            return None
        words = self._file.before[name].pop(0)
        self._file.given.setdefault(name, {})[str(person)] = words
        self._write()
        return Secret.of(words)

    def inherit(self, earlier: Path, token: str) -> None:
        """Take over the sheets of a token from an earlier rehearsal (`earlier`: its `.rehearsal`): the last ones."""
        left = _read(earlier / FILE)
        for name in {*left.own, *left.given, *left.before}:
            if name.startswith(f"{token}/"):
                old = [*left.given.get(name, {}).values(), *left.before.get(name, [])]
                self._file.before[name] = list(left.own.get(name, {}).values()) or old
        if self._file.before:
            self._write()

    def _write(self) -> None:
        replace(self._path, msgspec.json.format(msgspec.json.encode(self._file), indent=1) + b"\n")


def _read(path: Path) -> _File:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File, strict=True)
    except FileNotFoundError:
        return _File()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        raise Unusable(
            "CER-SIMULATED",
            f"The simulated share sheets in {path.name} cannot be used.",
            "Start another rehearsal in another folder.",
        ) from None
