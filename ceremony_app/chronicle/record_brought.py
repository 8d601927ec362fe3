"""What a ceremony was brought from outside, with the digests that name it, and what it revoked."""

from __future__ import annotations

from typing import Final

from ceremony_app.actions.base import text
from ceremony_app.actions.planned import setting
from ceremony_app.chronicle.history import History
from ceremony_app.core.script import Step
from ceremony_app.record.document import Block, Fact, Facts, HashBlock, Heading

_DIGESTS: Final = {
    "import-certificate": ("certificate-sha256", "SHA-256 of the certificate (DER)"),
    "import-csr": ("request-sha256", "SHA-256 of the certification request (DER)"),
    "import-crl": ("crl-sha256", "SHA-256 of the CRL (DER)"),
    "import-requests": ("list-sha256", "SHA-256 of the list of requests"),
}


def what_was_brought(history: History) -> tuple[Block, ...]:
    """Everything that was imported; then the certificates that were revoked."""
    blocks: list[Block] = []
    for step in history.plan.definition.steps:
        evidence = history.state.evidence(step.id)
        if step.kind not in _DIGESTS or evidence is None:
            continue
        value, label = _DIGESTS[step.kind]
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
    for step in history.plan.definition.steps:
        evidence = history.state.evidence(step.id)
        if step.kind == "revoke" and evidence is not None:
            said = ", ".join(
                text(evidence, member) for member in ("serial", "date", "reason") if text(evidence, member)
            )
            rows.append(Fact(label=f"{step.number}  {text(evidence, 'certificate')}", value=said))
    return (Heading(text="What was revoked", level=2), Facts(rows=tuple(rows))) if rows else ()
