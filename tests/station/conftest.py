"""A system's files as a fake tree, to be changed by each test."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

QUIET = {
    "proc/self/mountinfo": "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n",
    "proc/self/limits": "Limit  Soft Limit  Hard Limit  Units\nMax core file size        0      0      bytes\n",
    "proc/self/environ": "HOME=/home/NAME\0LANG=C.UTF-8\0",
    "proc/sys/kernel/core_pattern": "core\n",
    "proc/sys/kernel/random/boot_id": "a9f1c2d3-0000-4000-8000-000000000001\n",
    "proc/swaps": "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
    "proc/net/route": "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n",
    "sys/class/net/lo/type": "772\n",
    "sys/class/net/lo/flags": "0x9\n",
    "sys/class/net/lo/operstate": "unknown\n",
    "sys/class/net/lo/carrier": "1\n",
    "sys/class/net/eth0/type": "1\n",
    "sys/class/net/eth0/flags": "0x1002\n",
    "sys/class/net/eth0/operstate": "down\n",
    "sys/class/net/bonding_masters": "\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "sys/devices/virtual/block/dm-0/dm/uuid": "CRYPT-LUKS2-0123-root\n",
    "sys/power/state": "freeze mem\n",
}
"""A workstation as it should be."""


class Tree(Protocol):
    def __call__(self, files: dict[str, str | None]) -> Path: ...


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Makes the root of a quiet workstation, with some files otherwise (None: not there)."""
    root = tmp_path / "root"

    def make(files: dict[str, str | None]) -> Path:
        for name, text in {**QUIET, **files}.items():
            path = root / name
            if text is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        blocks = root / "sys/dev/block"
        if not blocks.exists():
            blocks.mkdir(parents=True)
            (blocks / "253:0").symlink_to("../../devices/virtual/block/dm-0")
        return root

    return make
