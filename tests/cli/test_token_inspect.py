"""`ceremony token inspect`: the sheet on a real SoftHSM token and on one in memory, its exit status, its PIN."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from ceremony_app.cli import tokens
from ceremony_app.cli.parser import parser
from ceremony_app.core.algorithms import Algorithm
from ceremony_app.core.errors import Refusal, Unusable
from ceremony_app.core.secret import Secret
from ceremony_app.definition.shelf import resources
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.softhsm import prepare
from tests.cli.test_commands import ceremony, refused
from tests.fakes import token_parts as parts
from tests.fakes.token import FakeToken, Planned

PIN = "practice pin 77"
SO_PIN = "officers of practice"


class Practice(NamedTuple):
    """A SoftHSM token that has been initialised."""

    serial: str
    env: dict[str, str]
    module: Path


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A token of our own."""
    made = prepare(tmp_path_factory.mktemp("softhsm") / "home")
    port = open_token(made.module, made.serial, environment=made.environment)
    try:
        port.initialise("PRACTICE", Secret.of(SO_PIN))
        port.set_user_pin(Secret.of(SO_PIN), Secret.of(PIN))
    finally:
        port.close()
    return Practice(made.serial, dict(made.environment), made.module)


def files_of(env: Mapping[str, str]) -> dict[Path, bytes]:
    """What lies in the token's home."""
    home = Path(env["SOFTHSM2_CONF"]).parent
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_the_sheet_of_a_token_that_can_do_it(practice: Practice) -> None:
    before = files_of(practice.env)
    answer = ceremony("token", "inspect", practice.serial, "--definition", "root-ca", env=practice.env)
    assert answer.returncode == 0, answer.stderr
    lines = [line.split("  ")[:2] for line in answer.stdout.splitlines()]
    assert ["PASS", "P-384: trial"] in lines
    assert ["NOTE", "Hardware or software"] in lines
    assert ["NOTE", "Known of this make"] in lines
    assert not [line for line in lines if "RSA" in line[-1]], "nothing is tried that the definition does not need"
    assert answer.stdout.splitlines()[-1].endswith("0 FAIL, 3 NOTE.")
    assert files_of(practice.env) == before, "the trials left nothing"


def test_under_a_login_the_pin_comes_from_the_terminal_and_goes_nowhere(practice: Practice) -> None:
    words = ("token", "inspect", practice.serial, "--definition", "root-ca", "--pin")
    answer = ceremony(*words, stdin=f"{PIN}\n", env=practice.env)
    assert answer.returncode == 0, answer.stderr
    assert "under a login" in answer.stdout
    assert PIN not in answer.stdout + answer.stderr
    with pytest.raises(SystemExit):
        parser().parse_args(["token", "inspect", "S", "--pin", PIN])


def test_the_sheet_for_a_program(practice: Practice) -> None:
    answer = ceremony("token", "inspect", practice.serial, "--definition", "root-ca", "--json", env=practice.env)
    told = json.loads(answer.stdout)
    assert told["fit"] is True
    assert {check["result"] for check in told["checks"]} == {"PASS", "NOTE"}
    assert told["facts"]["token"]["serial"] == practice.serial
    assert told["facts"]["wanted"]["algorithms"] == ["P-384"]


def test_out_of_reach_is_no_finding(practice: Practice, tmp_path: Path) -> None:
    refused(ceremony("token", "inspect", "0000", env=practice.env), 2, "CER-TOKEN-SERIAL")
    refused(ceremony("token", "inspect", practice.serial, "--module", tmp_path / "none.so"), 2, "CER-MODULE")
    (tmp_path / "text.so").write_text("no module", encoding="utf-8")
    refused(ceremony("token", "inspect", practice.serial, "--module", tmp_path / "text.so"), 2, "CER-MODULE")
    refused(ceremony("token", "inspect", practice.serial, "--definition", "none", env=practice.env), 2, "CER-FILE")


def test_a_wrong_pin_costs_one_try_and_ends_the_inspection(practice: Practice) -> None:
    words = ("token", "inspect", practice.serial, "--definition", "root-ca")
    answer = ceremony(*words, "--pin", stdin=f"not it\n{PIN}\n", env=practice.env)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "CKR_PIN_INCORRECT" in answer.stderr
    assert "not it" not in answer.stderr
    after = ceremony(*words, env=practice.env)
    assert "NOTE  Activation PIN" in after.stdout
    assert ceremony(*words, "--pin", stdin=f"{PIN}\n", env=practice.env).returncode == 0


def inspect(monkeypatch: pytest.MonkeyPatch, token: FakeToken, *words: str, typed: str = PIN) -> int:
    """Inspect a token in memory; answers the exit status."""
    here = str(Path(__file__))
    monkeypatch.setattr(tokens, "open_token", lambda *_, **__: token)
    monkeypatch.setattr(tokens, "typed", lambda _: Secret.of(typed))
    return tokens.inspect(parser().parse_args(["token", "inspect", token.serial, "--module", here, *words]))


def activated(**changes: object) -> FakeToken:
    """A token in memory with both PINs."""
    token = FakeToken(**changes)  # type: ignore[arg-type]  # members of the token by their names
    token.initialise("OLD", Secret.of(SO_PIN))
    token.set_user_pin(Secret.of(SO_PIN), Secret.of(PIN))
    token.calls.clear()
    return token


def test_a_fail_is_a_finding(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    token = activated(offered=(), refused=frozenset({Algorithm.P384}))
    assert inspect(monkeypatch, token, "--definition", "root-ca", "--pin") == 1
    told = capsys.readouterr().out
    assert "FAIL  P-384: mechanisms" in told
    assert "FAIL  P-384: trial" in told
    assert "Go to the spare token" in told
    assert token.calls.count("activate") == 1
    assert not token.active, "the login ended with the inspection"


def test_without_a_definition_everything_is_tried_and_nothing_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    token = activated(offered=(), refused=frozenset({Algorithm.P384}))
    assert inspect(monkeypatch, token) == 0
    told = capsys.readouterr().out
    assert token.calls.count("try_out") == len(Algorithm)
    assert "NOTE  P-384: trial" in told
    assert "PASS  P-256: trial" in told


@pytest.mark.parametrize("wrong", [2, 3])
def test_cer_last_try_is_not_spent_on_an_inspection(monkeypatch: pytest.MonkeyPatch, wrong: int) -> None:
    token = activated()
    for _ in range(wrong):
        with pytest.raises(Refusal):
            token.activate(Secret.of("wrong"))
    token.calls.clear()
    with pytest.raises(Refusal) as caught:
        inspect(monkeypatch, token, "--pin")
    assert caught.value.rule == "CER-LAST-TRY"
    assert "activate" not in token.calls


def test_a_token_with_a_keypad_asks_for_its_pin_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    token = activated(own_entry=True, entered=Secret.of(PIN))
    assert inspect(monkeypatch, token, "--definition", "root-ca", "--pin", typed="never asked for") == 0
    assert token.calls.count("activate") == 1


def test_a_token_that_goes_away_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    for call in ("facts", "mechanisms", "inventory"):
        with pytest.raises(Unusable):
            inspect(monkeypatch, activated(plan=[Planned(call, "CKR_DEVICE_REMOVED")]))


def test_one_token_of_a_definition_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (resources() / "ceremonies/root-ca.toml").read_text(encoding="utf-8")
    more = '[tokens.spare]\ntitle = "Spare"\n\n[keys.other]\nalgorithm = "RSA-3072"\ntoken = "spare"\n\n[keys.root-g1]'
    path = tmp_path / "two.toml"
    path.write_text(text.replace("[keys.root-g1]", more), encoding="utf-8")
    offered = parts.MECHANISMS[4:]

    def judged(*words: str, able: bool = False) -> int:
        token = activated(offered=offered, refused=frozenset() if able else frozenset({Algorithm.RSA3072}))
        return inspect(monkeypatch, token, "--definition", str(path), *words)

    assert judged("--role", "hsm") == 0
    assert judged("--role", "spare", able=True) == 0
    assert "NOTE  RSA-3072: mechanisms" in capsys.readouterr().out, "the trial has the last word"
    assert judged("--role", "spare") == 1
    assert judged() == 1
    with pytest.raises(Refusal) as caught:
        judged("--role", "third")
    assert caught.value.rule == "CER-DANGLING"
