"""What the tests of faults ask of a ceremony that has stopped: what was found, what holds, what is on the token."""

from __future__ import annotations

from collections.abc import Callable

from ceremony_app.core import prompts as p
from ceremony_app.core.events import Reconcile
from ceremony_app.core.outlook import world
from tests.actions.holding import Held


def found(room: Held, step: str) -> list[str]:
    """What the inspections after the calls of a step found."""
    return [event.finding for run in room.runs(step) for event in run.of(Reconcile)]


def halted(step: str) -> Callable[[p.AnyPrompt], bool]:
    """The step has stopped."""
    return lambda now: isinstance(now, p.Halted) and now.step.id == step


def only_the_keys(room: Held) -> None:
    """On the token are the wrapping key and the restored pair, and nothing else."""
    ids = {str(room.evidence(step)["id"]) for step in ("generate-kek", "restore")}
    assert {thing.id for thing in room.token.objects} == ids
    assert len(room.token.objects) == 3


def facts(room: Held) -> frozenset[str]:
    """What holds in the room."""
    return world(room.conductor.plan, room.state)
