"""What must be settled before a step goes on: a call of which nobody knows the end, void keys, a stop."""

from __future__ import annotations

from ceremony_app.core.asked import activation_of, activation_secrets, has_keypad
from ceremony_app.core.attempt import Call, Run
from ceremony_app.core.custody import SharesAsked, forgotten, shares_asked
from ceremony_app.core.events import Intent, Recovery
from ceremony_app.core.leftover import remedies, undecided
from ceremony_app.core.outlook import halted, open_call, world
from ceremony_app.core.progress import act_complete, current_stage, transcribed_digest
from ceremony_app.core.prompts import AnyPrompt, Busy, EnrolAgain, Halted, Inspect
from ceremony_app.core.script import HandOut, Plan, Step, Transcribe
from ceremony_app.core.state import State
from ceremony_app.core.world import Fact, missing


def unplanned(plan: Plan, state: State, step: Step, run: Run) -> AnyPrompt | None:
    """What must be settled before the step goes on, if anything."""
    call = open_call(state)
    void = tuple(person.number for person in state.people if person.void and person.present)
    if call is not None and not (void and call.out_of_sight):
        looked = call.outcome is not None or call.found is not None
        unknown = looked or _restarted_since(state, call.intent.op)
        if unknown:
            return _inspect(plan, state, step, run, call)
        return busy_with(step, run, call)
    if void:
        return EnrolAgain(people=void, needed=tuple(f"a new key of person {number}" for number in void))
    why = halted(state) or _impossible(plan, state, step, run)
    if why:
        problem = next((p for p in state.undecided() if p.opened.step == run.number), None)
        needed = f"a decision on D-{problem.opened.deviation}" if problem else "a deviation"
        return Halted(
            step=step,
            run=run,
            why=why,
            problem=problem,
            debris=tuple(thing for one in undecided(state, run.id) for thing in one.objects),
            remedies=remedies(state, run.id, adopts=plan.policy.rules.adopts),
            needed=(needed,),
        )
    return None


def busy_with(step: Step, run: Run, call: Call) -> Busy:
    """A call is under way; one of many alike says in its parameters which it is (`index`) of how many (`of`)."""
    number, of = (call.intent.parameters.get(name) for name in ("index", "of"))
    counted = (number, of) if isinstance(number, int) and isinstance(of, int) else (0, 0)
    return Busy(
        step=step,
        run=run,
        call=call.intent.call,
        since=next(e.utc for e in reversed(run.entries) if e.event is call.intent),
        number=counted[0],
        of=counted[1],
        needed=("the device's answer",),
    )


def _inspect(plan: Plan, state: State, step: Step, run: Run, call: Call) -> Inspect:
    """The device must be looked at; where the step needs a login and there is none now, with the PIN for it."""
    token = call.intent.token
    login = Fact(f"token:{token}:activated")
    out = bool(token) and login in step.requires and login.name not in world(plan, state)
    seen = call.found.rows if call.found is not None and call.out_of_sight else ()
    shares = shares_for_a_look(plan, state)
    missing = tuple(shares_needed(plan, asked) for asked in shares if asked.left)
    wanted = missing or (("the activation PIN, and the device's inventory" if out else "the device's inventory"),)
    return Inspect(
        step=step,
        run=run,
        op=call.intent.op,
        call=call.intent.call,
        token=token,
        secrets=activation_secrets(plan, token) if out else (),
        at_token=out and has_keypad(plan, token),
        shares=shares,
        last=seen,
        problem=next((p for p in state.undecided() if p.opened.step == run.number), None) if seen else None,
        needed=wanted,
    )


def shares_for_a_look(plan: Plan, state: State) -> tuple[SharesAsked, ...]:
    """The shares without which a device that must be looked at shows no private objects."""
    call, run = open_call(state), state.run
    if call is None or run is None:
        return ()
    token, step = call.intent.token, plan.definition.step(run.id)
    login = Fact(f"token:{token}:activated")
    if not token or login not in step.requires or login.name in world(plan, state):
        return ()
    act = activation_of(plan, token)
    return shares_asked(plan, state, run, act) if act is not None else ()


def shares_needed(plan: Plan, asked: SharesAsked) -> str:
    """Whose shares are still missing, in words."""
    thing = "shares" if asked.split.by == "shares" else "cards at the device"
    return f"{thing} of {asked.left} × {plan.definition.roles[asked.split.role].title}"


def _impossible(plan: Plan, state: State, step: Step, run: Run) -> str:
    """Why the step cannot be held in the room as it is, such as an activation that a restart has ended."""
    if state.aborting or act_complete(run):
        return ""
    stage = current_stage(plan, state)
    if isinstance(stage, HandOut) and forgotten(run):
        return "What was drawn and split is gone with the restart; only a new attempt draws anew."
    if isinstance(stage, Transcribe) and stage.source and not transcribed_digest(state, run, stage):
        return "There is no value to write down: the step that gives it was passed over."
    lacking = missing(world(plan, state), step.requires)
    return f"It needs that {' and that '.join(fact.told() for fact in lacking)}." if lacking else ""


def _restarted_since(state: State, op: str) -> bool:
    """Whether the program was started again after an operation began; it is among the last entries."""
    for run in reversed(state.runs):
        for entry in reversed(run.entries):
            if isinstance(entry.event, Intent) and entry.event.op == op:
                return False
            if isinstance(entry.event, Recovery):
                return True
    return False
