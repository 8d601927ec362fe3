"""What a ceremony was brought from outside, with the digests that name it, and what it revoked."""

from __future__ import annotations

from ceremony_app.actions.base import text
from ceremony_app.actions.planned import IMPORTING, setting, steps_of
from ceremony_app.actions.read_back import named_by
from ceremony_app.chronicle.history import History
from ceremony_app.core.script import Step
from ceremony_app.record.document import Block, Fact, Facts, HashBlock, Heading


def what_was_brought(history: History) -> tuple[Block, ...]:
    """Everything that was imported; then the certificates that were revoked."""
    blocks: list[Block] = []
    for step in steps_of(history.plan, *IMPORTING):
        evidence = history.state.evidence(step.id)
        if evidence is None:
            continue
        value, label = named_by(step.kind)
        place = Fact(label="Brought as", value=_title(history, step))
        blocks.append(Heading(text=f"{step.number}  {step.title}", level=3))
        blocks.append(Facts(rows=(place,)))
        blocks.append(HashBlock(title=label, digest=text(evidence, value)))
    if blocks:
        blocks.insert(0, Heading(text="What was brought", level=2))
    return (*blocks, *_revoked(history))


def _title(history: History, step: Step) -> str:
    """The input's title in the definition."""
    name = setting(step, "input")
    return history.plan.definition.inputs[name].title or name


def _revoked(history: History) -> tuple[Block, ...]:
    """The revocations: certificate, serial number, date and reason."""
    rows = []
    for step in steps_of(history.plan, "revoke"):
        evidence = history.state.evidence(step.id)
        if evidence is not None:
            said = ", ".join(
                text(evidence, member) for member in ("serial", "date", "reason") if text(evidence, member)
            )
            rows.append(Fact(label=f"{step.number}  {text(evidence, 'certificate')}", value=said))
    return (Heading(text="What was revoked", level=2), Facts(rows=tuple(rows))) if rows else ()
