"""The script: what will happen, printed before the day; the very file that the first entry binds."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony_app.chronicle.approvals import approved_before
from ceremony_app.chronicle.context import PrintContext
from ceremony_app.chronicle.script_back import back_matter
from ceremony_app.chronicle.script_front import front_matter
from ceremony_app.chronicle.script_steps import step_blocks
from ceremony_app.chronicle.words import role_short
from ceremony_app.core.policy import Policy
from ceremony_app.core.room import Binding
from ceremony_app.core.script import Definition
from ceremony_app.record.document import Document, Fact, Fingerprint


def script_document(
    definition: Definition,
    policy: Policy,
    binding: Binding | None,
    context: PrintContext,
    digests: Mapping[str, str],
) -> Document:
    """The script's values; `digests` are those of `ceremony.toml`, `policy.toml` and, if bound, `binding.toml`."""
    labels = {"ceremony.toml": "Definition", "policy.toml": "Policy pack", "binding.toml": "Binding"}
    roles = [name for name in definition.roles if name in _initialling(definition)]
    return Document(
        kind="script",
        title=definition.title,
        subtitle="Ceremony script",
        purpose=definition.purpose,
        mode=binding.mode if binding else None,
        paper=context.paper,
        language=definition.language,
        version=f"{context.program}, layout {context.layout}",
        fingerprints=tuple(Fingerprint(label=labels[name], sha256=digests[name]) for name in labels if name in digests),
        facts=(
            Fact(label="Definition", value=f"{definition.id} {definition.version}".strip()),
            Fact(label="Policy", value=policy.title),
            Fact(label="Policy document", value=_policy_document(policy)),
            *approved_before(definition, policy, context, digests),
            Fact(label="Place", value=binding.place if binding and binding.place else "to be written on the day"),
        ),
        initials=tuple(dict.fromkeys(role_short(role) for role in roles)),
        blocks=(
            *front_matter(definition, policy, binding, context),
            *step_blocks(definition, binding),
            *back_matter(definition, policy),
        ),
    )


def _initialling(definition: Definition) -> tuple[str, ...]:
    """The roles that initial pages and steps: the administrator, and those who witness."""
    witnessing = definition.quorums[definition.deviations].all
    first = next(iter(definition.roles))
    return (first, *(role for role in witnessing if role != first))


def _policy_document(policy: Policy) -> str:
    """The policy document by title, version and date."""
    parts = [policy.document.title, policy.document.version, policy.document.date]
    return ", ".join(part for part in parts if part) or "none named"
