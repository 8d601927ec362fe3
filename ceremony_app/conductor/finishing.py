"""What closing owes: the record, made from the journal, and the manifest, written last."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ceremony_app.chronicle.context import decode
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.press import Press, record_pdf
from ceremony_app.core.script import Plan
from ceremony_app.definition.files import sha256
from ceremony_app.journal import chain, files, leaves
from ceremony_app.journal.store import JOURNAL

MANIFEST = "manifest-sha256.txt"
RECORD = "record.pdf"
_NOT_LISTED = ("addenda", ".rehearsal")


def finish_folder(folder: Path, plan: Plan, press: Press) -> None:
    """Make `record.pdf` and the manifest again, from what lies in the folder; `script.pdf` is never touched."""
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in listed(folder)
        if path.name not in (MANIFEST, RECORD)
    }
    history = history_of(plan, found)
    files.replace(folder / RECORD, record_pdf(press, history, found))
    files.replace(folder / MANIFEST, manifest(folder))


def history_of(plan: Plan, found: dict[str, bytes]) -> History:
    """The history that a folder's files tell."""
    texts = leaves.texts(leaves.read(found.get(leaves.NAME, b"")))
    return History.of(
        plan,
        tuple(chain.entries_of(found[JOURNAL])),
        texts,
        decode(found["context.json"]),
        {name: sha256(data) for name, data in found.items() if "/" not in name and not name.startswith("journal")},
    )


def listed(folder: Path) -> tuple[Path, ...]:
    """Every file that the manifest lists, and the manifest itself, in the order of their names."""
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in _NOT_LISTED
    )


def manifest(folder: Path) -> bytes:
    """`<sha256>  <name>` a line, as `sha256sum -c` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n"
        for path in listed(folder)
        if path.name != MANIFEST
    ]
    return "".join(lines).encode()
