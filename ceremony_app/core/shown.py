"""What people are shown before they sign: rows, and the text whose SHA-256 the statement carries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import (
    Answer,
    Checkpoint,
    Clock,
    Correction,
    Decision,
    Deviation,
    Enrol,
    Outcome,
    Purpose,
    Reconcile,
)
from ceremony_app.core.script import Ask, Step
from ceremony_app.core.values import ArtifactRef, Leaf, Row, plain


def shown_rows(step: Step, run: Run, purpose: Purpose) -> tuple[Row, ...]:
    """The rows of a step in the order in which they are shown and hashed.

    First what is said and done, as the reviewed file has it; then what was prepared; for a result also what was
    entered and what came out, in the order of the journal; deviations and decisions among them.
    """
    rows = [Row("Say", line) for line in step.say] + [Row("Do", line) for line in step.do]
    if run.prepared is not None:
        rows.extend(run.prepared.rows)
    rows.extend(_entered(step, run, purpose))
    return tuple(rows)


def shown_text(rows: tuple[Row, ...]) -> str:
    """The text that is hashed: one line `label: value` a row, each ended by LF."""
    return "".join(f"{row.label}: {row.value}\n" for row in rows)


def shown_digest(rows: tuple[Row, ...]) -> str:
    """SHA-256 (hex) of the shown text in UTF-8."""
    return hashlib.sha256(shown_text(rows).encode("utf-8")).hexdigest()


def shown_artifacts(run: Run, purpose: Purpose) -> tuple[ArtifactRef, ...]:
    """The files and to-be-signed structures that a statement names: prepared (go) or made (result)."""
    if purpose == "go":
        return run.prepared.artifacts if run.prepared else ()
    return tuple(artifact for outcome in run.of(Outcome) for artifact in outcome.artifacts)


def field_label(step: Step, item: str) -> str:
    """The label under which an answer is shown: the field's, or the item's own name."""
    name, _, _ = item.partition("#")
    for stage in step.stages:
        if isinstance(stage, Ask):
            for field in stage.fields:
                if field.name == name:
                    return field.label if name == item else f"{field.label} (second entry)"
    return item


def _entered(step: Step, run: Run, purpose: Purpose) -> Iterator[Row]:
    """Rows of the entries of an attempt, in their order; before an action only what changes the plan."""
    for entry in (*run.before, *(run.turns if purpose == "go" else run.entries)):
        match entry.event:
            case Enrol() as again if again.replaces and isinstance(again.seen_by, int):
                yield from _enrolled_again(again)
            case Deviation() as opened:
                name = f"Deviation D-{opened.deviation}"
                yield _row(f"{name} expected", opened.expected)
                yield _row(f"{name} happened", opened.happened)
                yield from opened.facts
            case Decision() as taken:
                name = f"Decision on D-{taken.deviation}"
                yield Row(name, f"{taken.action}; effect on the keys: {taken.effect}")
                yield _row(f"{name} text", taken.text)
            case Answer() | Correction() as given if purpose == "result":
                suffix = " (corrected)" if isinstance(given, Correction) else ""
                yield _row(field_label(step, given.item) + suffix, given.value)
            case Clock() as seen if purpose == "result":
                yield Row("Watch", f"{seen.typed}, this computer {seen.shown}, difference {seen.difference} s")
            case Outcome() | Reconcile() as came if purpose == "result":
                yield from came.rows
            case Checkpoint() as point if purpose == "result":
                yield from point.tally
            case _:
                pass


def _enrolled_again(again: Enrol) -> Iterator[Row]:
    """Who has a new key, in place of which; version 0.1.0 did not show it."""
    name = f"Enrolled again: person {again.person}"
    yield _row(name, again.name)
    seen = f"; identity seen by person {again.identified_by}" if again.identified_by else ""
    yield Row(f"{name}, new key", f"{again.key}, in place of {again.replaces}{seen}")


def _row(label: str, value: str | Leaf) -> Row:
    """A row whose value may be a leaf."""
    return Row(label, plain(value), isinstance(value, Leaf))
