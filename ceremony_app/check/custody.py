"""Whether PINs may be held in shares: a software quorum is a gate and no lock, and the policy must accept it."""

from __future__ import annotations

from collections.abc import Iterator

from ceremony_app.check.notes import Note
from ceremony_app.core.errors import Refusal
from ceremony_app.core.script import Definition, Plan
from ceremony_app.core.values import Mode


def custody_notes(plan: Plan, *, bound: bool) -> Iterator[Note]:
    """A note for each token whose PINs are split though the policy does not accept that; unfit in production."""
    if plan.policy.rules.accepts_software_quorum:
        return
    production = bound and plan.binding.mode is Mode.PRODUCTION
    for name in software_quorums(plan.definition):
        yield Note(
            rule="CER-SOFTWARE-QUORUM",
            where=f"tokens.{name}.custody",
            what="the policy pack does not say that it accepts a software quorum (`rules.software-quorum`);"
            " in production the device's own quorum is needed",
            unfit=production,
        )


def require_custody(plan: Plan) -> None:
    """Refuse production (CER-SOFTWARE-QUORUM) with split PINs that the policy does not accept."""
    names = software_quorums(plan.definition)
    if names and not plan.policy.rules.accepts_software_quorum:
        raise Refusal(
            "CER-SOFTWARE-QUORUM",
            f"PINs of {', '.join(names)} are held in shares, and the policy pack does not accept a software quorum.",
            "Use the device's own quorum, or have the policy authority say `rules.software-quorum`.",
        )


def software_quorums(definition: Definition) -> tuple[str, ...]:
    """The roles of the tokens whose PINs this program splits."""
    return tuple(
        name
        for name, token in definition.tokens.items()
        if any(split is not None and split.by == "shares" for split in token.custody.every)
    )
