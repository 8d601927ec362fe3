"""The script's steps: one block each, with what is said, done, expected and written."""

from __future__ import annotations

from ceremony_app.chronicle.words import marker, minutes_words, quorum_words, role_short
from ceremony_app.core.custody import combinations
from ceremony_app.core.room import Binding
from ceremony_app.core.script import (
    Act,
    Ask,
    Attest,
    Definition,
    HandOut,
    RollCall,
    ShareAsk,
    Step,
    TakeCheckpoint,
    Transcribe,
    WatchClock,
)
from ceremony_app.record.document import (
    Blank,
    Block,
    Checkboxes,
    Expectation,
    HashBlock,
    Heading,
    StepBlock,
    Text,
    WriteIn,
)


def step_blocks(definition: Definition, binding: Binding | None) -> tuple[Block, ...]:
    """All acts and their steps."""
    blocks: list[Block] = []
    for number, act in enumerate(definition.acts, start=1):
        blocks.append(Heading(text=act, number=str(number), new_page=True))
        blocks.extend(_step(definition, binding, step) for step in definition.steps if step.act == act)
    return tuple(blocks)


def _step(definition: Definition, binding: Binding | None, step: Step) -> StepBlock:
    """One step."""
    estimate = binding.estimates.get(step.id, 0) if binding else 0
    minutes = -(-estimate // 60) if estimate else step.minutes
    return StepBlock(
        number=step.number,
        title=step.title,
        who=(definition.roles[step.who].title,) if step.who else (),
        estimate=minutes_words(minutes),
        marker=marker(step),
        say=step.say,
        do=step.do,
        expected=_expected(definition, step),
        actual=_actual(step),
        initials=_initials(definition, step),
        blocks=_below(step),
    )


def _expected(definition: Definition, step: Step) -> tuple[Expectation, ...]:
    """What must be seen, with a box each."""
    found: list[Expectation] = []
    for stage in step.stages:
        match stage:
            case RollCall():
                found.append(Expectation(text="Every role is filled; each person has a key of their own."))
            case WatchClock(by=by):
                found.append(Expectation(text=f"The watch of the {definition.roles[by].title} agrees to two seconds."))
            case Act() as act:
                if act.quorum:
                    found.append(Expectation(text=f"Signed before: {quorum_words(definition, act.quorum)}"))
                if act.phrase:
                    found.append(Expectation(text="Typed to arm the step:", value=act.phrase))
                found.extend(_shares(definition, step, ask) for ask in act.shares)
                found.append(Expectation(text=f"Button: {act.button}"))
            case HandOut() as handing:
                found.extend(_handed(handing, index) for index in range(1, handing.split.shares + 1))
                found.append(Expectation(text=f"{combinations(handing.split)}: every one gives the secret"))
            case Attest(quorum=quorum):
                found.append(Expectation(text=f"Signed over the result: {quorum_words(definition, quorum)}"))
            case TakeCheckpoint():
                found.append(Expectation(text="No deviation is undecided; nothing is left open or switched on."))
            case _:
                pass
    return tuple(found)


def _handed(stage: HandOut, index: int) -> Expectation:
    """One share, from the screen to its bag."""
    whose = "activation PIN" if stage.whose == "activation" else "PIN of the security officer"
    return Expectation(text=f"Share {index} of {stage.split.shares}, {whose}: written, typed back, put away")


def _shares(definition: Definition, step: Step, ask: ShareAsk) -> Expectation:
    """The holders who come forward before an action."""
    custody = definition.tokens[ask.token].custody
    made, present = custody.made(ask.whose), custody.present(ask.whose)
    split = made if step.kind == "activate" or present is None else present
    if split is None:  # pragma: no cover - the loader asks for shares of what is split only
        return Expectation(text="Shares")
    least = split.shares if ask.every else split.threshold
    thing = "shares entered" if split.by == "shares" else "cards presented at the device"
    return Expectation(text=f"{least} of {split.shares} {thing}: {definition.roles[split.role].title}")


def _actual(step: Step) -> tuple[Blank, ...]:
    """Small places for what is entered."""
    if any(isinstance(stage, WatchClock) for stage in step.stages):
        return (Blank(label="Watch, UTC", boxes=(2, 2, 2)),)
    return ()


def _initials(definition: Definition, step: Step) -> tuple[str, ...]:
    """Who initials the step on paper: those who sign its result."""
    attest = step.attest
    quorum = definition.quorums[attest.quorum if attest else definition.deviations].all
    return tuple(role_short(role) for role in quorum)


def _below(step: Step) -> tuple[Block, ...]:
    """What needs the full width: questions, hash boxes, hints."""
    blocks: list[Block] = []
    for stage in step.stages:
        if isinstance(stage, Ask):
            asked = tuple(
                f"{field.label}  ({field.wanted})" for field in stage.fields if field.choices and field.wanted
            )
            if asked:
                blocks.append(Checkboxes(items=asked))
            for field in stage.fields:
                if field.choices and not field.wanted:
                    blocks += [Text(text=f"{field.label}: one of", weight="small"), Checkboxes(items=field.choices)]
            blocks.extend(WriteIn(blanks=(Blank(label=field.label),)) for field in stage.fields if not field.choices)
        if isinstance(stage, Transcribe) and stage.brought:
            words = (
                f"{stage.label}: it stands on the paper that was brought, and not on the screen. {stage.rows} rows are"
                " drawn, read from that paper and typed."
            )
            blocks.append(Text(text=words, weight="small"))
        elif isinstance(stage, Transcribe):
            blocks.append(HashBlock(title=stage.label or "Head of the journal"))
            blocks.append(Text(text=f"{stage.rows} rows are drawn and typed back from this page.", weight="small"))
    blocks.extend(Text(text=f"If it fails: {line}", weight="small") for line in step.on_failure)
    return tuple(blocks)
