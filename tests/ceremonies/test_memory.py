"""After each step the process that leads a ceremony has no copy left of a PIN, nor two words of a share side by side.

It is looked into from outside, by the process that holds what the people know (`outside.py`), so that the search does
not find itself. Texts that a person reads on the screen are another matter, for the tests of the window.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO

import pytest

from ceremony_app.core.secret import Secret
from tests.ceremonies.hunting import derived, pieces

ROOT = Path(__file__).parents[2]


class Watcher:
    """Holds what the people know, and looks for it in the memory of the process that asks."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self.kept: dict[str, bytes] = {}
        self.found: dict[str, Counter[str]] = {}
        self.looked: Counter[str] = Counter()

    def serve(self, asks: IO[bytes], answers: IO[bytes]) -> None:
        """Answer until nothing more is asked."""
        while head := asks.read(9):
            kind, names, size = struct.unpack(">cII", head)
            name, data = asks.read(names).decode(), asks.read(size)
            answer = b""
            if kind == b"K":
                self.kept[name] = data
            elif kind == b"G":
                answer = self.kept[name]
            else:
                self._look(name)
            answers.write(struct.pack(">I", len(answer)) + answer)
            answers.flush()

    def secrets(self) -> dict[str, bytes]:
        """What is looked for: sign-off PINs, pieces of words, and what the sheets of one split give together."""
        found = {name: value for name, value in self.kept.items() if name.startswith("PIN ")}
        by_split: dict[str, list[bytes]] = {}
        for name, value in self.kept.items():
            if not name.startswith("PIN "):
                found |= pieces(name, value.decode(), 2)
                by_split.setdefault(name.split(" ")[0], []).append(value)
        for name, sheets in by_split.items():
            token, whose = name.split("/")
            if (self._folder / "artifacts" / f"REHEARSAL-custody-{token}-{whose}.json").exists():
                found |= derived(self._folder, name, [Secret(sheet) for sheet in sheets])
        return found

    def _look(self, where: str) -> None:
        self.looked[where] += 1
        counts = self.found.setdefault(where, Counter())
        names: dict[bytes, str] = {}
        for name, secret in self.secrets().items():
            for form in (secret, secret.decode("latin-1").encode("utf-16-le")):
                names[form] = name.split(" row ")[0]
        any_of_them = re.compile(b"|".join(map(re.escape, names)))
        with Path(f"/proc/{self._process.pid}/mem").open("rb", buffering=0) as memory:
            for area in Path(f"/proc/{self._process.pid}/maps").read_text().splitlines():
                span, rights, *_, name = [*area.split(maxsplit=5), ""][:6]
                if "rw" in rights and not name.startswith("/"):
                    first, last = (int(one, 16) for one in span.split("-"))
                    memory.seek(first)
                    counts.update(names[found] for found in any_of_them.findall(memory.read(last - first)))


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watcher:
    folder = tmp_path_factory.mktemp("memory") / "folder"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ceremonies.outside", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        watcher = Watcher(process, folder)
        watcher.serve(process.stdout, process.stdin)
    assert process.returncode == 0
    return watcher


def test_the_search_finds_what_is_there(watched: Watcher) -> None:
    """While shares are entered they stand in memory."""
    entered = +watched.found["while shares are entered"]
    assert entered
    assert all(name.startswith("hsm/") for name in entered), entered


def test_nothing_is_left_after_a_step(watched: Watcher) -> None:
    steps = [where for where in watched.looked if where.startswith("after ")]
    assert steps == ["after split", "after initialise", "after activate", "after drill", "after the end"]
    if "PIN of hsm/activation" not in watched.secrets():
        pytest.fail("the PIN itself was not looked for")
    left = {where: dict(+watched.found[where]) for where in steps if +watched.found[where]}
    assert not left
