"""Statement 1: the plain text that a person signs, made from what the journal says and nothing else."""

from __future__ import annotations

from ceremony_app.core.attempt import Run
from ceremony_app.core.events import Purpose, Verdict
from ceremony_app.core.script import Step
from ceremony_app.core.shown import shown_artifacts, shown_digest, shown_rows
from ceremony_app.core.state import Person, State

TITLE = "KEY-CEREMONY SIGN-OFF V1"
GO_SENTENCE = "I have read what will be done in this step, and I agree that it is done now."
RESULT_SENTENCE = "I was present at this step and saw the result that is shown."


def statement(
    state: State, step: Step, run: Run, person: Person, role: str, purpose: Purpose, decision: Verdict
) -> str:
    """The text of a sign-off as of the present head (design, appendix A): lines ended by LF, no other controls.

    It names the journal's size and head, so that it is dead as soon as another entry is written.
    """
    genesis = state.genesis
    if genesis is None:
        message = "a statement needs a ceremony"
        raise ValueError(message)
    lines = [
        TITLE,
        f"ceremony {genesis.ceremony} {genesis.mode}",
        f"journal-size {state.length}",
        f"journal-head {state.head}",
        f"step {run.number} attempt {run.attempt} {step.title}",
        f"for {purpose}",
        f"shown-sha256 {shown_digest(shown_rows(step, run, purpose))}",
        *(f"artifact {a.name} {a.sha256} {a.size} bytes" for a in shown_artifacts(run, purpose)),
        f"role {role}",
        f"signer {person.number} key {person.key}",
        f"decision {decision}",
        sentence(step, purpose, decision),
    ]
    return "".join(f"{line}\n" for line in lines)


def sentence(step: Step, purpose: Purpose, decision: Verdict) -> str:
    """What the signer says in words."""
    if decision == "DISAGREE":
        return "I do not agree."
    if purpose == "go":
        return GO_SENTENCE
    attest = step.attest
    return attest.sentence if attest and attest.sentence else RESULT_SENTENCE
