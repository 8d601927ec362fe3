"""What a test bed is: a practice token of one make in factory state, and how commands are run that use it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ceremony_app.core.algorithms import Algorithm

ROOT: Final = Path(__file__).resolve().parents[2]
_ENOUGH: Final = 10.0
"""Seconds within which a service of a bed must be there, and within which it must end when it is told to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """A practice token that is there now.

    `environment` is what the module needs to be told, `arguments` what C_Initialize takes. `inside` is the beginning of
    a command line: a command that is to see the token is started with it.
    """

    module: Path
    serial: str
    model: str
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: str = ""
    inside: tuple[str, ...] = ()

    def run(self, command: Sequence[str], *, seconds: float = 300.0) -> subprocess.CompletedProcess[str]:
        """Run a command that uses the token, from the top of the checkout, and take down what it says."""
        return subprocess.run(
            [*self.inside, *command],
            env={**os.environ, **self.environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def python(self, *arguments: str, seconds: float = 300.0) -> subprocess.CompletedProcess[str]:
        """Run a module of Python, `-m` left out."""
        return self.run([sys.executable, "-m", *arguments], seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A make of token. `make` takes the label that the token is to get, for makes that fix it when they start.

    `algorithms` are those that it has, the quickest first; `once` says that it initialises a token once only,
    `session_keys` that it makes keys which end with the session.
    `packages` are Debian's; `programs` and `library` are what is looked for. `works` says in a sentence why the make
    cannot be used here though it is installed, or nothing.
    """

    name: str
    packages: tuple[str, ...]
    library: str
    make: Callable[[str], AbstractContextManager[Bed]]
    programs: tuple[str, ...] = ()
    algorithms: tuple[Algorithm, ...] = (Algorithm.P256, Algorithm.P384, Algorithm.RSA3072)
    once: bool = False
    session_keys: bool = True
    works: Callable[[], str] = str

    def absent(self) -> str:
        """What is not installed, in one sentence; empty when all is there. See also `works`."""
        names = [name for name in self.programs if program(name) is None]
        if library(self.library) is None:
            names.insert(0, Path(self.library).name)
        return (
            f"{self.name}: {', '.join(names)} not installed (apt install {' '.join(self.packages)})." if names else ""
        )

    @property
    def elliptic(self) -> bool:
        """Whether it has P-256, the curve of the Operator Root."""
        return Algorithm.P256 in self.algorithms

    def version(self) -> str:
        """The version of the package that brings the module."""
        asked = ["dpkg-query", "--show", "--showformat=${Version}", self.packages[0]]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def library(pattern: str) -> Path | None:
    """A library of the distribution, by a pattern below its folders of libraries."""
    return next((path for place in ("/usr/lib", "/usr/local/lib") for path in sorted(Path(place).glob(pattern))), None)


def found(pattern: str) -> Path:
    """As `library`, where `Kind.absent` has made sure of it."""
    path = library(pattern)
    assert path is not None, pattern
    return path


def program(name: str) -> str | None:
    """A program, those of the administrator too."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin")


def path_of(name: str) -> str:
    """As `program`, where `Kind.absent` has made sure of it."""
    path = program(name)
    assert path is not None, name
    return path


@contextmanager
def service(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """A program in the background, which ends with this block, or with this process if that is killed."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [path_of("setpriv"), "--pdeathsig", "KILL", *command],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_ENOUGH)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_that(ready: Callable[[], bool], what: str) -> None:
    """Wait until something is so; a service that never comes is an error of the bed and says its name."""
    deadline = time.monotonic() + _ENOUGH
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not come within {_ENOUGH:g} seconds"
        time.sleep(0.02)
