"""Keeps the worker's memory to itself, as far as the system permits: no core file, no tracing, no swapping."""

from __future__ import annotations

import ctypes
import os
import resource
from typing import Final

from ceremony_app.hsm.own_memory import keep_to_itself
from ceremony_app.hsm.wire import Hardening

_MCL_CURRENT_FUTURE_ONFAULT: Final = 1 | 2 | 4


def harden() -> Hardening:
    """Harden this process and tell what held (prctl(2), setrlimit(2), mlockall(2))."""
    undumpable, no_core_file = keep_to_itself()
    libc = ctypes.CDLL(None, use_errno=True)
    return Hardening(
        undumpable=undumpable,
        no_core_file=no_core_file,
        memory_locked=_may_lock() and libc.mlockall(_MCL_CURRENT_FUTURE_ONFAULT) == 0,
    )


def _may_lock() -> bool:
    """Whether locking cannot fail later: under a limit, a page asked for in the middle of a call could be refused."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    return os.geteuid() == 0 or soft == resource.RLIM_INFINITY
