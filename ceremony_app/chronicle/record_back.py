"""The record's last pages: deviations, corrections, pauses, files, journal digest, ink, the auditor's page."""

from __future__ import annotations

from ceremony_app.chronicle.history import History
from ceremony_app.chronicle.record_interrupted import REMEDIES
from ceremony_app.core.events import Answer, Correction, Pause, Resumption
from ceremony_app.core.values import plain
from ceremony_app.record.document import (
    Blank,
    Block,
    Bullets,
    Checkboxes,
    Column,
    Fact,
    Facts,
    Grid,
    Heading,
    Signatures,
    Signer,
    Text,
    WriteIn,
)

_FULL_EVERY = 25
_SHORT = 16


def back_matter(history: History) -> tuple[Block, ...]:
    """Everything after the steps."""
    return (
        *_deviations(history),
        *_corrections(history),
        *_pauses(history),
        *_files(history),
        *_journal(history),
        *_ink(history),
        *_auditor(),
    )


def _deviations(history: History) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(text="Deviations", new_page=True)]
    if not history.state.problems:
        return (*blocks, Text(text="none"))
    for problem in history.state.problems:
        opened, decision = problem.opened, problem.decision
        rows = [
            Fact(label="Step", value=f"{opened.step}, attempt {opened.attempt}"),
            Fact(label="Opened by", value=history.person(opened.by)),
            Fact(label="Kind", value=opened.kind),
            Fact(label="Expected", value=history.text(opened.expected), leaf=True),
            Fact(label="Happened", value=history.text(opened.happened), leaf=True),
        ]
        if decision is not None:
            words = f"{decision.action}" + (f", step {decision.again} again first" if decision.again else "")
            rows += [
                Fact(label="Decided by", value=history.person(decision.by)),
                Fact(label="Decision", value=words),
                Fact(label="In words", value=history.text(decision.text), leaf=True),
                Fact(label="Effect on the keys", value=decision.effect),
            ]
            if decision.remedy:
                rows.append(Fact(label="What an interrupted call left is", value=REMEDIES[decision.remedy]))
        else:
            rows.append(Fact(label="Decision", value="NOT DECIDED"))
        blocks += [Heading(text=f"Exception sheet D-{opened.deviation}", level=2), Facts(rows=tuple(rows))]
    return tuple(blocks)


def _corrections(history: History) -> tuple[Block, ...]:
    rows = []
    for entry in history.entries:
        if isinstance(entry.event, Correction):
            old = history.entries[entry.event.entry].event
            before = plain(old.value) if isinstance(old, Answer | Correction) else ""
            rows.append((str(entry.seq), entry.event.step, entry.event.item, before, plain(entry.event.value)))
    return (
        Heading(text="Corrections", level=1),
        Grid(
            columns=(
                Column(title="Entry", weight=1),
                Column(title="Step", weight=1),
                Column(title="Item", weight=3),
                Column(title="Old value", weight=3),
                Column(title="New value", weight=3),
            ),
            rows=tuple(rows),
        ),
    )


def _pauses(history: History) -> tuple[Block, ...]:
    items = tuple(
        f"{e.utc}: {'paused, ' + e.event.kind if isinstance(e.event, Pause) else 'went on'}"
        for e in history.entries
        if isinstance(e.event, Pause | Resumption)
    )
    return (Heading(text="Pauses", level=1), Bullets(items=items))


def _files(history: History) -> tuple[Block, ...]:
    rows = [(f"artifacts/{a.name}", str(a.size), a.sha256) for a in history.state.artifacts]
    rows += [(name, "", digest) for name, digest in sorted(history.digests.items())]
    return (
        Heading(text="Files", new_page=True),
        Grid(
            columns=(
                Column(title="File", weight=4),
                Column(title="Bytes", weight=1),
                Column(title="SHA-256", weight=7, kind="mono"),
            ),
            rows=tuple(rows),
            small=True,
        ),
    )


def _journal(history: History) -> tuple[Block, ...]:
    rows = tuple(
        (
            str(e.seq),
            e.utc[11:19],
            getattr(e.event, "step", ""),
            e.event.type,
            e.digest if e.seq % _FULL_EVERY == 0 or e.seq == len(history.entries) - 1 else f"{e.digest[:_SHORT]} …",
        )
        for e in history.entries
    )
    return (
        Heading(text="Digest of the journal", new_page=True),
        Text(text=f"One line an entry; every {_FULL_EVERY}th and the last in full.", weight="small"),
        Grid(
            columns=(
                Column(title="Entry", weight=2),
                Column(title="UTC", weight=3),
                Column(title="Step", weight=2),
                Column(title="Type", weight=4),
                Column(title="SHA-256 of the line", weight=18, kind="mono"),
            ),
            rows=rows,
            small=True,
        ),
    )


def _ink(history: History) -> tuple[Block, ...]:
    definition = history.plan.definition
    people = tuple(
        Signer(role=", ".join(definition.roles[role].title for role in p.roles), name=history.text(p.name))
        for p in sorted(history.state.people, key=lambda p: p.number)
    )
    return (
        Heading(text="Signatures in ink", new_page=True),
        Text(text="This record is a true account of the ceremony as far as I saw it."),
        Signatures(people=people),
        WriteIn(blanks=(Blank(label="Stamp of a notary or auditor", weight=1),)),
    )


def _auditor() -> tuple[Block, ...]:
    return (
        Heading(text="For the auditor", new_page=True),
        Checkboxes(
            title="How it was witnessed",
            items=("in person", "by the video of the whole ceremony", "from the record alone"),
            one_of=True,
        ),
        Checkboxes(
            title="Checked",
            items=(
                "the manifest, with sha256sum",
                "the journal and its sign-offs, with verify_journal.py",
                "the head at the checkpoint, against the paper script",
                "initials and signatures, against the sign-offs",
                "a sample of steps, against the video",
            ),
        ),
        WriteIn(blanks=(Blank(label="Steps sampled"),)),
        WriteIn(blanks=(Blank(label="Observations"),)),
        WriteIn(blanks=(Blank(label="Video files and their SHA-256"),)),
        WriteIn(blanks=(Blank(label="Name"), Blank(label="Firm"), Blank(label="Date"))),
    )
