"""The record's first pages: outcome, what exists now, how to check it, requirements, people, environment, timings."""

from __future__ import annotations

from ceremony_app.actions.base import items, text
from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.locks import lock_facts
from ceremony_app.chronicle.record_made import what_exists
from ceremony_app.chronicle.record_people import enrolled_again, participants
from ceremony_app.chronicle.words import quorum_words
from ceremony_app.core.events import Recovery
from ceremony_app.core.requirements import judge
from ceremony_app.core.values import Mode
from ceremony_app.record.document import (
    Block,
    Bullets,
    Column,
    Fact,
    Facts,
    Grid,
    HashBlock,
    Heading,
    Legend,
    Notice,
    Sign,
    Text,
    Verbatim,
)


def front_matter(history: History) -> tuple[Block, ...]:
    """Everything before the steps."""
    return (
        *_summary(history),
        *_how_to_check(),
        *_requirements(history),
        *participants(history),
        *_environment(history),
        *_timings(history),
    )


def _summary(history: History) -> tuple[Block, ...]:
    state = history.state
    rehearsal = "This was a REHEARSAL: keys and certificates are worthless." if state.mode is Mode.REHEARSAL else ""
    blocks: list[Block] = [
        Heading(text="Summary", new_page=True),
        Notice(word=history.title, text=rehearsal),
        Facts(rows=_lock_and_gate(history)),
    ]
    blocks += enrolled_again(history)
    blocks += what_exists(history)
    blocks.append(HashBlock(title="Final head of the journal", digest=state.head))
    return tuple(blocks)


def _lock_and_gate(history: History) -> tuple[Fact, ...]:
    """Which lock and which gate stood: the device's own quorum, or people's signatures before the call."""
    state = history.state
    again = sum(person.enrolments - 1 for person in state.people)
    return (
        Fact(label="Deviations", value=str(len(state.problems)) if state.problems else "none"),
        Fact(label="Restarts of the program", value=str(state.recoveries) if state.recoveries else "none"),
        Fact(label="People enrolled again after a restart", value=str(again) if again else "none"),
        Fact(
            label="Gate",
            value="sign-offs by the quorum over the exact parameters, enforced by this program before each action",
        ),
        *lock_facts(history.plan.definition),
        Fact(label="Entries in the journal", value=str(len(history.entries))),
    )


def _how_to_check() -> tuple[Block, ...]:
    return (
        Heading(text="How to check this record", new_page=True),
        Bullets(
            numbered=True,
            items=(
                "Take the head at the checkpoint from the paper script, and the final head from the foot of this page.",
                "In the ceremony folder, check every file against the manifest.",
                "Check journal, sign-offs and quorums with the small verifier that lies beside it.",
                "Check the certificate with OpenSSL.",
                "With the program: `ceremony verify FOLDER` does all of this and makes this record again.",
                "Compare signatures and initials on the paper script with the sign-offs printed here.",
            ),
        ),
        Verbatim(
            title="Commands, run in the ceremony folder",
            text=(
                "sha256sum -c manifest-sha256.txt\n"
                "python3 -I -S verify_journal.py\n"
                "openssl verify -x509_strict -CAfile artifacts/NAME.pem artifacts/NAME.pem\n"
                "tail -n 1 journal.jsonl | sha256sum        # the final head\n"
                "jq -r 'select(.type==\"checkpoint\").seq' journal.jsonl\n"
            ),
        ),
        Legend(signs=(Sign(mark="leaf", text="a personal text: the journal holds a salted digest of it"),)),
        Heading(text="What proves what", level=2),
        Bullets(
            items=(
                "The chain of digests proves that no entry was changed, removed or put in between.",
                "The sign-offs prove that people with these keys agreed to exactly these words at that point.",
                "The paper head proves that this is the journal that was in the room.",
                "What no file proves: that a key is the named person's, and what the camera saw. Paper and video do.",
            )
        ),
    )


def _requirements(history: History) -> tuple[Block, ...]:
    rows = tuple(
        (
            f"{catalogue.id}/{judged.clause.id}",
            judged.clause.text,
            ", ".join(judged.steps) or "-",
            ", ".join(map(str, judged.entries[:6])) or "-",
            judged.verdict,
        )
        for catalogue in history.context.requirements
        for judged in judge(history.plan, history.state, catalogue)
    )
    return (
        Heading(text="Requirements", new_page=True),
        Text(
            text="Met: the journal holds the evidence that the clause asks for. For a person: no file can show it.",
            weight="small",
        ),
        Grid(
            columns=(
                Column(title="Clause", weight=4),
                Column(title="What it asks", weight=7),
                Column(title="Steps", weight=2),
                Column(title="Entries", weight=2),
                Column(title="Verdict", weight=2),
            ),
            rows=rows,
            small=True,
        ),
    )


def _environment(history: History) -> tuple[Block, ...]:
    definition, state = history.plan.definition, history.state
    rows: list[Fact] = [
        Fact(label="Program", value=history.context.program),
        Fact(label="Program manifest", value=history.context.manifest, mono=True),
    ]
    for step in definition.steps:
        if step.kind == "preflight":
            observed = items(state.evidence(step.id) or {}, "observations")
            rows += [
                Fact(label=text(o, "label"), value=f"{text(o, 'value')}{'' if o['good'] else ' (NOT as it should be)'}")
                for o in observed
            ]
    for name, token in history.plan.binding.tokens.items():
        rows.append(Fact(label=f"Token {name}", value=f"serial {token.serial}, model {token.model or 'not named'}"))
        rows.append(Fact(label=f"PKCS#11 module of {name}", value=token.module_sha256, mono=True))
    restarts = tuple(
        f"Entry {e.seq}, {e.utc}: restarted; set aside: {', '.join(e.event.set_aside) or 'nothing'}"
        for e in history.entries
        if isinstance(e.event, Recovery)
    )
    return (
        Heading(text="Environment", new_page=True),
        Facts(rows=tuple(rows)),
        Heading(text="Restarts", level=2),
        Bullets(items=restarts),
    )


def _timings(history: History) -> tuple[Block, ...]:
    definition = history.plan.definition
    rows = []
    for act in definition.acts:
        steps = {step.id: step for step in definition.steps if step.act == act}
        runs = [run for run in history.state.runs if run.id in steps and run.entries]
        planned = sum(step.minutes for step in steps.values())
        begun = runs[0].entries[0].utc[11:19] if runs else ""
        ended = runs[-1].entries[-1].utc[11:19] if runs else ""
        rows.append((act, begun, ended, f"{planned} min" if planned else "not estimated"))
    return (
        Heading(text="Timeline", level=1),
        Grid(
            columns=(
                Column(title="Act", weight=5),
                Column(title="Began UTC", weight=2),
                Column(title="Ended UTC", weight=2),
                Column(title="Estimate", weight=2),
            ),
            rows=tuple(rows),
        ),
        Text(text=f"Deviations are signed by: {quorum_words(definition, definition.deviations)}.", weight="small"),
    )
