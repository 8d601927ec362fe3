"""`ceremony export`: a finished folder as a BagIt bag, read back from where it was written."""

from __future__ import annotations

from pathlib import Path

from ceremony_app.cli.output import say
from ceremony_app.cli.running import is_closed
from ceremony_app.conductor.finishing import listed
from ceremony_app.core.errors import Refusal
from ceremony_app.journal.store import read_head
from ceremony_app.record.bag import check_bag, make_bag


def export_bag(folder: Path, destination: Path) -> int:
    """Copy every file that the manifest lists, and the addenda; then read all of it back and compare."""
    if not is_closed(folder):
        raise Refusal("CER-NOT-CLOSED", "The ceremony is not closed.", "Resume and close it before it is exported.")
    names = [str(path.relative_to(folder)) for path in listed(folder)]
    addenda = folder / "addenda"
    if addenda.is_dir():
        names += [str(path.relative_to(folder)) for path in sorted(addenda.rglob("*")) if path.is_file()]
    head = read_head(folder)
    info = {"External-Description": "Key ceremony", "Ceremony-Head": head.head if head else ""}
    make_bag(folder, destination, names, info)
    problems = check_bag(destination)
    for problem in problems:
        say(f"CER-BAG {problem}")
    if problems:
        return 1
    say(f"Wrote {len(names)} files to {destination}; all read back the same.")
    return 0
