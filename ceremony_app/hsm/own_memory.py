"""Keeps a process's memory to itself, as far as the system permits: no core file, and nobody who may read it."""

from __future__ import annotations

import ctypes
import resource
from typing import Final

_PR_GET_DUMPABLE: Final = 3
_PR_SET_DUMPABLE: Final = 4


def keep_to_itself() -> tuple[bool, bool]:
    """Forbid others to read or trace this process, and core files; whether each holds (prctl(2), setrlimit(2)).

    What it starts writes no core file either; whether the memory of that can be read is its own affair. Root reads all.
    """
    libc = ctypes.CDLL(None)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    undumpable: int = libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)
    return undumpable == 0, resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
