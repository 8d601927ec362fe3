"""Removable media, written once and read back; and files from outside, read once and carefully."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.names import escaped, is_name
from ceremony_app.journal.files import write_all
from ceremony_app.station.medium_refusals import another_medium, missing, told, unfit
from ceremony_app.station.mounts import mount_of, serial_of

MOST_BYTES: Final = 64 * 2**20
"""The size of a file in bytes that is read back at the most: 64 MiB."""

_MOST_NAMES: Final = 10_000
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class FolderMedium:
    """A medium by the folder that it is mounted at (`core.ports.Medium`).

    `serial` is the bound one; where it is not empty, a medium that tells another is refused (CER-MEDIUM) each time.
    With `mounted` the folder must be a mount point, lest files for an absent medium land on the computer's own disk.
    Names have one part or two, each of the form `core.names.NAME`. Everything is opened below the mount point's own
    handle and no symbolic link is followed, so nothing on the medium leads elsewhere.
    """

    def __init__(self, path: Path, serial: str = "", *, mounted: bool = False, root: Path = Path("/")) -> None:
        self._path = path
        self._bound = serial
        self._mounted = mounted
        self._root = root

    def describe(self) -> str:
        """The mount point, its file system, and the serial of the device where it tells one."""
        mount = mount_of(self._root, self._path.resolve())
        serial = serial_of(self._root, self._path.resolve())
        kind = f", {escaped(mount.kind)} file system" if mount else ""
        return f"{escaped(str(self._path))}{kind}, {f'serial {escaped(serial)}' if serial else 'no serial seen'}"

    def write(self, name: str, data: bytes) -> None:
        """Create a file, on the medium when this returns (fsync). A file that could not be finished is removed.

        Raises `Refusal`: CER-EXISTS where there is one, CER-NAME for a name that is none, CER-MEDIUM where the medium
        is missing, another one, full, read-only or broken.
        """
        parts = _parts(name)
        with self._top() as top, self._inside(top, parts, make=True) as folder:
            try:
                handle = os.open(parts[-1], _CREATE, 0o644, dir_fd=folder)
            except FileExistsError:
                raise Refusal(
                    "CER-EXISTS",
                    f"There is a file {name} on the medium already.",
                    "Nothing is overwritten; take an empty medium.",
                ) from None
            try:
                try:
                    write_all(handle, data)
                    os.fsync(handle)
                    _uncache(handle)
                finally:
                    os.close(handle)
                _sync(folder)
            except OSError:
                with contextlib.suppress(OSError):
                    os.unlink(parts[-1], dir_fd=folder)
                raise

    def names(self) -> tuple[str, ...]:
        """Everything on the medium down to one sub-folder, relative and sorted.

        A folder that is empty, lies deeper or cannot be opened ends in `/`. Characters that could mislead are escaped:
        such a name is listed and cannot be read.
        """
        with self._top() as top:
            return tuple(_listed(top))

    def read(self, name: str) -> bytes:
        """The bytes of a file, read once. The system is asked to drop what it remembers of it first.

        Raises `Refusal`: CER-NAME, and CER-MEDIUM where the file is missing, a link, a device, has a second name, or
        is larger than 64 MiB.
        """
        parts = _parts(name)
        with self._top() as top, self._inside(top, parts, make=False) as folder:
            handle = os.open(parts[-1], _READ, dir_fd=folder)
            try:
                facts = os.fstat(handle)
                if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
                    raise unfit(f"{name} on the medium is not a plain file.", "Do not use this medium.")
                _uncache(handle)
                data = _all(handle, MOST_BYTES)
            finally:
                os.close(handle)
        if data is None:
            raise unfit(f"{name} on the medium is larger than {MOST_BYTES} bytes.", "It is none of ours.")
        return data

    @contextlib.contextmanager
    def _top(self) -> Iterator[int]:
        """A handle on the mount point of the right medium; errors of the system in it become refusals."""
        try:
            handle = os.open(self._path, _FOLDER)
            try:
                self._check()
                yield handle
            finally:
                os.close(handle)
        except OSError as error:
            raise told(error, self._path) from None

    def _check(self) -> None:
        """Raise `Refusal` (CER-MEDIUM) where another medium or none is in place."""
        if self._mounted:
            mount = mount_of(self._root, self._path.resolve())
            if mount is None or Path(mount.point) != self._path.resolve():
                raise missing(self._path)
        if self._bound and (found := serial_of(self._root, self._path.resolve())) != self._bound:
            raise another_medium(self._path, found, self._bound)

    @contextlib.contextmanager
    def _inside(self, top: int, parts: tuple[str, ...], *, make: bool) -> Iterator[int]:
        """A handle on the folder that the last part lies in."""
        if len(parts) == 1:
            yield top
            return
        if make:
            with contextlib.suppress(FileExistsError):
                os.mkdir(parts[0], 0o755, dir_fd=top)
                _sync(top)
        handle = os.open(parts[0], _FOLDER, dir_fd=top)
        try:
            yield handle
        finally:
            os.close(handle)


def safe_read(path: Path, limit: int) -> bytes:
    """The bytes of a regular file from outside, read once: these bytes are checked and used, never read again.

    `limit` is the most bytes that it may have. Raises `Unusable`: CER-INPUT where the file is missing, unreadable, a
    symbolic link, a device or a pipe; CER-SIZE where it is larger.
    """
    try:
        handle = os.open(path, _READ)
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise _unusable(path, "it is not a regular file")
            data = _all(handle, limit)
        finally:
            os.close(handle)
    except OSError as error:
        link = error.errno == errno.ELOOP
        raise _unusable(path, "it is a symbolic link" if link else error.strerror or "error of input") from None
    except ValueError:
        raise _unusable(path, "that is no name of a file") from None
    if data is None:
        raise Unusable(
            "CER-SIZE",
            f"The file {escaped(path.name)} is larger than {limit} bytes.",
            "Look whether it is the right file.",
        )
    return data


def _unusable(path: Path, why: str) -> Unusable:
    return Unusable(
        "CER-INPUT", f"The file {escaped(path.name)} cannot be read: {why}.", "Name a regular file that is there."
    )


def _parts(name: str) -> tuple[str, ...]:
    """The one or two parts of a name (CER-NAME)."""
    parts = tuple(name.split("/"))
    if len(parts) > 2 or not all(is_name(part) for part in parts):  # noqa: PLR2004 - a folder and a file in it
        raise Refusal(
            "CER-NAME",
            f"{escaped(name)!r} is no name for a file on a medium.",
            "Names have letters, digits, dots, dashes and underscores, 64 at the most, and one folder above.",
        )
    return parts


def _listed(top: int) -> list[str]:
    """The names below a folder's handle."""
    found: list[str] = []
    for name in os.listdir(top):
        try:
            inside = os.open(name, _FOLDER, dir_fd=top)
        except OSError as error:
            found.append(escaped(name) if error.errno in (errno.ENOTDIR, errno.ELOOP) else f"{escaped(name)}/")
            continue
        try:
            inner = [f"{escaped(name)}/{one}" for one in _marked(inside)]
        finally:
            os.close(inside)
        found += inner or [f"{escaped(name)}/"]
        if len(found) > _MOST_NAMES:
            break
    if len(found) > _MOST_NAMES:
        raise unfit(f"There are more than {_MOST_NAMES} files on the medium.", "Take an empty one.")
    return sorted(found)


def _marked(folder: int) -> list[str]:
    """The names in a folder, those of folders with a slash behind them."""
    names = os.listdir(folder)[:_MOST_NAMES]
    kinds = (os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode for name in names)
    return [
        f"{escaped(name)}/" if stat.S_ISDIR(kind) else escaped(name) for name, kind in zip(names, kinds, strict=True)
    ]


def _all(handle: int, limit: int) -> bytes | None:
    """Everything behind a handle, or None where it is more than so many bytes."""
    data = bytearray()
    while chunk := os.read(handle, min(2**20, limit + 1 - len(data))):
        data += chunk
        if len(data) > limit:
            return None
    return bytes(data)


def _uncache(handle: int) -> None:
    """Ask the system to forget its copy of a file, so that the next read comes from the medium (posix_fadvise(2))."""
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _sync(folder: int) -> None:
    """Make the names in a folder durable, where its file system can."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
