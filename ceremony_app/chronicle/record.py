"""The record: what happened, printed from definition and journal and nothing else."""

from __future__ import annotations

from ceremony_app.chronicle.approvals import approved_before
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record_back import back_matter
from ceremony_app.chronicle.record_front import front_matter
from ceremony_app.chronicle.record_preflight import preflight_pages
from ceremony_app.chronicle.record_steps import step_records
from ceremony_app.chronicle.record_tokens import token_inventories
from ceremony_app.record.document import Document, Fact, Fingerprint


def record_document(history: History) -> Document:
    """The record's values."""
    state, plan = history.state, history.plan
    genesis = state.genesis
    names = {
        "ceremony.toml": "Definition",
        "policy.toml": "Policy pack",
        "binding.toml": "Binding",
        "script.pdf": "Script",
    }
    return Document(
        kind="record",
        title=plan.definition.title,
        subtitle="Ceremony record",
        mode=state.mode,
        paper=history.context.paper,
        language=plan.definition.language,
        ceremony=genesis.ceremony if genesis else "",
        version=f"{history.context.program}, layout {history.context.layout}",
        fingerprints=tuple(
            Fingerprint(label=label, sha256=history.digests[name])
            for name, label in names.items()
            if name in history.digests
        ),
        head=state.head,
        facts=(
            Fact(label="Outcome", value=history.title),
            Fact(label="Held", value=held(history)),
            Fact(label="Place", value=plan.binding.place),
            *approved_before(plan.definition, plan.policy, history.context, history.digests),
        ),
        blocks=(
            *front_matter(history),
            *preflight_pages(history),
            *step_records(history),
            *token_inventories(history),
            *back_matter(history),
        ),
    )


def held(history: History) -> str:
    """From when to when."""
    if not history.entries:
        return ""
    first, last = history.entries[0].utc, history.entries[-1].utc
    return f"{first[:10]} {first[11:19]} to {last[:10]} {last[11:19]} UTC"
