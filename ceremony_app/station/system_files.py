"""Reading what the system says about itself in `/proc`, `/sys` and `/run`, below a root that tests replace."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ceremony_app.core.names import escaped
from ceremony_app.core.ports import Observation

_MOST: Final = 2**20


def text(root: Path, name: str) -> str | None:
    """The text of a system file; None where it is not there or says nothing to us. `name` is relative."""
    try:
        with (root / name).open("rb") as file:
            return file.read(_MOST).decode("utf-8", "replace")
    except OSError:
        return None


def word(root: Path, name: str) -> str:
    """A system file of one line, without its line end; empty where there is none."""
    return (text(root, name) or "").strip()


def folders(root: Path, name: str) -> tuple[Path, ...] | None:
    """The folders in a folder of the system, sorted by name; None where it is not there."""
    try:
        return tuple(sorted(entry for entry in (root / name).iterdir() if entry.is_dir()))
    except OSError:
        return None


def unseen(fact: str, label: str, where: str, *, hard: bool = False) -> Observation:
    """A fact that could not be looked at, which is never good."""
    return Observation(id=fact, label=label, value=f"cannot be seen: {where} is not readable", good=False, hard=hard)


def listed(names: list[str]) -> str:
    """Names from the system in one line, with nothing hidden in them."""
    return ", ".join(escaped(name) for name in names)
