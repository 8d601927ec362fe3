"""Whether enough keys of the policy pack have approved definition and pack before the day: said once for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from ceremony_app.core.approval import Approval, Papers, SignedApproval, parsed
from ceremony_app.core.policy import Approvers
from ceremony_app.core.words import short_name

Holds: TypeAlias = Callable[[str, bytes, bytes, bytes], bool]
"""Whether a signature holds: method, SubjectPublicKeyInfo, message, signature (`people.signatures.verify`)."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One approval: whose key (SHA-256 of the SPKI that came with it), what it says, and why it does not count."""

    key: str
    approval: Approval | None
    why_not: str = ""

    @property
    def counts(self) -> bool:
        """Whether a key of the pack says this of these very papers."""
        return not self.why_not

    @property
    def told(self) -> str:
        """The key's short name with the reference, for people."""
        reference = f" (reference {self.approval.reference})" if self.approval else ""
        return f"{short_name(self.key)}{reference}"


class ApprovalCount(msgspec.Struct, frozen=True, kw_only=True):
    """What the approvals come to: as many as the pack asks for, and nobody of the pack against it, are enough."""

    rule: Approvers
    judged: tuple[Judged, ...]

    @property
    def agreed(self) -> tuple[Judged, ...]:
        """Those that count and agree, one for each key."""
        return tuple(one for one in self.judged if one.counts and one.approval and one.approval.decision == "AGREE")

    @property
    def against(self) -> tuple[Judged, ...]:
        """Those that count and do not approve."""
        return tuple(one for one in self.judged if one.counts and one.approval and one.approval.decision != "AGREE")

    @property
    def enough(self) -> bool:
        """Whether a production ceremony may be opened with them."""
        return len(self.agreed) >= self.rule.count and not self.against

    @property
    def words(self) -> str:
        """How many of how many, by which keys and references."""
        asked = f"{len(self.rule.keys)} keys of the policy pack, which asks for {self.rule.count}"
        by, against = (", ".join(one.told for one in some) for some in (self.agreed, self.against))
        agreed = f"by {len(self.agreed)} of {asked}" + (f": {by}" if by else "")
        return f"{agreed}; NOT approved by {against}" if against else agreed


def count_approvals(papers: Papers, rule: Approvers, given: Iterable[SignedApproval], holds: Holds) -> ApprovalCount:
    """Each approval in its turn. A key that says the same twice counts once."""
    judged: list[Judged] = []
    said: set[tuple[str, str]] = set()
    for signed in given:
        approval = parsed(signed.statement)
        why_not = "its statement is not the text of an approval"
        if approval is not None:
            mark = (approval.key, approval.decision)
            why_not = _why_not(papers, rule, signed, approval, holds)
            why_not = why_not or ("this key is counted already" if mark in said else "")
            said |= set() if why_not else {mark}
        judged.append(Judged(key=signed.key, approval=approval, why_not=why_not))
    return ApprovalCount(rule=rule, judged=tuple(judged))


def _why_not(papers: Papers, rule: Approvers, signed: SignedApproval, approval: Approval, holds: Holds) -> str:
    """Why an approval does not count; empty where it does."""
    mine = approval.papers
    if (mine.definition, mine.definition_sha256) != (papers.definition, papers.definition_sha256):
        return "it is over another definition, or another state of this one"
    if mine != papers:
        return "it is over another policy pack, or another state of this one"
    if approval.key != signed.key:
        return "it names another key than the one that came with it"
    if approval.key not in rule.keys:
        return "its key is none of the policy pack's"
    if not holds(signed.alg, signed.public_key, signed.statement.encode("utf-8"), signed.signature):
        return "its signature does not hold"
    return ""
