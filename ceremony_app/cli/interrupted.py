"""Ceremonies that were left before their end, found by the last line of their journals."""

from __future__ import annotations

import json
from pathlib import Path

from ceremony_app.core.values import Mode
from ceremony_app.ui.shelf import Interrupted

_TAIL = 256 * 1024
_MOST = 200


def interrupted_below(home: Path) -> tuple[Interrupted, ...]:
    """Unfinished ceremonies in `home`, in its folders, and in those of `rehearsals`; the latest first.

    Only what the start screen shows is read; whether the journal is sound is found out when it is taken up.
    """
    places = [home, *sorted(_folders(home)), *sorted(_folders(home / "rehearsals"))][:_MOST]
    found = [one for place in places if (one := _interrupted(place)) is not None]
    return tuple(sorted(found, key=lambda one: one.stopped, reverse=True))


def _folders(place: Path) -> list[Path]:
    try:
        return [path for path in place.iterdir() if path.is_dir() and not path.is_symlink()]
    except OSError:
        return []


def _interrupted(folder: Path) -> Interrupted | None:
    """The ceremony in a folder, if it has begun and not ended."""
    try:
        with (folder / "journal.jsonl").open("rb") as file:
            first = json.loads(file.readline())
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL))
            lines = [line for line in file.read().split(b"\n") if line.startswith(b'{"body"')]
        entries = [json.loads(line) for line in lines[-40:] if line.endswith(b"}")]
        last = entries[-1]
        if last["type"] == "close":
            return None
        steps = [str(entry["body"]["step"]) for entry in entries if "step" in entry["body"]]
        return Interrupted(
            folder=str(folder),
            title=str(first["body"]["title"]),
            mode=Mode(first["body"]["mode"]),
            step=steps[-1] if steps else "",
            stopped=str(last["utc"]),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
