"""Tells how long the worker's module was at work: a module of our own before it, compiled for the occasion."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from scripts.benches.command import Unavailable

_SOURCE: Final = Path(__file__).with_name("stopwatch.c")
_OPTIONS: Final = ("-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden")


class Stopwatch:
    """A module that can stand for `module` in a binding. Workers that are started from now on know where to log."""

    def __init__(self, folder: Path, module: Path) -> None:
        self.module = folder / "stopwatch.so"
        self._log = folder / "stopwatch.log"
        self._log.touch()
        _compile(self.module)
        os.environ |= {"STOPWATCH_MODULE": str(module), "STOPWATCH_LOG": str(self._log)}

    def mark(self) -> int:
        """A place in the log, to read from later."""
        return self._log.stat().st_size

    def since(self, mark: int) -> list[tuple[str, float]]:
        """Name and milliseconds of each timed call since then, in their order."""
        told = self._log.read_bytes()[mark:].decode().split()
        return [(name, int(nanoseconds) / 1e6) for name, nanoseconds in zip(told[::2], told[1::2], strict=True)]


def _compile(module: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        raise Unavailable("a C compiler is needed, and there is no `cc` here: apt install gcc libc6-dev")
    command = [compiler, *_OPTIONS, "-o", str(module), str(_SOURCE), "-ldl"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise Unavailable(f"{_SOURCE.name} cannot be compiled (gcc and libc6-dev are needed):\n{run.stderr}")
