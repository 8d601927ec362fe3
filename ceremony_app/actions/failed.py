"""A call that did not succeed: what is recorded of it, and the same as people are shown it."""

from __future__ import annotations

from collections.abc import Mapping

from ceremony_app.actions.base import Observed, text
from ceremony_app.actions.looking import Found, found
from ceremony_app.actions.pins import tries_rows
from ceremony_app.core.errors import Refusal, TokenFault
from ceremony_app.core.events import Finding
from ceremony_app.core.values import Json, Row


def failed_evidence(refusal: Refusal, flags: tuple[str, ...] | None = None) -> dict[str, Json]:
    """The rule, the reason and what to do; of a token also its code, and its flags where a PIN was not taken."""
    evidence: dict[str, Json] = {"rule": refusal.rule, "why": refusal.why, "what-to-do": refusal.what_to_do}
    if isinstance(refusal, Observed):
        evidence |= refusal.evidence
    if isinstance(refusal, TokenFault):
        evidence |= {"code": refusal.code, "number": f"0x{refusal.number:08x}"}
    if flags is not None:
        evidence["flags"] = flags
    return evidence


def failed_rows(evidence: Mapping[str, Json], label: str) -> tuple[Row, ...]:
    """What stood in the way, under this label; the device's answer; and the tries that are left, where it matters."""
    rows = [Row(label, f"{text(evidence, 'why')} {text(evidence, 'what-to-do')} [{text(evidence, 'rule')}]")]
    if text(evidence, "code"):
        rows.append(Row("The device answered", f"{text(evidence, 'code')} ({text(evidence, 'number')})"))
    flags = evidence.get("flags")
    if isinstance(flags, list | tuple):
        rows += tries_rows(tuple(str(flag) for flag in flags))
    return tuple(rows)


def blind(finding: Finding, evidence: Mapping[str, Json]) -> Found:
    """The token could not be looked at, or could not list its objects: what stood in the way is the evidence."""
    return found(finding, evidence, failed_rows(evidence, "What stands in the way"))


def outcome_rows(evidence: Mapping[str, Json], *, unknown: bool) -> tuple[Row, ...]:
    """The rows of an outcome that is not `done`."""
    certain = Row("What is certain", "not known what happened" if unknown else "nothing was changed")
    return (*failed_rows(evidence, "Did not succeed"), certain)
