"""What is judged, read once into memory: a ceremony folder, a bag, or a lone record.pdf with what it carries."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import NotBuilt, Unusable

JOURNAL: Final = "journal.jsonl"
RECORD: Final = "record.pdf"
ADDENDA: Final = "addenda"
MOST_BYTES: Final = 256 * 2**20
"""The size of one file that is read: no file of a ceremony comes near it. Addenda may be larger; they are hashed."""

_PRIVATE: Final = ".rehearsal"
_BAG: Final = "bagit.txt"
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TEXT: Final = 64 * 1024
_CHUNK: Final = 2**20


@unique
class Kind(StrEnum):
    """What was given to be judged."""

    FOLDER = "folder"
    BAG = "bag"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file of an addendum: its SHA-256 (hex), and its bytes where it is short (a manifest, a line of text)."""

    sha256: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Material:
    """The files by their path in the folder, `addenda/` apart; `refused` says of a file why it was not read.

    `problems` is what is wrong with the bag that they came in.
    """

    kind: Kind
    files: Mapping[str, bytes]
    addenda: Mapping[str, Hashed]
    refused: Mapping[str, str]
    problems: tuple[str, ...] = ()


def read(path: Path) -> Material:
    """What lies at a path. No symbolic link inside it is followed, and no pipe or device is opened.

    Raises `Unusable` where there is nothing that could be judged, `NotBuilt` for a folder of ceremony folders.
    """
    try:
        if path.is_file():
            return _record(path)
        if not path.is_dir():
            raise Unusable("CER-FOLDER", f"There is nothing at {path}.", "Name a ceremony folder, a bag or a record.")
        if (path / JOURNAL).exists() or not (path / _BAG).is_file():
            return _folder(path, Kind.FOLDER, ())
        from ceremony_app.record.bag import check_bag

        return _folder(path / "data", Kind.BAG, check_bag(path))
    except OSError as error:
        raise Unusable(
            "CER-FOLDER", f"{path} cannot be read: {error.strerror or error}.", "Check the medium and its rights."
        ) from None


def _folder(path: Path, kind: Kind, problems: tuple[str, ...]) -> Material:
    """Every file below a folder."""
    files: dict[str, bytes] = {}
    addenda: dict[str, Hashed] = {}
    refused: dict[str, str] = {}
    for name, handle in _walked(path, refused):
        if name.startswith(f"{ADDENDA}/"):
            addenda[name] = _hashed(handle)
        elif os.fstat(handle).st_size > MOST_BYTES:
            refused[name] = "larger than any file of a ceremony"
        else:
            files[name] = _bytes(handle)
    if JOURNAL not in files and JOURNAL not in refused:
        if any((inner / JOURNAL).is_file() or (inner / _BAG).is_file() for inner in path.iterdir()):
            raise NotBuilt("Judging a whole archive at once")
        raise Unusable(
            "CER-FOLDER", f"{path} is not a ceremony folder: it has no {JOURNAL}.", "Name the folder that holds it."
        )
    return Material(kind, files, addenda, refused, problems)


def _walked(top: Path, refused: dict[str, str]) -> Iterator[tuple[str, int]]:
    """An open handle on each regular file below a folder, with its path; what is none is refused."""
    for root, folders, names, at in os.fwalk(top, follow_symlinks=False):
        inside = os.path.relpath(root, top)
        prefix = "" if inside == "." else f"{inside}/"
        if not prefix and _PRIVATE in folders:
            folders.remove(_PRIVATE)
        for folder in list(folders):
            if not stat.S_ISDIR(os.stat(folder, dir_fd=at, follow_symlinks=False).st_mode):
                folders.remove(folder)
                refused[prefix + folder] = "a symbolic link"
        folders.sort()
        for name in sorted(names):
            try:
                handle = os.open(name, _READ, dir_fd=at)
            except OSError as error:
                refused[prefix + name] = f"not a regular file, or unreadable ({error.strerror})"
                continue
            try:
                if stat.S_ISREG(os.fstat(handle).st_mode):
                    yield prefix + name, handle
                else:
                    refused[prefix + name] = "a pipe or device"
            finally:
                os.close(handle)


def _bytes(handle: int) -> bytes:
    with os.fdopen(handle, "rb", closefd=False) as file:
        return file.read()


def _hashed(handle: int) -> Hashed:
    digest = hashlib.sha256()
    first = b""
    with os.fdopen(handle, "rb", closefd=False) as file:
        while chunk := file.read(_CHUNK):
            first = first or chunk
            digest.update(chunk)
    return Hashed(digest.hexdigest(), first if len(first) <= _TEXT else b"")


def _record(path: Path) -> Material:
    """What a record carries, by the paths that it had in the folder."""
    from ceremony_app.chronicle.press import EMBEDDED
    from ceremony_app.record.attachments import read_attachments

    if path.stat().st_size > MOST_BYTES:
        raise Unusable("CER-SIZE", f"{path.name} is larger than any record.", "Look whether it is the right file.")
    pdf = path.read_bytes()
    files, refused = {RECORD: pdf}, {}
    for attachment in read_attachments(pdf):
        name = attachment.description
        if (name in EMBEDDED or name == f"artifacts/{attachment.name}") and name not in files:
            files[name] = attachment.data
        else:
            refused[attachment.name] = "not among the files that a record carries"
    if JOURNAL not in files:
        raise Unusable("CER-PDF", f"{path.name} carries no journal.", "Name the record of a ceremony.")
    return Material(Kind.RECORD, files, {}, refused)
