"""The line on the front pages of script and record that says who approved definition and pack before the day."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony_app.chronicle.context import PrintContext
from ceremony_app.core.policy import Policy
from ceremony_app.core.script import Definition
from ceremony_app.record.document import Fact


def approved_before(
    definition: Definition, policy: Policy, context: PrintContext, digests: Mapping[str, str]
) -> tuple[Fact, ...]:
    """One fact, or none where the pack asks for no approvals; `digests` as `ceremony script` has them."""
    if policy.rules.approval is None:
        return ()
    from ceremony_app.people.approvals import counted

    found = counted(definition, policy, digests, context.approvals)
    return (Fact(label="Approved before the day", value=found.words),) if found else ()
