"""What a ceremony imports: a file or a folder of files that somebody brought, read once and carefully."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import Unusable
from ceremony_app.core.names import escaped
from ceremony_app.station.media import safe_read

MOST_FILES: Final = 100_000
"""A folder with more files than this is none that was meant."""

_DEPTH: Final = 3


class BroughtInput:
    """A file, or a folder with its files down to two sub-folders (`core.ports.InputPort`).

    Nothing that begins with a full stop is listed, and nothing that is no plain file; no symbolic link is followed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def describe(self) -> str:
        """The path, and whether it is a folder."""
        return f"{escaped(str(self._path))}{', a folder' if self._path.is_dir() else ''}"

    def names(self) -> tuple[str, ...]:
        """The files, relative and sorted by their names' octets; raises `Unusable` (CER-INPUT)."""
        try:
            if not self._path.is_dir():
                return (self._path.name,)
            found = tuple(islice(_files(self._path, Path(), _DEPTH), MOST_FILES + 1))
        except OSError as error:
            raise _unusable(f"{escaped(str(self._path))} cannot be listed: {error.strerror}") from None
        if len(found) > MOST_FILES:
            raise _unusable(f"{escaped(str(self._path))} holds more than {MOST_FILES} files")
        return tuple(sorted(found, key=os.fsencode))

    def read(self, name: str, limit: int) -> bytes:
        """The octets of one of `names`; raises `Unusable` (CER-INPUT, CER-SIZE)."""
        if not self._path.is_dir():
            if name == self._path.name:
                return safe_read(self._path, limit)
        elif self._within(name):
            return safe_read(self._path / name, limit)
        raise _unusable(f"there is no file {escaped(name)} in {escaped(str(self._path))}")

    def _within(self, name: str) -> bool:
        """Whether a name is one that is listed: no way out of the folder, nothing hidden, no link on the way."""
        parts = name.split("/")
        if len(parts) > _DEPTH or any(not part or part.startswith(".") for part in parts):
            return False
        above = (self._path.joinpath(*parts[:count]) for count in range(1, len(parts)))
        try:
            return stat.S_ISREG((self._path / name).lstat().st_mode) and all(
                stat.S_ISDIR(folder.lstat().st_mode) for folder in above
            )
        except (OSError, ValueError):
            return False


def brought(inputs: Mapping[str, Path]) -> Callable[[str], BroughtInput]:
    """Opens an input by its name; raises `Unusable` (CER-INPUT) for one that nobody brought."""

    def open_input(name: str) -> BroughtInput:
        if name not in inputs:
            raise Unusable(
                "CER-INPUT", f"Nothing was brought as {name}.", f"Name the file or folder: --input {name}=PATH."
            )
        return BroughtInput(inputs[name])

    return open_input


def _files(top: Path, below: Path, depth: int) -> Iterator[str]:
    """The plain files below a folder, as far down as `depth` says."""
    with os.scandir(top / below) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode) and depth > 1:
                yield from _files(top, below / entry.name, depth - 1)
            elif stat.S_ISREG(mode):
                yield str(below / entry.name)


def _unusable(why: str) -> Unusable:
    return Unusable("CER-INPUT", f"What was brought cannot be used: {why}.", "Bring the right file or folder.")
