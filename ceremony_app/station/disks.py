"""Facts of disks and media: room, encryption, and what is plugged in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ceremony_app.core.names import escaped
from ceremony_app.core.ports import Observation
from ceremony_app.station.mounts import block_device, encrypted, mount_of, mounts, removable
from ceremony_app.station.system_files import listed, unseen

LEAST_FREE: Final = 64 * 2**20
"""Bytes that must be free in the ceremony folder: 64 MiB."""

_IN_MEMORY: Final = frozenset({"tmpfs", "ramfs", "rootfs"})


def space(folder: Path) -> Observation:
    """Whether the ceremony folder has room for journal, artifacts and documents."""
    label = "64 MiB free for the ceremony folder"
    try:
        found = os.statvfs(folder)
    except OSError:
        return unseen("space", label, "the ceremony folder")
    free = found.f_bavail * found.f_frsize
    return Observation(id="space", label=label, value=f"{free // 2**20} MiB free", good=free >= LEAST_FREE)


def disk_encryption(root: Path, folder: Path) -> Observation:
    """Whether the ceremony folder seems to lie on an encrypted disk (dm-crypt) or in memory only.

    A hint: encryption inside a drive or a file system is not seen from here.
    """
    fact, label = "disk-encryption", "The ceremony folder on an encrypted disk"
    mount = mount_of(root, folder)
    if mount is None:
        return unseen(fact, label, "the mount table")
    if mount.kind in _IN_MEMORY:
        return Observation(id=fact, label=label, value=f"in memory only ({mount.kind})", good=True)
    device = block_device(root, mount)
    where = f"{escaped(mount.source)}, {escaped(mount.kind)}"
    if device is not None and encrypted(device):
        return Observation(id=fact, label=label, value=f"dm-crypt seen ({where})", good=True)
    return Observation(id=fact, label=label, value=f"no dm-crypt seen ({where})", good=False)


def removable_media(root: Path, expected: Sequence[Path]) -> Observation:
    """Whether a removable medium is mounted that is not one of this ceremony's (`expected`: their mount points)."""
    fact, label = "removable-media", "No removable medium but those of the ceremony"
    table = mounts(root)
    if table is None:
        return unseen(fact, label, "the mount table")
    own, foreign = list[str](), list[str]()
    for mount in table:
        device = block_device(root, mount)
        if device is not None and removable(device):
            (own if Path(mount.point) in expected else foreign).append(f"{mount.point} ({device.name})")
    told = [f"others mounted: {listed(foreign)}"] if foreign else []
    told += [f"of this ceremony: {listed(own)}"] if own else []
    value = "; ".join(told) or "no removable medium seen mounted"
    return Observation(id=fact, label=label, value=value, good=not foreign)
