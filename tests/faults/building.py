"""Compiles the shim: a PKCS#11 module that forwards every call to another one and fails by plan."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).parent
_STRICT: Final = ("-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror")
_MODULE: Final = ("-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-Bsymbolic", "-Wl,-z,defs")


def build(folder: Path) -> Path:
    """Compile the shim into this folder and answer the module; fails the test where that cannot be done."""
    compiler = shutil.which("cc")
    assert compiler is not None, (
        "The fault tests need a C compiler, and there is no `cc` here. Run scripts/setup --dev, "
        "or install it: apt install gcc libc6-dev (Debian, Ubuntu)."
    )
    module = folder / "shim.so"
    sources = sorted(SOURCES.glob("*.c"))
    run = subprocess.run(
        [compiler, *_STRICT, *_MODULE, "-o", module, *sources, "-ldl"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"The shim cannot be compiled (are gcc and libc6-dev installed?):\n{run.stderr}"
    return module
