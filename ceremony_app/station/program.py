"""The program's own files and their digest: what is running is what was checked before the day, or it is not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import Unusable
from ceremony_app.core.names import escaped
from ceremony_app.core.ports import Observation

_MADE_BY_PYTHON: Final = "__pycache__"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of the program by name, each with its SHA-256 in hex, and the SHA-256 of that list.

    The list is `<sha256>  <name>` + LF for each file, sorted by the octets of the name: what `sha256sum` prints.
    """

    digest: str
    files: tuple[tuple[str, str], ...]


def manifest(package: Path) -> Manifest:
    """Read every file below a package folder, but for Python's own caches.

    Raises `Unusable` (CER-PROGRAM) where a file cannot be read or is no regular file. A program that was changed to
    lie can lie here too: this finds accidents and clumsy changes; a read-only image checked elsewhere finds the rest.
    """
    try:
        files = tuple((name, hashlib.sha256((package / name).read_bytes()).hexdigest()) for name in _names(package))
    except OSError as error:
        raise _unusable(f"{package.name}: {error.strerror}") from None
    if not files:
        raise _unusable(f"{package.name} holds no file")
    listing = "".join(f"{digest}  {name}\n" for name, digest in files)
    return Manifest(digest=hashlib.sha256(listing.encode()).hexdigest(), files=files)


def program(package: Path, expected: str) -> Observation:
    """Whether the program's files are the expected ones (hard). An empty `expected` compares with nothing."""
    fact, label = "program", "The program as it was checked"
    try:
        found = manifest(package)
    except Unusable as refusal:
        return Observation(id=fact, label=label, value=refusal.why, good=False, hard=True)
    told = f"{len(found.files)} files, manifest {found.digest}"
    if not expected:
        return Observation(id=fact, label=label, value=f"{told}; nothing to compare with", good=True, hard=True)
    if found.digest == expected:
        return Observation(id=fact, label=label, value=f"{told}, as expected", good=True, hard=True)
    return Observation(id=fact, label=label, value=f"{told}; expected {expected}", good=False, hard=True)


def _names(package: Path) -> list[str]:
    """The files' names, relative to the package, sorted by their octets."""
    return sorted(_walked(package), key=str.encode)


def _walked(package: Path) -> Iterator[str]:
    def stop(error: OSError) -> None:
        raise error

    for folder, folders, names in os.walk(package, onerror=stop):
        place = Path(folder)
        folders[:] = [name for name in folders if name != _MADE_BY_PYTHON]
        for name in (*names, *(name for name in folders if (place / name).is_symlink())):
            path = place / name
            relative = path.relative_to(package).as_posix()
            if path.is_symlink() or not path.is_file() or escaped(relative) != relative:
                raise _unusable(f"{escaped(relative)} is no regular file with a plain name")
            yield relative


def _unusable(why: str) -> Unusable:
    return Unusable(
        "CER-PROGRAM",
        f"The program's own files cannot be checked: {why}.",
        "Install the program anew from the medium that was checked.",
    )
