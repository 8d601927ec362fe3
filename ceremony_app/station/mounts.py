"""What is mounted where, and on which device, from the mount table and sysfs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceremony_app.station.system_files import folders, text, word

_TABLE: Final = "proc/self/mountinfo"
_DEVICES: Final = "sys/dev/block"
_FIELDS_BEFORE: Final = 6
_FIELDS_AFTER: Final = 2
_OUTER_BUS: Final = re.compile(r"(usb|firewire|fw|mmc_host|thunderbolt)\d*")
_DEPTH: Final = 16


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the mount table: the mount point, the device as `major:minor`, the kind of file system."""

    point: str
    device: str
    kind: str
    source: str


def mounts(root: Path) -> tuple[Mount, ...] | None:
    """Everything mounted, in the kernel's order, later ones over earlier ones; None where it cannot be read."""
    found = text(root, _TABLE)
    return None if found is None else tuple(parsed(found))


def parsed(table: str) -> Iterator[Mount]:
    """The lines of a mount table (proc_pid_mountinfo(5)); lines that are none are left out."""
    for line in table.split("\n"):
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) >= _FIELDS_BEFORE and len(rest) >= _FIELDS_AFTER:
            yield Mount(point=_plain(fields[4]), device=fields[2], kind=rest[0], source=_plain(rest[1]))


def mount_of(root: Path, path: Path) -> Mount | None:
    """The mount that a path lies on: the longest mount point above it, and of equal ones the last."""
    best: Mount | None = None
    for mount in mounts(root) or ():
        if path.is_relative_to(mount.point) and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def block_device(root: Path, mount: Mount) -> Path | None:
    """The folder of the mount's device in sysfs; None where it has none (tmpfs, overlay)."""
    try:
        return (root / _DEVICES / mount.device).resolve(strict=True)
    except OSError:
        return None


def removable(device: Path) -> bool:
    """Whether a device can be carried away: the kernel says so, or it hangs on an outer bus."""
    flags = (word(device, "removable"), word(device.parent, "removable"))
    return "1" in flags or any(_OUTER_BUS.fullmatch(part) for part in device.parts)


def encrypted(device: Path, depth: int = _DEPTH) -> bool:
    """Whether a device, or every device below it, is one of dm-crypt."""
    if word(device, "dm/uuid").startswith("CRYPT-"):
        return True
    below = folders(device, "slaves") or () if depth else ()
    return bool(below) and all(encrypted(one.resolve(), depth - 1) for one in below)


def serial_of(root: Path, path: Path) -> str:
    """The serial of the device that a path lies on, as the device tells it; empty where it tells none."""
    mount = mount_of(root, path)
    device = block_device(root, mount) if mount else None
    if device is None:
        return ""
    top = (root / "sys").resolve()
    for folder in (device, *device.parents):
        if folder == top:
            break
        # A disk tells it beside its model, a USB stick a few folders higher.
        for name in ("serial", "device/serial"):
            if found := word(folder, name):
                return found
    return ""


def _plain(field: str) -> str:
    r"""A field with its octal escapes (`\040`) undone."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
