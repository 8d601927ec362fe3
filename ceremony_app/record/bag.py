"""A ceremony folder's files as a BagIt bag (RFC 8493): written once, read back from where it was written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import bagit

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import unfit_character
from ceremony_app.record.escape import visible

TAGS: Final = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
_DECLARATION: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_UNREADABLE: Final = (bagit.BagError, OSError, ValueError, LookupError)
"""What the library raises for what is wrong with a bag; the last two where a tag has another form than it expects."""
_CHUNK: Final = 1 << 20
_PRIVATE: Final = ".rehearsal"
_SPECIAL: Final = "\\%"
"""`%` is written in two ways by tools that read bags; a backslash is a separator to some of them."""


def make_bag(source: Path, dest: Path, files: Iterable[str], info: Mapping[str, str]) -> dict[str, str]:
    """Copies the named files of `source` (paths with `/`) into a new bag at `dest`; returns their SHA-256 by name.

    `info` becomes `bag-info.txt` (RFC 8493, 2.2.2), to which Payload-Oxum is added; give it a `Bagging-Date`. Nothing
    is overwritten, and everything is on the medium before this returns. A bag that could not be finished has no
    manifest, so nobody takes it for whole.

    Raises:
        Refusal: CER-BAG, where `dest` is there and not empty, a name leads out of `source` or is private, or
            something cannot be written.
        Unusable: CER-BAG, where a file cannot be read.
    """
    names = sorted(set(files))
    for name in names:
        _require_inside(name)
    _require_new(dest)
    try:
        return _written(source, dest, names, info)
    except OSError as error:
        raise Refusal(
            "CER-BAG",
            f"The bag could not be written: {error.strerror or error}.",
            "Check the medium and its free space, then export again to a new, empty folder.",
            where=str(error.filename or dest),
        ) from error


def check_bag(path: Path) -> tuple[str, ...]:
    """What is wrong with the bag, as read from where it lies; empty where nothing is.

    Raises:
        Unusable: CER-BAG, where there is no bag.
    """
    links = [entry for entry in sorted(path.rglob("*")) if entry.is_symlink()]
    if links:
        return tuple(f"{visible(str(link.relative_to(path)))} is a link, not a file" for link in links)
    bagit.LOGGER.disabled = True  # what it finds is returned; it would also write it to the terminal
    try:
        bag = bagit.Bag(str(path))  # type: ignore[no-untyped-call] # bagit has no types
    except _UNREADABLE as error:
        raise Unusable(
            "CER-BAG",
            f"This is no readable bag: {visible(str(error))}.",
            "Give the bag's own folder, as it was exported.",
        ) from error
    missing, unexpected = bag.compare_manifests_with_fs()  # type: ignore[no-untyped-call] # bagit has no types
    unlisted = sorted({*TAGS[:-1]} - set(bag.entries))
    problems = (
        *(f"{name} is in no manifest" for name in unlisted),
        *(f"{visible(name)} is missing" for name in sorted(missing)),
        *(f"{visible(name)} is in no manifest" for name in sorted(unexpected)),
    )
    return problems or _judged(bag)


def _judged(bag: bagit.Bag) -> tuple[str, ...]:
    """What the library finds: first with the declared size, then without, so that every changed file is named."""
    problems: list[str] = []
    for _ in range(2):
        try:
            bag.validate()  # type: ignore[no-untyped-call] # bagit has no types
        except _UNREADABLE as error:
            details = getattr(error, "details", None) or [error]
            problems.extend(_sentence(detail) for detail in details)
        else:
            break
        if bag.info.pop("Payload-Oxum", None) is None:
            break
    return tuple(dict.fromkeys(problems))


def _sentence(error: Exception) -> str:
    match error:
        case bagit.ChecksumMismatch():
            return f"{visible(str(error.path))} has changed"
        case bagit.FileMissing():
            return f"{visible(str(error.path))} is missing"
        case _:
            return visible(str(error))


# ------------------------------------------------------------------------------------------------------------ writing


def _require_inside(name: str) -> None:
    parts = name.split("/")
    outside = any(part in {"", ".", ".."} for part in parts) or parts[0] == _PRIVATE
    if outside or any(sign in name for sign in _SPECIAL) or unfit_character(name):
        raise Refusal(
            "CER-BAG",
            f"{visible(name)} is not a file that may be exported.",
            "Export only files of the ceremony folder; what lies in .rehearsal never leaves it.",
        )


def _require_new(dest: Path) -> None:
    if dest.is_symlink() or (dest.exists() and (not dest.is_dir() or any(dest.iterdir()))):
        raise Refusal(
            "CER-BAG",
            f"{visible(str(dest))} is there already and not empty.",
            "Choose a new or empty folder: nothing is ever overwritten.",
        )


def _written(source: Path, dest: Path, names: list[str], info: Mapping[str, str]) -> dict[str, str]:
    data = dest / "data"
    dest.mkdir(parents=True, exist_ok=True)
    data.mkdir()
    digests: dict[str, str] = {}
    size = 0
    for name in names:
        target = data / name
        target.parent.mkdir(parents=True, exist_ok=True)
        digests[name], length = _copied(source / name, target)
        size += length
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": _tags({**info, "Payload-Oxum": f"{size}.{len(names)}"}),
        "manifest-sha256.txt": _manifest({f"data/{name}": digest for name, digest in digests.items()}),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(
        {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()}
    )
    for folder in sorted({target.parent for target in (data / name for name in names)} | {data}):
        _settle(folder)
    for name, text in tags.items():
        _put(dest / name, text.encode())
    _settle(dest)
    return digests


def _copied(source: Path, target: Path) -> tuple[str, int]:
    """Copies a regular file, hashing what is written; the target must not be there. Returns digest and size."""
    digest, size = hashlib.sha256(), 0
    try:
        reading = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise _unreadable(source, error) from error
    with os.fdopen(reading, "rb") as before, target.open("xb") as after:
        while chunk := before.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            after.write(chunk)
        after.flush()
        os.fsync(after.fileno())
        _forget(after.fileno())
    return digest.hexdigest(), size


def _unreadable(path: Path, error: OSError) -> Unusable:
    return Unusable(
        "CER-BAG",
        f"A file to be exported cannot be read: {error.strerror}.",
        "Check the ceremony folder with `ceremony verify`.",
        where=str(path),
    )


def _put(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        _forget(file.fileno())


def _forget(descriptor: int) -> None:
    """Asks that the file be read from the medium, not from memory, when it is read back."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _settle(folder: Path) -> None:
    """The folder's names are on the medium."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _manifest(digests: Mapping[str, str]) -> str:
    """`digest  path`, a line each (RFC 8493, 2.1.3)."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"{visible(name)}: {visible(value)}\n" for name, value in tags.items())
