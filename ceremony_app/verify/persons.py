"""What no file can settle: the questions that a verdict leaves to a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ceremony_app.core.events import Answer, Checkpoint, Clock, Deviation, Entry, Recovery, SignOff
from ceremony_app.core.script import Plan
from ceremony_app.core.state import fold
from ceremony_app.verify.moments import clock_jumps
from ceremony_app.verify.participants import about_people

_SOME: Final = 6


def questions(plan: Plan, entries: Sequence[Entry], texts: Mapping[str, str], *, closed: bool) -> Iterator[str]:
    """The questions, the gravest first; `texts` are the personal texts that are there, by leaf."""
    events = [(entry.seq, entry.event) for entry in entries]
    if not closed:
        yield "not closed: the ceremony can be resumed, and nothing is said about its end"
    restarts = [str(seq) for seq, event in events if isinstance(event, Recovery)]
    if restarts:
        yield f"the program was started again {len(restarts)} times: entries {_few(restarts)}; look at the video there"
    yield from about_people(entries, texts)
    dissent = [str(seq) for seq, event in events if isinstance(event, SignOff) and event.decision == "DISAGREE"]
    if dissent:
        yield f"people did not agree: entries {_few(dissent)}; read the deviations that followed"
    opened = [f"D-{event.deviation}" for _, event in events if isinstance(event, Deviation)]
    if opened:
        yield f"read the exception sheets {_few(opened)}"
    seconds = plan.policy.rules.clock_seconds.value
    for seq, event in events:
        if isinstance(event, Clock) and abs(event.difference) > seconds:
            yield f"watch and computer differed by {event.difference} s, the policy allows {seconds}: entry {seq}"
    yield from clock_jumps(entries)
    if any(isinstance(event, SignOff) for _, event in events):
        yield "compare the initials and signatures on paper with the sign-offs: no file says whose a key is"
    if any(isinstance(event, Checkpoint) and not event.tally for _, event in events):
        yield "the checkpoint has no tally of signatures: it was not compared with the tallies that people keep"
    elif any(isinstance(event, Checkpoint) for _, event in events):
        yield "compare the tally of signatures with those that people kept on paper"
    if any(isinstance(event, Answer) and event.item == "written" for _, event in events):
        yield "compare the rows on paper with the digests that were read back"
    yield "watch a sample of steps on the video: no file shows what was done beside the script"
    yield from _policy(plan, entries)


def _policy(plan: Plan, entries: Sequence[Entry]) -> Iterator[str]:
    """Whether somebody has read the pack against the designated document."""
    unverified = plan.policy.unverified()
    if not unverified:
        return
    number, digest = _confirmed(plan, entries)
    if not number:
        some = _few(list(unverified))
        yield f"{len(unverified)} statements of the policy pack are confirmed by nobody: {some}"
        return
    yield (
        f"{len(unverified)} statements that the policy pack marks unverified were confirmed in step {number};"
        f" compare the document of SHA-256 {digest} with the designated one"
    )


def _confirmed(plan: Plan, entries: Sequence[Entry]) -> tuple[str, str]:
    """The number of the step in which the room confirmed the pack, and the document's SHA-256; empty if none did."""
    if not any(step.kind == "confirm-policy" for step in plan.definition.steps):
        return "", ""
    from ceremony_app.actions.base import text
    from ceremony_app.actions.policy_statements import confirmed_in

    state = fold(entries)
    step = confirmed_in(plan, state)
    return (step.number, text(state.evidence(step.id) or {}, "document-sha256")) if step else ("", "")


def _few(names: list[str]) -> str:
    return ", ".join(names[:_SOME]) + (f" and {len(names) - _SOME} more" if names[_SOME:] else "")
