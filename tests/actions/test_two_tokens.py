"""Two tokens in one ceremony: a home, a login, an inventory and sign-offs for each; no fault of one on the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ceremony_app.core import prompts as p
from ceremony_app.core.outlook import world
from ceremony_app.hsm.open import list_tokens
from ceremony_app.hsm.softhsm import environment_of
from tests.actions.holding import CEREMONIES, Held, held
from tests.fakes.token import FakeToken, Planned

ROOT = Path(__file__).parents[2]
TWO = CEREMONIES / "two-tokens.toml"


def tokens(**second: Any) -> dict[str, FakeToken]:  # noqa: ANN401 - whatever a token takes
    """Two tokens with serials of their own."""
    return {"first": FakeToken(serial="EX7-000042"), "second": FakeToken(serial="EX7-000043", **second)}


def test_on_two_softhsm_tokens_by_the_program_itself(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    told = subprocess.run(
        [sys.executable, "-m", "ceremony_app", "rehearse", str(TWO), "-o", str(folder), "--unattended"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "Verdict  consistent: 0 findings" in told.stdout, told.stdout + told.stderr
    read = subprocess.run([sys.executable, "-I", "-S", folder / "verify_journal.py"], capture_output=True, check=False)
    assert read.returncode == 0, read.stdout
    entries = [json.loads(line) for line in (folder / "journal.jsonl").read_bytes().splitlines()]
    assert not [entry for entry in entries if entry["type"] == "deviation"]
    listed = {token: _inventory(entries, token) for token in ("first", "second")}
    serials = {inventory["serial"] for inventory in listed.values()}
    assert len(serials) == 2, "each practice token has a serial of its own"
    labels = {token: {thing["label"].split("#")[0] for thing in one["objects"]} for token, one in listed.items()}
    assert labels == {"first": {"REHEARSAL-root"}, "second": {"REHEARSAL-sibling"}}
    homes = sorted((folder / ".rehearsal" / "tokens").iterdir())
    assert [home.name for home in homes] == ["first", "second"]
    module = _module(folder)
    found = [
        {facts.serial for facts in list_tokens(module, environment_of(home)) if facts.initialised} for home in homes
    ]
    assert found == [{listed["first"]["serial"]}, {listed["second"]["serial"]}]


def _inventory(entries: list[dict[str, Any]], token: str) -> dict[str, Any]:
    ops = {
        e["body"]["op"]
        for e in entries
        if e["type"] == "intent" and (e["body"]["call"], e["body"]["token"]) == ("inventory", token)
    }
    (found,) = (
        e["body"]["evidence"]["inventory"] for e in entries if e["body"].get("op") in ops and "evidence" in e["body"]
    )
    assert isinstance(found, dict)
    return found


def _module(folder: Path) -> Path:
    return Path(tomllib.loads((folder / "binding.toml").read_text(encoding="utf-8"))["tokens"]["first"]["module"])


def test_each_step_touches_its_own_token_only(tmp_path: Path) -> None:
    with held(tmp_path, TWO.read_text(encoding="utf-8"), tokens()) as room:
        room.finish()
        first, second = room.tokens.values()
        assert first.calls.count("generate_key_pair") == second.calls.count("generate_key_pair") == 1
        assert (first.calls.count("sign"), second.calls.count("sign")) == (2, 1)
        assert room.evidence("generate-root")["token"] == "first"
        assert room.evidence("generate-sibling")["token"] == "second"
        for step in ("inventory-first", "inventory-second"):
            (run,) = room.runs(step)
            assert {signoff.role for signoff in run.signed("result")} == {"internal-witness", "external-witness"}
        assert {"first/pin", "second/pin", "first/so-pin", "second/so-pin"} == set(room.people.asked)


@pytest.mark.parametrize("code", ["WORKER_DIED", "GENERAL_ERROR"])
def test_a_lost_worker_ends_its_own_login_and_no_other(tmp_path: Path, code: str) -> None:
    planned = [Planned("generate_key_pair", code, when="torn")]
    with held(tmp_path, TWO.read_text(encoding="utf-8"), tokens(plan=planned)) as room:
        room.play(until=lambda now: isinstance(now, p.Halted) and now.step.id == "generate-sibling")
        facts = world(room.conductor.plan, room.state)
        assert "token:first:activated" in facts
        assert room.tokens["first"].active
        assert ("token:second:activated" in facts) is room.tokens["second"].active
        room.finish()
        assert room.tokens["first"].calls.count("activate") == 1
        assert _whole(room, "first", "generate-root")
        assert _whole(room, "second", "generate-sibling")


def _whole(room: Held, token: str, step: str) -> bool:
    """The token holds the pair of the step and nothing else."""
    things = room.tokens[token].objects
    return len(things) == 2 and {thing.id for thing in things} == {room.evidence(step)["id"]}
