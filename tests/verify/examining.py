"""What the verifier makes of the evidence of a journal that was changed and signed anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ceremony_app.core import events as e
from ceremony_app.core.script import Plan
from ceremony_app.verify.artifacts import check_artifacts
from ceremony_app.verify.verdict import Finding
from tests.verify.changing import Change, place
from tests.verify.forging import Forger, events_in, plan_in, replaced

SHOWN, EVIDENCE, PROFILE, INTENT = "CER-SHOWN", "CER-EVIDENCE", "CER-PROFILE", "CER-INTENT"


def found(folder: Path, change: Change, plan: Callable[[Plan], Plan] = lambda x: x, **files: bytes) -> list[Finding]:
    """The findings over a changed journal and changed artifacts, everything else made right."""
    own = plan_in(folder)
    entries = Forger(own).write(change(events_in(folder))).entries
    there = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    there |= {f"artifacts/{name.replace('__', '.').replace('_', '-')}": data for name, data in files.items()}
    return list(check_artifacts(plan(own), entries, there))


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def same(events: list[e.Event]) -> list[e.Event]:
    return events


def said(step: str, nth: int = 0, /, **evidence: object) -> Change:
    """An outcome whose evidence says something else; its rows follow."""

    def change(events: list[e.Event]) -> list[e.Event]:
        i = place(events, step, e.Outcome, nth)
        outcome = events[i]
        assert isinstance(outcome, e.Outcome)
        members = {name.replace("_", "-"): value for name, value in evidence.items()}
        return [*events[:i], replaced(outcome, evidence={**outcome.evidence, **members}), *events[i + 1 :]]

    return change
