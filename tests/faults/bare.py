"""A PKCS#11 module called as bare as it is, in a process of its own: for calls that the program never makes."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.faults.rig import Rig

Argument = int | bytes | None | ctypes.c_ulong | ctypes.Array[ctypes.c_ulong]


class Bare:
    """The module in `BARE_MODULE`, initialised; every method is a function of it and answers its return code."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ["BARE_MODULE"])
        self.call("C_Initialize", None)

    def call(self, function: str, *arguments: Argument) -> int:
        """Call a function: numbers go as CK_ULONG, octets and None as pointers, variables by their address."""
        found = getattr(self._library, function)
        found.restype = ctypes.c_ulong
        return int(found(*map(self._passed, arguments)))

    @staticmethod
    def _passed(argument: Argument) -> object:
        if isinstance(argument, ctypes.c_ulong):
            return ctypes.byref(argument)
        return ctypes.c_ulong(argument) if isinstance(argument, int) else argument

    def slots(self, *, present: bool) -> list[int]:
        """The slots, all or those that hold a token."""
        count, found = ctypes.c_ulong(16), (ctypes.c_ulong * 16)()
        assert self.call("C_GetSlotList", int(present), found, count) == 0
        return list(found[: count.value])

    def session(self) -> int:
        """A new read-write session with the first slot's token."""
        handle = ctypes.c_ulong()
        assert self.call("C_OpenSession", self.slots(present=True)[0], 6, None, None, handle) == 0
        return handle.value


def run_bare(rig: Rig, program: Iterable[str]) -> list[int]:
    """What the last line of the program is worth; it finds the module as `module` and a session as `session`."""
    *before, last = program
    lines = [
        "import ctypes, json",
        "from tests.faults.bare import Bare",
        "module = Bare(); session = module.session(); call = module.call",
        *before,
        f"print(json.dumps([{last}]))",
    ]
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        env={**os.environ, **rig.environment, "BARE_MODULE": str(rig.shim), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    numbers = json.loads(run.stdout)
    assert isinstance(numbers, list)
    return numbers
