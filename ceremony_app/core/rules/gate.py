"""The conditions that stand before every command: open, not closed, not paused, not waiting for something graver."""

from __future__ import annotations

from ceremony_app.core import commands as c
from ceremony_app.core.outlook import halted, open_call, world
from ceremony_app.core.progress import act_complete, current_step
from ceremony_app.core.rules.need import fit_text, require
from ceremony_app.core.script import Plan
from ceremony_app.core.state import State
from ceremony_app.core.world import missing

ALWAYS = (c.Deviate, c.Go, c.Come, c.Recover, c.Settle)
"""Commands that may come at any time while a ceremony is open."""

WHILE_BUSY = (*ALWAYS, c.Report, c.Find, c.TakeShare)
AFTER_RESTART = (*ALWAYS, c.Find, c.EnrolPerson, c.GoOn)
FORWARD = (
    c.ReadAloud,
    c.Give,
    c.ReadWatch,
    c.WriteDown,
    c.WriteShare,
    c.ProveShare,
    c.CombineShares,
    c.TypeRow,
    c.Prepare,
    c.Begin,
    c.Sign,
    c.FixHead,
    c.Finish,
    c.CompleteRollCall,
)
"""Commands that take the step further, and are held back where the step cannot go on."""


def gate(plan: Plan, state: State, command: c.Command) -> None:
    """Refuse what may not happen now, whatever it is about in particular."""
    if isinstance(command, c.Open):
        require(state.genesis is None, "CER-OPEN", "This ceremony is open already.", "Resume it where it lies.")
        return
    require(state.genesis is not None, "CER-OPEN", "No ceremony is open.", "Open one from a definition.")
    require(state.close is None, "CER-CLOSED", "This ceremony is closed.", "Nothing can be added; use an addendum.")
    if state.pause is not None and not isinstance(command, c.Recover):
        require(
            isinstance(command, (*ALWAYS, c.GoOn)),
            "CER-PAUSED",
            "The ceremony is paused.",
            "Resume it with the people who are back.",
        )
    if not isinstance(command, AFTER_RESTART):
        _not_waiting_for_people(state)
    if not isinstance(command, WHILE_BUSY) and not _login_lost(command) and not _key_again(state, command):
        call = open_call(state)
        require(
            call is None,
            "CER-BUSY",
            "A device or file operation is under way, or its end is not known.",
            "Wait for its answer; after a restart, inspect the device first.",
        )
    for text in getattr(command, "texts", ()):
        require(text.strip(), "CER-TEXT", "A text is empty.", "Write at least one sentence, or a name.")
        fit_text(text, "A text")
    if isinstance(command, FORWARD) or (isinstance(command, c.TakeShare) and open_call(state) is None):
        _step_can_go_on(plan, state)


def _login_lost(command: c.Command) -> bool:
    """Whether the command says that a login has ended, which may be met at any moment."""
    return isinstance(command, c.Halt) and bool(command.ended)


def _key_again(state: State, command: c.Command) -> bool:
    """Whether somebody gets a new key after a restart: needed to give up a device that cannot be looked at."""
    call = open_call(state)
    if not isinstance(command, c.EnrolPerson) or call is None or not call.out_of_sight:
        return False
    person = state.person(command.person)
    return person is not None and person.void


def _not_waiting_for_people(state: State) -> None:
    """After a restart, room keys are made again before anything else."""
    void = [str(person.number) for person in state.people if person.void and person.present]
    require(
        not void,
        "CER-VOID",
        f"The room keys of these people ended with the restart: {', '.join(void)}.",
        "Enrol them again, or record that they have left.",
    )


def _step_can_go_on(plan: Plan, state: State) -> None:
    """The step is not halted, and the room is as it requires."""
    why = halted(state)
    require(
        not why,
        "CER-HALTED",
        f"This step is stopped. {why}",
        "Open a deviation, say what happened, and decide it: go on, repeat the step, or abort.",
    )
    step, run = current_step(plan, state), state.run
    if step is None or run is None or state.aborting or act_complete(run):
        return
    lacking = missing(world(plan, state), step.requires)
    require(
        not lacking,
        "CER-WORLD",
        f"Step {step.number} cannot be held: it needs that {' and that '.join(fact.told() for fact in lacking)}.",
        "An earlier step did not bring this about. Open a deviation.",
    )
