"""The second reader as a module and as a process, and what it said."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from tests.auditor.journals import READER


@dataclass(frozen=True)
class Said:
    """What the reader said about a folder: its exit status as a process would give it, and its lines."""

    verdict: str
    lines: tuple[str, ...]

    @property
    def rules(self) -> set[str]:
        return {line.split(" ", 1)[0] for line in self.lines if line.startswith("CER-")}

    @property
    def for_a_person(self) -> str:
        return "\n".join(line for line in self.lines if line.startswith("for a person: "))

    @property
    def found(self) -> bool:
        """Whether it is anything but consistent."""
        return not self.verdict or bool(self.rules)


Judge = Callable[..., Said]


@pytest.fixture(scope="session")
def reader() -> ModuleType:
    """The reader's functions, loaded from the file that lies in ceremony folders."""
    spec = importlib.util.spec_from_file_location("verify_journal", READER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def judge(reader: ModuleType) -> Judge:
    """Judge a folder in this process."""

    def said(folder: Path, head: str = "") -> Said:
        report = reader.Report()
        verdict = reader.examine(folder, head, report)
        return Said(verdict=verdict, lines=tuple(report))

    return said


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Start the reader as an auditor does: isolated, without site packages."""

    def started(*arguments: str | Path, program: Path = READER) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)

    return started
