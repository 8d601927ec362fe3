"""The statements of a policy pack as people read them against the designated document, and when they have done so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec

from ceremony_app.actions.planned import steps_of
from ceremony_app.core.names import escaped
from ceremony_app.core.outlook import world
from ceremony_app.core.policy import Policy
from ceremony_app.core.policy_words import said_words
from ceremony_app.core.profiles import Provenance
from ceremony_app.core.script import Definition, Plan, Step
from ceremony_app.core.state import State
from ceremony_app.core.values import Row

KIND: Final = "confirm-policy"
"""The kind of step in which that is done."""

CONFIRMED: Final = "policy:confirmed"
"""The fact that the room has confirmed the pack statement by statement."""

_LONGEST: Final = 300
_BINDING: Final = frozenset(
    """trial-chain generate-key generate-symmetric-key restore-key make-csr self-sign issue-certificate cross-certify
    issue-crl issue-batch revoke""".split()
)
"""The kinds of steps after which it is too late: what they do already rests on the pack."""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: its path in the pack, what it says in words, and where the document says it."""

    path: str
    words: str
    section: str
    provenance: Provenance
    note: str = ""

    @property
    def group(self) -> str:
        """The part of the pack: `rules`, `certificates.NAME`, `crls.NAME`, `claims` or `waivers`."""
        first, _, rest = self.path.partition(".")
        return f"{first}.{rest.partition('.')[0]}" if first in ("certificates", "crls") else first.partition("[")[0]

    def row(self) -> Row:
        """Path, value, section and provenance on one line."""
        return Row(self.path, f"{self.words} [{self.section}, {self.provenance}]")


def statements(policy: Policy) -> tuple[Statement, ...]:
    """Every statement, claim and waiver of a pack, in the order of the file."""
    return tuple(_statements(policy))


def in_group(all_of_them: tuple[Statement, ...], group: str) -> tuple[Statement, ...]:
    """Those whose path begins with the group's name: `rules`, `certificates`, `crls.root-crl`, ..."""
    starts = (f"{group}.", f"{group}[")
    return tuple(one for one in all_of_them if one.path == group or one.path.startswith(starts))


def sections_told(some: tuple[Statement, ...]) -> str:
    """The sections that statements name, each once."""
    told = "; ".join(dict.fromkeys(one.section for one in some)) or "none"
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def listed_digest(all_of_them: tuple[Statement, ...]) -> str:
    """SHA-256 (hex) of the statements as they are shown, a line each."""
    lines = "".join(f"{row.label}: {row.value}\n" for row in (one.row() for one in all_of_them))
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def confirming(definition: Definition) -> Step | None:
    """The step in which the pack is confirmed, if it comes before everything that rests on it."""
    for step in definition.steps:
        if step.kind == KIND:
            return step
        if step.kind in _BINDING:
            return None
    return None


def confirmed_in(plan: Plan, state: State) -> Step | None:
    """The step in which the room has confirmed the pack, all groups of it; None while or where it has not."""
    if CONFIRMED not in world(plan, state):
        return None
    done = {run.id for run in state.runs if run.done}
    return next((step for step in steps_of(plan, KIND) if step.id in done), None)


def _statements(policy: Policy) -> Iterator[Statement]:
    for path, said in policy.statements():
        yield Statement(
            path=path,
            words=escaped(said_words(said.value)),
            section=escaped(said.section),
            provenance=said.provenance,
            note=escaped(said.note),
        )
    for i, claim in enumerate(policy.claims):
        words = f"the document says of the {claim.subject.replace('-', ' ')}: {claim.value}"
        yield Statement(
            path=f"claims[{i}]",
            words=words,
            section=escaped(claim.section),
            provenance=claim.provenance,
            note=claim.note,
        )
    for i, waiver in enumerate(policy.waivers):
        where = f" at {waiver.where}" if waiver.where else ""
        words = f"the finding {waiver.finding}{where} is accepted for {waiver.profile}: {waiver.reason}"
        yield Statement(
            path=f"waivers[{i}]", words=escaped(words), section=escaped(waiver.section), provenance=waiver.provenance
        )
