"""The production path, whole, over a fake port of a hardware model: the shipped command has no switch for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.events import Decision, Deviation, Outcome, SignOff, StepEntry
from ceremony_app.core.ports import Observation
from ceremony_app.core.prompts import Halted, Perform
from ceremony_app.core.state import State
from ceremony_app.core.values import Mode
from ceremony_app.unattended import rehearsal_player
from tests.ceremonies.held import SealedRoom, production
from tests.fakes.token import FakeToken, Planned


def failed(state: State) -> bool:
    """Whether some call did not succeed."""
    return any(outcome.result == "failed" for run in state.runs for outcome in run.of(Outcome))


def test_the_operator_root_in_production_from_roll_call_to_manifest(tmp_path: Path) -> None:
    with production(tmp_path) as (conductor, people):
        people.play()
        state = conductor.state()
        folder = conductor.folder
    assert state.mode is Mode.PRODUCTION
    assert state.close is not None
    assert state.close.outcome == "completed"
    binding = next(run for run in state.runs if run.id == "confirm-binding")
    assert binding.prepared is not None
    shown = {row.label: row.value for row in binding.prepared.rows}
    assert shown["Mode"] == "PRODUCTION"
    assert "EX7-000042" in shown["Token hsm"]
    assert binding.signed("result"), "the binding of the room is signed at the start"
    assert {signoff.method for run in state.runs for signoff in run.of(SignOff)} == {"file"}
    assert not (folder / ".rehearsal").exists()
    assert not any("REHEARSAL" in path.name for path in folder.rglob("*"))
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=folder, check=False)
    assert checked.returncode == 0
    read = subprocess.run(
        [sys.executable, "-I", "-S", "verify_journal.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert read.returncode == 0, read.stdout
    assert "mode=production" in read.stdout


def test_unverified_statements_are_a_deviation_that_the_quorum_signs(tmp_path: Path) -> None:
    with production(tmp_path) as (conductor, people):
        people.play(until=lambda state: bool(state.problems) and state.problems[0].decision is not None)
        opened = conductor.state().problems[0].opened
        text = conductor.text_of(opened.happened.leaf)
    assert opened.by == 0
    assert "unverified" in text


def test_a_hard_fact_cannot_be_passed_over(tmp_path: Path) -> None:
    wrong = Observation(id="network", label="Network interfaces", value="eth0 is up", good=False, hard=True)
    with production(tmp_path, "root-ca", station=SealedRoom(wrong)) as (conductor, people):
        people.play(until=failed)
        outcome = conductor.state().runs[-1].of(Outcome)[-1]
        assert outcome.again, "a hand can mend it: the cable is pulled, and the step tried again"
        assert outcome.evidence["rule"] == "CER-PREFLIGHT"
        assert "eth0 is up" in str(outcome.evidence["why"])
        assert isinstance(conductor.prompt(), Perform)


def test_a_soft_fact_becomes_a_deviation(tmp_path: Path) -> None:
    swap = Observation(id="swap", label="Swap", value="/dev/sda3", good=False)
    with production(tmp_path, "root-ca", station=SealedRoom(swap)) as (conductor, people):
        people.play(until=lambda state: any(run.of(Decision) for run in state.runs))
        texts = [conductor.text_of(problem.opened.happened.leaf) for problem in conductor.state().problems]
    assert "/dev/sda3" in texts


def test_a_software_token_is_refused_whatever_people_decide(tmp_path: Path) -> None:
    """CER-SOFTWARE-TOKEN: even one that was bound, by serial and model."""
    soft = FakeToken(manufacturer="SoftHSM project", model="KeyStore 7", serial="EX7-000042")
    with production(tmp_path, "root-ca", token=soft) as (conductor, people):
        people.play(until=failed)
        evidence = conductor.state().runs[-1].of(Outcome)[-1].evidence
    assert evidence["rule"] == "CER-SOFTWARE-TOKEN"


def test_another_token_than_the_bound_one_is_refused(tmp_path: Path) -> None:
    other = FakeToken(serial="EX7-000043")
    with production(tmp_path, "root-ca", token=other) as (conductor, people):
        people.play(until=failed)
        outcome = conductor.state().runs[-1].of(Outcome)[-1]
    assert outcome.evidence["rule"] == "CER-WRONG-TOKEN"
    assert "EX7-000042" in str(outcome.evidence["why"])
    assert "EX7-000043" in str(outcome.evidence["why"])


def test_the_program_does_not_play_a_production_ceremony(tmp_path: Path) -> None:
    with production(tmp_path, "root-ca") as (conductor, people), pytest.raises(Refusal) as caught:
        rehearsal_player(conductor, people, lambda _: None)  # type: ignore[arg-type]  # refused before it is looked at
    assert caught.value.rule == "CER-UNATTENDED"


def test_a_token_that_dies_in_key_generation_stops_the_step_and_loses_nothing(tmp_path: Path) -> None:
    token = FakeToken(plan=[Planned(call="generate_key_pair", code="DEVICE_REMOVED", nth=1, when="after")])
    with production(tmp_path, "root-ca", token=token) as (conductor, people):
        people.play(
            until=lambda state: any(outcome.result == "unknown" for run in state.runs for outcome in run.of(Outcome))
        )
        run = conductor.state().runs[-1]
        outcome = run.of(Outcome)[-1]
        assert outcome.evidence["code"] == "CKR_DEVICE_REMOVED"
        assert token.calls.count("generate_key_pair") == 1, "nothing touching a device is repeated by the program"
        people.play(until=lambda _: isinstance(conductor.prompt(), Halted))
        found = [attempt for attempt in conductor.state().runs if attempt.id == run.id][-1]
        assert found.calls[-1].found is not None
        assert found.calls[-1].found.finding == "executed"
        assert not any(entry.state == "done" for entry in found.of(StepEntry))
        assert not found.of(Deviation), "people open it"
