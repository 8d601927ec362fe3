"""H1: whatever a token does at any call, nothing is repeated by the program, doubled, lost from sight or unreadable."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from ceremony_app.core.device import Inventory, ObjectFacts, ObjectKind
from ceremony_app.core.events import Intent, Outcome, Reconcile
from ceremony_app.core.holdings import holdings
from ceremony_app.core.state import State
from ceremony_app.hsm.softhsm import SoftHsm, prepare
from ceremony_app.verify.audit import audit
from tests.faults.matrix import Case, cases, chosen
from tests.faults.rig import Rig, copied
from tests.faults.rigged import Rigged, rigged

PER_COMMIT = 96
EVERY = os.environ.get("CEREMONY_TEST_ALL") == "1"
CASES = [case for position in range(3) for case in cases(position)] if EVERY else chosen(PER_COMMIT)


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


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault(case: Case, room: Rigged, record_property: Callable[[str, object], None]) -> None:
    room.play_to_action(case.place.step)
    calls_before, intents_before, entered_before = len(room.rig.calls()), len(intents(room)), room.hands.entered
    initialised_before = room.hands.initialised
    room.rig.plan(*case.faults)
    refusal = room.play()
    if refusal is not None:
        assert refusal.why
        assert refusal.what_to_do
        room.give_up()
        assert room.play() is None, "a ceremony can always be aborted"
    state = room.conductor.state()
    assert state.close is not None
    struck = [f"{what}" for function, what in room.rig.struck() if function == case.fault.function]
    assert struck, "the fault never fired: the case proves nothing"
    assert list(audit(room.conductor.plan, room.conductor.entries(), {}, signatures=False)) == []
    readable(state)

    calls = room.rig.calls()[calls_before:]
    trials = sum(intent.call == "inspect-token" for intent in intents(room)[intents_before:])
    made = sum(call.function == "C_GenerateKeyPair" for call in calls)
    asked = sum(intent.call == "generate-key" for intent in intents(room)[intents_before:])
    assert made <= asked + trials, "a generation was repeated without an intent of its own"
    destroyed = sum(call.function == "C_DestroyObject" for call in calls)
    wanted = sum(intent.call == "destroy-object" for intent in intents(room)[intents_before:])
    assert destroyed <= wanted + 2 * trials, "an object was destroyed without an intent of its own"
    logins = [call for call in calls if call.function == "C_Login"]
    entered = room.hands.entered - entered_before
    twice = (
        room.hands.initialised - initialised_before
    )  # the practice token's own PIN is given up, then the new one is used
    assert len(logins) <= entered + twice, "a login without a PIN that a person entered for it"
    nothing_unknown(state, room.truth())
    how = "aborted" if state.aborting else "closed after people decided" if state.problems else "not even noticed"
    record_property(
        "figure", f"H1 faults that struck, none repeated, doubled or lost from sight; the ceremony was {how}"
    )


def intents(room: Rigged) -> list[Intent]:
    """All intents so far."""
    return [call.intent for run in room.conductor.state().runs for call in run.calls]


def readable(state: State) -> None:
    """Every failure stands in the journal in plain words, with a rule, and with what to do."""
    for run in state.runs:
        for outcome in run.of(Outcome):
            if outcome.result != "done":
                labels = {row.label for row in outcome.rows}
                assert {"Did not succeed", "What is certain"} <= labels
                assert all(outcome.evidence[name] for name in ("rule", "why", "what-to-do"))


def nothing_unknown(state: State, truth: Inventory) -> None:
    """At most one pair counts as the ceremony's key, and every other object on the token was found and decided on."""
    blind = any(call.out_of_sight and not call.settled for run in state.runs for call in run.calls)
    if blind:  # the journal says that nobody could look, and the ceremony was aborted for it
        assert state.aborting
        return
    known = holdings(state, "hsm")
    named: list[ObjectFacts] = list(known.objects) if known is not None else []
    for run in state.runs:
        for found in run.of(Reconcile):
            named += found.left
        for outcome in run.of(Outcome):
            guard = outcome.evidence.get("guard")
            named += msgspec.convert(guard.get("added", ()), tuple[ObjectFacts, ...]) if isinstance(guard, dict) else ()
    strange = [thing for thing in truth.objects if _marks(thing) not in {_marks(one) for one in named}]
    assert strange == []
    evidence = state.evidence("generate") or {}
    keys = [thing for thing in truth.objects if thing.kind is ObjectKind.PRIVATE]
    if not state.aborting:
        assert [thing.id for thing in keys if thing.id == evidence["id"]] == [evidence["id"]]


def _marks(thing: ObjectFacts) -> tuple[str, ...]:
    """What an object is known by, whoever looks: class, label, id and public key."""
    return (thing.kind.value, thing.label, thing.id, thing.public_sha256)
