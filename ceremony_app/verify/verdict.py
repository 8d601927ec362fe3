"""What is said about a ceremony in the end: a verdict, its findings by rule, and what only a person can settle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import msgspec

from ceremony_app.core.names import escaped
from ceremony_app.core.values import Mode

Word: TypeAlias = Literal["consistent", "inconsistent", "unusable"]

_LONGEST = 600
"""Characters of one finding: what was found may be as long as somebody wished."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it must be: the rule's id, the place (an entry, a file), and what is wrong there."""

    rule: str
    where: str
    what: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict: `head` (hex) and `entries` of the journal as far as it can be read, `mode` empty where unknown."""

    verdict: Word
    head: str
    entries: int
    mode: Mode | Literal[""]
    findings: tuple[Finding, ...]
    for_a_person: tuple[str, ...]


def as_json(verdict: Verdict) -> str:
    """The verdict as one line of JSON, its members in the order of the contract (design, section 3)."""
    return msgspec.json.encode(verdict).decode("utf-8")


@dataclass(frozen=True, slots=True)
class Report:
    """Findings and questions as they come up; nothing that a file says can move a cursor or end a line in them."""

    findings: list[Finding] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)

    def find(self, rule: str, where: str, what: str) -> None:
        """Something is wrong."""
        self.findings.append(Finding(rule=rule, where=_shown(where), what=_shown(what)))

    def hold(self, good: object, rule: str, where: str, what: str) -> bool:
        """Something is wrong unless it is good; the answer is whether it is."""
        if not good:
            self.find(rule, where, what)
        return bool(good)

    def person(self, what: str) -> None:
        """Something that no file can settle."""
        self.persons.append(_shown(what))


def _shown(text: str) -> str:
    return escaped(text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …")
