"""The process that makes bare calls, as the bench sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.secret import Secret

_ROOT = Path(__file__).resolve().parents[3]


class BareProcess:
    """`bare` over a token in a process of its own; each method answers the milliseconds of one bare call."""

    def __init__(self, module: Path, environment: Mapping[str, str], serial: str, pin: Secret) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.benches.token.bare", str(module), serial],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
            cwd=_ROOT,
            text=True,
        )
        self._ask({"pin": pin.reveal().decode()})

    def close(self) -> None:
        """End the process."""
        self._process.communicate()

    def generate(self, algorithm: Algorithm, *, keep: bool = False) -> float:
        """C_GenerateKeyPair; the pair is destroyed again, off the clock, unless it is to be kept."""
        return self._ask({"do": "generate", "algorithm": algorithm.value, "keep": keep})

    def sign(self) -> float:
        """C_SignInit and C_Sign."""
        return self._ask({"do": "sign"})

    def enumerate(self, count: int) -> float:
        """C_FindObjects and one C_GetAttributeValue for each object."""
        return self._ask({"do": "enumerate", "count": count})

    def _ask(self, what: Mapping[str, str | int]) -> float:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process without pipes")
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process of the bare calls ended with {self._process.wait()}")
        return float(json.loads(answer)["ms"])
