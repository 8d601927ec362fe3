"""Writing files so that they are whole or not there at all, and never over another one."""

from __future__ import annotations

import os
from pathlib import Path

from ceremony_app.core.errors import Refusal


def create(path: Path, data: bytes) -> None:
    """Create a file with these bytes, on disk when this returns; refuses to overwrite (CER-EXISTS)."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Refusal(
            "CER-EXISTS", f"There is a file {path.name} already.", "Nothing is overwritten; use another folder."
        ) from None
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """Put these bytes in the place of a file, in one move: temp, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.rename(path)
    sync_folder(path.parent)


def write_all(handle: int, data: bytes | bytearray) -> None:
    """Write every byte, however the system splits them."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
