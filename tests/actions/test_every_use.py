"""A key that asks for the PIN before each use: asked for where it is used, and passed on to the token."""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony_app.actions import KINDS
from ceremony_app.core import prompts as p
from ceremony_app.definition.load import load
from ceremony_app.definition.shelf import resources
from tests.actions.holding import KEYS, SHORT, held

CAREFUL = 'algorithm = "P-384"\nevery_use = true'


@pytest.mark.parametrize("text", [SHORT, KEYS], ids=["short", "keys"])
def test_every_step_that_uses_the_key_asks_for_the_pin(tmp_path: Path, text: str) -> None:
    with held(tmp_path, text.replace('algorithm = "P-384"', CAREFUL)) as room:
        room.finish()
        assert not room.state.problems
        asked = {
            prompt.step.id
            for prompt in room.seen
            if isinstance(prompt, p.Perform) and any(ask.name == "use-pin" for ask in prompt.secrets)
        }
        assert asked == {"generate", "sign"} | ({"restore"} if text is KEYS else set())
        private = [thing for thing in room.token.objects if thing.attributes.get("ALWAYS_AUTHENTICATE")]
        assert len(private) == 1
        (run,) = room.runs("sign")
        assert run.prepared is not None
        assert ("Every use", "asks for the PIN again") in {(row.label, row.value) for row in run.prepared.rows}


def test_every_kind_of_step_that_uses_a_key_asks() -> None:
    text = (resources() / "ceremonies" / "root-ca.toml").read_text(encoding="utf-8")
    steps = load(text.replace('algorithm = "P-384"', CAREFUL).encode(), KINDS).steps
    using = {step.kind for step in steps if step.action and any(a.name == "use-pin" for a in step.action.secrets)}
    assert using == {"generate-key", "self-sign", "issue-crl"}


def test_a_wrong_pin_signs_nothing_and_may_be_typed_again(tmp_path: Path) -> None:
    with held(tmp_path, SHORT.replace('algorithm = "P-384"', CAREFUL)) as room:
        room.play_to("sign")
        room.people.wrong = lambda name: name == "hsm/pin"
        room.play(until=lambda _: bool(room.ends("sign")))
        assert room.ends("sign") == [("self-sign", "failed")]
        assert room.outcome("sign").evidence["code"] == "CKR_PIN_INCORRECT"
        assert room.outcome("sign").again
        room.people.wrong = lambda _: False
        room.finish()
        assert room.ends("sign") == [("self-sign", "failed"), ("self-sign", "done")]


def test_a_key_that_does_not_ask_is_not_asked_for(tmp_path: Path) -> None:
    with held(tmp_path, SHORT) as room:
        room.finish()
        assert "hsm/pin" in room.people.asked
        assert not [
            prompt
            for prompt in room.seen
            if isinstance(prompt, p.Perform) and prompt.step.id in {"generate", "sign"} and prompt.secrets
        ]
