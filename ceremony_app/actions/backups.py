"""The backups of a ceremony as its journal knows them: which key, under which, in which file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from ceremony_app.actions.base import Context, Ports, text
from ceremony_app.actions.planned import file_stem, setting
from ceremony_app.core.device import Wrapped
from ceremony_app.core.errors import Refusal
from ceremony_app.core.script import Plan
from ceremony_app.core.values import Json, Row

SUFFIX: Final = ".wrapped"
"""How the names of files with enciphered private keys end."""


def backup_fact(name: str, key: str, under: str) -> str:
    """The fact that a backup is there, of which key and under which one."""
    return f"backup:{name}:of {key} under {under}"


def backup_file(plan: Plan, name: str) -> str:
    """The file of a backup."""
    return f"{file_stem(plan, name)}{SUFFIX}"


def backup_record(context: Context, name: str) -> Mapping[str, Json]:
    """What the step gave that made the backup (CER-EVIDENCE)."""
    for made, evidence in _made(context):
        if made == name:
            return evidence
    raise Refusal(
        "CER-EVIDENCE", f"There is no backup {name} yet.", "The step that makes it did not succeed; repeat that step."
    )


def wrapped_key(backup: Mapping[str, Json], ports: Ports) -> Wrapped:
    """The wrapped key, if its file is still the one of the record (CER-BACKUP)."""
    data = ports.artifact(text(backup, "file"))
    if hashlib.sha256(data).hexdigest() != text(backup, "wrapped-sha256"):
        raise Refusal(
            "CER-BACKUP",
            f"The file {text(backup, 'file')} is not the one that was recorded; nothing was restored.",
            "Compare the copies of the folder; restore from the one that is right.",
        )
    return Wrapped(mechanism=text(backup, "mechanism"), data=data)


def copies_rows(context: Context, key: str) -> tuple[Row, ...]:
    """What becomes of backups when a key is destroyed: those of it remain, those under it are of no use any more."""
    made = tuple(_made(context))
    return (
        *(
            Row("Copy that remains", f"the backup {name}: with it the key can be restored")
            for name, evidence in made
            if evidence.get("key") == key
        ),
        *(
            Row("Becomes useless", f"the backup {name}, which is wrapped under this key")
            for name, evidence in made
            if evidence.get("under") == key
        ),
    )


def _made(context: Context) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The name of every backup that was made, and what its step gave."""
    for step in context.plan.definition.steps:
        evidence = context.state.evidence(step.id) if step.kind == "backup-key" else None
        if evidence is not None:
            yield setting(step, "name"), evidence
