"""How far a step has come: which stage is next, and whose signature is still needed."""

from __future__ import annotations

from typing import assert_never

from ceremony_app.core.attempt import Run
from ceremony_app.core.custody import handed_out
from ceremony_app.core.events import Clock, Decision, Outcome, Purpose, SignOff, StepEntry
from ceremony_app.core.script import (
    Act,
    Ask,
    Attest,
    Conclude,
    Definition,
    Field,
    HandOut,
    Plan,
    RollCall,
    Stage,
    Step,
    TakeCheckpoint,
    Tell,
    Transcribe,
    WatchClock,
)
from ceremony_app.core.state import FIRST_VERSION, State
from ceremony_app.core.words import LETTERS, drawn_rows, hash_rows


def current_step(plan: Plan, state: State) -> Step | None:
    """The step that is under way; None before the first and after the end."""
    if state.run is None or state.close is not None:
        return None
    return plan.definition.step(state.run.id)


def stages_of(plan: Plan, step: Step, run: Run) -> tuple[Stage, ...]:
    """The step's stages; one that went otherwise than planned is signed even where no result quorum was asked."""
    if step.attest is not None or not run.deviated:
        return step.stages
    return (*step.stages, Attest(quorum=plan.definition.deviations))


def current_stage(plan: Plan, state: State) -> Stage | None:
    """The first stage of the current step that is not complete; None where all are."""
    step, run = current_step(plan, state), state.run
    if step is None or run is None:
        return None
    return next((stage for stage in stages_of(plan, step, run) if not stage_done(plan, state, run, stage)), None)


def stage_done(plan: Plan, state: State, run: Run, stage: Stage) -> bool:
    """Whether a stage of an attempt is complete."""
    match stage:
        case Tell():
            return "read" in run.answers
        case Ask():
            return not unanswered(stage, run)
        case RollCall():
            return "roll-call" in run.answers
        case WatchClock():
            return bool(run.of(Clock))
        case Act():
            return act_complete(run) or went_on(run)
        case HandOut():
            return handed_out(run, stage)
        case Transcribe():
            return not rows_to_type(state, run, stage) and bool(run.written_head)
        case TakeCheckpoint():
            return bool(run.checkpoint_head)
        case Attest():
            return not still_to_sign(plan, state, run, "result")
        case Conclude():
            return state.close is not None
        case _:
            assert_never(stage)


def act_complete(run: Run) -> bool:
    """Whether the action's last call succeeded and no further one is needed."""
    return run.last is not None and run.last.result == "done" and run.last.complete


def went_on(run: Run) -> bool:
    """Whether people decided to go on without the step's action."""
    trouble = False
    for entry in run.turns:
        if isinstance(entry.event, Decision) and entry.event.action == "go-on" and trouble:
            return True
        trouble = trouble or action_stopped(entry.event)
    return False


def action_stopped(event: object) -> bool:
    """Whether the entry says that the action cannot be, or did not succeed."""
    match event:
        case Outcome(result="failed") | StepEntry(state="halted"):
            return True
        case _:
            return False


def unanswered(stage: Ask, run: Run) -> tuple[tuple[Field, str], ...]:
    """The fields still to be answered, each with the item that its answer gets (`name#2`: second, blind entry)."""
    answers = run.answers
    items = [(f, f.name) for f in stage.fields] + [(f, f"{f.name}#2") for f in stage.fields if f.blind]
    order = {field.name: i for i, field in enumerate(stage.fields)}
    items.sort(key=lambda pair: (order[pair[0].name], pair[1]))
    return tuple((field, item) for field, item in items if item not in answers)


def transcribed_digest(state: State, run: Run, stage: Transcribe) -> str:
    """The SHA-256 (hex) that is written on paper; empty where it is not there."""
    if not stage.source:
        return run.checkpoint_head
    evidence = state.evidence(stage.source) or {}
    value = evidence.get(stage.value, "")
    return value if isinstance(value, str) and len(value) == 2 * 4 * len(LETTERS) else ""


def rows_to_type(state: State, run: Run, stage: Transcribe) -> tuple[str, ...]:
    """The letters of the drawn rows that have not been typed back rightly; empty before they are drawn."""
    if not run.written_head:
        return ()
    digest = transcribed_digest(state, run, stage)
    values = {row.letter: row.hex for row in hash_rows(digest)} if digest else {}
    answers = run.answers
    drawn = drawn_rows(run.written_head, run.number, run.attempt, stage.rows)
    return tuple(letter for letter in drawn if answers.get(f"row {letter}") != values.get(letter))


def quorum_of(plan: Plan, run: Run, purpose: Purpose) -> dict[str, int]:
    """How many of each role must sign: the step's own quorum and, where it deviated, the deviations' one.

    An action that was prepared as a grave one needs both as well before it is done.
    """
    definition = plan.definition
    step = definition.step(run.id)
    names = []
    if purpose == "go":
        names.append(step.action.quorum if step.action else "")
    else:
        names.append(step.attest.quorum if step.attest else "")
    if run.deviated or (purpose == "go" and run.grave):
        names.append(definition.deviations)
    needed: dict[str, int] = {}
    for name in names:
        for role, count in _all(definition, name).items():
            needed[role] = max(count, needed.get(role, 0))
    return needed


def _all(definition: Definition, name: str) -> dict[str, int]:
    """The roles and counts of a quorum; empty for no name."""
    return definition.quorums[name].all if name else {}


def agreed(run: Run, purpose: Purpose) -> tuple[SignOff, ...]:
    """The sign-offs that count: agreeing, still standing, one for each key and each person."""
    counted: list[SignOff] = []
    for signoff in run.signed(purpose):
        if signoff.decision == "AGREE" and not any(
            signoff.key == other.key or signoff.person == other.person for other in counted
        ):
            counted.append(signoff)
    return tuple(counted)


def still_to_sign(plan: Plan, state: State, run: Run, purpose: Purpose) -> dict[str, int]:
    """How many of each role have not signed yet.

    The result of an attempt over which the program was started again is signed by everybody who is here.
    """
    have: dict[str, int] = {}
    for signoff in agreed(run, purpose):
        have[signoff.role] = have.get(signoff.role, 0) + 1
    lacking = {
        role: count - have.get(role, 0)
        for role, count in quorum_of(plan, run, purpose).items()
        if have.get(role, 0) < count
    }
    return _with_everybody(state, run, lacking) if everybody_signs(state, run, purpose) else lacking


def wanted_of(plan: Plan, state: State, run: Run, purpose: Purpose) -> dict[str, int]:
    """How many of each role sign, those who have signed among them; after a restart that is everybody."""
    wanted = quorum_of(plan, run, purpose)
    if not everybody_signs(state, run, purpose):
        return wanted
    have: dict[str, int] = {}
    for signoff in agreed(run, purpose):
        have[signoff.role] = have.get(signoff.role, 0) + 1
    lacking = still_to_sign(plan, state, run, purpose)
    roles = dict.fromkeys((*wanted, *have, *lacking))
    return {role: max(wanted.get(role, 0), have.get(role, 0) + lacking.get(role, 0)) for role in roles}


def everybody_signs(state: State, run: Run, purpose: Purpose) -> bool:
    """Whether all who are here must sign: where a restart has taken their keys, and version 0.1.0 did not lead."""
    first = state.genesis is not None and state.genesis.program.startswith(FIRST_VERSION)
    return purpose == "result" and run.restarted and not first


def _with_everybody(state: State, run: Run, lacking: dict[str, int]) -> dict[str, int]:
    """The roles still needed, and one more for everybody here who has not signed and could fill none of them.

    Who has signed this attempt is wanted in that role again: nobody signs one attempt in two roles.
    """
    signed = {signoff.person for signoff in agreed(run, "result")}
    free, needed = dict(lacking), dict(lacking)
    for person in state.people:
        if not person.present or person.number in signed:
            continue
        roles = tuple(run.roles_of(person.number)) or person.roles
        fills = next((role for role in roles if free.get(role, 0)), None)
        if fills is not None:
            free[fills] -= 1
        else:
            first = next(iter(roles), "")
            needed[first] = needed.get(first, 0) + 1
    return needed
