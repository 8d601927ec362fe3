"""H2: a real SoftHSM killed in the middle of its work; whatever it leaves is called what it is, and people decide."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from ceremony_app.actions.looking import after_destroying
from ceremony_app.core import prompts as p
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.device import KeySpec, ObjectFacts, ObjectKind
from ceremony_app.core.errors import Executed, TokenFault
from ceremony_app.core.events import Finding, Intent, Reconcile
from ceremony_app.hsm.remote import RemoteToken
from ceremony_app.hsm.softhsm import SoftHsm, prepare
from ceremony_app.verify.audit import audit
from tests.faults.rig import Rig, copied
from tests.faults.rigged import Rigged, rigged

EACH = 500 if os.environ.get("CEREMONY_TEST_ALL") == "1" else 12
LONGEST = {"generate": 0.060, "initialise": 0.020}
"""Seconds within which the worker is killed: about as long as SoftHSM takes for the call."""

LONGEST_DESTRUCTION = 0.004
TRIES = 30
TOO_LATE = "H2 killed too late, and not counted"


@pytest.fixture(scope="session")
def factory_state(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm:
    """A token that nobody has used, to be copied for each case."""
    return prepare(tmp_path_factory.mktemp("factory") / "softhsm")


@pytest.fixture
def room(shim: Path, factory_state: SoftHsm, tmp_path: Path) -> Iterator[Rigged]:
    rig = Rig(shim=shim, softhsm=copied(factory_state, tmp_path / "softhsm"), folder=tmp_path)
    rig.plan()
    with rigged(rig, tmp_path) as room:
        yield room
    rig.close()
    shutil.rmtree(tmp_path / "softhsm")


CALLS = {"generate": "generate-key", "initialise": "initialise-token"}


def kill_within(room: Rigged, action: str, seconds: float) -> threading.Thread:
    """Kill the worker so long after the next intent of this action stands in the journal."""
    known = {intent.op for intent in recent(room)}

    def begun() -> bool:
        return any(intent.call == CALLS[action] and intent.op not in known for intent in recent(room))

    def watch() -> None:
        deadline = time.monotonic() + 30
        while not begun() and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(seconds)
        for token in room.rig.opened:
            token.kill()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def recent(room: Rigged) -> list[Intent]:
    """The intents so far."""
    return [call.intent for run in room.conductor.state().runs for call in run.calls]


def judged(room: Rigged) -> Reconcile | None:
    """Play until people have looked, or until it turns out that the kill came too late to matter."""
    room.play(until=lambda now: isinstance(now, p.Halted | p.Closed) or looked(room) is not None)
    return looked(room)


def looked(room: Rigged) -> Reconcile | None:
    """The last inspection."""
    found = [event for run in room.conductor.state().runs for event in run.of(Reconcile)]
    return found[-1] if found else None


def rightly_called(added: list[ObjectFacts], key_id: str) -> Finding:
    """What a person would call objects that appeared in a generation."""
    if not added:
        return "not-executed"
    kinds = sorted(thing.kind for thing in added)
    whole = kinds == sorted((ObjectKind.PRIVATE, ObjectKind.PUBLIC))
    return "executed" if whole and all(t.id == key_id and not t.fault for t in added) else "partly"


@pytest.mark.parametrize("n", range(EACH))
def test_killed_in_a_generation(n: int, room: Rigged, record_property: Callable[[str, object], None]) -> None:
    room.play_to_action("generate")
    killer = kill_within(room, "generate", random.Random(n).uniform(0, LONGEST["generate"]))
    found = judged(room)
    killer.join()
    if found is None:
        record_property("figure", TOO_LATE)
        return
    record_property("figure", f"H2 killed in a generation, called by its name: {found.finding}")
    op = recent(room)[-1].op
    try:
        truth = list(room.truth().objects)
    except TokenFault:
        assert found.finding == "unhealthy"
        return
    assert found.finding == rightly_called(truth, op)
    assert sorted(found.left, key=repr) == sorted(truth, key=repr), "what was left is named, whatever its id and label"
    ended(room)


@pytest.mark.parametrize("n", range(EACH))
def test_killed_in_an_initialisation(n: int, room: Rigged, record_property: Callable[[str, object], None]) -> None:
    room.play_to_action("initialise")
    killer = kill_within(room, "initialise", random.Random(n).uniform(0, LONGEST["initialise"]))
    found = judged(room)
    killer.join()
    if found is None:
        record_property("figure", TOO_LATE)
        return
    record_property("figure", f"H2 killed in an initialisation, called by its name: {found.finding}")
    assert found.finding in ("not-executed", "executed", "unclear", "unhealthy", "unseen")
    assert sum(call.function == "C_InitToken" for call in room.rig.calls()) <= 1, "never initialised again by itself"
    ended(room)


@pytest.mark.parametrize("n", range(EACH))
def test_killed_in_a_destruction(n: int, rig: Rig, record_property: Callable[[str, object], None]) -> None:
    """A destruction takes less than a millisecond: tried until one was under way when the worker was killed."""
    chance = random.Random(n)
    for _ in range(TRIES):
        token = rig.activated()
        key_id = f"{chance.getrandbits(128):032x}"
        token.generate_key_pair(KeySpec(label=f"key#{key_id[:8]}", id=key_id, algorithm=Algorithm.P256))
        before = token.inventory()
        thing = next(thing for thing in before.with_id(key_id) if thing.kind is ObjectKind.PRIVATE)
        killer = threading.Timer(chance.uniform(0, LONGEST_DESTRUCTION), token.kill)
        killer.start()
        answered = destroyed(token, thing)
        killer.join()
        token.close()
        if not answered:
            break
    else:
        record_property("figure", TOO_LATE)
        return
    intent = Intent(
        step="1.1",
        attempt=1,
        op="0" * 32,
        call="destroy-object",
        token="hsm",
        parameters={"object": msgspec.to_builtins(thing)},
    )
    truth = rig.truth()
    again = rig.activated()
    found = after_destroying(intent, before, again)
    again.close()
    assert found.finding == ("not-executed" if thing in truth.objects else "executed")
    record_property("figure", f"H2 killed in a destruction, called by its name: {found.finding}")


def destroyed(token: RemoteToken, thing: ObjectFacts) -> bool:
    """Whether the token answered that the object is gone, or was not asked at all."""
    try:
        token.destroy(thing)
    except TokenFault as fault:
        return fault.executed is not Executed.UNKNOWN
    return True


def ended(room: Rigged) -> None:
    """The ceremony ends in order, and the second statement of the rules has nothing against it."""
    if room.play() is not None:
        room.give_up()
        assert room.play() is None
    assert room.conductor.state().close is not None
    assert list(audit(room.conductor.plan, room.conductor.entries(), {}, signatures=False)) == []
