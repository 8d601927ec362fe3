"""What a ceremony leaves, with the digests that name it: keys, backups, certificates, lists; what it destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ceremony_app.actions.base import items, text
from ceremony_app.actions.planned import ISSUING, file_stem, setting
from ceremony_app.actions.read_back import named_by
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record_brought import what_was_brought
from ceremony_app.core.outlook import world
from ceremony_app.core.script import Step
from ceremony_app.core.values import Json, Row
from ceremony_app.record.document import Block, Fact, Facts, HashBlock, Heading, Text

_SHOWN_ROWS: Final = 8

_KEYS: Final = ("generate-key", "restore-key", "generate-symmetric-key")
_NAMED: Final = ("generate-key", "restore-key", "backup-key", *ISSUING)
"""The kinds that make something which a digest names."""

_SUFFIXES: Final = {"make-csr": ".csr.pem", "issue-batch": ".certificates.pem"}
_MEMBERS: Final = {
    "backup-key": (("Backup of", "key"), ("Wrapped under", "under"), ("Mechanism", "mechanism"), ("File", "file")),
    **dict.fromkeys(
        _KEYS,
        (("Key", "key"), ("Algorithm", "algorithm"), ("Label on the token", "label"), ("Id on the token", "id")),
    ),
}


def what_exists(history: History) -> tuple[Block, ...]:
    """Everything that was made and is there still; then what was destroyed."""
    blocks: list[Block] = [Heading(text="What exists now", level=2)]
    made = [step for step in history.plan.definition.steps if _there(history, step)]
    if not made:
        blocks.append(Text(text="No key and no certificate was made."))
    for step in made:
        blocks.extend(_made(history, step))
    return (*blocks, *what_was_brought(history), *_destroyed(history))


def _there(history: History, step: Step) -> bool:
    """Whether the step made something that is there still; of a key that came twice, its last coming counts."""
    evidence = history.state.evidence(step.id)
    if evidence is None or step.kind not in (*_NAMED, *_KEYS):
        return False
    if step.kind not in _KEYS:
        return True
    name = setting(step, "key")
    makers = [one for one in history.plan.definition.steps if one.kind in _KEYS and setting(one, "key") == name]
    last = [one for one in makers if "id" in (history.state.evidence(one.id) or {})][-1:]
    return last == [step] and f"key:{name}:there" in world(history.plan, history.state)


def _made(history: History, step: Step) -> tuple[Block, ...]:
    """One thing, with the digest that names it where it has one."""
    evidence = history.state.evidence(step.id) or {}
    blocks: list[Block] = [
        Heading(text=f"{step.number}  {step.title}", level=3),
        Facts(rows=_facts(history, step, evidence)),
    ]
    if step.kind in _NAMED:
        value, label = named_by(step.kind)
        blocks.append(HashBlock(title=label, digest=text(evidence, value)))
    return tuple(blocks)


def _facts(history: History, step: Step, evidence: Mapping[str, Json]) -> tuple[Fact, ...]:
    if step.kind in _MEMBERS:
        return tuple(Fact(label=name, value=text(evidence, member), mono=True) for name, member in _MEMBERS[step.kind])
    stem = file_stem(history.plan, setting(step, "name"))
    file = Fact(label="File", value=f"{stem}{_SUFFIXES.get(step.kind, '.pem')}", mono=True)
    return (file, *(history.fact(row) for row in _shown(history, step)[:_SHOWN_ROWS]))


def _shown(history: History, step: Step) -> tuple[Row, ...]:
    """The rows of a step's last successful outcome, as they were shown."""
    for run in reversed(history.state.runs):
        if run.id == step.id:
            for call in reversed(run.calls):
                if call.outcome is not None and call.outcome.result == "done":
                    return call.outcome.rows
    return ()


def _destroyed(history: History) -> tuple[Block, ...]:
    """The keys that were destroyed, each with its id, which no restored key has again."""
    rows = []
    for step in history.plan.definition.steps:
        evidence = history.state.evidence(step.id) or {}
        if step.kind == "destroy-key" and evidence.get("absent"):
            count = len(items(evidence, "destroyed-objects"))
            found = f"id {text(evidence, 'id')}; {count} objects, absent after a new beginning of the module"
            rows.append(Fact(label=f"{step.number}  Key {text(evidence, 'key')}", value=found))
    return (Heading(text="What was destroyed", level=2), Facts(rows=tuple(rows))) if rows else ()
